namespace Blase3D.Kernels.Contracts;

/// <summary>The derivative of a scalar with respect to the four parameters of every line.</summary>
public sealed class LineGradient
{
    /// <summary>Speed of light in km/s.</summary>
    public const double LightSpeedKmPerS = 299_792.458;

    /// <summary>Makes room for a number of lines.</summary>
    /// <param name="lines">At least 0.</param>
    public LineGradient(int lines)
    {
        Center = new double[lines];
        LnAmplitude = new double[lines];
        LnSigma = new double[lines];
        LnGamma = new double[lines];
    }

    /// <summary>With respect to the centre mu', per Angstrom.</summary>
    public double[] Center { get; }

    /// <summary>With respect to ln a.</summary>
    public double[] LnAmplitude { get; }

    /// <summary>With respect to ln sigma.</summary>
    public double[] LnSigma { get; }

    /// <summary>With respect to ln gamma.</summary>
    public double[] LnGamma { get; }

    /// <summary>
    /// The derivative with respect to one radial velocity v of all lines, whose centres are mu' (1 + v / c), at v = 0; per km/s.
    /// </summary>
    /// <param name="lines">The lines of the gradient.</param>
    public double WithRespectToVelocity(LineTable lines)
    {
        ArgumentNullException.ThrowIfNull(lines);
        double sum = 0;
        for (int j = 0; j < lines.Count; j++) sum += Center[j] * lines.Center[j];
        return sum / LightSpeedKmPerS;
    }
}
