using Blase3D.Kernels.Contracts;
using Blase3D.Kernels.Cpu.Lanes;

namespace Blase3D.Kernels.Cpu.Hierarchical;

/// <summary>
/// Kernels whose transmission is within a stated tolerance of the exact one, at a cost that hardly grows with the windows: the wings of
/// distant lines are evaluated on the eight Chebyshev points of the nodes of a <see cref="WavelengthTree"/> and interpolated.
/// </summary>
/// <remarks>
/// |S - S_exact| is at most the tolerance plus rounding (as that of the exact kernels), by an estimate made before anything is evaluated
/// (<see cref="Separation"/>, <see cref="HierarchicalPlan"/>). The gradient is the derivative of the approximated transmission. The tree
/// is kept while the wavelength array stays the same, whose values must not change then; the plan is kept while the lines move little.
/// </remarks>
internal sealed class HierarchicalLineKernels<T> : IStreamedLineKernels, IHierarchicalDiagnostics
    where T : struct, ILane<T>
{
    private readonly HierarchicalState<T> _state;
    private readonly HierarchicalForward<T, ProductComposition, ProductFarField> _productForward;
    private readonly HierarchicalForward<T, OpacityComposition, OpacityFarField> _opacityForward;
    private readonly HierarchicalGradient<T, ProductComposition, ProductFarField> _productGradient;
    private readonly HierarchicalGradient<T, OpacityComposition, OpacityFarField> _opacityGradient;

    /// <summary>Makes kernels with scratch memory of their own.</summary>
    /// <param name="name">The name of the variant.</param>
    /// <param name="tolerance">The largest error of S, absolute.</param>
    public HierarchicalLineKernels(string name, double tolerance)
    {
        Name = name;
        _state = new HierarchicalState<T>(tolerance);
        (_productForward, _opacityForward) = (new(_state), new(_state));
        (_productGradient, _opacityGradient) = (new(_state), new(_state));
    }

    public string Name { get; }

    public int StreamedLines => _state.StreamedLines;

    public int PlanBuilds => _state.Plan.Builds;

    public (long Nodes, long Pixels) PlanSize
    {
        get
        {
            long pixels = 0;
            (HierarchicalPlan plan, int lines) = (_state.Plan, _state.Lines.Count);
            for (int i = 0; i < plan.RunStart[lines]; i++) pixels += plan.Runs[i].End - plan.Runs[i].Start;
            return (plan.LineStart[lines], pixels);
        }
    }

    public void Forward(LineModel model, LineTable lines, LineWindows windows, double[] wavelength, Workers workers, double[] transmission)
    {
        KernelArguments.Check(lines, windows, wavelength, transmission);
        ArgumentNullException.ThrowIfNull(workers);
        _state.Prepare(model, lines, windows, wavelength, workers);
        Run(model, wavelength, workers, transmission);
    }

    public void Forward(LineModel model, ILineSource source, WindowRule rule, double[] wavelength, Workers workers, double[] transmission)
    {
        KernelArguments.Check(source, rule, wavelength, workers, transmission);
        _state.Prepare(model, source, rule, wavelength, workers);
        Run(model, wavelength, workers, transmission);
    }

    public (double Sum, int Pixels) SquaredResidual(
        LineModel model, LineTable lines, LineWindows windows, double[] wavelength, double[] data, double[]? weight, Workers workers)
    {
        KernelArguments.Check(lines, windows, wavelength, data);
        if (weight is not null) KernelArguments.Check(lines, windows, wavelength, weight);
        ArgumentNullException.ThrowIfNull(workers);
        _state.Prepare(model, lines, windows, wavelength, workers);
        return Compare(model, wavelength, data, weight, workers);
    }

    public (double Sum, int Pixels) SquaredResidual(
        LineModel model, ILineSource source, WindowRule rule, double[] wavelength, double[] data, double[]? weight, Workers workers)
    {
        KernelArguments.Check(source, rule, wavelength, workers, data);
        if (weight is not null) KernelArguments.Check(source, rule, wavelength, workers, weight);
        _state.Prepare(model, source, rule, wavelength, workers);
        return Compare(model, wavelength, data, weight, workers);
    }

    public void Gradient(
        LineModel model,
        LineTable lines,
        LineWindows windows,
        double[] wavelength,
        double[] transmission,
        double[] cotangent,
        Workers workers,
        LineGradient gradient)
    {
        KernelArguments.Check(lines, windows, wavelength, transmission);
        ArgumentNullException.ThrowIfNull(cotangent);
        ArgumentNullException.ThrowIfNull(workers);
        ArgumentNullException.ThrowIfNull(gradient);
        if (wavelength.Length == 0)
        {
            foreach (double[] column in (ReadOnlySpan<double[]>)[gradient.Center, gradient.LnAmplitude, gradient.LnSigma, gradient.LnGamma])
                column.AsSpan(0, lines.Count).Clear();
            return;
        }

        _state.Prepare(model, lines, windows, wavelength, workers);
        if (model.Composition == Composition.Product) _productGradient.Run(workers, transmission, cotangent, gradient);
        else _opacityGradient.Run(workers, transmission, cotangent, gradient);
    }

    private void Run(LineModel model, double[] wavelength, Workers workers, double[] transmission)
    {
        if (wavelength.Length == 0) return;
        if (model.Composition == Composition.Product) _productForward.Run(workers, transmission);
        else _opacityForward.Run(workers, transmission);
    }

    private (double Sum, int Pixels) Compare(LineModel model, double[] wavelength, double[] data, double[]? weight, Workers workers)
    {
        if (wavelength.Length == 0) return (0, 0);
        ResidualSum sum = model.Composition == Composition.Product
            ? _productForward.Compare(workers, data, weight ?? [])
            : _opacityForward.Compare(workers, data, weight ?? []);
        return (sum.Sum, (int)sum.Pixels);
    }
}

/// <summary>What tests and measurements ask of hierarchical kernels of any lane.</summary>
internal interface IHierarchicalDiagnostics
{
    /// <summary>How often the plan was made.</summary>
    int PlanBuilds { get; }

    /// <summary>How many node evaluations (of eight points) and near pixels the current plan asks for.</summary>
    (long Nodes, long Pixels) PlanSize { get; }
}
