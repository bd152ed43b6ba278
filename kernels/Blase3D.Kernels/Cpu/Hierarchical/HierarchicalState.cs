using Blase3D.Kernels.Contracts;
using Blase3D.Kernels.Cpu.Lanes;

namespace Blase3D.Kernels.Cpu.Hierarchical;

/// <summary>What the passes of one evaluation share: the tree, the plan, the lines and the values on the nodes.</summary>
internal sealed class HierarchicalState(double tolerance)
{
    /// <summary>The absolute tolerance on S.</summary>
    public double Tolerance { get; } = tolerance;

    /// <summary>The tree of the current wavelengths.</summary>
    public WavelengthTree Tree { get; private set; } = null!;

    /// <summary>The plan of the current lines.</summary>
    public HierarchicalPlan Plan { get; } = new();

    /// <summary>The current lines.</summary>
    public LineColumns Lines { get; } = new();

    /// <summary>The current profile.</summary>
    public LineProfile Profile { get; private set; }

    /// <summary>Eight values per node: ln S of the far lines, or their adjoint.</summary>
    public double[] NodeValue { get; private set; } = [];

    /// <summary>Eight wavelengths per node; filled for the Voigt profile only.</summary>
    public double[] NodePoint { get; private set; } = [];

    /// <summary>Accumulators of the near lines, one per pixel; for the Voigt profile only.</summary>
    public double[] NearVoigt { get; private set; } = [];

    /// <summary>Brings tree, lines and plan up to date.</summary>
    public void Prepare<T>(LineModel model, LineTable lines, LineWindows windows, double[] wavelength)
        where T : struct, ILane<T>
    {
        if (Tree is null || !ReferenceEquals(Tree.Source, wavelength) || Tree.Pixels != wavelength.Length)
        {
            Tree = new WavelengthTree(wavelength);
            NodeValue = new double[Tree.Nodes.Length * ChebyshevPoints.Count];
            NodePoint = [];
        }

        Profile = model.Profile;
        Lines.Fill<T>(model.Profile, lines);
        Plan.Ensure<T>(Tree, model, Tolerance, Lines, windows);
        if (model.Composition == Composition.Product) Lines.FindDivided<ProductComposition>(Plan.IsWide);
        else Lines.FindDivided<OpacityComposition>(Plan.IsWide);
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
