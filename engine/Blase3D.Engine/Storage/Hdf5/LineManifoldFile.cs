using Blase3D.Engine.Grids;
using Blase3D.Engine.Manifolds;
using Blase3D.Native.Hdf5;

namespace Blase3D.Engine.Storage.Hdf5;

/// <summary>Reads and writes `line-manifold` revision 1 (data-schemas/line-manifold.md).</summary>
public static class LineManifoldFile
{
    /// <summary>The TYPE.</summary>
    public const string Type = "line-manifold";

    // A cell has 2^D corners (GridCell).
    private const int LargestDimensions = 8;

    /// <summary>Writes a manifold.</summary>
    /// <param name="path">The file; appears whole or not at all.</param>
    /// <param name="manifold">The manifold.</param>
    /// <param name="provenance">How it came to be.</param>
    /// <exception cref="EngineException">BadInput: the wavelengths do not ascend, or the file cannot be written.</exception>
    public static void Write(string path, LineManifold manifold, Provenance provenance)
    {
        ArgumentNullException.ThrowIfNull(manifold);
        ArgumentNullException.ThrowIfNull(provenance);
        FileHeader.RequireAscending(manifold.Wavelength, path);
        AtomicFile.Write(path, temporary =>
        {
            using Hdf5File file = Hdf5File.Create(temporary);
            FileHeader.Write(file, path, Type, manifold.Axes.Names, provenance);
            RecipeAttributes.Write(file, manifold.Recipe);
            for (int d = 0; d < manifold.Axes.Dimensions; d++)
                file.Write($"/axis/{manifold.Axes.Names[d]}", manifold.Axes.Values(d), [manifold.Axes.Values(d).Length]);
            WriteColumn<double>("/wavelength", manifold.Wavelength);
            WriteColumn<double>("/line_center", manifold.LineCenter);
            WriteColumn<long>("/node_offset", manifold.NodeOffset);
            WriteColumn<byte>("/node_present", Array.ConvertAll(manifold.NodePresent, present => present ? (byte)1 : (byte)0));
            WriteColumn<int>("/line_index", manifold.Entries.LineIndex);
            WriteColumn<float>("/center_shift", manifold.Entries.CenterShift);
            WriteColumn<float>("/ln_amplitude", manifold.Entries.LnAmplitude);
            WriteColumn<float>("/ln_sigma", manifold.Entries.LnSigma);
            WriteColumn<float>("/ln_gamma", manifold.Entries.LnGamma);
            file.Close();

            void WriteColumn<T>(string name, T[] values)
                where T : unmanaged => file.Write<T>(name, values, [values.Length]);
        });
    }

    /// <summary>Reads a manifold.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="EngineException">The file is missing, of another type or revision, or does not fit together.</exception>
    public static LineManifold Read(string path) => FileHeader.Read(path, [Type], file =>
    {
        RectilinearAxes axes = Axes(file, path);
        long[] offset = FileHeader.Column<long>(file, path, "/node_offset");
        var entries = new ManifoldEntries(
            FileHeader.Column<int>(file, path, "/line_index"),
            FileHeader.Column<float>(file, path, "/center_shift"),
            FileHeader.Column<float>(file, path, "/ln_amplitude"),
            FileHeader.Column<float>(file, path, "/ln_sigma"),
            FileHeader.Column<float>(file, path, "/ln_gamma"));
        if (new[] { entries.CenterShift, entries.LnAmplitude, entries.LnSigma, entries.LnGamma }.Any(c => c.Length != entries.LineIndex.Length) || offset.Length != axes.NodeCount + 1)
            throw new EngineException(ErrorCode.BadInput, $"{path} does not fit together ({axes.NodeCount} nodes, {offset.Length} offsets, {entries.LineIndex.Length} entries); make the file again.");

        // Files of other makers need not say which nodes are present; then a node without lines is a missing one.
        bool[] present = file.Exists("/node_present")
            ? Array.ConvertAll(FileHeader.Column<byte>(file, path, "/node_present"), flag => flag != 0)
            : [.. Enumerable.Range(0, axes.NodeCount).Select(node => offset[node + 1] > offset[node])];
        return new LineManifold(
            axes,
            FileHeader.Wavelength(file, path),
            FileHeader.Column<double>(file, path, "/line_center"),
            present,
            offset,
            entries,
            RecipeAttributes.Read(file, path));
    });

    private static RectilinearAxes Axes(Hdf5File file, string path)
    {
        string[] names = FileHeader.Axes(file, path);
        if (names.Length > LargestDimensions)
            throw new EngineException(ErrorCode.BadInput, $"{path} has {names.Length} axes; this engine interpolates in 1 to {LargestDimensions}.");
        double[][] values = [.. names.Select(name => FileHeader.Column<double>(file, path, $"/axis/{name}"))];
        double nodes = values.Aggregate(1.0, (product, axis) => product * axis.Length);
        if (nodes >= Array.MaxLength || values.Any(axis => axis.Any(value => !double.IsFinite(value))))
            throw new EngineException(ErrorCode.BadInput, FormattableString.Invariant($"{path} has an axis value that is not finite, or too many nodes ({nodes:0}); make the file again."));
        return new RectilinearAxes(names, values);
    }
}
