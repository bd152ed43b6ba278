namespace Blase3D.Engine.Spectra.Reading.Formats;

/// <summary>
/// CSV, ECSV and blank-separated text: columns told by their names, or wavelength, flux and sigma in this order. Comments of the form
/// <c># name: value</c> are its header.
/// </summary>
internal sealed class TextFormat : ISpectrumFormat
{
    /// <inheritdoc/>
    public string Name => "text";

    /// <inheritdoc/>
    public bool Recognises(SourceFile source) => !source.IsFits;

    /// <inheritdoc/>
    public RawExposure Read(SourceFile source)
    {
        TextTable table = source.Table;
        if (source.Selection.Extension is { } wanted) throw SpectrumRules.Bad($"{source.Path} is a text and has no extension {wanted}; leave the brackets out.");
        SpectrumColumns columns = SpectrumColumns.Find(source.Path, table.Names);
        if (table.Names.Count(name => name.StartsWith("flux_", StringComparison.Ordinal) && name.AsSpan(5).ContainsAnyInRange('0', '9') && !name.AsSpan(5).ContainsAnyExceptInRange('0', '9')) > 1)
            throw SpectrumRules.Bad($"{source.Path} holds several spectra in one table; end its name in .csv (or .csv.gz) for 'infer', or give a file of one of them.");
        string unit = table.Units[columns.Wavelength] is { Length: > 0 } given ? given : columns.WavelengthUnit;
        double[]? errors = columns.Uncertainty < 0 ? null : table.Columns[columns.Uncertainty];
        var header = new SpectrumHeader(table.Header);
        var order = new RawOrder(0, table.Columns[columns.Wavelength], table.Columns[columns.Flux], errors)
        {
            Bad = columns.Mask < 0 ? null : SpectrumColumns.ToBad(table.Columns[columns.Mask]),
        };
        bool hasFourth = table.Names.Count == 4 && table.Names.All(string.IsNullOrEmpty);
        return new RawExposure([order])
        {
            Unit = unit,
            FluxUnit = table.Units[columns.Flux],
            Medium = MediumCheck.FromHeader(header) ?? MediumCheck.FromName(table.Names[columns.Wavelength]),
            Frame = FrameCheck.FromHeader(header),
            Errors = columns.Kind,
            BarycentricVelocityKmPerS = FrameCheck.Velocity(header),
            Header = header,
            Notes = hasFourth ? ["The columns have no names: they were taken as wavelength, flux and standard deviation, and the fourth was left out."] : [.. columns.OtherFluxes(table.Names)],
        };
    }
}
