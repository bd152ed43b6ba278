using Blase3D.Kernels.Contracts;
using Blase3D.Kernels.Cpu.Lanes;
using Blase3D.Kernels.Cpu.Profiles;

namespace Blase3D.Kernels.Cpu.Hierarchical;

/// <summary>What the passes of one evaluation share: the tree, the plan, the lines and the values on the nodes.</summary>
internal sealed class HierarchicalState<T>(double tolerance)
    where T : struct, ILane<T>
{
    private readonly LineColumns _table = new();
    private readonly LineIntake<T> _intake = new();

    /// <summary>The absolute tolerance on S.</summary>
    public double Tolerance { get; } = tolerance;

    /// <summary>The tree of the current wavelengths.</summary>
    public WavelengthTree Tree { get; private set; } = null!;

    /// <summary>The plan of the current lines.</summary>
    public HierarchicalPlan Plan { get; } = new();

    /// <summary>The current lines.</summary>
    public LineColumns Lines { get; private set; } = new();

    /// <summary>Which of them are divided.</summary>
    public DividedLines Divided { get; } = new();

    /// <summary>The current profile.</summary>
    public LineProfile Profile => Lines.Profile;

    /// <summary>The number of lines of the last source.</summary>
    public int StreamedLines => _intake.Taken;

    /// <summary>Eight values per node: ln S of the far lines, or their adjoint.</summary>
    public double[] NodeValue { get; private set; } = [];

    /// <summary>Eight wavelengths per node; filled for the Voigt profile only.</summary>
    public double[] NodePoint { get; private set; } = [];

    /// <summary>Accumulators of the near lines, one per pixel; for the Voigt profile only.</summary>
    public double[] NearVoigt { get; private set; } = [];

    /// <summary>Brings tree, lines and plan up to date.</summary>
    public void Prepare(LineModel model, LineTable lines, LineWindows windows, double[] wavelength, Workers workers)
    {
        _table.Fill<T>(model.Profile, lines, workers);
        Prepare(model, _table, windows, wavelength, workers);
    }

    /// <summary>The same for lines that are made while they are taken.</summary>
    public void Prepare(LineModel model, ILineSource source, WindowRule rule, double[] wavelength, Workers workers)
    {
        _intake.Take(model.Profile, source, rule, wavelength, workers);
        Prepare(model, _intake.Lines, _intake.Windows, wavelength, workers);
    }

    private void Prepare(LineModel model, LineColumns lines, LineWindows windows, double[] wavelength, Workers workers)
    {
        Lines = lines;
        if (wavelength.Length == 0) return;
        if (Tree is null || !ReferenceEquals(Tree.Source, wavelength) || Tree.Pixels != wavelength.Length)
        {
            Tree = new WavelengthTree(wavelength);
            NodeValue = new double[Tree.Nodes.Length * ChebyshevPoints.Count];
            NodePoint = [];
        }

        Plan.Ensure<T>(Tree, model, Tolerance, lines, windows, workers);
        if (model.Composition == Composition.Product) Divided.Find<ProductComposition>(lines, Plan.IsWide);
        else Divided.Find<OpacityComposition>(lines, Plan.IsWide);
        if (model.Profile == LineProfile.Voigt && NodePoint.Length == 0) FillNodePoints();
    }

    private void FillNodePoints()
    {
        NodePoint = new double[NodeValue.Length];
        NearVoigt = new double[Tree.Pixels];
        for (int n = 0; n < Tree.Nodes.Length; n++)
        {
            for (int k = 0; k < ChebyshevPoints.Count; k++)
                NodePoint[(n * ChebyshevPoints.Count) + k] = Tree.Nodes[n].Middle + (Tree.Nodes[n].HalfWidth * ChebyshevPoints.Points[k]);
        }
    }
}
