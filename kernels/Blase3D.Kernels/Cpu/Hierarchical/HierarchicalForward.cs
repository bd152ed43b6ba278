using System.Runtime.CompilerServices;
using Blase3D.Kernels.Contracts;
using Blase3D.Kernels.Cpu.Lanes;
using Blase3D.Kernels.Cpu.Tiles;

namespace Blase3D.Kernels.Cpu.Hierarchical;

/// <summary>
/// The forward model over the tree: ln S of the far lines on the points of every node, carried down to the pixels by interpolation, times
/// the near lines evaluated exactly.
/// </summary>
internal sealed class HierarchicalForward<T, TComposition, TFar>
    where T : struct, ILane<T>
    where TComposition : struct, IComposition
    where TFar : struct, IFarField
{
    private const int Points = ChebyshevPoints.Count;
    private const int LinesPerLogarithm = 32;

    // Passes are separate methods on purpose: the compiler inlines lane operations up to a budget for each.
    private readonly HierarchicalState<T> _state;
    private readonly Action<int> _top;
    private readonly Action<int> _piece;
    private readonly ScratchPool<NearScratch> _scratch = new();
    private double[] _transmission = [];
    private double[] _data = [];
    private double[] _dataWeight = [];
    private double[] _kept = [];
    private ResidualSum[] _sums = [];

    public HierarchicalForward(HierarchicalState<T> state) => (_state, _top, _piece) = (state, Top, Piece);

    public void Run(Workers workers, double[] transmission)
    {
        _transmission = transmission;
        WavelengthTree tree = _state.Tree;
        workers.For(tree.TopNodes.Length, _top);
        foreach (int node in tree.TopNodes) AddParent(node);
        workers.For(tree.Pieces.Length, _piece);
        _transmission = [];
    }

    /// <summary>Compares the spectrum with data, piece by piece; it is only kept until a piece is compared.</summary>
    public ResidualSum Compare(Workers workers, double[] data, double[] weight)
    {
        (int pixels, int pieces) = (_state.Tree.Pixels, _state.Tree.Pieces.Length);
        if (_kept.Length < pixels) _kept = new double[pixels];
        if (_sums.Length < pieces) _sums = new ResidualSum[pieces];
        (_data, _dataWeight) = (data, weight);
        Run(workers, _kept);
        (_data, _dataWeight) = ([], []);
        ResidualSum sum = default;
        foreach (ResidualSum part in _sums.AsSpan(0, pieces)) sum += part;
        return sum;
    }

    private void Top(int index) => AddWings(_state.Tree.TopNodes[index]);

    private void Piece(int index)
    {
        WavelengthTree tree = _state.Tree;
        TreePiece piece = tree.Pieces[index];
        for (int node = piece.FirstNode; node < piece.EndNode; node++)
        {
            AddWings(node);
            AddParent(node);
            if (tree.Nodes[node].IsLeaf) Interpolate(node, piece.End);
        }

        if (_state.Profile == LineProfile.Voigt) AddNearVoigt(index, piece);
        else AddNear(index, piece);
        if (_data.Length == 0) return;
        int pixels = piece.End - piece.First;
        _sums[index] = ResidualSum.Of<T>(
            _transmission.AsSpan(piece.First, pixels), _data.AsSpan(piece.First, pixels), _dataWeight.Length == 0 ? [] : _dataWeight.AsSpan(piece.First, pixels));
    }

    private void AddNear(int index, TreePiece piece)
    {
        NearScratch scratch = _scratch.Rent();
        int pixel = 0;
        scratch.Begin(piece.End - piece.First);
        NearForward.Add<T, TComposition>(_state.Plan, _state.Lines, _state.Divided, _state.Tree, index, scratch);
        ReadOnlySpan<double> near = scratch.Accumulators;
        Join<T>(near, piece.First, ref pixel);
        Join<Lane1>(near, piece.First, ref pixel);
        _scratch.Return(scratch);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Join<TPack>(ReadOnlySpan<double> near, int first, ref int pixel)
        where TPack : struct, ILane<TPack>
    {
        for (; pixel <= near.Length - TPack.Width; pixel += TPack.Width)
        {
            ref double value = ref _transmission[first + pixel];
            TPack.Store(TFar.Join(TPack.Load(in near[pixel]), TPack.Load(in value)), ref value);
        }
    }

    // Voigt lines write pixels under their own numbers.
    private void AddNearVoigt(int index, TreePiece piece)
    {
        HierarchicalPlan plan = _state.Plan;
        double[] near = _state.NearVoigt;
        near.AsSpan(piece.First, piece.End - piece.First).Fill(TComposition.Empty);
        for (int i = plan.PieceRunStart[2 * index]; i < plan.PieceRunStart[(2 * index) + 2]; i++)
        {
            ref readonly NearRun run = ref plan.Runs[plan.PieceRun[i]];
            _state.Lines.Voigt[run.Line].Add<T, TComposition>(_state.Tree.Wavelength, near, run.Start, run.End);
        }

        int pixel = 0;
        Join<T>(near.AsSpan(piece.First, piece.End - piece.First), piece.First, ref pixel);
        Join<Lane1>(near.AsSpan(piece.First, piece.End - piece.First), piece.First, ref pixel);
    }

    // The wings of the node's own lines on its points.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void AddWings(int number)
    {
        HierarchicalPlan plan = _state.Plan;
        int start = plan.NodeStart[number], count = plan.NodeStart[number + 1] - start;
        if (_state.Profile == LineProfile.Voigt && count > 0)
        {
            AddVoigtWings(number, start, count);
            return;
        }

        ref readonly TreeNode node = ref _state.Tree.Nodes[number];
        ReadOnlySpan<int> lines = plan.NodeLine.AsSpan(start, count);
        T half = T.Broadcast(node.HalfWidth);
        for (int k = 0; k < Points; k += T.Width)
        {
            T log = TFar.LogOfWings(_state.Lines, lines, node.Middle, half * T.Load(in ChebyshevPoints.Points[k]));
            T.Store(log, ref _state.NodeValue[(number * Points) + k]);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void AddVoigtWings(int number, int start, int count)
    {
        int first = number * Points;
        double[] value = _state.NodeValue;
        Span<double> sum = stackalloc double[Points];
        sum.Clear();
        for (int i = 0; i < count; i += LinesPerLogarithm)
        {
            value.AsSpan(first, Points).Fill(TComposition.Empty);
            foreach (int j in _state.Plan.NodeLine.AsSpan(start + i, Math.Min(LinesPerLogarithm, count - i)))
            {
                if (j != _state.Lines.Nothing) _state.Lines.Voigt[j].Add<T, TComposition>(_state.NodePoint, value, first, first + Points);
            }

            for (int k = 0; k < Points; k++) sum[k] += TFar.LogOf(value[first + k]);
        }

        sum.CopyTo(value.AsSpan(first));
    }

    // The far field of the node above, on this node's points.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void AddParent(int number)
    {
        ref readonly TreeNode node = ref _state.Tree.Nodes[number];
        if (node.Parent < 0) return;
        double[] value = _state.NodeValue;
        double[] matrix = (node.Cell & 1) == 0 ? ChebyshevPoints.ToLeft : ChebyshevPoints.ToRight;
        ReadOnlySpan<double> parent = value.AsSpan(node.Parent * Points, Points);
        for (int k = 0; k < Points; k += T.Width)
        {
            T even = T.Load(in value[(number * Points) + k]), odd = T.Broadcast(0);
            for (int m = 0; m < Points; m += 2)
            {
                even = T.MultiplyAdd(T.Broadcast(parent[m]), T.Load(in matrix[(m * Points) + k]), even);
                odd = T.MultiplyAdd(T.Broadcast(parent[m + 1]), T.Load(in matrix[((m + 1) * Points) + k]), odd);
            }

            T.Store(even + odd, ref value[(number * Points) + k]);
        }
    }

    // The leaf's polynomial on its pixels; what is written behind the leaf is overwritten by the next one.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Interpolate(int number, int limit)
    {
        ref readonly TreeNode node = ref _state.Tree.Nodes[number];
        Span<double> power = stackalloc double[Points];
        ReadOnlySpan<double> value = _state.NodeValue.AsSpan(number * Points, Points);
        double[] matrix = ChebyshevPoints.ToPowers;
        for (int p = 0; p < Points; p += T.Width)
        {
            T even = T.Broadcast(0), odd = even;
            for (int m = 0; m < Points; m += 2)
            {
                even = T.MultiplyAdd(T.Broadcast(value[m]), T.Load(in matrix[(m * Points) + p]), even);
                odd = T.MultiplyAdd(T.Broadcast(value[m + 1]), T.Load(in matrix[((m + 1) * Points) + p]), odd);
            }

            T.Store(even + odd, ref power[p]);
        }

        double middle = node.Middle, scale = 1 / node.HalfWidth;
        int i = node.First;
        for (; i < node.End && i <= limit - T.Width; i += T.Width) T.Store(Polynomial<T>(power, i, middle, scale), ref _transmission[i]);
        for (; i < node.End; i++) Lane1.Store(Polynomial<Lane1>(power, i, middle, scale), ref _transmission[i]);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private TPack Polynomial<TPack>(ReadOnlySpan<double> power, int pixel, double middle, double scale)
        where TPack : struct, ILane<TPack>
    {
        TPack t = (TPack.Load(in _state.Tree.Wavelength[pixel]) - TPack.Broadcast(middle)) * TPack.Broadcast(scale);
        TPack sum = TPack.Broadcast(power[7]);
        sum = TPack.MultiplyAdd(sum, t, TPack.Broadcast(power[6]));
        sum = TPack.MultiplyAdd(sum, t, TPack.Broadcast(power[5]));
        sum = TPack.MultiplyAdd(sum, t, TPack.Broadcast(power[4]));
        sum = TPack.MultiplyAdd(sum, t, TPack.Broadcast(power[3]));
        sum = TPack.MultiplyAdd(sum, t, TPack.Broadcast(power[2]));
        sum = TPack.MultiplyAdd(sum, t, TPack.Broadcast(power[1]));
        return TPack.MultiplyAdd(sum, t, TPack.Broadcast(power[0]));
    }
}
