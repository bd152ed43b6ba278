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
/// </remarks>
internal sealed class ModelErrorShifts
{
    private const double WidthOfOneDraw = 1.837;
    private const int Rounds = 60;
    private const double Settled = 1e-4;

    private readonly List<Along> _axes = [];
    private readonly int _parameters;

    /// <summary>Starts with the samples.</summary>
    /// <param name="errors">The samples.</param>
    /// <param name="shiftOf">F^-1 J'We of a sample, in the units of the axes.</param>
    /// <param name="parameters">The axis of every parameter; the place along another axis is taken as known.</param>
    public ModelErrorShifts(IReadOnlyList<AxisError> errors, Func<double[], Vector<double>> shiftOf, int[] parameters)
    {
        _parameters = parameters.Length;
        foreach (AxisError error in errors)
        {
            int parameter = Array.IndexOf(parameters, error.Axis);
            List<Vector<double>> shifts = [.. error.Samples.Select(shiftOf)];
            if (error.AreWays) shifts = [shifts.MaxBy(shift => parameter < 0 ? shift.L2Norm() : Math.Abs(shift[parameter]))!];
            _axes.Add(new Along(error, parameter, shifts.Select(shift => shift.OuterProduct(shift)).Aggregate((sum, next) => sum + next) / shifts.Count));
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
        Matrix<double> sum = Matrix<double>.Build.Dense(_parameters, _parameters);
        for (int k = 0; k < reach.Length; k++) sum += factor(_axes[k]) * reach[k] * reach[k] * _axes[k].Products;
        return sum;
    }

    // Products of the shifts in the middle of the cell; a parameter below 0 is not fitted.
    private sealed record Along(AxisError Error, int Parameter, Matrix<double> Products)
    {
        public double Reach(Matrix<double> covariance)
        {
            double width = Parameter < 0 ? 0 : Math.Sqrt(Math.Max(0, covariance[Parameter, Parameter])) / Error.Step;
            return AxisError.ReachAt(Math.Clamp(0.5, Error.Share - width, Error.Share + width));
        }
    }
}
