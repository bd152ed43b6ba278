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
            // A file that may not be read says so here; the next question would answer that it is no HDF5 file.
            File.OpenRead(path).Dispose();
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

            try
            {
                return read(file);
            }
            catch (EngineException failure) when (!failure.Message.Contains(path, StringComparison.Ordinal))
            {
                // The nouns know their values but not the file.
                throw new EngineException(ErrorCode.BadInput, $"{path}: {failure.Message}", failure);
            }
        });
    }

    /// <summary>Writes the header.</summary>
    /// <exception cref="EngineException">BadInput: an axis name cannot be stored.</exception>
    internal static void Write(Hdf5File file, string path, string type, IReadOnlyList<string> axes, Provenance provenance)
    {
        RequireAxisNames(axes, path);
        file.SetAttribute("/", "TYPE", type);
        file.SetAttribute("/", "REVISION", Revision);
        file.SetAttribute("/", "axes", axes);
        file.SetAttribute("/", "command_line", provenance.CommandLine);
        file.SetAttribute("/", "version", provenance.Version);
        file.SetAttribute("/", "time_utc", provenance.TimeUtc);
        file.SetAttribute("/", "inputs", provenance.Inputs);
    }

    /// <summary>The axis names.</summary>
    internal static string[] Axes(Hdf5File file, string path)
    {
        string[] axes = file.ReadStringsAttribute("/", "axes")
            ?? throw new EngineException(ErrorCode.BadInput, $"{path} has no attribute axes; make the file again.");
        RequireAxisNames(axes, path);
        return axes;
    }

    /// <summary>The dataset /points of shape [N, D], at least one point.</summary>
    internal static GridPoints Points(Hdf5File file, string path)
    {
        string[] axes = Axes(file, path);
        using Hdf5Dataset points = Dataset(file, path, "/points", 2);
        if (points.Shape[0] == 0) throw new EngineException(ErrorCode.BadInput, $"{path} holds no point; make the file again from at least one spectrum.");
        if (points.Shape[1] != axes.Length)
            throw new EngineException(ErrorCode.BadInput, $"{path} has points of {points.Shape[1]} values for the axes {string.Join(", ", axes)}; make the file again.");
        return new GridPoints(axes, points.ReadAll<double>());
    }

    /// <summary>The dataset /wavelength, at least one pixel, checked to be finite, positive and ascending.</summary>
    internal static double[] Wavelength(Hdf5File file, string path)
    {
        double[] wavelength = Column<double>(file, path, "/wavelength");
        if (wavelength.Length == 0) throw new EngineException(ErrorCode.BadInput, $"{path} holds no wavelength; make the file again from spectra with pixels.");
        RequireAscending(wavelength, path);
        return wavelength;
    }

    /// <summary>Refuses wavelengths that are not finite, positive and ascending; writers ask it of what they are given too.</summary>
    internal static void RequireAscending(ReadOnlySpan<double> wavelength, string path)
    {
        for (int i = 0; i < wavelength.Length; i++)
        {
            if (!(wavelength[i] > (i == 0 ? 0 : wavelength[i - 1])) || double.IsInfinity(wavelength[i]))
                throw new EngineException(ErrorCode.BadInput, FormattableString.Invariant($"{path} has the wavelength {wavelength[i]} A at pixel {i}; wavelengths must be finite, positive and ascending, so make the file again."));
        }
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
        if (Directory.Exists(path)) throw new EngineException(ErrorCode.BadInput, $"{path} is a folder; give a file.");
        if (!File.Exists(path)) throw new EngineException(ErrorCode.BadInput, $"{path} does not exist; check the name.");
    }

    /// <summary>An axis name is also the name of a dataset, so it is not empty and has no '/'; each is there once.</summary>
    private static void RequireAxisNames(IReadOnlyList<string> axes, string path)
    {
        bool good = axes.Count > 0 && axes.Distinct(StringComparer.Ordinal).Count() == axes.Count
            && axes.All(name => name.Length > 0 && name != "." && !name.Contains('/', StringComparison.Ordinal) && !name.Contains('\0', StringComparison.Ordinal));
        if (!good)
            throw new EngineException(ErrorCode.BadInput, $"{path} has the axes '{string.Join(", ", axes)}'; give every axis a name of its own, without '/'.");
    }

    private static string MakerOf(string type) => type switch
    {
        SpectraFile.GridType => " (made by 'grid import' or 'grid synthesize')",
        LineClonesFile.Type => " (made by 'clone' or 'import-pt')",
        LineManifoldFile.Type or LineManifoldFile.SurfacesType => " (made by 'build')",
        _ => string.Empty,
    };
}
