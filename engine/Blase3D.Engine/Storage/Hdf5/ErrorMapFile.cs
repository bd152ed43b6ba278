using Blase3D.Engine.Grids;
using Blase3D.Engine.Manifolds;
using Blase3D.Native.Hdf5;

namespace Blase3D.Engine.Storage.Hdf5;

/// <summary>The error map of a manifold file: <c>/error</c> (data-schemas/line-manifold.md).</summary>
internal static class ErrorMapFile
{
    private const string Attribute = "error_map", AtNode = "/error/at_node", Between = "/error/between", Region = "/error/region";

    /// <summary>Writes the map, or that there is none.</summary>
    public static void Write(Hdf5File file, RectilinearAxes axes, int pixels, ErrorMap? map)
    {
        file.SetAttribute("/", Attribute, map is null ? 0 : 1);
        if (map is null) return;
        int[] borders = [.. Enumerable.Range(0, map.Regions + 1).Select(r => Math.Min(pixels, r * map.RegionPixels))];
        BlockChecksums.Write<int>(file, Region, borders, [borders.Length]);
        BlockChecksums.Write<float>(file, AtNode, map.AtNode, [axes.NodeCount, map.Regions], Layout(axes.NodeCount, map.Regions));
        long cells = ErrorMap.CellsOf(axes);
        BlockChecksums.Write<float>(
            file, Between, map.Between, [cells, axes.Dimensions, map.Regions], new Hdf5Layout { Chunk = [Math.Clamp(cells, 1, 64), axes.Dimensions, map.Regions], Shuffle = true, DeflateLevel = 4 });
    }

    /// <summary>Reads and verifies the map; null when the file has none.</summary>
    /// <exception cref="EngineException">BadInput: it is damaged or does not fit.</exception>
    public static ErrorMap? Read(Hdf5File file, string path, RectilinearAxes axes, double[] wavelength)
    {
        bool announced = file.ReadInt64Attribute("/", Attribute) == 1;
        if (announced != file.Exists(AtNode)) throw Broken("says that it has an error map and has none, or the reverse");
        if (!announced) return null;
        int[] borders = CheckedColumn<int>.ReadAll(file, path, Region);
        int regions = borders.Length - 1, size = regions < 1 ? 0 : borders[1] - borders[0];
        if (size < 1 || regions != ErrorMap.RegionsOf(wavelength.Length, size) || borders.Where((border, r) => border != Math.Min(wavelength.Length, (long)r * size)).Any())
            throw Broken($"has an error map whose regions do not divide the {wavelength.Length} wavelengths evenly");
        return new ErrorMap(axes, wavelength, size, Values(AtNode, [axes.NodeCount, regions]), Values(Between, [ErrorMap.CellsOf(axes), axes.Dimensions, regions]));

        float[] Values(string name, long[] shape)
        {
            using Hdf5Dataset dataset = FileHeader.Dataset(file, path, name, shape.Length);
            if (!dataset.Shape.SequenceEqual(shape)) throw Broken($"has {name} of the shape [{string.Join(", ", dataset.Shape)}] instead of [{string.Join(", ", shape)}]");
            float[] values = dataset.ReadAll<float>();
            BlockChecksums.Verify<float>(file, path, name, values);
            return values;
        }

        EngineException Broken(string what) => new(ErrorCode.BadInput, $"{path} {what}; make the file again.");
    }

    private static Hdf5Layout Layout(int nodes, int regions) => new() { Chunk = [Math.Clamp(nodes, 1, 256), regions], Shuffle = true, DeflateLevel = 4 };
}
