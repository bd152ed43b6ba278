using Blase3D.Engine.Grids;
using Blase3D.Engine.Inference.BayesianOptimization;

namespace Blase3D.Engine.Inference.Batches;

/// <summary>
/// First points of a search that stars have in common: one Sobol sequence over the whole grid, of which a star takes the first points within
/// its prior. Stars of overlapping priors then ask for the same reconstructions.
/// </summary>
public static class SharedDesign
{
    // Points of the sequence that are looked at per point wanted; a prior of a smaller share of the grid gets fewer points from here.
    private const int Reach = 64;

    /// <summary>The points of one star.</summary>
    /// <param name="axes">The lattice.</param>
    /// <param name="prior">The star's prior; its fixed axes keep their value.</param>
    /// <param name="count">Points wanted, 0 or above.</param>
    /// <param name="seed">Seed of the sequence.</param>
    /// <returns>At most that many points within the prior, in the order of the sequence; none with more free axes than the sequence has.</returns>
    public static IReadOnlyList<double[]> Points(RectilinearAxes axes, ParameterPrior prior, int count, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(axes);
        ArgumentNullException.ThrowIfNull(prior);
        int dimensions = axes.Dimensions;
        var points = new List<double[]>();
        if (dimensions > SobolSequence.MaximumDimension || prior.FreeAxes.Length == 0) return points;

        // A coordinate belongs to its axis, whichever axes are free.
        var sequence = new SobolSequence(dimensions, new Xoshiro256(seed));
        var unit = new double[dimensions];
        int[] free = prior.FreeAxes;
        for (int index = 0; index < Reach * count && points.Count < count; index++)
        {
            sequence.Point(index, unit);
            double[] point = prior.Center;
            bool isWithin = true;
            foreach (int d in free)
            {
                ReadOnlySpan<double> nodes = axes.Values(d);
                point[d] = nodes[0] + (unit[d] * (nodes[^1] - nodes[0]));
                isWithin &= point[d] >= prior.Lower[d] && point[d] <= prior.Upper[d];
            }

            if (isWithin) points.Add(point);
        }

        return points;
    }
}
