namespace Blase3D.Engine.Spectra.Reading.Formats;

/// <summary>
/// One-dimensional spectra of the ESO archive (Science Data Product Standard, SCIENCE.SPECTRUM): a table with one row of arrays, whose columns
/// say by TUTYPn and TUCDn what they are. Frame by SPECSYS; air wavelengths have the TUCD em.wl;obs.atmos; pixels with a QUAL other than 0 are bad.
/// </summary>
internal sealed class EsoPhase3Format : ISpectrumFormat
{
    /// <inheritdoc/>
    public string Name => "ESO Phase 3";

    /// <inheritdoc/>
    public bool Recognises(SourceFile source) => Table(source) is not null;

    /// <inheritdoc/>
    public RawExposure Read(SourceFile source)
    {
        SourceHdu table = Table(source)!;
        int wavelength = Column(table, "SPECTRALAXIS.VALUE", "WAVE"), flux = Column(table, "FLUXAXIS.VALUE", "FLUX");
        if (source.Selection.Extension is { } chosen) flux = table.ColumnIndex(chosen) is >= 0 and var own ? own : throw NoColumn(source, table, chosen);
        if (wavelength < 0 || flux < 0) throw NoColumn(source, table, wavelength < 0 ? "WAVE" : "FLUX");
        int error = source.Selection.Extension is { } name
            ? table.ColumnIndex(name.Replace("FLUX", "ERR", StringComparison.OrdinalIgnoreCase))
            : Column(table, "FLUXAXIS.ACCURACY.STATERROR", "ERR");
        if (error == flux) error = -1;
        int quality = Column(table, "FLUXAXIS.ACCURACY.QUALITYSTATUS", "QUAL");
        SpectrumHeader header = source.Primary.With(table.Header);
        var order = new RawOrder(0, source.Column(table, wavelength), source.Column(table, flux), error < 0 ? null : source.Column(table, error))
        {
            Bad = quality < 0 ? null : SpectrumColumns.ToBad(source.Column(table, quality)),
        };
        bool isAir = Described(table, "TUCD", wavelength).Contains("OBS.ATMOS", StringComparison.Ordinal);
        return new RawExposure([order])
        {
            Unit = table.Columns[wavelength].Unit,
            FluxUnit = table.Columns[flux].Unit,
            Medium = isAir ? WavelengthMedium.Air : MediumCheck.FromHeader(header),
            Frame = FrameCheck.FromHeader(header),
            Errors = error < 0 ? ErrorKind.None : ErrorKind.StandardDeviation,
            BarycentricVelocityKmPerS = FrameCheck.Velocity(header),
            IsNormalized = header.Text("CONTNORM") is { } word ? word == "T" : null,
            Extension = $"{table.Choice}, column {table.Columns[flux].Name}",
            Header = header,
        };
    }

    private static SourceHdu? Table(SourceFile source) => source.Hdus.FirstOrDefault(hdu =>
        !hdu.IsImage && hdu.RowCount == 1 && hdu.Columns.Count > 1
        && (source.Primary.Text("PRODCATG")?.StartsWith("SCIENCE.SPECTRUM", StringComparison.OrdinalIgnoreCase) == true
            || hdu.Header.Text("VOCLASS")?.StartsWith("SPECTRUM", StringComparison.OrdinalIgnoreCase) == true));

    private static int Column(SourceHdu table, string use, string name)
    {
        for (int c = 0; c < table.Columns.Count; c++)
        {
            // Both spellings occur: Spectrum.Data.FluxAxis.Value and spec:Data.FluxAxis.Value; eso:Data is a second spectrum.
            string type = Described(table, "TUTYP", c);
            if (type.StartsWith("SPEC", StringComparison.Ordinal) && type.EndsWith($"DATA.{use}", StringComparison.Ordinal)) return c;
        }

        return table.ColumnIndex(name);
    }

    private static string Described(SourceHdu table, string keyword, int column) =>
        table.Header.Text($"{keyword}{column + 1}")?.ToUpperInvariant() ?? string.Empty;

    private static EngineException NoColumn(SourceFile source, SourceHdu table, string name) => SpectrumRules.Bad(
        $"{source.Path} has no column {name}; it has {string.Join(", ", table.Columns.Select(column => column.Name))}.");
}
