namespace Blase3D.Engine.Inference;

/// <content>Where descents begin.</content>
public sealed partial class StarFinish
{
    private const int GradientStarts = 3;
    private const int RankedPoints = 24;

    // What the search did not know, the prior's means and the continuum, changes which points are the best. The prior is told from the value; the rest is
    // computed for the best alone.
    private List<(double[] Point, double Rms)> RankedAnew(List<(double[] Point, double Rms)> found)
    {
        double first = _finish.Value(found[0].Point), scale = _finish.PenaltyScale / Math.Max(_objective.WeightSum, double.Epsilon);
        IEnumerable<(double[] Point, double Rms)> likely = found.OrderBy(one => (one.Rms * one.Rms) + (scale * _prior.Penalty(one.Point)));
        List<(double[] Point, double Rms)> ranked =
            [.. likely.Take(RankedPoints).Select(one => (one.Point, ReferenceEquals(one.Point, found[0].Point) ? first : _finish.Value(one.Point))).Where(one => double.IsFinite(one.Item2)).OrderBy(one => one.Item2)];
        return ranked.Count > 0 ? ranked : [(found[0].Point, first)];
    }

    // The best point and the next ones that are at least a tenth of the prior away from those taken.
    private List<double[]> Spread(List<(double[] Point, double Rms)> found)
    {
        var taken = new List<double[]>();
        foreach ((double[] point, _) in found)
        {
            if (taken.TrueForAll(other => _prior.FreeAxes.Any(d => Math.Abs(other[d] - point[d]) > 0.1 * (_prior.Upper[d] - _prior.Lower[d]))))
                taken.Add(point);
            if (taken.Count == GradientStarts) break;
        }

        return taken;
    }

    // The best corner of the cell around the best point, or null when none is better than that point. A manifold is truer at its nodes than between them, so
    // that a star that lies at one is in a hole with a rim: no descent from outside leads there.
    private double[]? BestNode()
    {
        (double[]? node, double least) = (null, _value);
        int[] axes = [.. _prior.FreeAxes.Where(axis => axis < _manifold.Axes.Dimensions)];
        for (int corner = 0; corner < 1 << axes.Length; corner++)
        {
            double[] at = [.. _best];
            for (int k = 0; k < axes.Length; k++)
            {
                ReadOnlySpan<double> nodes = _objective.Axes.Values(axes[k]);
                int above = CellEnd(axes[k]);
                at[axes[k]] = nodes[Math.Max(0, above - (((corner >> k) & 1) == 0 ? 1 : 0))];
            }

            if (axes.Any(d => at[d] < _prior.Lower[d] || at[d] > _prior.Upper[d])) continue;
            double value = _finish.Value(at);
            if (value < least) (node, least) = (at, value);
        }

        return node;
    }

    // The index of the node that ends the cell of the best point along an axis.
    private int CellEnd(int axis)
    {
        ReadOnlySpan<double> nodes = _objective.Axes.Values(axis);
        int above = Math.Min(1, nodes.Length - 1);
        while (above < nodes.Length - 1 && nodes[above] < _best[axis]) above++;
        return above;
    }

    // Half a cell to both sides along every axis: behind a crease there may be a lower valley, into which no descent from here leads.
    private List<double[]> Around()
    {
        var starts = new List<double[]>();
        foreach (int d in _prior.FreeAxes.Where(axis => axis < _manifold.Axes.Dimensions))
        {
            double half = 0.5 * CellWidth(d);
            foreach (double value in new[] { _best[d] - half, _best[d] + half })
            {
                double[] start = [.. _best];
                start[d] = Math.Clamp(value, _prior.Lower[d], _prior.Upper[d]);
                if (start[d] != _best[d]) starts.Add(start);
            }
        }

        return starts;
    }

    private double CellWidth(int axis)
    {
        ReadOnlySpan<double> nodes = _objective.Axes.Values(axis);
        int above = CellEnd(axis);
        return nodes[above] - nodes[above - 1];
    }
}
