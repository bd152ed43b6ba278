using System.Text.Json.Nodes;
using Blase3D.Engine.Grids;
using Blase3D.Engine.Manifolds;

namespace Blase3D.Cli;

/// <summary>What the error map of a manifold says, in few numbers.</summary>
internal static class ErrorMapFacts
{
    /// <summary>The expected errors in the middle of the cells: how large, along which axes they are known, and where they are worst.</summary>
    public static JsonObject Of(ErrorMap map, RectilinearAxes axes)
    {
        var errors = new List<(double Error, long Cell, int Region)>();
        for (long cell = 0, cells = ErrorMap.CellsOf(axes); cell < cells; cell++)
        {
            double[] byRegion = map.ByRegion(map.MiddleOf(cell));
            for (int region = 0; region < byRegion.Length; region++) errors.Add((byRegion[region], cell, region));
        }

        errors.Sort();
        bool isKnown = !map.Between.All(float.IsNaN);
        (double worst, long worstCell, int worstRegion) = errors[^1];
        (double low, double high) = map.RangeOf(worstRegion);
        return new JsonObject
        {
            ["cells"] = ErrorMap.CellsOf(axes),
            ["regions"] = map.Regions,
            ["median_in_the_middle_of_a_cell"] = isKnown ? Rounded(errors[errors.Count / 2].Error) : null,
            ["percentile_95"] = isKnown ? Rounded(errors[(int)(0.95 * errors.Count)].Error) : null,
            ["worst"] = isKnown ? Rounded(worst) : null,
            ["worst_at"] = !isKnown ? null : FormattableString.Invariant($"{GridPoints.Describe(axes.Names, map.MiddleOf(worstCell))}, {low:0.##} to {high:0.##} A"),
            ["by_axis"] = new JsonObject(axes.Names.Select((name, d) => KeyValuePair.Create(name, ByAxis(map, axes, d)))),
        };
    }

    // The median of an axis over cells and regions; null where no node could be left out.
    private static JsonNode? ByAxis(ErrorMap map, RectilinearAxes axes, int axis)
    {
        var known = new List<float>();
        for (int k = 0; k < map.Between.Length; k++)
        {
            if (k / map.Regions % axes.Dimensions == axis && !float.IsNaN(map.Between[k])) known.Add(map.Between[k]);
        }

        known.Sort();
        return known.Count == 0 ? null : Rounded(known[known.Count / 2]);
    }

    private static double Rounded(double error) => Math.Round(error, 6);
}
