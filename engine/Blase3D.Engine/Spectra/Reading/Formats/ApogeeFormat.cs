namespace Blase3D.Engine.Spectra.Reading.Formats;

/// <summary>
/// APOGEE apStar (flux, error, bit mask) and aspcapStar (normalised flux, error, model): images on log10 vacuum Angstrom from 4.179 in steps
/// of 6e-6, in the star's frame (Abdurro'uf et al. 2022, ApJS 259, 35, and the survey's data model). Of apStar the first row is read, the
/// combination of all visits; the others by <c>FILE[row=N]</c>.
/// </summary>
internal sealed class ApogeeFormat : ISpectrumFormat
{
    private const double Start = 4.179, Step = 6e-6;

    // APOGEE_PIXMASK: bad, cosmic ray, saturated, unfixable, bad dark, bad flat, bad error, no sky fibre, too little of the profile.
    private const int BadBits = 0b0100_0000_1111_1111;

    // What the survey writes as error where it has no data.
    private const double NoError = 1e9;

    /// <inheritdoc/>
    public string Name => "APOGEE";

    /// <inheritdoc/>
    public bool Recognises(SourceFile source)
    {
        if (source.Hdus.Count < 4 || source.Hdus[0].Shape.Length > 0) return false;
        SourceHdu flux = source.Hdus[1];
        return flux.IsImage && flux.Shape.Length is 1 or 2
            && flux.Header.Number("CRVAL1") is { } start && Math.Abs(start - Start) < 1e-3
            && (flux.Header.Number("CDELT1") ?? flux.Header.Number("CD1_1")) is { } step && Math.Abs(step - Step) < 1e-9
            && source.Hdus[2].HasShapeOf(flux);
    }

    /// <inheritdoc/>
    public RawExposure Read(SourceFile source)
    {
        SourceHdu flux = source.Hdus[1], error = source.Hdus[2], third = source.Hdus[3];
        long rows = flux.Shape.Length == 1 ? 1 : flux.Shape[1];
        int row = source.Selection.Row ?? 0;
        if (row >= rows) throw SpectrumRules.Bad($"{source.Path} has no row {row}; it has {rows}, from 0 to {rows - 1}.");
        bool isVisits = third.IsInteger && third.HasShapeOf(flux);
        double[] values = source.Row(flux, row), errors = source.Row(error, row);
        double[] mask = isVisits ? source.Row(third, row) : new double[values.Length];
        bool[] bad = [.. mask.Select((bits, i) => ((int)bits & BadBits) != 0 || errors[i] >= NoError || (!isVisits && values[i] == 0 && !(errors[i] > 0)))];
        double first = flux.Header.Number("CRVAL1")!.Value, reference = flux.Header.Number("CRPIX1") ?? 1;
        double step = (flux.Header.Number("CDELT1") ?? flux.Header.Number("CD1_1"))!.Value;
        double[] wavelength = [.. Enumerable.Range(0, values.Length).Select(i => Math.Pow(10, first + (i + 1 - reference) * step))];
        SpectrumHeader header = source.Primary.With(flux.Header);
        return new RawExposure([new RawOrder(0, wavelength, values, errors) { Bad = bad }])
        {
            Unit = "Angstrom",
            FluxUnit = flux.Header.Text("BUNIT") ?? string.Empty,
            Medium = WavelengthMedium.Vacuum,
            Frame = SpectralFrame.Star,
            Errors = ErrorKind.StandardDeviation,
            IsNormalized = !isVisits,
            Extension = rows == 1 ? flux.Choice : $"{flux.Choice}, row {row} of {rows}",
            Header = header,
            Notes = rows > 1 && source.Selection.Row is null
                ? [$"Row 0 of {rows} was read, the combination of the visits; {source.Path}[row=N] gives another."]
                : [],
        };
    }
}
