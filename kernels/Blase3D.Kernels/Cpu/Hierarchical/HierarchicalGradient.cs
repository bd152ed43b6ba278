using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Blase3D.Kernels.Contracts;
using Blase3D.Kernels.Cpu.Lanes;
using Blase3D.Kernels.Cpu.Profiles;

namespace Blase3D.Kernels.Cpu.Hierarchical;

/// <summary>
/// The adjoint of <see cref="HierarchicalForward{T, TComposition, TFar}"/>, step by step transposed: the weights of the pixels are
/// carried up
/// the tree, then every line is summed over the points of its nodes and over its near pixels.
/// </summary>
internal sealed class HierarchicalGradient<T, TComposition, TFar>
    where T : struct, ILane<T>
    where TComposition : struct, IComposition
    where TFar : struct, IFarField
{
    private const int Points = ChebyshevPoints.Count;
    private const int BlockLines = 64;

    private readonly HierarchicalState<T> _state;
    private readonly Action<int> _piece;
    private readonly Action<int> _block;
    private double[] _weight = [];
    private double[] _perRate = [];
    private LineGradient _gradient = new(0);
    private double[] _transmission = [];
    private double[] _cotangent = [];

    public HierarchicalGradient(HierarchicalState<T> state) => (_state, _piece, _block) = (state, Piece, Block);

    public void Run(Workers workers, double[] transmission, double[] cotangent, LineGradient gradient)
    {
        WavelengthTree tree = _state.Tree;
        int lines = _state.Lines.Count;
        if (_weight.Length != tree.Wavelength.Length) _weight = new double[tree.Wavelength.Length];
        if (_perRate.Length < lines) _perRate = new double[lines];
        (_gradient, _transmission, _cotangent) = (gradient, transmission, cotangent);
        workers.For(tree.Pieces.Length, _piece);
        for (int i = tree.TopNodes.Length - 1; i >= 0; i--) GatherChildren(tree.TopNodes[i]);
        workers.For((lines + BlockLines - 1) / BlockLines, _block);
        (_transmission, _cotangent) = ([], []);
    }

    private void Piece(int index)
    {
        WavelengthTree tree = _state.Tree;
        TreePiece piece = tree.Pieces[index];
        int pixel = piece.First;
        FillWeights<T>(ref pixel, piece.End);
        FillWeights<Lane1>(ref pixel, piece.End);
        for (int node = piece.EndNode - 1; node >= piece.FirstNode; node--)
        {
            if (tree.Nodes[node].IsLeaf) GatherPixels(node, piece.End);
            else GatherChildren(node);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void FillWeights<TPack>(ref int pixel, int end)
        where TPack : struct, ILane<TPack>
    {
        TPack zero = TPack.Broadcast(0);
        for (; pixel <= end - TPack.Width; pixel += TPack.Width)
            TPack.Store(zero - (TPack.Load(in _cotangent[pixel]) * TPack.Load(in _transmission[pixel])), ref _weight[pixel]);
    }

    // Adjoint of Interpolate: the moments sum w t^p of the leaf's pixels, then the transposed matrix.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void GatherPixels(int number, int limit)
    {
        ref readonly TreeNode node = ref _state.Tree.Nodes[number];
        double[] wavelength = _state.Tree.Wavelength;
        T m0 = T.Broadcast(0), m1 = m0, m2 = m0, m3 = m0, m4 = m0, m5 = m0, m6 = m0, m7 = m0;
        T middle = T.Broadcast(node.Middle), scale = T.Broadcast(1 / node.HalfWidth);
        for (int i = node.First; i < node.End; i += T.Width)
        {
            // Behind the piece another thread may be writing.
            T w = i <= limit - T.Width ? T.Load(in _weight[i]) : Tail(i, limit);
            if (i > node.End - T.Width) w = T.KeepRange(w, 0, node.End - i);
            T t = (T.Load(in wavelength[i]) - middle) * scale;
            m0 += w;
            w *= t;
            m1 += w;
            w *= t;
            m2 += w;
            w *= t;
            m3 += w;
            w *= t;
            m4 += w;
            w *= t;
            m5 += w;
            w *= t;
            m6 += w;
            w *= t;
            m7 += w;
        }

        Span<double> moment = [T.Sum(m0), T.Sum(m1), T.Sum(m2), T.Sum(m3), T.Sum(m4), T.Sum(m5), T.Sum(m6), T.Sum(m7)];
        double[] value = _state.NodeValue;
        for (int k = 0; k < Points; k += T.Width)
            T.Store(Product(moment, ChebyshevPoints.FromPowers, k, T.Broadcast(0)), ref value[(number * Points) + k]);
    }

    private T Tail(int start, int end)
    {
        Span<double> tail = stackalloc double[8];
        tail.Clear();
        _weight.AsSpan(start, end - start).CopyTo(tail);
        return T.Load(in tail[0]);
    }

    // Adjoint of AddParent, for both halves.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void GatherChildren(int number)
    {
        ref readonly TreeNode node = ref _state.Tree.Nodes[number];
        double[] value = _state.NodeValue;
        for (int k = 0; k < Points; k += T.Width)
        {
            T sum = T.Broadcast(0);
            if (node.Left >= 0) sum = Product(value.AsSpan(node.Left * Points, Points), ChebyshevPoints.FromLeft, k, sum);
            if (node.Right >= 0) sum = Product(value.AsSpan(node.Right * Points, Points), ChebyshevPoints.FromRight, k, sum);
            T.Store(sum, ref value[(number * Points) + k]);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Product(ReadOnlySpan<double> vector, double[] matrix, int column, T sum)
    {
        T odd = T.Broadcast(0);
        for (int m = 0; m < Points; m += 2)
        {
            sum = T.MultiplyAdd(T.Broadcast(vector[m]), T.Load(in matrix[(m * Points) + column]), sum);
            odd = T.MultiplyAdd(T.Broadcast(vector[m + 1]), T.Load(in matrix[((m + 1) * Points) + column]), odd);
        }

        return sum + odd;
    }

    private void Block(int index)
    {
        int start = index * BlockLines, end = Math.Min(_state.Lines.Count, start + BlockLines);
        if (_state.Profile == LineProfile.Voigt)
        {
            for (int j = start; j < end; j++) SumVoigt(j);
            return;
        }

        for (int j = start; j < end; j++) SumLine(j);
        _state.Lines.ToParameters<T>(_perRate, _gradient, start, end);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void SumLine(int j)
    {
        (HierarchicalPlan plan, LineColumns lines, WavelengthTree tree) = (_state.Plan, _state.Lines, _state.Tree);
        LineSums<T> sums = SumNodes(j);
        NearGradient.AddWings<T, TFar>(plan, lines, tree, j, _weight, ref sums);
        for (int i = plan.RunStart[j]; i < plan.RunStart[j + 1]; i++)
        {
            ref readonly NearRun run = ref plan.Runs[i];
            if (run.CoreStart < run.CoreEnd)
                NearGradient.AddCore<T, TComposition>(lines, run, tree.Wavelength, tree.Pieces[run.Piece].First, _weight, ref sums);
        }

        double p = lines.Numerator[j];
        _gradient.LnAmplitude[j] = T.Sum(sums.R);
        _gradient.LnSigma[j] = -p * T.Sum(sums.R2);
        _gradient.LnGamma[j] = T.Sum(sums.E);
        _perRate[j] = -lines.Depth[j] * T.Sum(sums.X2E);
        _gradient.Center[j] = 2 * ((p * T.Sum(sums.XR2)) + (lines.Depth[j] * (lines.Rate[j] * T.Sum(sums.XE))));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private LineSums<T> SumNodes(int j)
    {
        (HierarchicalPlan plan, LineColumns lines) = (_state.Plan, _state.Lines);
        T sumR = T.Broadcast(0), sumR2 = sumR, sumXR2 = sumR;
        double center = lines.Center[j];
        T numerator = T.Broadcast(lines.Numerator[j]), square = T.Broadcast(lines.Square[j]);
        ref TreeNode nodes = ref MemoryMarshal.GetArrayDataReference(_state.Tree.Nodes);
        ref double value = ref MemoryMarshal.GetArrayDataReference(_state.NodeValue);
        ref double points = ref MemoryMarshal.GetArrayDataReference(ChebyshevPoints.Points);
        foreach (int n in plan.LineNode.AsSpan(plan.LineStart[j], plan.LineStart[j + 1] - plan.LineStart[j]))
        {
            ref readonly TreeNode node = ref Unsafe.Add(ref nodes, n);
            T distance = T.Broadcast(node.Middle - center), half = T.Broadcast(node.HalfWidth);
            for (int k = 0; k < Points; k += T.Width)
            {
                T x = T.MultiplyAdd(half, T.Load(in Unsafe.Add(ref points, k)), distance);
                T q = T.MultiplyAdd(x, x, square);
                T ur2 = TFar.SensitivityPerSquare(T.Load(in Unsafe.Add(ref value, ((nint)n * Points) + k)), numerator, q);
                sumR = T.MultiplyAdd(ur2, q, sumR);
                sumR2 += ur2;
                sumXR2 = T.MultiplyAdd(ur2, x, sumXR2);
            }
        }

        return new LineSums<T> { R = sumR, R2 = sumR2, XR2 = sumXR2 };
    }

    private void SumVoigt(int j)
    {
        (HierarchicalPlan plan, WavelengthTree tree) = (_state.Plan, _state.Tree);
        (double Center, double LnAmplitude, double LnSigma, double LnGamma) sums = default;
        for (int i = plan.LineStart[j]; i < plan.LineStart[j + 1]; i++)
        {
            int first = plan.LineNode[i] * Points;
            _state.Lines.Voigt[j].Accumulate<T, TComposition>(_state.NodePoint, _state.NodeValue, first, first + Points, ref sums);
        }

        for (int i = plan.RunStart[j]; i < plan.RunStart[j + 1]; i++)
        {
            ref readonly NearRun run = ref plan.Runs[i];
            _state.Lines.Voigt[j].Accumulate<T, TComposition>(tree.Wavelength, _weight, run.Start, run.End, ref sums);
        }

        (_gradient.Center[j], _gradient.LnAmplitude[j], _gradient.LnSigma[j], _gradient.LnGamma[j]) = sums;
    }
}
