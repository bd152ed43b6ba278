using Blase3D.Engine;
using Blase3D.Engine.Inference.Observed;
using Blase3D.Engine.Observation;
using Blase3D.Engine.Spectra;
using Blase3D.Engine.Spectra.Reading;
using CommandLine;

namespace Blase3D.Cli.Verbs;

/// <content>Stars as a telescope saw them: velocity, rotation, resolution and the continuum of every order are part of the fit.</content>
internal sealed partial class InferVerb
{
    private const double LargestFreeRotation = 100;

    [Option("velocity", MetaValue = "V", HelpText = "Radial velocity in km/s in the frame of the wavelengths: a value, free (-500 to 500), or LO:HI to seek it there. This and the next options fit the spectra order by order with a continuum of each.")]
    public string? Velocity { get; set; }

    [Option("vsini", MetaValue = "V", HelpText = "v sin i in km/s: a value (0), free (to 100), or 0:MAX.")]
    public string? Rotation { get; set; }

    [Option("limb-darkening", MetaValue = "E", HelpText = "Linear limb darkening of the rotation, 0 to 1 (0.6).")]
    public double? LimbDarkening { get; set; }

    [Option("resolution", MetaValue = "R", HelpText = "Resolving power of the instrument, wavelength / FWHM: a value, LO:HI to fit it, or with --together one value for each file, with commas; left out, the lines are as narrow as the manifold's.")]
    public string? Resolution { get; set; }

    [Option("instrument", MetaValue = "FILE", HelpText = "In place of --resolution a table: wavelength and resolution (R along the spectrum), or offset in km/s and the profile of a line (several columns: called by their wavelengths); with --together one for each file, with commas.")]
    public string? Instrument { get; set; }

    [Option("grid-resolution", MetaValue = "R", HelpText = "Resolving power that the manifold's own spectra have already, when they were broadened.")]
    public double? GridResolution { get; set; }

    [Option("fold", MetaValue = "E", HelpText = "The instrument is folded into the widths of the lines, instead of convolving, where that is wrong by less than this share of the continuum (1e-4; 0 never).")]
    public double? Fold { get; set; }

    [Option("continuum", MetaValue = "N", HelpText = "Continuum of every order: degree of a polynomial (4), or spline:N for a cubic spline of N intervals.")]
    public string? Continuum { get; set; }

    [Option("window", MetaValue = "LO:HI", HelpText = "Observed vacuum Angstrom that alone count, for example --window 8500:8600 8650:8800.")]
    public IEnumerable<string> Window { get; set; } = [];

    [Option("mask-file", MetaValue = "FILE", HelpText = "Text files of observed vacuum Angstrom to leave out: LOW HIGH, or wavelength and 0 or 1, in every line.")]
    public IEnumerable<string> MaskFiles { get; set; } = [];

    [Option("least-transmission", MetaValue = "T", HelpText = "Where a file gives the atmosphere's transmission, leave out pixels below this (0.9); elsewhere the model is multiplied by it.")]
    public double? LeastTransmission { get; set; }

    [Option("telluric", MetaValue = "FILE", HelpText = "The atmosphere's transmission (a table of wavelength and transmission, observatory's frame, at the instrument's resolution), beside what the spectra's files give.")]
    public string? Telluric { get; set; }

    [Option("loss", MetaValue = "NAME", HelpText = "What bad pixels may do: square, huber or tukey (tukey).")]
    public string? Loss { get; set; }

    [Option("together", HelpText = "All files are exposures of one star, fitted as one.")]
    public bool Together { get; set; }

    [Option("velocities", MetaValue = "one|each", HelpText = "With --together: one velocity, or one for each exposure (velocity, velocity_2 ...). By default one where all files state one frame other than the observatory's, else each.")]
    public string? Velocities { get; set; }

    [Option("barycentric", MetaValue = "V", HelpText = "Give velocities at the barycentre: 'file' for the correction that the file states, or a value in km/s, to be added to a velocity in the file's frame; one for all files, or one for each with commas. Nothing is corrected unasked.")]
    public string? Barycentric { get; set; }

    [Option("also", MetaValue = "MANIFOLD", HelpText = "More manifolds: each is fitted, the one with the most evidence gives the result, and a note says the shares and the average.")]
    public IEnumerable<string> Also { get; set; } = [];

    [Option("extrapolate", MetaValue = "AXIS=VALUE", HelpText = "Continue the manifold beyond the end of an axis, for example --extrapolate logg=5.5: the logarithm of the flux goes on along its last step, by four steps at most. Flagged; its error is not known.")]
    public string? Extrapolate { get; set; }

