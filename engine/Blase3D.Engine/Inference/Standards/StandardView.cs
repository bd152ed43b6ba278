using Blase3D.Engine.Inference.Observed;
using Blase3D.Engine.Observation;
using Blase3D.Kernels;

namespace Blase3D.Engine.Inference.Standards;

/// <summary>
/// One standard star as a linear problem: residual = K (rest x change) + noise, K being what its detector sees of a spectrum at rest, and all in units of its continuum.
/// </summary>
internal sealed class StandardView
{
    private readonly ExposureViews _views;
    private readonly double[] _point;
    private readonly Workers _workers;
    private readonly double[] _rest;
    private readonly double[] _noise;
    private readonly double[] _product;
    private readonly double[] _seen;
    private readonly double[] _counts;
    private double[] _factor;

    /// <summary>Takes a star.</summary>
    /// <param name="views">What its detector sees.</param>
    /// <param name="point">Its parameters with velocity and rotation.</param>
    /// <param name="rest">The model at rest on the lattice of the views, length N.</param>
    /// <param name="data">The data over continuum and transmission, NaN where a pixel does not count, length P.</param>
    /// <param name="noise">Their standard deviations, length P.</param>
    /// <param name="orders">The numbers of pixels of the orders when spikes do not count; empty when they do.</param>
    /// <param name="workers">The threads to use.</param>
    public StandardView(ExposureViews views, double[] point, double[] rest, double[] data, double[] noise, IReadOnlyList<int> orders, Workers workers)
    {
        (_views, _point, _rest, _noise, _workers) = (views, point, rest, noise, workers);
        (_product, _seen) = (new double[rest.Length], new double[data.Length]);
        views.Evaluate(point, rest, [], [], workers, _seen, [], []);
        Residual = [.. data.Zip(_seen, (d, model) => d - model)];
        LeaveOutSpikes(data, orders);
        _factor = _counts = [.. Residual.Select(r => double.IsFinite(r) ? 1.0 : 0)];
    }

    /// <summary>Data minus model, NaN where a pixel does not count, length P.</summary>
    public double[] Residual { get; }

    /// <summary>Where the lattice of this star lies among all places: for each stretch the n of its first place, its length, and where it begins in the arrays of this star.</summary>
    public IReadOnlyList<LatticeStretch> Stretches => _views.Lattice.Stretches;

    /// <summary>The step of the lattice in km/s.</summary>
    public double StepKmPerS => _views.Lattice.StepKmPerS;

    /// <summary>rest x K^T W values.</summary>
    /// <param name="values">One value per pixel.</param>
    /// <returns>One value per place of this star's lattice.</returns>
    public double[] Back(double[] values)
    {
        double[] weighted = [.. values.Select((value, i) => _factor[i] > 0 ? _factor[i] * value / (_noise[i] * _noise[i]) : 0)];
        double[] sum = _views.Transpose(_point, weighted, _workers);
        for (int n = 0; n < sum.Length; n++) sum[n] *= _rest[n];
        return sum;
    }

    /// <summary>K (rest x change).</summary>
    /// <param name="change">One value per place of this star's lattice.</param>
    /// <returns>One value per pixel; scratch memory of this object.</returns>
    public double[] Seen(double[] change)
    {
        for (int n = 0; n < change.Length; n++) _product[n] = _rest[n] * change[n];
        _views.Evaluate(_point, _product, [], [], _workers, _seen, [], []);
        return _seen;
    }

    /// <summary>Lets all pixels count alike.</summary>
    public void CountAll() => _factor = _counts;

    /// <summary>Lets pixels count less that a change does not explain.</summary>
    /// <param name="change">One value per place of this star's lattice.</param>
    /// <param name="loss">What bad pixels may do.</param>
    public void Reweight(double[] change, RobustLoss loss)
    {
        double[] left = [.. Residual.Zip(Seen(change), (r, seen) => r - seen)];
        _factor = [.. RobustWeights.Of([.. left.Select((r, i) => r / _noise[i])], loss).Zip(_counts, (factor, counts) => factor * counts)];
    }

    /// <summary>The root mean square of what a change leaves.</summary>
    /// <param name="change">One value per place of this star's lattice; null for no change.</param>
    public double Rms(double[]? change)
    {
        double[] seen = change is null ? [] : Seen(change);
        double sum = 0, weight = 0;
        for (int i = 0; i < _factor.Length; i++)
        {
            if (!(_factor[i] > 0)) continue;
            double left = Residual[i] - (change is null ? 0 : seen[i]);
            sum += _factor[i] * left * left;
            weight += _factor[i];
        }

        return Math.Sqrt(sum / weight);
    }

    // A single star's change explains whatever it shows, cosmic rays too, so that no weights find these later. What is below the continuum may be a line that the star lacks.
    private void LeaveOutSpikes(double[] data, IReadOnlyList<int> orders)
    {
        int first = 0;
        foreach (int pixels in orders)
        {
            double limit = Spikes.Limit(Residual.AsSpan(first, pixels));
            for (int i = first; i < first + pixels; i++)
            {
                if (data[i] > 1 + limit) Residual[i] = double.NaN;
            }

            first += pixels;
        }
    }
}
