using Blase3D.Native.Cfitsio;

namespace Blase3D.Engine.Spectra.Reading.Formats;

/// <summary>
/// SDSS and BOSS spectra (spec-PLATE-MJD-FIBER): a table with flux, log10 wavelength and inverse variance, in vacuum Angstrom and the Sun's
/// frame as the survey's data model says. Pixels with any bit of and_mask and those without inverse variance are bad.
/// </summary>
internal sealed class SdssFormat : ISpectrumFormat
{
    /// <inheritdoc/>
    public string Name => "SDSS";

    /// <inheritdoc/>
    public bool Recognises(SourceFile source) => Table(source) is not null;

    /// <inheritdoc/>
    public RawExposure Read(SourceFile source)
    {
        SourceHdu table = Table(source)!;
        double[] Column(string name) => source.Column(table, table.ColumnIndex(name));
        double[] inverse = Column("ivar");
        bool hasMask = table.ColumnIndex("and_mask") >= 0;
        double[] mask = hasMask ? Column("and_mask") : new double[inverse.Length];
        FitsColumn flux = table.Columns[table.ColumnIndex("flux")];
        SpectrumHeader header = source.Primary.With(table.Header);
        var order = new RawOrder(0, Array.ConvertAll(Column("loglam"), value => Math.Pow(10, value)), Column("flux"), inverse)
        {
            Bad = [.. mask.Select((bits, i) => bits != 0 || !(inverse[i] > 0))],
        };
        return new RawExposure([order])
        {
            Unit = "Angstrom",
            FluxUnit = flux.Unit.Length > 0 ? flux.Unit : source.Primary.Text("BUNIT") ?? string.Empty,
            Medium = WavelengthMedium.Vacuum,
            Frame = SpectralFrame.Heliocentric,
            Errors = ErrorKind.InverseVariance,

            // Already in the wavelengths.
            BarycentricVelocityKmPerS = source.Primary.Number("HELIO_RV"),
            Extension = table.Choice,
            Header = header,
        };
    }

    private static SourceHdu? Table(SourceFile source) => source.Hdus.FirstOrDefault(hdu =>
        !hdu.IsImage && hdu.ColumnIndex("loglam") >= 0 && hdu.ColumnIndex("flux") >= 0 && hdu.ColumnIndex("ivar") >= 0);
}
