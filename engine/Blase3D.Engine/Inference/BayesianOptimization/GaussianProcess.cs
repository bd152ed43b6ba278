using Blase3D.Kernels;

namespace Blase3D.Engine.Inference.BayesianOptimization;

/// <summary>
/// Gaussian process with the covariance constant * Matern 5/2 (one length per dimension) + white noise, conditioned on observed
/// values (Rasmussen and Williams 2006, algorithm 2.1).
/// </summary>
/// <remarks>
/// Values are standardised by their mean and population standard deviation; the noise takes part in the conditioning and is left
/// out of the predicted standard deviation. An instance is immutable, but predictions share its workspace: use one instance per
/// thread; different instances are independent, so many small processes can be fitted side by side.
/// </remarks>
public sealed partial class GaussianProcess
{
    private readonly double[] scaled;
    private readonly double[] weights;
    private readonly SmallCholesky factor;

    private GaussianProcess(
        KernelParameters parameters, ReadOnlySpan<double> points, ReadOnlySpan<double> values, ValueScaling scaling)
    {
        Parameters = parameters;
        Scaling = scaling;
        Count = values.Length;
        Dimension = parameters.LengthScales.Length;
        factor = new SmallCholesky(Count);
        double[] columns = MaternKernel.ToColumns(points, Dimension, factor.Stride);
        scaled = new double[columns.Length];
        MaternKernel.Scale(columns, parameters.LengthScales, scaled);
        kernelRow = new double[factor.Stride];
        slopeRow = new double[factor.Stride];
        solution = new double[factor.Stride];
        block = new double[Count * SmallCholesky.BlockWidth];
        candidateColumns = new double[Dimension * SmallCholesky.BlockWidth];
        Jitter = Factor();
        weights = new double[factor.Stride];
        for (int i = 0; i < Count; i++)
        {
            weights[i] = scaling.Standardize(values[i]);
        }

        factor.ForwardSolve(weights);
        factor.BackwardSolve(weights);
    }

    // The same posterior with a workspace of its own, for another thread.
    private GaussianProcess(GaussianProcess other)
    {
        (Parameters, Scaling, Count, Dimension, Jitter) = (other.Parameters, other.Scaling, other.Count, other.Dimension, other.Jitter);
        (factor, scaled, weights) = (other.factor, other.scaled, other.weights);
        kernelRow = new double[factor.Stride];
        slopeRow = new double[factor.Stride];
        solution = new double[factor.Stride];
        block = new double[other.block.Length];
        candidateColumns = new double[other.candidateColumns.Length];
    }

    /// <summary>Covariance parameters (of the standardised values).</summary>
    public KernelParameters Parameters { get; }

    /// <summary>Mean and standard deviation by which the values were standardised.</summary>
    public ValueScaling Scaling { get; }

    /// <summary>Number of observations.</summary>
    public int Count { get; }

    /// <summary>Number of inputs.</summary>
    public int Dimension { get; }

    /// <summary>
    /// Variance added to the diagonal: 1e-10, or the first power of ten above it with which the covariance was positive definite.
    /// </summary>
    public double Jitter { get; }

    /// <summary>Conditions on observations with given covariance parameters.</summary>
    /// <param name="parameters">Covariance parameters.</param>
    /// <param name="points">n points, row-major n x d, finite; lengths are in their units.</param>
    /// <param name="values">n finite values, n at least 1.</param>
    /// <param name="scaling">How to standardise; null takes mean and deviation of the values.</param>
    /// <returns>The posterior.</returns>
    /// <exception cref="EngineException">BadInput: no observation, a length that does not fit, or a value that is not finite.</exception>
    public static GaussianProcess Condition(
        KernelParameters parameters, ReadOnlySpan<double> points, ReadOnlySpan<double> values, ValueScaling? scaling = null)
    {
        CheckObservations(points, values, parameters.LengthScales.Length);
        return new GaussianProcess(parameters, points, values, scaling ?? ValueScaling.Of(values));
    }

