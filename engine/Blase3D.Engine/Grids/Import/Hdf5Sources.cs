using Blase3D.Engine.Storage;
using Blase3D.Native.Hdf5;

namespace Blase3D.Engine.Grids.Import;

/// <summary>Rows of the HDF5 files of other programs: MSG, Starfish grids and Starfish emulators (as the Sonora samples are).</summary>
internal sealed class Hdf5Sources(ImportContext context)
{
    private static readonly string[] Endings = [".h5", ".hdf5"];

    /// <summary>Whether a name ends like an HDF5 file.</summary>
    internal static bool HasEnding(string file) => Endings.Any(ending => file.EndsWith(ending, StringComparison.OrdinalIgnoreCase));

    /// <summary>Whether a name ends like a packed HDF5 file, which the library cannot open.</summary>
    internal static bool IsPacked(string file) => file.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) && HasEnding(file[..^3]);

    /// <summary>The rows of a file; null when it holds no grid that is known.</summary>
    /// <exception cref="EngineException">The file is damaged or contradicts itself or the options.</exception>
    internal IReadOnlyList<GridRow>? Read(string file) => NativeErrors.Guard(file, () =>
    {
        if (!Hdf5File.IsHdf5(file)) return null;
        using Hdf5File hdf = Hdf5File.OpenRead(file);
        return MsgGrid.Recognises(hdf) ? new MsgGrid(context).Read(hdf, file)
            : StarfishGrid.Recognises(hdf) ? new StarfishGrid(context).Read(hdf, file)
            : StarfishEmulator.Recognises(hdf) ? new StarfishEmulator(context).Read(hdf, file)
            : (IReadOnlyList<GridRow>?)null;
    });

    /// <summary>All values of a dataset, and its shape.</summary>
    /// <exception cref="EngineException">It has another number of dimensions.</exception>
    internal static (double[] Values, long[] Shape) Values(Hdf5File hdf, string path, int dimensions)
    {
        using Hdf5Dataset dataset = hdf.OpenDataset(path);
        return dataset.Shape.Length == dimensions
            ? (dataset.ReadAll<double>(), dataset.Shape)
            : throw new EngineException(
                ErrorCode.BadInput, $"{hdf.FilePath}: {path} has the shape [{string.Join(", ", dataset.Shape)}]; {dimensions} dimensions were expected.");
    }

    /// <summary>A point from the values of named axes; -0 becomes 0.</summary>
    internal static Dictionary<string, double> Point(string file, IReadOnlyList<string> axes, ReadOnlySpan<double> values)
    {
        var point = new Dictionary<string, double>();
        for (int a = 0; a < axes.Count; a++)
        {
            if (!double.IsFinite(values[a]) || !point.TryAdd(axes[a], values[a] == 0 ? 0 : values[a]))
                throw new EngineException(ErrorCode.BadInput, FormattableString.Invariant($"{file}: the axis {axes[a]} is there twice or has the value {values[a]}; every axis needs a name of its own and finite values."));
        }

        return point;
    }
}

/// <summary>An HDF5 file of which rows are read later: opened at the first one, then kept open. It is closed with the grid, by the collector.</summary>
internal sealed class Hdf5Rows(string file)
{
    private readonly Lock _gate = new();
    private Hdf5File? _hdf;

    /// <summary>Reads a block of a dataset; may be called from several threads.</summary>
    internal double[] Read(string path, ReadOnlySpan<long> start, ReadOnlySpan<long> count)
    {
        long length = 1;
        foreach (long n in count) length *= n;
        var values = new double[length];
        lock (_gate)
        {
            try
            {
                _hdf ??= Hdf5File.OpenRead(file);
                using Hdf5Dataset dataset = _hdf.OpenDataset(path);
                dataset.Read(start, count, values.AsSpan());
            }
            catch (Exception e) when (NativeErrors.Translate(file, e) is { } translated)
            {
                throw translated;
            }
        }

        return values;
    }
}
