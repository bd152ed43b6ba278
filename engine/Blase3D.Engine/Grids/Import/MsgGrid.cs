using Blase3D.Engine.Spectra;
using Blase3D.Engine.Spectra.Reading;
using Blase3D.Native.Hdf5;

namespace Blase3D.Engine.Grids.Import;

/// <summary>
/// Spectral grids of MSG (Townsend and Lopez 2023, JOSS 8, 4602): axes and the list of nodes that exist in vgrid, and per node the
/// coefficients of a limb-darkening law for the specific intensity in every bin. The flux is the integral of the law over the disk,
/// F = 2 pi int I(mu) mu dmu. Vacuum Angstrom; a pixel is the middle of a bin.
/// </summary>
internal sealed class MsgGrid(ImportContext context)
{
    internal static bool Recognises(Hdf5File hdf) => hdf.Exists("vgrid") && hdf.Exists("specsource");

    internal IReadOnlyList<GridRow> Read(Hdf5File hdf, string file)
    {
        MediumCheck.Require(file, WavelengthMedium.Vacuum, context.Options.Medium);
        (string[] names, double[][] axes) = ReadAxes(hdf, file);
        if (!hdf.Exists("vgrid/v_lin_seq") || !hdf.Exists("specsource/specints[1]/range"))
            throw Bad(file, "it lacks vgrid/v_lin_seq or specsource/specints[1]; only grids with limb-darkened intensities (limb_specint_t) are read");
        double[] nodes = Hdf5Sources.Values(hdf, "vgrid/v_lin_seq", 1).Values;
        double[] wavelength = ReadRange(hdf, file, 1);
        WavelengthCut? cut = context.Cut(file, wavelength);
        if (cut is null)
        {
            context.NoteNoOverlap(file);
            return [];
        }

        var reader = new Hdf5Rows(file);
        var rows = new List<GridRow>();
        for (int i = 0; i < nodes.Length; i++)
        {
            int number = i + 1;
            string source = $"{file} node {number}", path = $"specsource/specints[{number}]";
            Dictionary<string, double> point = Point(file, names, axes, (long)nodes[i] - 1);
            if (!context.Accept(source, point)) continue;
            if (number > 1) RequireSameRange(hdf, file, number, wavelength);
            double[] weights = DiskWeights(hdf, file, $"{path}/limb");
            RequireShape(hdf, file, $"{path}/c", wavelength.Length, weights.Length);
            rows.Add(new GridRow(source, cut.Wavelength, point, destination =>
            {
                double[] c = reader.Read($"{path}/c", [cut.First, 0], [destination.Length, weights.Length]);
                for (int p = 0; p < destination.Length; p++)
                {
                    double sum = 0;
                    for (int k = 0; k < weights.Length; k++) sum += weights[k] * c[p * weights.Length + k];
                    destination[p] = sum;
                }
            }));
        }

        return rows;
    }

    /// <summary>
    /// What one coefficient adds to the flux. With I = c0 - sum ck f_k(1 - mu): linear f = 1 - mu, quadratic with its square, square root with
    /// 1 - sqrt(mu), Claret (2000, A&amp;A 363, 1081) with 1 - mu^(k/2); the integrals are elementary.
    /// </summary>
    private static double[] DiskWeights(Hdf5File hdf, string file, string limb)
    {
        string law = hdf.ReadStringAttribute(limb, "law")?.Trim() ?? string.Empty;
        double[] shares = law.ToUpperInvariant() switch
        {
            "CONST" => [],
            "LINEAR" => [1 / 3.0],
            "QUAD" => [1 / 3.0, 1 / 6.0],
            "SQRT" => [1 / 3.0, 1 / 5.0],
            "CLARET" => [1 / 5.0, 2 / 6.0, 3 / 7.0, 4 / 8.0],
            _ => throw Bad(file, $"its limb-darkening law '{law}' is not known; CONST, LINEAR, QUAD, SQRT and CLARET are read"),
        };
        return [Math.PI, .. shares.Select(share => -Math.PI * share)];
    }

