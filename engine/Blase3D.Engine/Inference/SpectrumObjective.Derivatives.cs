using Blase3D.Engine.Grids;
using Blase3D.Engine.Manifolds;
using Blase3D.Engine.Reconstruction;
using Blase3D.Kernels;

namespace Blase3D.Engine.Inference;

/// <content>How the residual changes with the parameters of the star.</content>
public sealed partial class SpectrumObjective
{
    // Of the width of a cell, for models without analytic derivatives.
    private const double StepShare = 0.02;

    // Of Teff, for the normalisation of the spectrum, which is smooth on the scale of Teff itself.
    private const double TeffStepShare = 1e-4;

    private readonly LineManifold _manifold;
    private readonly ReconstructionOptions _options;
    private readonly KernelSet _kernels;
    private SpectrumTangents? _tangents;
    private double[][] _slopes = [];
    private double[][] _jacobian = [];
    private double[] _kept = [];
    private double[] _other = [];

    /// <inheritdoc/>
    /// <remarks>Not with fitted surfaces and published rules.</remarks>
    public override bool IsAnalytic => SpectrumTangents.IsAvailable(_manifold, _options);

    // None for the published rules.
    internal override IReadOnlyList<AxisError> ModelErrors(double[] point)
    {
        if (_options.IsPublished) return [];
        IReadOnlyList<AxisError> errors = EmulatorError.Samples(_manifold, point, _options, _kernels, _target.Wavelength, _workers);
        if (_continuum is null) return errors;

        // As the continuum of the last comparison shows them.
        return [.. errors.Select(error => error with { Samples = [.. error.Samples.Select(sample => (double[])[.. sample.Select((e, i) => e * _continuum.Value[i])])] })];
    }

    internal override InterpolationScheme Scheme => _options.IsPublished ? InterpolationScheme.Linear : _options.Scheme ?? _manifold.Scheme;

    internal override double[]? ExpectedErrors(double[] point) => _manifold.ErrorMap?.ExpectedErrors(point, Wavelength);

    internal override IReadOnlyList<DecidingLine> LinesThatDecide(double[] point, ParameterPrior prior, int[] axes, int count)
    {
        if (!IsAnalytic || !TryDerivatives(point, ([.. prior.Lower], [.. prior.Upper]), prior.FreeAxes, out double[] residual, out _)) return [];
        return DecidingLines.Find(_tangents!, residual, Weight, axes, count, _workers);
    }

    /// <inheritdoc/>
    public override bool TryDerivatives(
        ReadOnlySpan<double> point, (double[] Lower, double[] Upper) box, IReadOnlyList<int> axes, out double[] residual, out double[][] jacobian)
    {
        ArgumentNullException.ThrowIfNull(axes);
        int pixels = _residual.Length;
        if (_kept.Length != pixels) (_kept, _other) = (new double[pixels], new double[pixels]);
        if (_jacobian.Length != axes.Count) _jacobian = [.. axes.Select(_ => new double[pixels])];
        (residual, jacobian) = (_kept, _jacobian);
        return (IsAnalytic && TryAnalytic(point, box, axes)) || TryDifferences(point, box, axes);
    }

    private bool TryAnalytic(ReadOnlySpan<double> point, (double[] Lower, double[] Upper) box, IReadOnlyList<int> axes)
    {
        _tangents ??= new SpectrumTangents(_manifold, _options, _kernels, _target.Wavelength);
        if (_slopes.Length == 0) _slopes = [.. Enumerable.Range(0, _manifold.Axes.Dimensions).Select(_ => new double[_residual.Length])];

        // The linear scheme has at a plane of nodes the derivatives of the cell above.
        double[] inside = point.ToArray();
        foreach (int d in axes)
        {
            if (Scheme == InterpolationScheme.Linear && inside[d] >= box.Upper[d]) inside[d] = box.Upper[d] - (1e-9 * (box.Upper[d] - box.Lower[d]));
        }

        Evaluations++;
        try
        {
            _tangents.Evaluate(inside, _workers, _model, _slopes);
        }
        catch (EngineException failure) when (failure.Code == ErrorCode.OutOfRange)
        {
            return false;
        }

        Subtract(point, _model, _kept);
        for (int k = 0; k < axes.Count; k++)
        {
            double[] slope = _slopes[axes[k]], column = _jacobian[k];
            if (axes[k] == _teffAxis && _target.DependsOnTeff) NormalizationSlope(point[_teffAxis], column);
            else Array.Clear(column);
            for (int i = 0; i < column.Length; i++) column[i] -= (_continuum?.Value[i] ?? 1) * slope[i];
            if (_continuum is not null) Follow(_continuum, column);
        }

        return true;
    }

    private void NormalizationSlope(double teff, double[] slope)
    {
        double step = TeffStepShare * teff;
        _target.FluxAt(teff + step, slope);
        double[] below = _target.FluxAt(teff - step, _other);
        double inverse = 1 / (2 * step);
        for (int i = 0; i < slope.Length; i++) slope[i] = (slope[i] - below[i]) * inverse;
    }

    private bool TryDifferences(ReadOnlySpan<double> point, (double[] Lower, double[] Upper) box, IReadOnlyList<int> axes)
    {
        double[] moved = point.ToArray();
        for (int k = 0; k < axes.Count; k++)
        {
            int d = axes[k];
            double[] column = _jacobian[k];
            double step = StepShare * CellWidth(d, point[d]);
            double above = Math.Min(point[d] + step, box.Upper[d]), below = Math.Max(point[d] - step, box.Lower[d]);
            moved[d] = above;
            if (!TryResidual(moved, out double[] high)) return false;
            high.CopyTo(column, 0);
            moved[d] = below;
            if (!TryResidual(moved, out double[] low)) return false;
            moved[d] = point[d];
            double inverse = 1 / (above - below);
            for (int i = 0; i < low.Length; i++) column[i] = (column[i] - low[i]) * inverse;
        }

        if (!TryResidual(point, out double[] here)) return false;
        here.CopyTo(_kept, 0);
        return true;
    }

    private double CellWidth(int axis, double value)
    {
        ReadOnlySpan<double> nodes = _manifold.Axes.Values(axis);
        int above = 1;
        while (above < nodes.Length - 1 && nodes[above] < value) above++;
        return nodes.Length < 2 ? 1 : nodes[above] - nodes[above - 1];
    }

    private void Subtract(ReadOnlySpan<double> point, double[] model, double[] residual)
    {
        double[] flux = _target.FluxAt(_teffAxis < 0 ? 0 : point[_teffAxis], _scratch);
        if (_continuum is not null)
        {
            SubtractWithContinuum(_continuum, flux, model, residual);
            return;
        }

        Pixels = 0;
        for (int i = 0; i < residual.Length; i++)
        {
            residual[i] = flux[i] - model[i];
            if (!double.IsNaN(residual[i])) Pixels++;
        }
    }
}
