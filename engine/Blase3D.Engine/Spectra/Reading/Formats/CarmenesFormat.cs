namespace Blase3D.Engine.Spectra.Reading.Formats;

/// <summary>
/// Spectra of CARMENES as its pipeline CARACAL writes them: images SPEC, SIG, CONT and WAVE with one order per row; or a table with these
/// columns, perhaps with MASK_I (1: good) and TRANS (a telluric transmission). Vacuum Angstrom in the observatory's frame.
/// </summary>
internal sealed class CarmenesFormat : ISpectrumFormat
{
    /// <inheritdoc/>
    public string Name => "CARMENES";

    /// <inheritdoc/>
    public bool Recognises(SourceFile source) =>
        source.Primary.Text("INSTRUME")?.StartsWith("CARM", StringComparison.OrdinalIgnoreCase) == true
        && (Table(source) is not null || (source.Find("SPEC") is { IsImage: true } && source.Find("WAVE") is { IsImage: true }));

    /// <inheritdoc/>
    public RawExposure Read(SourceFile source)
    {
        SourceHdu? table = Table(source);
        SourceHdu flux = table ?? source.Find("SPEC")!;
        IReadOnlyList<RawOrder> orders = table is not null
            ? [ReadTable(source, table)]
            : OrderRows.Read(source, flux, source.Find("WAVE")!, source.Find("SIG"), null);
        return new RawExposure(orders)
        {
            Unit = "Angstrom",
            Medium = WavelengthMedium.Vacuum,
            Frame = SpectralFrame.Observatory,
            Errors = orders[0].Errors is null ? ErrorKind.None : ErrorKind.StandardDeviation,
            BarycentricVelocityKmPerS = FrameCheck.Velocity(source.Primary),
            Extension = flux.Name,
            Header = source.Primary,
        };
    }

    private static SourceHdu? Table(SourceFile source) =>
        source.Hdus.FirstOrDefault(hdu => !hdu.IsImage && hdu.ColumnIndex("WAVE") >= 0 && hdu.ColumnIndex("SPEC") >= 0);

    private static RawOrder ReadTable(SourceFile source, SourceHdu table)
    {
        double[]? Optional(string name) => table.ColumnIndex(name) is >= 0 and var column ? source.Column(table, column) : null;
        double[]? good = Optional("MASK_I");
        return new RawOrder(0, source.Column(table, table.ColumnIndex("WAVE")), source.Column(table, table.ColumnIndex("SPEC")), Optional("SIG"))
        {
            Bad = good is null ? null : Array.ConvertAll(good, value => value == 0),
            Telluric = Optional("TRANS"),
        };
    }
}