    /// <summary>Fits the covariance parameters by maximum likelihood and conditions on the observations.</summary>
    /// <param name="points">n points, row-major n x d, in the unit cube, finite.</param>
    /// <param name="values">n finite values, n at least 1.</param>
    /// <param name="noise">Noise model.</param>
    /// <param name="bounds">Ranges of the parameters.</param>
    /// <param name="starts">Starting parameters, at least one; they are clipped to the bounds.</param>
    /// <param name="limits">When each fit stops; null takes those of the published code.</param>
    /// <param name="threads">Threads for the starts; null takes the calling one. The result does not depend on them.</param>
    /// <returns>The posterior of the best start.</returns>
    /// <exception cref="EngineException">BadInput: no observation, a length that does not fit, or a value that is not finite.</exception>
    public static GaussianProcess Fit(
        ReadOnlySpan<double> points,
        ReadOnlySpan<double> values,
        NoiseModel noise,
        KernelBounds bounds,
        IReadOnlyList<KernelParameters> starts,
        QuasiNewtonLimits? limits = null,
        Workers? threads = null) =>
        Fit(points, values, noise, bounds, [.. starts.Select(start => new FitStart(start, null))], limits ?? new QuasiNewtonLimits(), threads ?? Workers.OneThread, out _);

    // The same, and the second derivatives of minus the log likelihood that the best descent has gathered.
    internal static GaussianProcess Fit(
        ReadOnlySpan<double> points,
        ReadOnlySpan<double> values,
        NoiseModel noise,
        KernelBounds bounds,
        FitStart[] starts,
        QuasiNewtonLimits limits,
        Workers workers,
        out double[]? hessian)
    {
        int dimension = starts[0].Parameters.LengthScales.Length;
        CheckObservations(points, values, dimension);
        var scaling = ValueScaling.Of(values);
        double[] standardized = [.. values];
        for (int i = 0; i < standardized.Length; i++)
        {
            standardized[i] = scaling.Standardize(standardized[i]);
        }

        (double[] lower, double[] upper) = bounds.Logarithms(dimension, noise);
        double[] observed = points.ToArray();
        double[][] ends = [.. starts.Select(start => start.Parameters.ToLogarithms(noise))];
        var reached = new double[ends.Length];
        var hessians = new double[ends.Length][];
        workers.For(ends.Length, start =>
        {
            var likelihood = new MarginalLikelihood(observed, standardized, dimension, noise);
            var minimizer = new BoundedQuasiNewton((theta, gradient) => MinusLikelihood(likelihood, theta, gradient), lower, upper);
            reached[start] = minimizer.Minimize(ends[start], limits, starts[start].Hessian);
            hessians[start] = minimizer.Hessian.ToArray();
        });

        // The first of equals; the first start where no likelihood was finite.
        int lowest = -1;
        for (int start = 0; start < reached.Length; start++)
        {
            if (reached[start] < (lowest < 0 ? double.PositiveInfinity : reached[lowest])) lowest = start;
        }

        hessian = lowest < 0 ? null : hessians[lowest];
        double[] best = lowest < 0 ? starts[0].Parameters.ToLogarithms(noise) : ends[lowest];
        return new GaussianProcess(KernelParameters.FromLogarithms(best, noise), points, values, scaling);
    }

    private static double MinusLikelihood(MarginalLikelihood likelihood, ReadOnlySpan<double> theta, Span<double> gradient)
    {
        double value = likelihood.Evaluate(theta, gradient);
        for (int k = 0; k < gradient.Length; k++)
        {
            gradient[k] = -gradient[k];
        }

        return -value;
    }

    private static void CheckObservations(ReadOnlySpan<double> points, ReadOnlySpan<double> values, int dimension)
    {
        if (values.Length == 0 || points.Length != values.Length * dimension)
        {
            throw new EngineException(
                ErrorCode.BadInput,
                $"A Gaussian process of {dimension} inputs got {values.Length} values and {points.Length} coordinates; "
                + $"give at least one value and {dimension} coordinates for each.");
        }

        if (points.ContainsAnyExceptInRange(double.MinValue, double.MaxValue)
            || values.ContainsAnyExceptInRange(double.MinValue, double.MaxValue))
        {
            throw new EngineException(
                ErrorCode.BadInput,
                "A Gaussian process got a coordinate or value that is not finite; replace or leave out such observations first.");
        }
    }

    // Points closer than the rounding allows can spoil the factor; ten times more jitter is tried until it holds.
    private double Factor()
    {
        double jitter = MarginalLikelihood.Jitter;
        while (true)
        {
            for (int i = 0; i < Count; i++)
            {
                Span<double> row = factor.Row(i);
                int start = i & -System.Numerics.Vector<double>.Count;
                MaternKernel.Row(scaled, factor.Stride, Dimension, i, start, Parameters.Constant, row, slopeRow);
                row[Count..].Clear();
                row[i] = Parameters.Constant + Parameters.Noise + jitter;
            }

            if (factor.TryFactor())
            {
                return jitter;
            }

            jitter *= 10;
        }
    }
}
