namespace Blase3D.Engine.Spectra.Reading.Formats;

/// <summary>
/// FITS images: one dimension with a wavelength axis in the header (or a WAVE file of PHOENIX beside it), or any shape of orders with an
/// extension of wavelengths of the same shape; errors and mask in extensions of their usual names.
/// </summary>
internal sealed class FitsImageFormat : ISpectrumFormat
{
    private static readonly string[] Sigma = ["SIGMA", "ERROR", "ERR", "ERRS", "UNCERTAINTY", "UNC", "UNC_FLUX", "STDDEV", "NOISE"];
    private static readonly string[] Variance = ["VARIANCE", "VAR"];
    private static readonly string[] InverseVariance = ["IVAR", "INVVAR"];
    private static readonly string[] Masks = ["MASK", "QUAL", "QUALITY", "DQ", "FLAGS"];
    private static readonly string[] Wavelengths = [.. PhoenixWave.Extensions, "WAVL", "LAMBDA"];

    /// <inheritdoc/>
    public string Name => "FITS image";

    /// <inheritdoc/>
    public bool Recognises(SourceFile source) => source.Chosen() is { IsImage: true } || CandidatesOf(source).Count > 0;

    /// <inheritdoc/>
    public RawExposure Read(SourceFile source)
    {
        SourceHdu flux = Choose(source);
        SourceHdu? wave = WaveOf(source, flux);
        (SourceHdu? errors, ErrorKind kind) = ErrorsOf(source, flux);
        SourceHdu? mask = source.Hdus.FirstOrDefault(hdu => hdu.IsCalled(Masks) && hdu.HasShapeOf(flux));
        SpectrumHeader header = flux.Index == 0 ? flux.Header : flux.Header.With(source.Primary);
        RawExposure exposure = wave is not null
            ? new RawExposure(OrderRows.Read(source, flux, wave, errors, mask))
            {
                Unit = wave.Header.Text("BUNIT") ?? "Angstrom",
                Medium = MediumCheck.FromHeader(wave.Header) ?? MediumCheck.FromName(wave.Name) ?? MediumCheck.FromHeader(header),
            }
            : OneDimension(source, flux, errors, mask);
        return exposure with
        {
            Errors = kind,
            FluxUnit = header.Text("BUNIT") ?? string.Empty,
            Frame = FrameCheck.FromHeader(header),
            BarycentricVelocityKmPerS = FrameCheck.Velocity(header),
            Extension = flux.Choice,
            Header = header,
            Notes = [.. Unfit(source, flux, errors, mask)],
        };
    }

    // A companion of another shape may belong to another spectrum of the file; where it is the only one of its kind its user misses it.
    private static IEnumerable<string> Unfit(SourceFile source, SourceHdu flux, SourceHdu? errors, SourceHdu? mask)
    {
        foreach (SourceHdu other in source.Hdus.Where(hdu => hdu.IsImage && hdu.PixelCount > 1 && !hdu.HasShapeOf(flux)))
        {
            bool isMask = other.IsCalled(Masks);
            if (isMask ? mask is null : errors is null && (other.IsCalled(Sigma) || other.IsCalled(Variance) || other.IsCalled(InverseVariance)))
                yield return $"{other.Describe()} does not have the shape of {flux.Describe()} and was not used: {(isMask ? "no pixel is masked by it" : "the spectrum has no errors")}.";
        }
    }

    /// <summary>The images that hold a flux whose wavelengths are known, or look for a WAVE file.</summary>
    internal static IReadOnlyList<SourceHdu> CandidatesOf(SourceFile source) =>
    [
        .. source.Hdus.Where(hdu => hdu.IsImage && hdu.PixelCount > 1 && !IsCompanion(hdu)
            && (WaveOf(source, hdu) is not null || (hdu.Shape.Length == 1 && (hdu.Index == 0 || hdu.Header.Text("CRVAL1") is not null)))),
    ];

    private static bool IsCompanion(SourceHdu hdu) =>
        hdu.IsCalled(Sigma) || hdu.IsCalled(Variance) || hdu.IsCalled(InverseVariance) || hdu.IsCalled(Masks) || hdu.IsCalled(Wavelengths);

    private static SourceHdu Choose(SourceFile source)
    {
        if (source.Chosen() is { } chosen)
        {
            return chosen.PixelCount > 1 && (chosen.Shape.Length == 1 || WaveOf(source, chosen) is not null)
                ? chosen
                : throw SpectrumRules.Bad($"{source.Path}: the extension {chosen.Describe()} is no spectrum, and no extension of its shape holds wavelengths.");
        }

        IReadOnlyList<SourceHdu> candidates = CandidatesOf(source);
        return candidates.Count == 1 ? candidates[0] : throw Candidates.Several(source, candidates);
    }

    private static SourceHdu? WaveOf(SourceFile source, SourceHdu flux) =>
        Wavelengths.Select(name => source.Hdus.FirstOrDefault(hdu => hdu.Index != flux.Index && hdu.IsCalled(name) && hdu.HasShapeOf(flux)))
            .FirstOrDefault(hdu => hdu is not null);

    private static (SourceHdu? Errors, ErrorKind Kind) ErrorsOf(SourceFile source, SourceHdu flux)
    {
        foreach ((string[] names, ErrorKind kind) in new[]
            { (Sigma, ErrorKind.StandardDeviation), (Variance, ErrorKind.Variance), (InverseVariance, ErrorKind.InverseVariance) })
        {
            if (source.Hdus.FirstOrDefault(hdu => hdu.IsCalled(names) && hdu.HasShapeOf(flux)) is { } errors) return (errors, kind);
        }

        return (null, ErrorKind.None);
    }

    private static RawExposure OneDimension(SourceFile source, SourceHdu flux, SourceHdu? errors, SourceHdu? mask)
    {
        double[] values = source.Image(flux);
        WavelengthMedium? said = MediumCheck.FromHeader(flux.Header);
        bool hasAxis = flux.Header.Text("CRVAL1") is not null;
        (double[] wavelength, string unit) = hasAxis ? WavelengthAxis.Read(source.Path, flux.Header, values.Length) : ([], string.Empty);
        if (!hasAxis) (wavelength, unit, said) = FromWaveFile(source.Path, flux.Header, values.Length, said);
        var order = new RawOrder(0, wavelength, values, errors is null ? null : source.Image(errors))
        {
            Bad = mask is null ? null : SpectrumColumns.ToBad(source.Image(mask)),
        };
        return new RawExposure([order]) { Unit = unit, Medium = said };
    }

    private static (double[] Wavelength, string Unit, WavelengthMedium? Medium) FromWaveFile(
        string path, SpectrumHeader header, int pixels, WavelengthMedium? said)
    {
        var files = new PhoenixWave([]);
        string waveFile = files.Find(path);
        (double[] wavelength, WavelengthMedium? waveSaid) = files.ReadFor(path, waveFile, (long?)header.Number("IWAVE0"), pixels);
        return (wavelength, "Angstrom", said ?? waveSaid);
    }
}
