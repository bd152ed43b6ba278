namespace Blase3D.Engine.Observation;

/// <summary>
/// What a spectrograph makes of an infinitely narrow line, as a function of ln(wavelength) times c in km/s, of unit area. A profile that changes
/// along the spectrum is a sum of fixed ones with weights that depend on the wavelength.
/// </summary>
public abstract class InstrumentProfile
{
    /// <summary>An instrument that changes nothing: infinite resolution.</summary>
    public static InstrumentProfile None { get; } = new Unbroadened();

    /// <summary>A Gaussian of constant resolving power.</summary>
    /// <param name="resolution">R = wavelength / FWHM, 100 to 10,000,000.</param>
    /// <exception cref="EngineException"><see cref="ErrorCode.BadArguments"/>: outside of that.</exception>
    public static InstrumentProfile Gaussian(double resolution) => new GaussianProfile([1], [resolution]);

    /// <summary>How far from its centre a profile can be noticed (1e-10 of its height, or where it ends) on some wavelengths, in km/s.</summary>
    /// <param name="shortestAngstrom">The shortest observed wavelength.</param>
    /// <param name="longestAngstrom">The longest one.</param>
    public abstract double ReachKmPerS(double shortestAngstrom, double longestAngstrom);

    /// <summary>The fixed profiles of which all between two wavelengths are made.</summary>
    /// <param name="shortestAngstrom">The shortest observed wavelength.</param>
    /// <param name="longestAngstrom">The longest one.</param>
    internal abstract ProfileParts PartsBetween(double shortestAngstrom, double longestAngstrom);

    private sealed class Unbroadened : InstrumentProfile
    {
        public override double ReachKmPerS(double shortestAngstrom, double longestAngstrom) => 0;

        internal override ProfileParts PartsBetween(double shortestAngstrom, double longestAngstrom) => new Identity();

        private sealed class Identity : ProfileParts
        {
            public override int Count => 1;

            public override void Weights(double wavelengthAngstrom, Span<double> weight) => weight[0] = 1;

            public override ProfileTransfer At(int part, double frequency) => new(1, 0, 0, 0);
        }
    }
}

/// <summary>The Fourier transform of a profile at one frequency, and its derivative with respect to ln(frequency).</summary>
/// <param name="Real">Integral of the profile times cos(k x).</param>
/// <param name="Imaginary">Integral of the profile times -sin(k x); 0 for a symmetric profile.</param>
/// <param name="RealSlope">k times the derivative of <paramref name="Real"/>.</param>
/// <param name="ImaginarySlope">k times the derivative of <paramref name="Imaginary"/>.</param>
internal readonly record struct ProfileTransfer(double Real, double Imaginary, double RealSlope, double ImaginarySlope);

/// <summary>A few fixed profiles and their weights along the spectrum, which add up to 1 everywhere.</summary>
internal abstract class ProfileParts
{
    /// <summary>The number of fixed profiles M.</summary>
    public abstract int Count { get; }

    /// <summary>The weights at an observed wavelength.</summary>
    /// <param name="wavelengthAngstrom">Vacuum Angstrom.</param>
    /// <param name="weight">Receives M weights.</param>
    public abstract void Weights(double wavelengthAngstrom, Span<double> weight);

    /// <summary>The transform of one of the profiles; a profile narrower by a factor f is <c>At(part, k / f)</c>.</summary>
    /// <param name="part">0 to M - 1.</param>
    /// <param name="frequency">Angular frequency k per km/s, at least 0.</param>
    public abstract ProfileTransfer At(int part, double frequency);
}
