using Blase3D.Engine.Grids;
using Blase3D.Engine.Spectra.Reading;
using Blase3D.Native.Cfitsio;

namespace Blase3D.Engine.Storage.Fits;

/// <summary>
/// Writes spectra as a FITS cube: the fluxes [P, N] in the primary HDU, the wavelengths in WAVE_VAC, the points in the table PARAMS; the layout
/// that <c>grid import</c> reads.
/// </summary>
public static class SpectraCube
{
    private const string WaveName = "WAVE_VAC";

    /// <summary>Writes spectra.</summary>
    /// <param name="path">The file; appears whole or not at all.</param>
    /// <param name="wavelength">Vacuum Angstrom, length P.</param>
    /// <param name="points">The points, N rows.</param>
    /// <param name="flux">N spectra of length P.</param>
    /// <param name="provenance">How they came to be.</param>
    public static void Write(string path, double[] wavelength, GridPoints points, IReadOnlyList<double[]> flux, Provenance provenance)
    {
        ArgumentNullException.ThrowIfNull(wavelength);
        ArgumentNullException.ThrowIfNull(points);
        ArgumentNullException.ThrowIfNull(flux);
        ArgumentNullException.ThrowIfNull(provenance);
        AtomicFile.Write(path, temporary =>
        {
            using FitsFile file = FitsFile.Create(temporary);
            file.WriteImage([.. flux.SelectMany(f => f)], [wavelength.Length, flux.Count]);
            file.SetKey("BUNIT", "relative", "flux in units of the continuum");
            file.SetKey("ORIGIN", $"blase3d {provenance.Version}", "software");
            file.SetKey("DATE", provenance.TimeUtc.TrimEnd('Z'), "UTC");
            file.WriteImage(wavelength, [wavelength.Length]);
            file.SetKey("EXTNAME", WaveName, "vacuum wavelength");
            file.SetKey("BUNIT", "Angstrom", null);
            file.WriteTable("PARAMS", [.. points.AxisNames.Select((name, d) => (ColumnOf(name), UnitOf(name), ColumnValues(points, d)))]);
            file.Close();
        });
    }

    /// <summary>Reads the spectra of a cube as <see cref="Write"/> makes it.</summary>
    /// <param name="path">A FITS file.</param>
    /// <returns>The spectra in the order of the file; null when it is another kind of FITS file.</returns>
    /// <exception cref="EngineException">BadInput: the file is damaged, or its wavelengths do not ascend; MissingLibrary.</exception>
    public static SpectraRows? Read(string path) => NativeErrors.Guard(path, () =>
    {
        using FitsFile file = FitsFile.OpenRead(path);
        long[] shape = file.Kind == FitsHduKind.Image ? file.ImageShape : [];
        if (shape is not [var pixels, var rows] || !file.TryMoveTo(WaveName) || file.ImageShape is not [var waves] || waves != pixels) return null;
        var wavelength = new double[pixels];
        file.ReadImage(0, wavelength);
        WavelengthOrder.Require(path, wavelength);
        file.MoveTo(0);
        var flux = new double[rows][];
        for (int row = 0; row < flux.Length; row++) file.ReadImage(row * pixels, flux[row] = new double[pixels]);
        return new SpectraRows(wavelength, flux);
    });

    private static double[] ColumnValues(GridPoints points, int axis) => [.. Enumerable.Range(0, points.Count).Select(n => points[n][axis])];

    private static string ColumnOf(string axis) => axis == "feh" ? "MH" : axis.ToUpperInvariant();

    private static string UnitOf(string axis) => axis switch { "teff" => "K", "logg" => "cm/s2", _ => "dex" };
}
