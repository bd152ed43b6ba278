namespace Blase3D.Kernels.Contracts;

/// <summary>The derivative of a scalar with respect to the four parameters of every line.</summary>
public sealed class LineGradient
{
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
}
