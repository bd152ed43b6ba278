namespace Blase3D.Engine.Inference.Observed;

/// <content>The star beyond the end of an axis, see <see cref="AxisContinuation"/>.</content>
internal sealed partial class RestStar
{
    // Of the continuum: what is darker has no logarithm that could be continued.
    private const double LeastFlux = 1e-3;

    // With e the flux at the edge, n that at the node before it and s how many steps the point lies beyond the edge, the flux is e (e / n)^s, and its derivatives along the
    // other axes are the flux times (1 + s) e' / e - s n' / n. The edge comes last, so that the lines are those of the nearest star that there is.
    private void Continue(ReadOnlySpan<double> stellar, AxisEnd end, bool withSlopes)
    {
        double[] point = stellar.ToArray();
        double steps = end.StepsTo(point[end.Axis]), perUnit = 1 / (end.Edge - end.Inner);
        _innerFlux ??= new double[Flux.Length];
        if (withSlopes) _innerSlopes ??= [.. Slopes.Select(slope => new double[slope.Length])];
        point[end.Axis] = end.Inner;
        Inside(point, _innerFlux, withSlopes ? _innerSlopes : null);
        point[end.Axis] = end.Edge;
        Inside(point, Flux, withSlopes ? Slopes : null);
        for (int i = 0; i < Flux.Length; i++)
        {
            double edge = Math.Max(Flux[i], LeastFlux), inner = Math.Max(_innerFlux[i], LeastFlux), ln = Math.Log(edge / inner), flux = edge * Math.Exp(steps * ln);
            double atEdge = Flux[i] > LeastFlux ? (1 + steps) * flux / edge : 0, atInner = _innerFlux[i] > LeastFlux ? steps * flux / inner : 0;
            Flux[i] = flux;
            for (int d = 0; withSlopes && d < Slopes.Length; d++) Slopes[d][i] = d == end.Axis ? flux * ln * perUnit : (atEdge * Slopes[d][i]) - (atInner * _innerSlopes![d][i]);
        }
    }

    private bool IsBeyond(ReadOnlySpan<double> stellar) => _end is { } end && end.StepsTo(stellar[end.Axis]) > 0;

    private void Inside(double[] point, double[] flux, double[][]? slopes)
    {
        if (slopes is not null) Tangents.Evaluate(point, _workers, flux, slopes);
        else _reconstructor.Reconstruct(point, _workers, flux);
    }
}
