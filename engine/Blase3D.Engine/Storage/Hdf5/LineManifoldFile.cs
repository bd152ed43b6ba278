using Blase3D.Engine.Grids;
using Blase3D.Engine.Manifolds;
using Blase3D.Native.Hdf5;

namespace Blase3D.Engine.Storage.Hdf5;

/// <summary>
/// Reads and writes `line-manifold` and `line-surfaces` revision 1 (data-schemas/line-manifold.md). <see cref="Read"/> takes all into memory,
/// <see cref="Open"/> reads the nodes when they are needed.
/// </summary>
public static partial class LineManifoldFile
{
    /// <summary>The TYPE of a manifold with parameters at the nodes.</summary>
    public const string Type = "line-manifold";

    /// <summary>The TYPE of a generalising manifold: fitted surfaces in place of parameters.</summary>
    public const string SurfacesType = "line-surfaces";

    // A cell has 2^D corners (GridCell).
    private const int LargestDimensions = 8;

    /// <summary>Reads a manifold into memory, and verifies all of it.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="EngineException">The file is missing, of another type or revision, damaged, or does not fit together.</exception>
    public static LineManifold Read(string path)
    {
        using StoredManifold stored = Open(path);
        return stored.ReadAll();
    }

    /// <summary>Opens a manifold; the entries and residuals of a node are read, verified and kept when they are first needed.</summary>
    /// <param name="path">The file; it stays open until disposal.</param>
    /// <exception cref="EngineException">The file is missing, of another type or revision, or does not fit together.</exception>
    public static StoredManifold Open(string path)
    {
        string? type = FileHeader.Read(path, [Type, SurfacesType], file => file.ReadStringAttribute("/", "TYPE"));
        return NativeErrors.Guard(path, () =>
        {
            Hdf5File file = Hdf5File.OpenRead(path);
            try
            {
                return new StoredManifold(file, path, type == SurfacesType);
            }
            catch (EngineException failure) when (!failure.Message.Contains(path, StringComparison.Ordinal))
            {
                file.Dispose();
                throw new EngineException(ErrorCode.BadInput, $"{path}: {failure.Message}", failure);
            }
            catch
            {
                file.Dispose();
                throw;
            }
        });
    }

    internal static RectilinearAxes Axes(Hdf5File file, string path)
    {
        string[] names = FileHeader.Axes(file, path);
        if (names.Length > LargestDimensions)
            throw new EngineException(ErrorCode.BadInput, $"{path} has {names.Length} axes; this engine interpolates in 1 to {LargestDimensions}.");
        double[][] values = [.. names.Select(name => CheckedColumn<double>.ReadAll(file, path, $"/axis/{name}"))];
        double nodes = values.Aggregate(1.0, (product, axis) => product * axis.Length);
        if (nodes >= Array.MaxLength || values.Any(axis => axis.Any(value => !double.IsFinite(value))))
            throw new EngineException(ErrorCode.BadInput, FormattableString.Invariant($"{path} has an axis value that is not finite, or too many nodes ({nodes:0}); make the file again."));
        return new RectilinearAxes(names, values);
    }

    internal static InterpolationScheme Scheme(Hdf5File file, string path) => file.ReadStringAttribute("/", "interpolation") switch
    {
        null => LineManifold.DefaultScheme,
        "linear" => InterpolationScheme.Linear,
        "cubic" => InterpolationScheme.Cubic,
        { } other => throw new EngineException(ErrorCode.BadInput, $"{path} has the interpolation '{other}'; known are linear and cubic, so use a newer engine."),
    };
}
