using Blase3D.Engine.Inference.Observed;
using Blase3D.Engine.Observation;

namespace Blase3D.Engine.Inference.Standards;

/// <summary>
/// Finds the change of the model at rest that explains several stars at once. A change is a Gaussian process: of mean 0, a few times as large as the residuals, and correlated over about the
/// width of the sharpest instrument, B u with u independent (so that nothing is sharpened that no instrument saw). With the residuals r_s = K_s (F_s x change) + noise the most
/// probable u solves (1 + B^T A B) u = B^T b, A = sum_s F_s K_s^T W_s K_s F_s and b = sum_s F_s K_s^T W_s r_s (Rasmussen and Williams 2006, section 2.1), here by conjugate gradients.
/// </summary>
internal sealed class CorrectionSolver
{
    private const int MostSteps = 200;
    private const double Enough = 1e-5;
    private const int RobustRounds = 2;
    private const double KernelReach = 4;

    // The prior is this many times as wide as the residuals are large: a tighter one leaves a share of the model's error in, and the stars off by as much.
    private const double PriorSizes = 4;

    private readonly IReadOnlyList<StandardView> _views;
    private readonly RobustLoss _loss;
    private readonly double _size;
    private readonly double[] _kernel;
    private readonly long _first;
    private readonly int _count;

    /// <summary>Takes the stars.</summary>
    /// <param name="views">The stars.</param>
    /// <param name="widthKmPerS">The standard deviation of B in km/s.</param>
    /// <param name="loss">What bad pixels may do.</param>
    public CorrectionSolver(IReadOnlyList<StandardView> views, double widthKmPerS, RobustLoss loss)
    {
        (_views, _loss) = (views, loss);
        double step = views[0].StepKmPerS, sigma = Math.Max(widthKmPerS / step, 1);
        int reach = (int)Math.Ceiling(KernelReach * sigma);
        _kernel = [.. Enumerable.Range(-reach, (2 * reach) + 1).Select(k => Math.Exp(-0.5 * k * k / (sigma * sigma)))];

        // The size of a change goes with that of the residuals.
        foreach (StandardView view in views) view.CountAll();
        _size = PriorSizes * Math.Clamp(Math.Sqrt(views.Average(view => Math.Pow(view.Rms(null), 2))), 0.005, 0.5);
        double norm = _size / Math.Sqrt(_kernel.Sum(k => k * k));
        for (int k = 0; k < _kernel.Length; k++) _kernel[k] *= norm;
        _first = views.SelectMany(view => view.Stretches).Min(stretch => stretch.First);
        _count = (int)(views.SelectMany(view => view.Stretches).Max(stretch => stretch.First + stretch.Count) - _first);
    }

    /// <summary>Solves for the change, bad pixels counting less and less.</summary>
    public ModelCorrection Solve()
    {
        double[] change = [];
        for (int round = 0; round <= (_loss == RobustLoss.Square ? 0 : RobustRounds); round++)
        {
            foreach (StandardView view in _views)
            {
                if (round == 0) view.CountAll();
                else view.Reweight(Of(change, view), _loss);
            }

            change = Spread(ConjugateGradients(Spread(Sum(view => view.Back(view.Residual)))));
        }

        Change = change;
        return new ModelCorrection(_views[0].StepKmPerS, _first, change, Known());
    }

    /// <summary>The change that <see cref="Solve"/> found, one value per place.</summary>
    public double[] Change { get; private set; } = [];

    /// <summary>A change on the lattice of one star.</summary>
    /// <param name="change">On all places.</param>
    /// <param name="view">The star.</param>
    public double[] Of(double[] change, StandardView view)
    {
        var own = new double[view.Stretches.Sum(stretch => stretch.Count)];
        foreach (LatticeStretch stretch in view.Stretches) change.AsSpan((int)(stretch.First - _first), stretch.Count).CopyTo(own.AsSpan(stretch.Offset));
        return own;
    }

    // Of a change over the length of the correlation: the information of the pixels times its variance, over that plus 1.
    private double[] Known()
    {
        double[] row = Sum(view => view.Back(view.Seen([.. Enumerable.Repeat(1.0, view.Stretches.Sum(stretch => stretch.Count))])));
        double length = Math.Pow(_kernel.Sum(), 2) / _kernel.Sum(k => k * k);
        return Array.ConvertAll(row, information =>
        {
            double gain = Math.Max(0, information) * _size * _size * length;
            return gain / (1 + gain);
        });
    }

    private double[] Sum(Func<StandardView, double[]> part)
    {
        var sum = new double[_count];
        foreach (StandardView view in _views)
        {
            double[] own = part(view);
            foreach (LatticeStretch stretch in view.Stretches)
            {
                int at = (int)(stretch.First - _first);
                for (int k = 0; k < stretch.Count; k++) sum[at + k] += own[stretch.Offset + k];
            }
        }

        return sum;
    }

    // B, which is symmetric.
    private double[] Spread(double[] values)
    {
        var result = new double[values.Length];
        int reach = _kernel.Length / 2;
        for (int n = 0; n < values.Length; n++)
        {
            int from = Math.Max(0, n - reach), to = Math.Min(values.Length - 1, n + reach);
            double sum = 0;
            for (int m = from; m <= to; m++) sum += _kernel[m - n + reach] * values[m];
            result[n] = sum;
        }

        return result;
    }

    private double[] Normal(double[] u)
    {
        double[] change = Spread(u), result = Spread(Sum(view => view.Back(view.Seen(Of(change, view)))));
        for (int n = 0; n < result.Length; n++) result[n] += u[n];
        return result;
    }

    private double[] ConjugateGradients(double[] right)
    {
        double[] u = new double[right.Length], left = [.. right], direction = [.. right];
        double squares = Dot(left, left), end = squares * Enough * Enough;
        for (int step = 0; step < MostSteps && squares > end; step++)
        {
            double[] image = Normal(direction);
            double length = squares / Dot(direction, image);
            for (int n = 0; n < u.Length; n++)
            {
                u[n] += length * direction[n];
                left[n] -= length * image[n];
            }

            double next = Dot(left, left), share = next / squares;
            for (int n = 0; n < u.Length; n++) direction[n] = left[n] + (share * direction[n]);
            squares = next;
        }

        return u;
    }

    private static double Dot(double[] a, double[] b)
    {
        double sum = 0;
        for (int n = 0; n < a.Length; n++) sum += a[n] * b[n];
        return sum;
    }
}
