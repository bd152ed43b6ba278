namespace Blase3D.Engine.LineFinding;

/// <summary>The lines found in one spectrum: one array per quantity, one entry per line, ascending in the centre.</summary>
public sealed class InitialLines
{
    /// <summary>Makes room for a number of lines.</summary>
    /// <param name="count">The number of lines L, 0 or more.</param>
    public InitialLines(int count)
    {
        CenterAngstrom = new double[count];
        LnAmplitude = new double[count];
        LnSigma = new double[count];
        LnGamma = new double[count];
        Prominence = new double[count];
        Pixel = new int[count];
    }

    /// <summary>The number of lines L.</summary>
    public int Count => Pixel.Length;

    /// <summary>Vacuum wavelength of the line's pixel in Angstrom.</summary>
    public double[] CenterAngstrom { get; }

    /// <summary>Natural logarithm of the starting amplitude in Angstrom.</summary>
    public double[] LnAmplitude { get; }

    /// <summary>Natural logarithm of the starting Gaussian standard deviation in Angstrom.</summary>
    public double[] LnSigma { get; }

    /// <summary>Natural logarithm of the starting Lorentz half width at half maximum in Angstrom.</summary>
    public double[] LnGamma { get; }

    /// <summary>How far the line stands out of its surroundings, in units of the flux.</summary>
    public double[] Prominence { get; }

    /// <summary>The pixel of the line's centre.</summary>
    public int[] Pixel { get; }
}
