using System.Globalization;
using Blase3D.Engine.Grids;
using Blase3D.Engine.Spectra.Reading;

namespace Blase3D.Engine.Storage.Tables;

/// <summary>Spectra as CSV: comment lines with the points, then a column wavelength and one flux column per point.</summary>
public static class SpectraTable
{
    /// <summary>Whether a text file is a table of several spectra: a header wavelength, flux_0, flux_1, ...</summary>
    /// <param name="path">The file, perhaps packed with gzip.</param>
    /// <exception cref="EngineException">BadInput: the file cannot be read, or is packed and not whole.</exception>
    public static bool IsTable(string path) => NativeErrors.Guard(path, () =>
    {
        using StreamReader reader = PackedText.Open(path);
        while (reader.ReadLine() is { } line)
        {
            if (!line.StartsWith('#')) return line.StartsWith("wavelength,flux_0,flux_1", StringComparison.Ordinal);
        }

        return false;
    });

    /// <summary>Reads a table of several spectra.</summary>
    /// <param name="path">A file of which <see cref="IsTable"/> is true.</param>
    /// <exception cref="EngineException">BadInput: the file is damaged, or its wavelengths do not ascend.</exception>
    public static SpectraRows Read(string path) => NativeErrors.Guard(path, () =>
    {
        TextTable table = TextTable.Read(path);
        WavelengthOrder.Require(path, table.Columns[0]);
        return new SpectraRows(table.Columns[0], [.. table.Columns.Skip(1)]);
    });

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
            using var writer = new StreamWriter(temporary) { NewLine = "\n" };
            writer.WriteLine($"# blase3d {provenance.Version}, {provenance.TimeUtc}: {provenance.CommandLine}");
            writer.WriteLine("# wavelength in vacuum Angstrom, flux in units of the continuum");
            writer.WriteLine("# medium: vacuum");
            for (int n = 0; n < points.Count; n++) writer.WriteLine($"# flux{(points.Count == 1 ? string.Empty : $"_{n}")}: {points.Describe(n)}");
            writer.WriteLine("wavelength," + string.Join(",", Enumerable.Range(0, points.Count).Select(n => points.Count == 1 ? "flux" : FormattableString.Invariant($"flux_{n}"))));
            for (int i = 0; i < wavelength.Length; i++)
            {
                writer.Write(wavelength[i].ToString("R", CultureInfo.InvariantCulture));
                for (int n = 0; n < points.Count; n++)
                {
                    writer.Write(',');
                    writer.Write(flux[n][i].ToString("R", CultureInfo.InvariantCulture));
                }

                writer.WriteLine();
            }
        });
    }
}
