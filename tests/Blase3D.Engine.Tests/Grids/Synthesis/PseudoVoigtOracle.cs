namespace Blase3D.Engine.Tests.Grids.Synthesis;

/// <summary>The pseudo-Voigt function of Thompson, Cox and Hastings 1987, written out as printed: slow and plain.</summary>
internal static class PseudoVoigtOracle
{
    public static (double FullWidth, double Eta) Shape(double sigma, double gamma)
    {
        double g = 2 * Math.Sqrt(2 * Math.Log(2)) * sigma, l = 2 * gamma;
        double f = Math.Pow(
            Math.Pow(g, 5) + (2.69269 * Math.Pow(g, 4) * l) + (2.42843 * Math.Pow(g, 3) * Math.Pow(l, 2))
            + (4.47163 * Math.Pow(g, 2) * Math.Pow(l, 3)) + (0.07842 * g * Math.Pow(l, 4)) + Math.Pow(l, 5),
            0.2);
        return (f, (1.36603 * (l / f)) - (0.47719 * Math.Pow(l / f, 2)) + (0.11116 * Math.Pow(l / f, 3)));
    }

    public static double Value(double x, double fullWidth, double eta)
    {
        double half = fullWidth / 2;
        double sigma = fullWidth / (2 * Math.Sqrt(2 * Math.Log(2)));
        double lorentz = half / (Math.PI * ((x * x) + (half * half)));
        double gauss = Math.Exp(-x * x / (2 * sigma * sigma)) / (sigma * Math.Sqrt(2 * Math.PI));
        return (eta * lorentz) + ((1 - eta) * gauss);
    }
}