    // The tables of --instrument, and the wavelengths that they say something about.
    private readonly List<(string File, double[] WavelengthAngstrom)> _instruments = [];

    private bool IsObserved => Velocity is not null || Rotation is not null || Resolution is not null || Instrument is not null || Continuum is not null;

    private void CheckObserved(bool published)
    {
        if (!IsObserved)
        {
            if (LimbDarkening is not null || GridResolution is not null || Fold is not null || Window.Any() || MaskFiles.Any() || LeastTransmission is not null || Telluric is not null || Loss is not null || Together || Velocities is not null || Barycentric is not null || Extrapolate is not null || Standards is not null || Also.Any())
                throw new EngineException(ErrorCode.BadArguments, "--limb-darkening, --grid-resolution, --fold, --window, --mask-file, --least-transmission, --telluric, --loss, --together, --velocities, --barycentric, --extrapolate, --standards and --also belong to fits with --velocity, --vsini, --resolution or --continuum; give one of these.");
            return;
        }

        if (Resolution is not null && Instrument is not null) throw new EngineException(ErrorCode.BadArguments, "Both --resolution and --instrument say how wide the instrument makes lines; give one of them.");
        if (Standards is not null && Also.Any()) throw new EngineException(ErrorCode.BadArguments, "--standards corrects one manifold, and corrected ones cannot be compared by evidence; leave out --also or --standards.");
        if (published) throw new EngineException(ErrorCode.BadArguments, "The published search knows neither velocity nor continuum; leave out --compat blase, or --velocity, --vsini, --resolution and --continuum.");
        if (Resume || Shard is not null) throw new EngineException(ErrorCode.BadArguments, "Fits with --velocity, --vsini, --resolution or --continuum are made one by one; leave out --resume and --shard.");
        if (Normalized) throw new EngineException(ErrorCode.BadArguments, "Fits with --velocity, --vsini, --resolution or --continuum find the continuum themselves; leave out --normalized, or give --continuum 0.");
    }

    private ObservationOptions ObservationOptions()
    {
        var options = new ObservationOptions
        {
            LimbDarkening = LimbDarkening ?? RotationProfile.DefaultLimbDarkening,
            Continuum = ContinuumOf(Continuum),
            Windows = [.. Window.Select(text => ParseRange("window", text))],
            Masks = [.. _masked, .. MaskFiles.SelectMany(file => MaskFile.Read(file, MediumOf(Medium) ?? WavelengthMedium.Vacuum))],
            LeastTransmission = LeastTransmission ?? 0.9,
            FoldingTolerance = Fold ?? new ObservationOptions().FoldingTolerance,
            Continuation = ContinuationOf(Extrapolate),
            Loss = Loss switch
            {
                null or "tukey" => RobustLoss.Tukey,
                "huber" => RobustLoss.Huber,
                "square" => RobustLoss.Square,
                _ => throw new EngineException(ErrorCode.BadArguments, $"The loss is '{Loss}'; give square, huber or tukey."),
            },
        };
        if (Number("velocity", Velocity, "a value in km/s, free, or LO:HI", out (double Low, double High)? sought) is { } velocity) options = options with { VelocityKmPerS = velocity };
        else if (sought is { } range) options = options with { VelocityRangeKmPerS = range };
        if (Rotation is not null)
        {
            double? rotation = Number("v sin i", Rotation, "a value in km/s, free, or 0:MAX", out (double Low, double High)? free);
            if (free is { Low: not 0 })
                throw new EngineException(ErrorCode.BadArguments, FormattableString.Invariant($"The v sin i is '{Rotation}'; its range begins at 0: give --vsini 0:{free.Value.High}, and --prior vsini={Rotation} if it is known to lie there."));
            options = options with { RotationKmPerS = rotation, LargestRotationKmPerS = free?.High ?? (rotation is null ? LargestFreeRotation : Math.Max(rotation.Value, 1)) };
        }

        if (Resolution is not null)
        {
            string[] each = Resolution.Split(',', StringSplitOptions.TrimEntries);
            if (each.Length > 1) return Checked(options with { Profiles = [.. each.Select(text => InstrumentProfile.Gaussian(Own(ValueOf(text))))] });
            double? known = Number("resolving power", Resolution, "a value, or LO:HI", out (double Low, double High)? free);
            if (known is null && free is null) throw new EngineException(ErrorCode.BadArguments, "The resolving power cannot be free without a range; give --resolution LO:HI.");
            double middle = known ?? Math.Sqrt(Own(free!.Value.Low) * Own(free.Value.High));
            options = options with
            {
                Profile = InstrumentProfile.Gaussian(known is null ? middle : Own(middle)),
                ResolutionFactorRange = known is null ? (Own(free!.Value.Low) / middle, Own(free.Value.High) / middle) : null,
            };
        }

        if (Instrument is not null)
        {
            InstrumentProfile[] each = [.. Instrument.Split(',', StringSplitOptions.TrimEntries).Select(ProfileOf)];
            options = each.Length == 1 ? options with { Profile = each[0] } : options with { Profiles = each };
        }

        return Checked(options);

        InstrumentProfile ProfileOf(string file)
        {
            InstrumentTable table = InstrumentFile.Read(file);
            _instruments.Add((file, table.WavelengthAngstrom));
            if (GridResolution is not null && table.Resolution.Length == 0)
                throw new EngineException(ErrorCode.BadArguments, $"{file} gives a profile, of which nothing can be taken off for the resolution of the manifold's own spectra; leave out --grid-resolution, or give resolutions.");
            return Of(table);
        }

        // What is wrong with the values is wrong with the file.
        InstrumentProfile Of(InstrumentTable table)
        {
            try
            {
                return table.Resolution.Length > 0
                    ? new GaussianProfile(table.WavelengthAngstrom, [.. table.Resolution.Select(Own)]) : new SampledProfile(table.OffsetKmPerS, table.WavelengthAngstrom, table.Profile);
            }
            catch (EngineException failure)
            {
                throw new EngineException(ErrorCode.BadInput, $"The instrument {_instruments[^1].File}: {failure.Message}", failure);
            }
        }

        static ObservationOptions Checked(ObservationOptions options)
        {
            options.Validate();
            return options;
        }

        static double ValueOf(string text) => TryNumber(text, out double value)
            ? value : throw new EngineException(ErrorCode.BadArguments, $"The resolving power '{text}' is no number; give one value for each file, with commas between them.");
    }

