using Blase3D.Engine.Cloning;
using Blase3D.Engine.Grids;
using Blase3D.Engine.Inference;
using Blase3D.Engine.Manifolds;
using Blase3D.Engine.Storage;
using Blase3D.Engine.Storage.Hdf5;
using Blase3D.Engine.Storage.Tables;
using Blase3D.Kernels.Contracts;

namespace Blase3D.Engine.Tests.Storage.Hdf5;

/// <summary>One small content of every TYPE. The samples of data-schemas hold it too, so it must not change.</summary>
internal static class TinyContent
{
    /// <summary>SOURCE_DATE_EPOCH = 1700000000.</summary>
    public static Provenance Provenance { get; } = new(
        "blase3d sample", "0.1.0", "2023-11-14T22:13:20Z", ["lte04000-4.50-0.0.fits  " + new string('a', 64), "folder"]);

    /// <summary>P = 16 pixels of 0.01 A.</summary>
    public static double[] Wavelength { get; } = [.. Enumerable.Range(0, 16).Select(i => (850000 + i) / 100.0)];

    public static string[] Axes { get; } = ["teff", "logg", "feh"];

    public static GridPoints Points { get; } = new(Axes, [4000, 4.5, 0, 4100, 4.5, 0, 4000, 4.5, -0.5]);

    /// <summary>N = 3 rows, exact in float32.</summary>
    public static double[][] Flux { get; } =
        [.. Enumerable.Range(0, 3).Select(row => Enumerable.Range(0, 16).Select(i => (row * 100) + i + 0.25).ToArray())];

    public static ISpectralGrid Grid { get; } = new MemoryGrid(Wavelength, Points, Flux);

    /// <summary>Two lines, none, and three lines.</summary>
    public static LineClones Clones { get; } = new(Points, Wavelength, [Clone(2, 0.01), Clone(0, 0.02), Clone(3, 0.03)], CloneRecipe.Adam);

    /// <summary>2 x 1 x 2 nodes and three lines; the node (4100, 4.5, -0.5) is missing and the node (4100, 4.5, 0) has no lines.</summary>
    public static LineManifold Manifold { get; } = new(
        new RectilinearAxes(Axes, [[4000, 4100], [4.5], [-0.5, 0]]),
        Wavelength,
        [8500.02, 8500.05, 8500.11],
        [true, true, false, true],
        [0, 3, 5, 5, 5],
        new ManifoldEntries([0, 1, 2, 0, 2], Column(0.001), Column(-4), Column(-3.25), Column(-3)),
        CloneRecipe.Published with { Cloning = CloneOptions.Published with { Tolerance = 0 } });

    public static void WriteGrid(string path) => SpectraFile.WriteGrid(path, Grid, normalized: false, Provenance);

    public static void WriteCompressedGrid(string path) => SpectraFile.WriteGrid(path, Grid, normalized: true, Provenance, compress: true);

    public static void WriteSpectra(string path) => SpectraFile.WriteResult(path, Wavelength, Points, Flux, Provenance);

    public static void WriteClones(string path) => LineClonesFile.Write(path, Clones, Provenance);

    public static void WriteManifold(string path) => LineManifoldFile.Write(path, Manifold, Provenance);

    /// <summary>Two spectra; feh was held fixed in the second.</summary>
    public static NamedResult[] Results { get; } =
    [
        new("sun.fits", Result([5772.5, 4.4375, 0.03125], [1.5, 0.25, 0.125], 0.01, 95, [])),
        new("stars.h5#7", Result([3900, 4.75, -0.5], [2.5, 0.5, double.NaN], 0.02, 101, ["teff_at_prior_edge", "poor_fit"])),
    ];

    public static void WriteResults(string path) => InferenceFile.Write(path, Results, Provenance);

    /// <summary>The writer of every TYPE by name that the engine reads again.</summary>
    public static Dictionary<string, Action<string>> Writers { get; } = new()
    {
        ["grid-spectra"] = WriteGrid,
        ["line-clones"] = WriteClones,
        ["line-manifold"] = WriteManifold,
        ["spectra"] = WriteSpectra,
    };

    /// <summary>Reads everything that a file of a TYPE holds, as its users would.</summary>
    public static object ReadWhole(string type, string path)
    {
        switch (type)
        {
            case "line-clones": return LineClonesFile.Read(path);
            case "line-manifold": return LineManifoldFile.Read(path);
            default:
                using (StoredSpectra spectra = SpectraFile.Open(path))
                {
                    var row = new double[spectra.Wavelength.Count];
                    for (int r = 0; r < spectra.Points.Count; r++) spectra.ReadFlux(r, row);
                    return row;
                }
        }
    }

    private static ClonedSpectrum Clone(int lines, double rms)
    {
        double[] index = [.. Enumerable.Range(0, lines).Select(line => (double)line)];
        return new ClonedSpectrum
        {
            InitialCenter = [.. index.Select(line => 8500.02 + (0.03 * line))],
            Lines = new LineTable(
                [.. index.Select(line => 8500.021 + (0.03 * line))], [.. index.Select(line => -4 - line)], [.. index.Select(line => -3.25 - line)], [.. index.Select(line => -3 - line)]),
            Rms = rms,
            InitialRms = 10 * rms,
        };
    }

    private static InferenceResult Result(double[] value, double[] error, double rms, int evaluations, string[] flags) => new()
    {
        AxisNames = Axes,
        Value = value,
        Error = error,
        Rms = rms,
        Evaluations = evaluations,
        Seconds = 12.5,
        Flags = flags,
        Pixels = 16,
    };

    private static float[] Column(double first) => [.. Enumerable.Range(0, 5).Select(i => (float)(first * (1 + (0.25 * i))))];
}

/// <summary>A grid in memory.</summary>
internal sealed class MemoryGrid(double[] wavelength, GridPoints points, double[][] flux) : ISpectralGrid
{
    public IReadOnlyList<double> Wavelength { get; } = wavelength;

    public GridPoints Points { get; } = points;

    public void ReadFlux(int row, Span<double> destination) => flux[row].CopyTo(destination);
}
