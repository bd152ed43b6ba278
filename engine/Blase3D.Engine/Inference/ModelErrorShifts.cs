using Blase3D.Engine.Reconstruction;
using MathNet.Numerics.LinearAlgebra;

namespace Blase3D.Engine.Inference;

/// <summary>What errors of the model do to the parameters, as a covariance.</summary>
/// <remarks>
/// An error e of the model moves the parameters by F^-1 J'We. From samples of e for the middle of a cell, times 4 t (1 - t) at the share t, come the products of these
/// shifts, averaged over the samples of an axis and added over the axes. Of known ways between two nodes the one that moves the axis most counts alone.
/// Where in its cell a star is, is itself known no better than that: an error of the model may have pressed the value onto a node, where all ways agree, while the truth
/// lies between. So t is taken where the error is largest within one standard error of the value. The error and t depend on each other; of the
/// pairs that agree the largest is found, from the middle of the cell on. A single way is one draw of an unknown spread: for t its error counts 1.84 times, within
/// which 68 % of such draws lie (Student's t of one degree of freedom).
/// What e does not move it leaves in the residual: a place where the samples would leave more than three times what is there is none of those. So a star that is a node of
/// the manifold, and fits like one, keeps its place. Left is what the products of neighbouring pixels add up to, which white noise does not change on average;
/// their standard error is added, so that noise hides what it can hide.
/// </remarks>
internal sealed class ModelErrorShifts
{
    private const double WidthOfOneDraw = 1.837;
    // Samples are wrong by such a factor: real spectra left out had 0.1 to 7 times their misfit.
    private const double MostOfResidual = 3;

    // An error of which less than this shows is not seen in a residual.
    private const double LeastShown = 1e-4;
    private const int Rounds = 60;
    private const double Settled = 1e-4;

    private readonly List<Along> _axes = [];
    private readonly double[] _residual;
    private readonly double[][] _jacobian;
    private readonly double[]? _weight;
    private readonly Matrix<double> _inverse;

    /// <summary>Starts with the samples.</summary>
    /// <param name="errors">The samples.</param>
    /// <param name="residual">Length P; NaN where a pixel does not count.</param>
    /// <param name="jacobian">Its derivatives along the parameters, length P each.</param>
    /// <param name="weight">The weights, length P, or null for 1.</param>
    /// <param name="inverse">F^-1, in the units of the axes.</param>
    /// <param name="parameters">The axis of every parameter; the place along another axis is taken as known.</param>
    public ModelErrorShifts(IReadOnlyList<AxisError> errors, double[] residual, double[][] jacobian, double[]? weight, Matrix<double> inverse, int[] parameters)
    {
        (_residual, _jacobian, _weight, _inverse) = (residual, jacobian, weight, inverse);
        (double products, double standardError) = NeighbourProducts(residual);
        double observed = Math.Max(0, products) + standardError;
        foreach (AxisError error in errors)
        {
            int parameter = Array.IndexOf(parameters, error.Axis);
            List<(Vector<double> Shift, double Left, double Size)> samples = [.. error.Samples.Select(Fit)];
            if (error.AreWays) samples = [samples.MaxBy(sample => parameter < 0 ? sample.Shift.L2Norm() : Math.Abs(sample.Shift[parameter]))];
            double left = samples.Average(sample => sample.Left), size = samples.Average(sample => sample.Size);
            _axes.Add(new Along(
                error, parameter, samples.Select(sample => sample.Shift.OuterProduct(sample.Shift)).Aggregate((sum, next) => sum + next) / samples.Count,
                left > LeastShown * size ? MostOfResidual * Math.Sqrt(observed / left) : 1));
        }
    }

    /// <summary>What is to be added to a covariance.</summary>
    /// <param name="covariance">The covariance without an error of the model, in the units of the axes.</param>
    public Matrix<double> Beside(Matrix<double> covariance)
    {
        double[] reach = [.. _axes.Select(_ => 1.0)];
        for (int round = 0; round < Rounds; round++)
        {
            Matrix<double> wide = covariance + Sum(reach, along => along.Error.AreWays ? WidthOfOneDraw * WidthOfOneDraw : 1);
            double[] next = [.. _axes.Select(along => along.Reach(wide))];
            double change = next.Zip(reach, (one, other) => Math.Abs(one - other)).Max();
            reach = next;
            if (change < Settled) break;
        }

        return Sum(reach, _ => 1);
    }

    private Matrix<double> Sum(double[] reach, Func<Along, double> factor)
    {
        Matrix<double> sum = Matrix<double>.Build.Dense(_inverse.RowCount, _inverse.RowCount);
        for (int k = 0; k < reach.Length; k++) sum += factor(_axes[k]) * reach[k] * reach[k] * _axes[k].Products;
        return sum;
    }

    // What a sample moves the parameters by, and the products of neighbours of what it leaves in the residual and of itself.
    private (Vector<double> Shift, double Left, double Size) Fit(double[] error)
    {
        var score = Vector<double>.Build.Dense(_jacobian.Length, a =>
        {
            double sum = 0;
            for (int i = 0; i < error.Length; i++)
            {
                double product = (_weight?[i] ?? 1) * _jacobian[a][i] * error[i];
                if (!double.IsNaN(_residual[i]) && !double.IsNaN(product)) sum += product;
            }

            return sum;
        });
        Vector<double> shift = _inverse * score;
        double[] left = [.. error];
        for (int i = 0; i < left.Length; i++)
        {
            for (int a = 0; a < shift.Count; a++) left[i] -= shift[a] * _jacobian[a][i];
        }

        return (shift, NeighbourProducts(left).Sum, NeighbourProducts(error).Sum);
    }

    private (double Sum, double StandardError) NeighbourProducts(double[] values)
    {
        double sum = 0, squares = 0;
        for (int i = 1; i < values.Length; i++)
        {
            double product = values[i] * values[i - 1];
            if (_weight is not null) product *= Math.Sqrt(_weight[i] * _weight[i - 1]);
            if (double.IsNaN(product) || double.IsNaN(_residual[i]) || double.IsNaN(_residual[i - 1])) continue;
            sum += product;
            squares += product * product;
        }

        return (sum, Math.Sqrt(squares));
    }

    // Products of the shifts in the middle of the cell; a parameter below 0 is not fitted.
    private sealed record Along(AxisError Error, int Parameter, Matrix<double> Products, double Most)
    {
        public double Reach(Matrix<double> covariance)
        {
            double width = Parameter < 0 ? 0 : Math.Sqrt(Math.Max(0, covariance[Parameter, Parameter])) / Error.Step;
            double reach = AxisError.ReachAt(Math.Clamp(0.5, Error.Share - width, Error.Share + width));
            return Math.Min(reach, Math.Max(Most, AxisError.ReachAt(Error.Share)));
        }
    }
}
