using System.Globalization;

namespace Blase3D.Engine.Observation;

/// <summary>
/// A Gaussian instrument of resolving power R(wavelength) = wavelength / FWHM, given at some wavelengths, linear between them and constant beyond.
/// </summary>
/// <remarks>
/// In units of c ln(wavelength) its standard deviation is s = c / (2 sqrt(2 ln 2) R). Where R changes, the broadening is interpolated in ln s
/// between Gaussians of fixed width at Chebyshev points. As a function of ln s the transform exp(-k^2 s^2 / 2) is analytic and at most 1 in the strip
/// |Im ln s| at most pi / 4, so that interpolation on a range of ln s of half length d through n + 1 points misses by less than 4 p^-n / (p - 1) with
/// p = b + sqrt(b^2 + 1), b = pi / (4 d) (Trefethen, Approximation Theory and Approximation Practice, theorem 8.2); n is taken so that this is 1e-8.
/// </remarks>
public sealed class GaussianProfile : InstrumentProfile
{
    /// <summary>The smallest resolving power.</summary>
    public const double LeastResolution = 100;

    /// <summary>The largest resolving power.</summary>
    public const double LargestResolution = 1e7;

    private const double InterpolationError = 1e-8;

    /// <summary>How many standard deviations a profile reaches.</summary>
    internal const double ReachSigma = 6.8;

    private readonly double[] _resolution;
    private readonly double[] _wavelength;

    /// <summary>Makes a profile.</summary>
    /// <param name="wavelengthAngstrom">Observed wavelengths in Angstrom, ascending; one is enough.</param>
    /// <param name="resolution">R at each, 100 to 10,000,000.</param>
    /// <exception cref="EngineException"><see cref="ErrorCode.BadArguments"/>: a value is outside of its range or the wavelengths do not ascend.</exception>
    public GaussianProfile(double[] wavelengthAngstrom, double[] resolution)
    {
        ArgumentNullException.ThrowIfNull(wavelengthAngstrom);
        ArgumentNullException.ThrowIfNull(resolution);
        if (wavelengthAngstrom.Length != resolution.Length || resolution.Length == 0)
            throw Bad($"There are {wavelengthAngstrom.Length} wavelengths and {resolution.Length} resolving powers; give one for each, and at least one.");
        for (int i = 0; i < resolution.Length; i++)
        {
            if (!(resolution[i] >= LeastResolution && resolution[i] <= LargestResolution))
                throw Bad($"The resolving power is {resolution[i]}; give {LeastResolution} to {LargestResolution}.");
            if (i > 0 && !(wavelengthAngstrom[i] > wavelengthAngstrom[i - 1]))
                throw Bad($"The resolving power is given at {wavelengthAngstrom[i]} Angstrom after {wavelengthAngstrom[i - 1]}; sort them by wavelength.");
        }

        (_wavelength, _resolution) = ([.. wavelengthAngstrom], [.. resolution]);
    }

    /// <summary>Whether R is the same everywhere.</summary>
    public bool IsConstant => _resolution.All(r => r == _resolution[0]);

    /// <summary>The standard deviation at an observed wavelength, in km/s.</summary>
    /// <param name="wavelengthAngstrom">Vacuum Angstrom.</param>
    public double SigmaKmPerS(double wavelengthAngstrom) =>
        DopplerShift.LightSpeedKmPerS / (2 * Math.Sqrt(2 * Math.Log(2)) * ResolutionAt(wavelengthAngstrom));

    /// <summary>R at an observed wavelength.</summary>
    /// <param name="wavelengthAngstrom">Vacuum Angstrom.</param>
    public double ResolutionAt(double wavelengthAngstrom)
    {
        int above = Array.BinarySearch(_wavelength, wavelengthAngstrom);
        if (above >= 0) return _resolution[above];
        above = ~above;
        if (above == 0) return _resolution[0];
        if (above == _wavelength.Length) return _resolution[^1];
        double share = (wavelengthAngstrom - _wavelength[above - 1]) / (_wavelength[above] - _wavelength[above - 1]);
        return _resolution[above - 1] + (share * (_resolution[above] - _resolution[above - 1]));
    }

    /// <inheritdoc/>
    public override double ReachKmPerS(double shortestAngstrom, double longestAngstrom) => ReachSigma * SigmaRange(shortestAngstrom, longestAngstrom).High;

    internal override ProfileParts PartsBetween(double shortestAngstrom, double longestAngstrom)
    {
        (double low, double high) = SigmaRange(shortestAngstrom, longestAngstrom);
        double middle = 0.5 * Math.Log(low * high), half = 0.5 * Math.Log(high / low);
        if (half < 1e-12) return new Parts(this, [low], [middle], [1]);
        double b = Math.PI / (4 * half), ellipse = b + Math.Sqrt((b * b) + 1);
        int degree = Math.Max(1, (int)Math.Ceiling(Math.Log(4 / (InterpolationError * (ellipse - 1))) / Math.Log(ellipse)));
        var node = new double[degree + 1];
        var barycentric = new double[degree + 1];
        for (int m = 0; m <= degree; m++)
        {
            // Chebyshev points of the second kind and their barycentric weights (Salzer 1972).
            node[m] = middle + (half * Math.Cos(Math.PI * m / degree));
            barycentric[m] = (m % 2 == 0 ? 1 : -1) * (m == 0 || m == degree ? 0.5 : 1);
        }

        return new Parts(this, [.. node.Select(Math.Exp)], node, barycentric);
    }

    // R is linear between its points, so its extremes are there or at the ends.
    private (double Low, double High) SigmaRange(double shortest, double longest)
    {
        double[] sigma = [SigmaKmPerS(shortest), SigmaKmPerS(longest), .. _wavelength.Where(w => w > shortest && w < longest).Select(SigmaKmPerS)];
        return (sigma.Min(), sigma.Max());
    }

    private static EngineException Bad(FormattableString sentence) => new(ErrorCode.BadArguments, sentence.ToString(CultureInfo.InvariantCulture));

    private sealed class Parts(GaussianProfile profile, double[] sigma, double[] lnSigma, double[] barycentric) : ProfileParts
    {
        public override int Count => sigma.Length;

        public override void Weights(double wavelengthAngstrom, Span<double> weight)
        {
            weight.Clear();
            if (sigma.Length == 1)
            {
                weight[0] = 1;
                return;
            }

            double wanted = Math.Log(profile.SigmaKmPerS(wavelengthAngstrom)), sum = 0;
            for (int m = 0; m < sigma.Length; m++)
            {
                if (wanted == lnSigma[m])
                {
                    weight.Clear();
                    weight[m] = 1;
                    return;
                }

                sum += weight[m] = barycentric[m] / (wanted - lnSigma[m]);
            }

            for (int m = 0; m < sigma.Length; m++) weight[m] /= sum;
        }

        public override ProfileTransfer At(int part, double frequency)
        {
            double square = frequency * frequency * sigma[part] * sigma[part], value = Math.Exp(-0.5 * square);
            return new ProfileTransfer(value, 0, -square * value, 0);
        }
    }
}
