using Blase3D.Engine.Observation;

namespace Blase3D.Engine.Inference;

/// <content>The continuum of a noisy spectrum, which is solved for at every point.</content>
public sealed partial class SpectrumObjective
{
    private readonly MultiplicativeContinuum? _continuum;
    private readonly double[] _root;

    internal override int SolvedParameters => _continuum?.FreedomUsed ?? 0;

    internal override int? ContinuumDegree => _target.ContinuumDegree;

    internal override string? ShiftSuspected(double[] point) => TryResidual(point, out double[] residual)
        ? ShiftDoubt.Of(Wavelength, residual, _model)?.Sentence(_target.IsMediumAssumed, 0.5 * (Wavelength[0] + Wavelength[^1])) : null;

    // The search compares with the normalised flux as it is.
    internal override bool IsFinerThanSearch => _continuum is not null;

    // From the model to the residual; the model becomes that of the data.
    private void SubtractWithContinuum(MultiplicativeContinuum continuum, double[] flux, double[] model, double[] residual)
    {
        Pixels = 0;
        for (int i = 0; i < residual.Length; i++)
        {
            double weight = Weight?[i] ?? 1;
            bool counts = double.IsFinite(flux[i]) && double.IsFinite(model[i]) && weight > 0;
            _root[i] = counts ? Math.Sqrt(weight) : 0;
            Pixels += counts ? 1 : 0;
        }

        continuum.Solve(flux, _root, model, residual);
        for (int i = 0; i < residual.Length; i++)
        {
            model[i] *= continuum.Value[i];
            residual[i] = _root[i] > 0 ? flux[i] - model[i] : double.NaN;
        }
    }

    // Takes out of a derivative what the continuum takes up.
    private void Follow(MultiplicativeContinuum continuum, double[] column)
    {
        for (int i = 0; i < column.Length; i++) column[i] = _root[i] > 0 ? _root[i] * column[i] : 0;
        continuum.Project(column);
        for (int i = 0; i < column.Length; i++) column[i] = _root[i] > 0 ? column[i] / _root[i] : double.NaN;
    }
}