    // What is left for the instrument when the manifold's spectra are of a resolution themselves: widths add in squares.
    private double Own(double resolution)
    {
        if (GridResolution is not { } grid || !(resolution > 0)) return resolution; // what is no resolution at all is refused with its own value
        return resolution < grid
            ? 1 / Math.Sqrt((1 / (resolution * resolution)) - (1 / (grid * grid)))
            : throw new EngineException(ErrorCode.BadArguments, FormattableString.Invariant($"The resolving power {resolution} is not below that of the manifold's own spectra, {grid}; a spectrum cannot be sharpened."));
    }

    private static AxisContinuation? ContinuationOf(string? text)
    {
        if (text is null) return null;
        string[] sides = text.Split('=', StringSplitOptions.TrimEntries);
        return sides.Length == 2 && sides[0].Length > 0 && TryNumber(sides[1], out double to)
            ? new AxisContinuation(sides[0].ToLowerInvariant(), to)
            : throw new EngineException(ErrorCode.BadArguments, $"The continuation is '{text}'; give one axis and where it is to end, as --extrapolate logg=5.5.");
    }

    private static ContinuumBasis ContinuumOf(string? text)
    {
        const string spline = "spline:";
        if (text is null) return ContinuumBasis.Chebyshev(4);
        bool isSpline = text.StartsWith(spline, StringComparison.Ordinal);
        if (!int.TryParse(isSpline ? text[spline.Length..] : text, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out int number))
            throw new EngineException(ErrorCode.BadArguments, $"The continuum is '{text}'; give the degree of a polynomial, or spline:N.");
        return isSpline ? ContinuumBasis.Spline(number) : ContinuumBasis.Chebyshev(number);
    }

    // A value; null when it is to be found, with the range if one was given.
    private static double? Number(string what, string? text, string form, out (double Low, double High)? range)
    {
        range = null;
        if (text is null or "free") return null;
        if (TryNumber(text, out double value)) return value;
        string[] ends = text.Split(':', StringSplitOptions.TrimEntries);
        if (ends.Length != 2 || !TryNumber(ends[0], out double low) || !TryNumber(ends[1], out double high) || !(high > low))
            throw new EngineException(ErrorCode.BadArguments, $"The {what} is '{text}'; give {form}.");
        range = (low, high);
        return null;
    }

    private TelluricTransmission? TelluricOf()
    {
        if (Telluric is null) return null;
        (double[] wavelength, double[] transmission) = TransmissionFile.Read(Telluric, MediumOf(Medium) ?? WavelengthMedium.Vacuum);
        return new TelluricTransmission(wavelength, transmission, Telluric);
    }
}
