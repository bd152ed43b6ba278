using Blase3D.Engine.Observation;
using Blase3D.Kernels;

namespace Blase3D.Engine.Inference.Observed;

/// <content>The lines that a fit rests on.</content>
public sealed partial class JointMisfit
{
    /// <inheritdoc/>
    /// <remarks>Of v sin i and the resolution, which act on the spectrum as a whole, nothing is split; their shares are 0.</remarks>
    internal override IReadOnlyList<DecidingLine> LinesThatDecide(double[] point, ParameterPrior prior, int[] axes, int count)
    {
        if (!TryDerivatives(point, ([.. prior.Lower], [.. prior.Upper]), prior.FreeAxes, out double[] residual, out _)) return [];
        double[] left = [.. residual];
        (double squares, _) = Squares(left);
        var lines = new JointDecidingLines(_rest.Tangents, _workers);
        double[] scratch = new double[_seen.Length], column = new double[_seen.Length];
        foreach (int axis in axes)
        {
            bool isVelocity = axis >= _joint.Stellar && _joint.ParameterOf(axis) == ExtrinsicParameter.Velocity;
            if (axis >= _joint.Stellar && !isVelocity) continue;
            double[] change = [.. isVelocity ? _rest.Tangents.LineFlux : _rest.Tangents.LineDerivative(axis)];
            _rest.Correct(change);
            if (isVelocity) _views.Evaluate(point, change, [], [axis], _workers, scratch, [], [column]);
            else _views.Evaluate(point, _rest.Flux, [change], [], _workers, scratch, [column], []);

            // What the continuum does not take up, times the weights, and what comes before it once more for the way back.
            for (int i = 0; i < column.Length; i++) column[i] = _root[i] > 0 ? _root[i] * _continuum.Value[i] * _star.Transmission[i] * column[i] : 0;
            _continuum.Project(column);
            double information = column.Sum(value => value * value);
            for (int i = 0; i < column.Length; i++) column[i] = _root[i] > 0 ? _root[i] * _continuum.Value[i] * _star.Transmission[i] * column[i] : 0;
            double[] cotangent = _views.Transpose(point, column, _workers, isVelocity ? axis : null);
            _rest.Correct(cotangent);
            if (isVelocity) lines.AddVelocity(axis, DopplerShift.LnFactorSlope(point[axis]), cotangent, information);
            else lines.Add(axis, cotangent, information);
        }

        double[] rest = RestWavelength(point);
        return lines.Largest(axes.Length == 0 ? 0 : axes.Max() + 1, line => SquaresNear(line, rest, left, _views.BroadeningKmPerS(point)) / squares, count);
    }

    // Within one full width at half maximum of a line as it is in the data. A line of which nothing is observed between its half maxima (nor within a pixel of its centre) is none
    // that was seen, whatever its wings say.
    private double? SquaresNear(int line, double[] rest, double[] residual, double broadeningKmPerS)
    {
        double center = _rest.Tangents.Lines.Center[line], broad = center * broadeningKmPerS / DopplerShift.LightSpeedKmPerS, sigma = Math.Exp(_rest.Tangents.Lines.LnSigma[line]);
        double width = LinePeak.FullWidth(0.5 * Math.Log((sigma * sigma) + (broad * broad)), _rest.Tangents.Lines.LnGamma[line]), sum = 0;
        bool isSeen = false;
        for (int i = 0; i < residual.Length; i++)
        {
            if (double.IsNaN(residual[i]) || !(Math.Abs(rest[i] - center) <= width)) continue;
            sum += (Weight?[i] ?? 1) * residual[i] * residual[i];
            double pixel = Math.Min(i > 0 ? Math.Abs(rest[i] - rest[i - 1]) : double.MaxValue, i + 1 < rest.Length ? Math.Abs(rest[i + 1] - rest[i]) : double.MaxValue);
            isSeen |= Math.Abs(rest[i] - center) <= Math.Max(0.5 * width, pixel);
        }

        return isSeen ? sum : null;
    }
}
