using Blase3D.Engine.Grids;
using Blase3D.Engine.Reconstruction;

namespace Blase3D.Engine.Inference;

/// <summary>
/// What a search makes small: how badly the model of a point explains a star, with its derivatives. An instance owns scratch memory: use one per
/// concurrent caller.
/// </summary>
public abstract class Misfit
{
    /// <summary>The parameters: those of the manifold first, in its order, with its nodes; others may follow.</summary>
    public abstract RectilinearAxes Axes { get; }

    /// <summary>Points evaluated so far.</summary>
    public int Evaluations { get; private protected set; }

    /// <summary>The pixels that counted in the last comparison: those of the P that are not NaN.</summary>
    public int Pixels { get; private protected set; }

    /// <summary>How much every pixel counts, length P, for example one over its variance; null when all count the same.</summary>
    public double[]? Weight { get; set; }

    /// <summary>Whether the derivatives are analytic; otherwise they are central differences.</summary>
    public abstract bool IsAnalytic { get; }

    /// <summary>The sum of the weights in the last comparison by squares.</summary>
    internal double WeightSum { get; private protected set; }

    /// <summary>Parameters that are solved for, not searched, like the coefficients of a continuum.</summary>
    internal virtual int SolvedParameters => 0;

    /// <summary>Whether the search has compared in a coarser way, so that its values are none of this.</summary>
    internal virtual bool IsFinerThanSearch => false;

    /// <summary>The degree of a continuum that is solved for because of noise; null for none.</summary>
    internal virtual int? ContinuumDegree => null;

    /// <summary>A sentence when the wavelengths of a spectrum that fits badly seem shifted, of a misfit that has no velocity; else null.</summary>
    /// <param name="point">One value per axis.</param>
    internal virtual string? ShiftSuspected(double[] point) => null;

    /// <summary>The scheme between the nodes.</summary>
    internal abstract InterpolationScheme Scheme { get; }

    /// <summary>The wavelengths of the spectrum, vacuum Angstrom, length P.</summary>
    internal abstract double[] Wavelength { get; }

    /// <summary>The model of the last comparison, length P.</summary>
    internal abstract double[] Model { get; }

    /// <summary>The root mean square at a point, weighted with <see cref="Weight"/>, or NaN when the point's cell lacks a node.</summary>
    /// <param name="point">One value per axis.</param>
    /// <exception cref="EngineException">BadInput: no pixel counts.</exception>
    public double Rms(ReadOnlySpan<double> point)
    {
        if (!TrySquares(point, out double squares, out double weight)) return double.NaN;
        return Math.Sqrt(squares / weight);
    }

    /// <summary>The weighted sum of the squares of the residual at a point.</summary>
    /// <param name="point">One value per axis.</param>
    /// <param name="squares">As <see cref="Squares"/>.</param>
    /// <param name="weight">The sum of the weights.</param>
    /// <returns>False when the point's cell lacks a node.</returns>
    /// <exception cref="EngineException">BadInput: no pixel counts.</exception>
    public abstract bool TrySquares(ReadOnlySpan<double> point, out double squares, out double weight);

    /// <summary>The residual spectrum minus model at a point.</summary>
    /// <param name="point">One value per axis, within the grid.</param>
    /// <param name="residual">Length P, NaN where a pixel does not count; valid until the next call.</param>
    /// <returns>False when the point's cell lacks a node.</returns>
    public abstract bool TryResidual(ReadOnlySpan<double> point, out double[] residual);

    /// <summary>The residual at a point and its derivatives along some axes.</summary>
    /// <param name="point">One value per axis.</param>
    /// <param name="box">Lower and upper ends, one per axis: at the plane of nodes where a box ends the derivatives are those inside.</param>
    /// <param name="axes">The axes.</param>
    /// <param name="residual">Length P, NaN where a pixel does not count; valid until the next call.</param>
    /// <param name="jacobian">The derivative per unit of every one of the axes, length P each; valid until the next call.</param>
    /// <returns>False when the point's cell lacks a node.</returns>
    public abstract bool TryDerivatives(
        ReadOnlySpan<double> point, (double[] Lower, double[] Upper) box, IReadOnlyList<int> axes, out double[] residual, out double[][] jacobian);

    /// <summary>The weighted sum of the squares of a residual, which is chi-square when the weights are one over the variances, and the sum of the weights.</summary>
    /// <param name="residual">Length P; pixels that are NaN do not count.</param>
    /// <exception cref="EngineException">BadInput: no pixel counts.</exception>
    public (double Squares, double Weight) Squares(ReadOnlySpan<double> residual)
    {
        double squares = 0, total = 0;
        for (int i = 0; i < residual.Length; i++)
        {
            if (double.IsNaN(residual[i])) continue;
            double weight = Weight?[i] ?? 1;
            squares += weight * residual[i] * residual[i];
            total += weight;
        }

        return total > 0 ? (squares, total) : throw NoPixels();
    }

    /// <summary>Samples of the model's own error around a point, as the data see it; see <see cref="EmulatorError"/>.</summary>
    /// <param name="point">One value per axis.</param>
    internal abstract IReadOnlyList<AxisError> ModelErrors(double[] point);

    /// <summary>What the manifold's error map expects of every pixel at a point, length P; null without a map.</summary>
    /// <param name="point">One value per axis.</param>
    internal abstract double[]? ExpectedErrors(double[] point);

    /// <summary>The lines that say most about some axes at a point.</summary>
    /// <param name="point">One value per axis.</param>
    /// <param name="prior">Where it was searched.</param>
    /// <param name="axes">The axes that have an error.</param>
    /// <param name="count">How many lines.</param>
    internal abstract IReadOnlyList<DecidingLine> LinesThatDecide(double[] point, ParameterPrior prior, int[] axes, int count);

    /// <summary>The wavelength of a line in the data over that at rest, at a point; NaN where several exposures differ, of which pages are drawn at rest.</summary>
    /// <param name="point">One value per axis.</param>
    internal virtual double LineFactor(double[] point) => 1;

    /// <summary>The wavelengths of the pixels at rest, at a point, length P.</summary>
    /// <param name="point">One value per axis.</param>
    internal virtual double[] RestWavelength(double[] point) => Wavelength;

    internal static EngineException NoPixels() => new(ErrorCode.BadInput, "No pixel of the spectrum is a number; check its flux and mask.");
}
