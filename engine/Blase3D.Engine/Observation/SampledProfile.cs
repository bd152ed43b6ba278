using System.Globalization;

namespace Blase3D.Engine.Observation;

/// <summary>
/// An instrument profile given by samples, at one or several wavelengths: linear between the samples, 0 beyond the first and last, and linear in the
/// wavelength between the profiles. Every profile is divided by its area; where its centre lies is kept, since that is part of what it says.
/// </summary>
public sealed class SampledProfile : InstrumentProfile
{
    private readonly double[] _offset;
    private readonly double[][] _value;
    private readonly double[] _wavelength;

    /// <summary>Makes a profile.</summary>
    /// <param name="offsetKmPerS">Where the samples are, in km/s, positive towards longer wavelengths; ascending, at least 3, of any spacing.</param>
    /// <param name="wavelengthAngstrom">Observed wavelengths in Angstrom, ascending; one is enough.</param>
    /// <param name="value">The samples of the profile at each wavelength; their area must be positive.</param>
    /// <exception cref="EngineException"><see cref="ErrorCode.BadArguments"/>: the numbers make no profile.</exception>
    public SampledProfile(double[] offsetKmPerS, double[] wavelengthAngstrom, IReadOnlyList<double[]> value)
    {
        ArgumentNullException.ThrowIfNull(offsetKmPerS);
        ArgumentNullException.ThrowIfNull(wavelengthAngstrom);
        ArgumentNullException.ThrowIfNull(value);
        if (offsetKmPerS.Length < 3) throw Bad($"The instrument profile has {offsetKmPerS.Length} samples; give at least 3.");
        if (wavelengthAngstrom.Length != value.Count || value.Count == 0)
            throw Bad($"There are {wavelengthAngstrom.Length} wavelengths and {value.Count} instrument profiles; give one for each, and at least one.");
        RequireAscending(offsetKmPerS, "offset", "km/s");
        RequireAscending(wavelengthAngstrom, "wavelength", "Angstrom");
        (_offset, _wavelength, _value) = ([.. offsetKmPerS], [.. wavelengthAngstrom], new double[value.Count][]);
        for (int p = 0; p < value.Count; p++)
        {
            if (value[p].Length != offsetKmPerS.Length) throw Bad($"Instrument profile {p} has {value[p].Length} samples at {offsetKmPerS.Length} offsets; give one for each.");
            double area = 0;
            for (int i = 1; i < _offset.Length; i++) area += 0.5 * (value[p][i] + value[p][i - 1]) * (_offset[i] - _offset[i - 1]);
            if (!(area > 0 && double.IsFinite(area))) throw Bad($"The area of instrument profile {p} is {area}; it must be positive.");
            _value[p] = [.. value[p].Select(v => v / area)];
        }
    }

    /// <inheritdoc/>
    public override double ReachKmPerS(double shortestAngstrom, double longestAngstrom) => Math.Max(Math.Abs(_offset[0]), Math.Abs(_offset[^1]));

    internal override ProfileParts PartsBetween(double shortestAngstrom, double longestAngstrom) => new Parts(this);

    private static void RequireAscending(double[] values, string what, string unit)
    {
        for (int i = 1; i < values.Length; i++)
        {
            if (!(values[i] > values[i - 1]) || !double.IsFinite(values[i]))
                throw Bad($"The {what}s of the instrument profile do not ascend: {values[i]} follows {values[i - 1]} {unit}.");
        }
    }

    private static EngineException Bad(FormattableString sentence) => new(ErrorCode.BadArguments, sentence.ToString(CultureInfo.InvariantCulture));

    private sealed class Parts(SampledProfile profile) : ProfileParts
    {
        public override int Count => profile._value.Length;

        public override void Weights(double wavelengthAngstrom, Span<double> weight)
        {
            weight.Clear();
            double[] own = profile._wavelength;
            int above = Array.BinarySearch(own, wavelengthAngstrom);
            if (above < 0) above = ~above;
            if (above == 0 || above == own.Length)
            {
                weight[Math.Min(above, own.Length - 1)] = 1;
                return;
            }

            weight[above] = (wavelengthAngstrom - own[above - 1]) / (own[above] - own[above - 1]);
            weight[above - 1] = 1 - weight[above];
        }

        // Piece by piece between two samples, exactly; there are few samples, and an asymmetric profile needs both parts.
        public override ProfileTransfer At(int part, double frequency)
        {
            double[] x = profile._offset, y = profile._value[part];
            double real = 0, imaginary = 0, realSlope = 0, imaginarySlope = 0;
            for (int i = 1; i < x.Length; i++)
            {
                double half = 0.5 * (x[i] - x[i - 1]), middle = 0.5 * (x[i] + x[i - 1]);
                double mean = 0.5 * (y[i] + y[i - 1]), rise = 0.5 * (y[i] - y[i - 1]);
                double q = frequency * half;

                // Over t in [-1, 1]: integral (mean + rise t) e^(-iqt) dt = 2 mean s - 2 i rise r with s = sin q / q and r = j1(q).
                double s = q < 1e-4 ? 1 - (q * q / 6) : Math.Sin(q) / q, c = Math.Cos(q);
                double ratio = BesselRatios.Sphere(q).First / 3, r = q * ratio;
                double sSlope = c - s, rSlope = s - (2 * ratio);
                double even = 2 * half * mean * s, odd = -2 * half * rise * r;
                double evenSlope = 2 * half * mean * sSlope, oddSlope = -2 * half * rise * q * rSlope;
                (double sin, double cos) = Math.SinCos(frequency * middle);
                double turn = frequency * middle;
                real += (even * cos) + (odd * sin);
                imaginary += (odd * cos) - (even * sin);
                realSlope += (evenSlope * cos) + (oddSlope * sin) + (turn * ((odd * cos) - (even * sin)));
                imaginarySlope += (oddSlope * cos) - (evenSlope * sin) - (turn * ((odd * sin) + (even * cos)));
            }

            return new ProfileTransfer(real, imaginary, realSlope, imaginarySlope);
        }
    }
}