    private static (string[] Names, double[][] Axes) ReadAxes(Hdf5File hdf, string file)
    {
        long rank = hdf.ReadInt64Attribute("vgrid", "rank") ?? 0;
        var names = new List<string>();
        var axes = new List<double[]>();
        for (int a = 1; a <= rank && hdf.Exists($"vgrid/axes[{a}]/x"); a++)
        {
            names.Add(GridAxes.FromAnyName(hdf.ReadStringAttribute($"vgrid/axes[{a}]", "label") ?? $"axis {a}"));
            axes.Add(Hdf5Sources.Values(hdf, $"vgrid/axes[{a}]/x", 1).Values);
        }

        return rank > 0 && axes.Count == rank ? ([.. names], [.. axes]) : throw Bad(file, $"vgrid has {axes.Count} of its {rank} axes");
    }

    /// <summary>The node of a linear index from 0, the first axis fastest, as Fortran counts.</summary>
    private static Dictionary<string, double> Point(string file, string[] names, double[][] axes, long index)
    {
        var values = new double[axes.Length];
        long rest = index;
        for (int a = 0; a < axes.Length; a++)
        {
            if (rest < 0) break;
            values[a] = axes[a][rest % axes[a].Length];
            rest /= axes[a].Length;
        }

        return rest == 0 ? Hdf5Sources.Point(file, names, values) : throw Bad(file, $"the node {index + 1} of v_lin_seq lies outside of the axes");
    }

    private static double[] ReadRange(Hdf5File hdf, string file, int number)
    {
        string path = $"specsource/specints[{number}]/range";
        string type = hdf.ReadStringAttribute(path, "TYPE")?.Trim() ?? string.Empty;
        if (type == "tab_range_t")
        {
            double[] edges = Hdf5Sources.Values(hdf, $"{path}/x", 1).Values;
            return [.. Enumerable.Range(0, edges.Length - 1).Select(i => 0.5 * (edges[i] + edges[i + 1]))];
        }

        bool isLog = type == "log_range_t";
        double? start = hdf.ReadDoubleAttribute(path, isLog ? "logx_0" : "x_0"), step = hdf.ReadDoubleAttribute(path, isLog ? "dlogx" : "dx");
        long? edgesCount = hdf.ReadInt64Attribute(path, "n");
        if (start is not { } first || step is not { } width || edgesCount is not (> 1 and < int.MaxValue))
            throw Bad(file, $"the wavelengths of node {number} are a '{type}'; lin_range_t, log_range_t and tab_range_t are read");
        IEnumerable<double> middles = Enumerable.Range(0, (int)edgesCount.Value - 1).Select(i => first + (i + 0.5) * width);
        return [.. isLog ? middles.Select(Math.Exp) : middles];
    }

    private static void RequireSameRange(Hdf5File hdf, string file, int number, double[] wavelength)
    {
        if (!hdf.Exists($"specsource/specints[{number}]/range")) throw Bad(file, $"it lacks specsource/specints[{number}]");
        double[] own = ReadRange(hdf, file, number);
        if (own.Length != wavelength.Length || own[0] != wavelength[0] || own[^1] != wavelength[^1])
            throw Bad(file, $"the nodes 1 and {number} have different wavelengths");
    }

    private static void RequireShape(Hdf5File hdf, string file, string path, int pixels, int coefficients)
    {
        using Hdf5Dataset dataset = hdf.OpenDataset(path);
        if (dataset.Shape is not [var p, var k] || p != pixels || k != coefficients)
            throw Bad(file, $"{path} has the shape [{string.Join(", ", dataset.Shape)}] instead of [{pixels}, {coefficients}]");
    }

    private static EngineException Bad(string file, string what) =>
        new(ErrorCode.BadInput, $"{file} cannot be read as an MSG grid: {what}.");
}
