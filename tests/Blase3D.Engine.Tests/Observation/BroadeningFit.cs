using Blase3D.Engine.Observation;
using Blase3D.Kernels;
using MathNet.Numerics.LinearAlgebra;

namespace Blase3D.Engine.Tests.Observation;

/// <summary>What a spectrum known at rest becomes: the model of a <see cref="BroadeningFit"/>.</summary>
internal interface IBroadening
{
    /// <summary>What is seen.</summary>
    double[] Seen(Extrinsics at);

    /// <summary>Its derivatives by <see cref="BroadeningFit.Free"/>.</summary>
    double[][] Slopes(Extrinsics at);
}

/// <summary>
/// Finds velocity, v sin i, R and a constant factor of a spectrum of which the star at rest is known: Levenberg-Marquardt within bounds, over all pixels but
/// <see cref="BroadenedColumn.Edge"/> at each end.
/// </summary>
internal static class BroadeningFit
{
    private const int MostSteps = 100;
    private const double Enough = 1e-9;

    public static readonly ExtrinsicParameter[] Free = [ExtrinsicParameter.Velocity, ExtrinsicParameter.Rotation, ExtrinsicParameter.Resolution];

    /// <summary>Where v sin i is looked for, in km/s; sums over pixels know nothing of a rotation that is narrower than a pixel.</summary>
    public static readonly (double Least, double Most) Rotations = (0.7, 60);

    /// <summary>The best place between two values of v sin i, and the sum of squares that is left there.</summary>
    public static (Extrinsics At, double Squares) Descend(IBroadening model, double[] data, Extrinsics start, (double Least, double Most) rotations)
    {
        (double[] Least, double[] Most) bounds = ([-1000, rotations.Least, 0.2], [1000, rotations.Most, 5]);
        (Extrinsics at, double damping) = (start, 1e-3);
        double[] seen = model.Seen(at);
        double squares = Residual(seen, data).Sum(r => r * r);
        for (int step = 0; step < MostSteps; step++)
        {
            double[] residual = Residual(seen, data);
            double[][] slopes = [.. model.Slopes(at), seen];
            Matrix<double> design = Matrix<double>.Build.Dense(residual.Length, slopes.Length, (r, c) => slopes[c][r + BroadenedColumn.Edge]);
            Matrix<double> normal = design.TransposeThisAndMultiply(design);
            Vector<double> slope = design.TransposeThisAndMultiply(Vector<double>.Build.Dense(residual));
            bool isBetter = false, isEnough = false;
            for (; !isBetter && damping < 1e9; damping *= isBetter ? 0.2 : 8)
            {
                Extrinsics tried = Step(at, bounds, normal, slope, damping);
                double[] triedSeen = model.Seen(tried);
                double sum = Residual(triedSeen, data).Sum(r => r * r);
                isBetter = sum < squares;
                if (!isBetter) continue;
                isEnough = squares - sum < Enough * squares;
                (at, seen, squares) = (tried, triedSeen, sum);
            }

            if (!isBetter || isEnough) break;
        }

        return (at, squares);
    }

    // But for the factor that fits best.
    private static double[] Residual(double[] seen, double[] data)
    {
        Range inner = BroadenedColumn.Edge..^BroadenedColumn.Edge;
        double[] one = seen[inner], other = data[inner];
        double factor = one.Zip(other, (s, d) => s * d).Sum() / one.Sum(s => s * s);
        return [.. other.Zip(one, (d, s) => d - (factor * s))];
    }

    // What sits on a bound and wants out stays there.
    private static Extrinsics Step(Extrinsics from, (double[] Least, double[] Most) bounds, Matrix<double> normal, Vector<double> slope, double damping)
    {
        (Matrix<double> damped, Vector<double> target) = (normal.Clone(), slope.Clone());
        for (int k = 0; k < Free.Length; k++)
        {
            damped[k, k] *= 1 + damping;
            if ((from[Free[k]] > bounds.Least[k] || target[k] > 0) && (from[Free[k]] < bounds.Most[k] || target[k] < 0)) continue;
            for (int m = 0; m < normal.RowCount; m++) damped[k, m] = damped[m, k] = m == k ? 1 : 0;
            target[k] = 0;
        }

        Vector<double> step = damped.Solve(target);
        for (int k = 0; k < Free.Length; k++) from = from.With(Free[k], Math.Clamp(from[Free[k]] + step[k], bounds.Least[k], bounds.Most[k]));
        return from;
    }
}

/// <summary>The kernels of the engine, which fits use.</summary>
internal sealed class ExactKernels : IBroadening
{
    private readonly ExtrinsicModel _model;
    private readonly double[] _star;

    /// <summary>Of a spectrum at rest, seen at other wavelengths by an instrument of R times the factor of the extrinsics.</summary>
    public ExactKernels(double[] restWavelength, double[] rest, double[] observedWavelength, double lowVelocity, double highVelocity, double resolution)
    {
        RestLattice lattice = RestLattice.Under([DetectorPixels.Points(observedWavelength)], lowVelocity, highVelocity, 0, restWavelength[2], restWavelength[^3]);
        _model = new ExtrinsicModel(lattice, InstrumentProfile.Gaussian(resolution));
        _star = SixPointPolynomial.At(restWavelength, rest, lattice.WavelengthAngstrom);
    }

    public double[] Seen(Extrinsics at)
    {
        var seen = new double[_model.PixelCount];
        _model.Evaluate(at, _star, Workers.OneThread, seen);
        return seen;
    }

    public double[][] Slopes(Extrinsics at)
    {
        double[][] slopes = [.. BroadeningFit.Free.Select(_ => new double[_model.PixelCount])];
        _model.Evaluate(at, _star, [], BroadeningFit.Free, Workers.OneThread, new double[_model.PixelCount], [], slopes);
        return slopes;
    }
}

/// <summary>Sums over the pixels of the spectrum at rest; then what is between these at the places that the velocity moves to the observed ones.</summary>
internal sealed class SumsOverPixels(double[] restWavelength, double[] rest, double[] observedWavelength, double resolution) : IBroadening
{
    private static readonly double[] Differences = [0.01, 1e-3, 1e-4];

    public double[] Seen(Extrinsics at)
    {
        double[] broadened = PixelSums.Broaden(restWavelength, rest, at.RotationKmPerS, resolution * at.ResolutionFactor);
        return SixPointPolynomial.At(restWavelength, broadened, [.. observedWavelength.Select(w => w / DopplerShift.Factor(at.VelocityKmPerS))]);
    }

    public double[][] Slopes(Extrinsics at) =>
    [
        .. BroadeningFit.Free.Zip(Differences, (parameter, by) =>
        {
            double[] above = Seen(at.With(parameter, at[parameter] + by)), below = Seen(at.With(parameter, at[parameter] - by));
            return above.Zip(below, (a, b) => (a - b) / (2 * by)).ToArray();
        }),
    ];
}
