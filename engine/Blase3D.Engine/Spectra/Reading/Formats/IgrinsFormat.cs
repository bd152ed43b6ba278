namespace Blase3D.Engine.Spectra.Reading.Formats;

/// <summary>
/// IGRINS spectra of the pipeline plp: SDC[HK]_*.spec_a0v.fits (SPEC_DIVIDE_A0V and WAVELENGTH in micrometres in one file) or *.spec.fits with
/// its wavelengths in *.wave.fits or *.wvlsol_v1.fits beside it (nm); the variance in *.variance.fits beside it. Vacuum, observatory's frame.
/// The signal to noise in *.sn.fits is per resolution element, not per pixel, and is not used.
/// </summary>
internal sealed class IgrinsFormat : ISpectrumFormat
{
    private const string Divided = "SPEC_DIVIDE_A0V";

    /// <inheritdoc/>
    public string Name => "IGRINS";

    /// <inheritdoc/>
    public bool Recognises(SourceFile source) => source.Find(Divided) is not null
        || (source.Primary.Text("INSTRUME")?.StartsWith("IGRINS", StringComparison.OrdinalIgnoreCase) == true && source.Hdus[0].Shape.Length == 2);

    /// <inheritdoc/>
    public RawExposure Read(SourceFile source)
    {
        SourceHdu flux = source.Chosen() ?? source.Find(Divided) ?? source.Hdus[0];
        SourceHdu? target = source.Find("TGT_SPEC");
        bool isDivided = flux.IsCalled(Divided);
        double[][] wavelength = Wavelength(source, flux);
        double[][]? variance = Beside(source, flux, "variance.fits");
        bool hasErrors = variance is not null && (!isDivided || target is not null);
        var orders = new List<RawOrder>();
        for (int row = 0; row < wavelength.Length; row++)
        {
            double[] values = source.Row(flux, row);
            double[]? errors = !hasErrors ? null
                : isDivided ? Relative(variance![row], source.Row(target!, row), values)
                : Array.ConvertAll(variance![row], Math.Sqrt);
            orders.Add(new RawOrder(row, wavelength[row], values, errors));
        }

        return new RawExposure(orders)
        {
            Unit = UnitOf(source, wavelength),
            Medium = WavelengthMedium.Vacuum,
            Frame = SpectralFrame.Observatory,
            Errors = hasErrors ? ErrorKind.StandardDeviation : ErrorKind.None,
            Extension = flux.Choice,
            Header = source.Primary,
            Notes = Notes(source, isDivided, hasErrors, variance is not null),
        };
    }

    private static double[][] Wavelength(SourceFile source, SourceHdu flux)
    {
        if (source.Find("WAVELENGTH") is { } own && own.HasShapeOf(flux)) return Rows(source, own);
        return Beside(source, flux, "wave.fits") ?? Beside(source, flux, "wvlsol_v1.fits") ?? throw SpectrumRules.Bad(
            $"{source.Path} has no wavelengths; put {Path.GetFileName(NameOf(source, "wave.fits"))} of the same reduction beside it, or read the .spec_a0v.fits.");
    }

    /// <summary>The rows of the file that belongs to a spectrum; null when it is not there.</summary>
    private static double[][]? Beside(SourceFile source, SourceHdu flux, string ending)
    {
        string file = NameOf(source, ending);
        if (!File.Exists(file) && File.Exists(file + ".gz")) file += ".gz";
        if (!File.Exists(file)) return null;
        using var other = new SourceFile(new SourceSelection(file, null, null, null));
        return other.Hdus.FirstOrDefault(hdu => hdu.HasShapeOf(flux)) is { } same
            ? Rows(other, same)
            : throw SpectrumRules.Bad($"{file} does not have the shape of {flux.Describe()} in {source.Path}; they do not belong together.");
    }

    private static string NameOf(SourceFile source, string ending)
    {
        int cut = Path.GetFileName(source.Path).IndexOf(".spec", StringComparison.OrdinalIgnoreCase);
        string stem = cut > 0 ? Path.GetFileName(source.Path)[..cut] : Path.GetFileNameWithoutExtension(source.Path);
        return Path.Combine(Path.GetDirectoryName(source.Path) ?? string.Empty, $"{stem}.{ending}");
    }

    private static double[][] Rows(SourceFile source, SourceHdu hdu) =>
        [.. Enumerable.Range(0, (int)(hdu.Shape.Length == 1 ? 1 : hdu.Shape[1])).Select(row => source.Row(hdu, row))];

    /// <summary>The division by the standard keeps the relative error of the star; that of the standard is not known here.</summary>
    private static double[] Relative(double[] variance, double[] target, double[] flux) =>
        [.. variance.Select((value, i) => Math.Abs(flux[i] * Math.Sqrt(value) / target[i]))];

    /// <summary>The instrument sees 1.4 to 2.5 micrometres only, so that the number tells the unit.</summary>
    private static string UnitOf(SourceFile source, double[][] wavelength) => wavelength.SelectMany(row => row).FirstOrDefault(value => value > 0) switch
    {
        > 1 and < 3 => "um",
        > 1000 and < 3000 => "nm",
        > 10_000 and < 30_000 => "Angstrom",
        var odd => throw SpectrumRules.Bad($"{source.Path}: the wavelength {odd} is none of IGRINS in micrometres, nm or Angstrom."),
    };

    private static List<string> Notes(SourceFile source, bool isDivided, bool hasErrors, bool hasVariance)
    {
        var notes = new List<string>();
        if (isDivided && hasErrors) notes.Add("The errors are those of the star alone; the noise of the A0V standard is not in them.");
        if (hasErrors) return notes;
        notes.Add(hasVariance
            ? "The variance is that of the star before the division by the standard, and the file has no TGT_SPEC to scale it; no errors were taken."
            : $"There is no {Path.GetFileName(NameOf(source, "variance.fits"))} beside it, so that there are no errors (a .sn.fits is per resolution element, not per pixel).");
        return notes;
    }
}
