namespace Blase3D.Engine.Grids.Synthesis;

/// <summary>
/// A pseudo-Voigt function of unit area: eta L(x; f) + (1 - eta) G(x; f), both with the full width f at half maximum
/// (Thompson, Cox and Hastings 1987, J. Appl. Cryst. 20, 79, eqs. 4 to 6).
/// </summary>
/// <param name="FullWidth">f in the unit of x.</param>
/// <param name="Eta">Share of the Lorentz function, 0 to 1.</param>
internal readonly record struct PseudoVoigtShape(double FullWidth, double Eta)
{
    /// <summary>The height of a Gauss function of unit area and unit full width: 2 sqrt(ln 2 / pi).</summary>
    public static readonly double GaussPeak = 2 * Math.Sqrt(Math.Log(2) / Math.PI);

    /// <summary>The value at the centre.</summary>
    public double Peak => ((Eta * 2 / Math.PI) + ((1 - Eta) * GaussPeak)) / FullWidth;

    /// <summary>The shape that stands for the convolution of a Gauss and a Lorentz function.</summary>
    /// <param name="sigma">Standard deviation of the Gauss function, above 0.</param>
    /// <param name="gamma">Half width of the Lorentz function, above 0.</param>
    public static PseudoVoigtShape From(double sigma, double gamma)
    {
        double g = 2 * Math.Sqrt(2 * Math.Log(2)) * sigma;
        double l = 2 * gamma;
        double fifth = (g * g * g * g * g) + (2.69269 * g * g * g * g * l) + (2.42843 * g * g * g * l * l)
            + (4.47163 * g * g * l * l * l) + (0.07842 * g * l * l * l * l) + (l * l * l * l * l);
        double width = Math.Pow(fifth, 0.2);
        double r = l / width;
        return new PseudoVoigtShape(width, r * (1.36603 + (r * (-0.47719 + (r * 0.11116)))));
    }
}
