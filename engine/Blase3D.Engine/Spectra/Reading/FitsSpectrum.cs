using Blase3D.Native.Cfitsio;

namespace Blase3D.Engine.Spectra.Reading;

/// <summary>One spectrum of a FITS file.</summary>
internal static class FitsSpectrum
{
    private static readonly string[] Endings = [".fits", ".fit", ".fits.gz", ".fit.gz"];
    private static readonly string[] SigmaExtensions = ["SIGMA", "ERROR", "ERR", "UNCERTAINTY"];

    /// <summary>Whether a name ends like a FITS file, gzip or not.</summary>
    internal static bool HasFitsEnding(string name) => Endings.Any(e => name.EndsWith(e, StringComparison.OrdinalIgnoreCase));

    internal static RawSpectrum Read(string path)
    {
        using FitsFile fits = FitsFile.OpenRead(path);
        long[] shape = fits.Kind == FitsHduKind.Image ? fits.ImageShape : [];
        if (shape.Length == 1 && shape[0] > 1) return ReadImage(fits, path, shape[0]);
        return FindTable(fits, path) ?? throw Unknown(fits, path);
    }

    private static RawSpectrum ReadImage(FitsFile fits, string path, long pixels)
    {
        double[] flux = Pixels(fits, pixels);
        WavelengthMedium? said = MediumCheck.FromHeader(fits);
        bool hasAxis = fits.ReadDoubleKey("CRVAL1") is not null;
        RawSpectrum axis = hasAxis ? FromWcs(fits, path, flux, said) : new RawSpectrum([], string.Empty, flux, null, said);
        long? waveIndex = fits.ReadInt64Key("IWAVE0");
        bool hasSigma = SigmaExtensions.FirstOrDefault(fits.TryMoveTo) is not null && SameLength(fits, pixels);
        double[]? sigma = hasSigma ? Pixels(fits, pixels) : null;
        if (PhoenixWave.Extensions.FirstOrDefault(fits.TryMoveTo) is { } extension && SameLength(fits, pixels))
        {
            return new RawSpectrum(
                Pixels(fits, pixels),
                fits.ReadStringKey("BUNIT") ?? "Angstrom",
                flux,
                sigma,
                MediumCheck.FromHeader(fits) ?? MediumCheck.FromName(extension) ?? said);
        }

        return hasAxis ? axis with { Sigma = sigma } : FromWaveFile(path, flux, sigma, waveIndex, said);
    }

    private static RawSpectrum FromWcs(FitsFile fits, string path, double[] flux, WavelengthMedium? said)
    {
        double start = fits.ReadDoubleKey("CRVAL1") ?? 0;
        double reference = fits.ReadDoubleKey("CRPIX1") ?? 1;
        double? step = fits.ReadDoubleKey("CDELT1") ?? fits.ReadDoubleKey("CD1_1");
        if (step is not { } delta || delta == 0)
        {
            throw SpectrumRules.Bad($"{path} has CRVAL1 = {start} but no step of the wavelengths (CDELT1 or CD1_1).");
        }

        string type = fits.ReadStringKey("CTYPE1")?.Trim().ToUpperInvariant() ?? string.Empty;
        bool logarithmic = type.Contains("LOG", StringComparison.Ordinal) || fits.ReadInt64Key("DC-FLAG") == 1;
        string unit = fits.ReadStringKey("CUNIT1")?.Trim() ?? string.Empty;
        var wavelength = new double[flux.Length];
        for (int i = 0; i < wavelength.Length; i++)
        {
            double offset = (i + 1 - reference) * delta;
            wavelength[i] = logarithmic ? FromLogarithm(start, offset) : start + offset;
        }

        // CRVAL1 as a logarithm is one of Angstrom in every file of that kind; the unit then says nothing, or "log(Angstrom)".
        return new RawSpectrum(wavelength, logarithmic && start < 12 ? "Angstrom" : unit, flux, null, said);
    }

    /// <summary>
    /// A logarithmic axis is written in three ways, told apart by CRVAL1: log10 of Angstrom (below 5.5), natural logarithm of Angstrom
    /// (below 12, the PHOENIX medium resolution files), else a wavelength with lambda = CRVAL1 exp(offset / CRVAL1) (Greisen et al. 2006,
    /// A&amp;A 446, 747, eq. 5).
    /// </summary>
    private static double FromLogarithm(double start, double offset) =>
        start < 5.5 ? Math.Pow(10, start + offset) : start < 12 ? Math.Exp(start + offset) : start * Math.Exp(offset / start);

    private static RawSpectrum FromWaveFile(string path, double[] flux, double[]? sigma, long? waveIndex, WavelengthMedium? said)
    {
        var files = new PhoenixWave([]);
        string waveFile = files.Find(path);
        (double[] wavelength, WavelengthMedium? waveSaid) = files.ReadFor(path, waveFile, waveIndex, flux.Length);
        return new RawSpectrum(wavelength, "Angstrom", flux, sigma, said ?? waveSaid);
    }

    private static RawSpectrum? FindTable(FitsFile fits, string path)
    {
        int unknown = -1;
        for (int hdu = 0; hdu < fits.HduCount; hdu++)
        {
            fits.MoveTo(hdu);
            if (fits.Kind == FitsHduKind.Image) continue;
            IReadOnlyList<FitsColumn> table = fits.Columns;
            if (SpectrumColumns.TryFind([.. table.Select(c => c.Name)]) is not { } columns)
            {
                unknown = hdu;
                continue;
            }

            string unit = table[columns.Wavelength].Unit is { Length: > 0 } given ? given : columns.WavelengthUnit;
            double[]? sigma = columns.Uncertainty < 0 ? null : SpectrumColumns.ToSigma(fits.ReadColumn(columns.Uncertainty), columns.Kind);
            if (fits.RowCount > 1 && table[columns.Wavelength].Repeat > 1)
            {
                throw SpectrumRules.Bad(
                    $"{path}[{hdu}] holds {fits.RowCount} rows of arrays; one spectrum is one row of arrays, or one pixel per row.");
            }

            return new RawSpectrum(
                fits.ReadColumn(columns.Wavelength),
                unit,
                fits.ReadColumn(columns.Flux),
                sigma,
                MediumCheck.FromHeader(fits) ?? MediumCheck.FromName(table[columns.Wavelength].Name));
        }

        if (unknown < 0) return null;
        fits.MoveTo(unknown);
        throw SpectrumColumns.Unknown($"{path}[{unknown}]", [.. fits.Columns.Select(c => c.Name)]);
    }

    private static EngineException Unknown(FitsFile fits, string path)
    {
        var parts = new List<string>();
        for (int hdu = 0; hdu < fits.HduCount; hdu++)
        {
            fits.MoveTo(hdu);
            string name = fits.ReadStringKey("EXTNAME")?.Trim() ?? (hdu == 0 ? "PRIMARY" : "no name");
            parts.Add($"{name} [{string.Join(" x ", fits.Kind == FitsHduKind.Image ? fits.ImageShape : [fits.RowCount])}]");
        }

        return SpectrumRules.Bad(
            $"{path} holds no single spectrum, but {string.Join(", ", parts)}; give a table or a one-dimensional image.");
    }

    private static bool SameLength(FitsFile fits, long pixels) =>
        fits.Kind == FitsHduKind.Image && fits.ImageShape is [var n] && n == pixels;

    private static double[] Pixels(FitsFile fits, long pixels)
    {
        var values = new double[pixels];
        fits.ReadImage(0, values);
        return values;
    }
}
