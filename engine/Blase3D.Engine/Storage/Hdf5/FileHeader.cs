using Blase3D.Engine.Grids;
using Blase3D.Native.Hdf5;

namespace Blase3D.Engine.Storage.Hdf5;

/// <summary>The root attributes that every file of the engine has: TYPE, REVISION, axes, provenance.</summary>
public static class FileHeader
{
    /// <summary>The revision this engine writes.</summary>
    public const int Revision = 1;

    private static readonly string[] ProvenanceNames = ["command_line", "version", "time_utc"];

    /// <summary>The TYPE of a file of the engine, or null when it is an HDF5 file of another kind.</summary>
    /// <param name="path">An HDF5 file.</param>
    /// <exception cref="EngineException">The file is missing or not HDF5.</exception>
    public static string? TypeOf(string path)
    {
        RequireExists(path);
        return NativeErrors.Guard(path, () =>
        {
            if (!Hdf5File.IsHdf5(path))
                throw new EngineException(ErrorCode.BadInput, $"{path} is not an HDF5 file; give a file that this engine wrote.");
            using Hdf5File file = Hdf5File.OpenRead(path);
            return file.ReadStringAttribute("/", "TYPE");
        });
    }

    /// <summary>What a file says of its making, by the names of the attributes; empty entries are left out.</summary>
    /// <param name="path">A file of the engine.</param>
    /// <exception cref="EngineException">The file is missing or not HDF5.</exception>
    public static IReadOnlyList<(string Name, string Value)> ProvenanceOf(string path) => NativeErrors.Guard(path, () =>
    {
        using Hdf5File file = Hdf5File.OpenRead(path);
        var found = new List<(string, string)>();
        foreach (string name in ProvenanceNames)
        {
            if (file.ReadStringAttribute("/", name) is { Length: > 0 } value) found.Add((name, value));
        }

        if (file.ReadStringsAttribute("/", "inputs") is { Length: > 0 } inputs) found.Add(("inputs", string.Join("; ", inputs)));
        return found;
    });

    /// <summary>Opens a file of given types and reads it; all failures come out as <see cref="EngineException"/>.</summary>
    /// <typeparam name="T">What is read.</typeparam>
    /// <param name="path">The file.</param>
    /// <param name="types">The types that will do.</param>
    /// <param name="read">Reads; receives the open file, which is closed afterwards.</param>
    internal static T Read<T>(string path, IReadOnlyList<string> types, Func<Hdf5File, T> read)
    {
        string? type = TypeOf(path);
        if (type is null || !types.Contains(type))
        {
            throw new EngineException(
                ErrorCode.BadInput,
                $"{path} is {(type is null ? "an HDF5 file without a TYPE" : $"of TYPE {type}")}; this needs {string.Join(" or ", types)}{MakerOf(types[0])}.");
        }

        return NativeErrors.Guard(path, () =>
        {
            using Hdf5File file = Hdf5File.OpenRead(path);
            long? revision = file.ReadInt64Attribute("/", "REVISION");
            if (revision != Revision)
            {
                throw new EngineException(
                    ErrorCode.BadInput,
                    $"{path} has REVISION {revision?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "none"} of {type}; this engine reads revision {Revision}, so make the file again or use a newer engine.");
            }

            return read(file);
        });
    }

    /// <summary>Writes the header.</summary>
    internal static void Write(Hdf5File file, string type, IReadOnlyList<string> axes, Provenance provenance)
    {
        file.SetAttribute("/", "TYPE", type);
        file.SetAttribute("/", "REVISION", Revision);
        file.SetAttribute("/", "axes", axes);
        file.SetAttribute("/", "command_line", provenance.CommandLine);
        file.SetAttribute("/", "version", provenance.Version);
        file.SetAttribute("/", "time_utc", provenance.TimeUtc);
        file.SetAttribute("/", "inputs", provenance.Inputs);
    }

    /// <summary>The axis names.</summary>
    internal static string[] Axes(Hdf5File file, string path) =>
        file.ReadStringsAttribute("/", "axes") ?? throw new EngineException(ErrorCode.BadInput, $"{path} has no attribute axes; make the file again.");

    /// <summary>The dataset /points of shape [N, D].</summary>
    internal static GridPoints Points(Hdf5File file, string path)
    {
        string[] axes = Axes(file, path);
        using Hdf5Dataset points = Dataset(file, path, "/points", 2);
        if (points.Shape[1] != axes.Length)
            throw new EngineException(ErrorCode.BadInput, $"{path} has points of {points.Shape[1]} values for the axes {string.Join(", ", axes)}; make the file again.");
        return new GridPoints(axes, points.ReadAll<double>());
    }

    /// <summary>The dataset /wavelength, checked to be finite and ascending.</summary>
    internal static double[] Wavelength(Hdf5File file, string path)
    {
        double[] wavelength = Column<double>(file, path, "/wavelength");
        for (int i = 0; i < wavelength.Length; i++)
        {
            if (!double.IsFinite(wavelength[i]) || (i > 0 && !(wavelength[i] > wavelength[i - 1])))
                throw new EngineException(ErrorCode.BadInput, FormattableString.Invariant($"{path} has the wavelength {wavelength[i]} A at pixel {i}; wavelengths must be finite and ascending, so make the file again."));
        }

        return wavelength;
    }

    /// <summary>Reads a dataset of one dimension.</summary>
    internal static T[] Column<T>(Hdf5File file, string path, string name)
        where T : unmanaged
    {
        using Hdf5Dataset dataset = Dataset(file, path, name, 1);
        return dataset.ReadAll<T>();
    }

    /// <summary>Opens a dataset that must be there with a number of dimensions.</summary>
    internal static Hdf5Dataset Dataset(Hdf5File file, string path, string name, int rank)
    {
        if (!file.Exists(name)) throw new EngineException(ErrorCode.BadInput, $"{path} has no dataset {name}; it is cut off or of another make, so make it again.");
        Hdf5Dataset dataset = file.OpenDataset(name);
        if (dataset.Shape.Length == rank) return dataset;
        int found = dataset.Shape.Length;
        dataset.Dispose();
        throw new EngineException(ErrorCode.BadInput, $"{path} has {name} with {found} dimensions instead of {rank}; make the file again.");
    }

    /// <summary>Refuses a path that is no file.</summary>
    internal static void RequireExists(string path)
    {
        if (!File.Exists(path)) throw new EngineException(ErrorCode.BadInput, $"{path} does not exist; check the name.");
    }

    private static string MakerOf(string type) => type switch
    {
        SpectraFile.GridType => " (made by 'grid import' or 'grid synthesize')",
        LineClonesFile.Type => " (made by 'clone' or 'import-pt')",
        LineManifoldFile.Type => " (made by 'build')",
        _ => string.Empty,
    };
}
