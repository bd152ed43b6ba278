using System.Runtime.CompilerServices;
using Blase3D.Kernels.Contracts;
using Blase3D.Kernels.Cpu.Lanes;

namespace Blase3D.Kernels.Cpu.Profiles;

/// <summary>
/// The constants of lines as columns (structure of arrays), a pack of lines at a time; filled again and again without allocation. A line without a
/// defined shape has no depth.
/// </summary>
internal sealed class LineColumns
{
    // Within these, packs of exponentials neither overflow nor underflow; other lines are computed one by one.
    private const double LargestLogarithm = 300;

    private const int LinesPerPiece = 1024;

    // The widest pack, so that one that is not full may be read and written.
    private const int Padding = 8;

    private readonly LineSnapshot _snapshot = new();
    private Action<int>? _fillPiece;
    private LineTable? _lines;
    private bool _withDerivatives;

    /// <summary>The profile of the lines.</summary>
    public LineProfile Profile { get; private set; }

    /// <summary>The number of lines.</summary>
    public int Count { get; private set; }

    /// <summary>The index of a line without strength behind the last, which fills up lists.</summary>
    public int Nothing => Count;

    /// <summary>Centres in Angstrom; 0 for a degenerate line.</summary>
    public double[] Center { get; private set; } = [];

    /// <summary>P in Angstrom^2; 0 for a degenerate line.</summary>
    public double[] Numerator { get; private set; } = [];

    /// <summary>q in Angstrom^2.</summary>
    public double[] Square { get; private set; } = [];

    /// <summary>Q; 0 for a degenerate line.</summary>
    public double[] Depth { get; private set; } = [];

    /// <summary>h in Angstrom^-2.</summary>
    public double[] Rate { get; private set; } = [];

    /// <summary>Half widths of the cores in Angstrom.</summary>
    public double[] CoreHalfWidth { get; private set; } = [];

    /// <summary>See <see cref="ShapeLanes{T}.LorentzMixing"/>.</summary>
    public double[] LorentzMixing { get; private set; } = [];

    /// <summary>See <see cref="ShapeLanes{T}.GaussMixing"/>.</summary>
    public double[] GaussMixing { get; private set; } = [];

    /// <summary>See <see cref="ShapeLanes{T}.GaussShare"/>.</summary>
    public double[] GaussShare { get; private set; } = [];

    /// <summary>Lines that contribute nothing, see <see cref="ILineKernels.IsDegenerate"/>.</summary>
    public bool[] IsDegenerate { get; private set; } = [];

    /// <summary>The lines as exact Voigt profiles, of no depth where degenerate; filled for that profile only.</summary>
    public VoigtProfile[] Voigt { get; private set; } = [];

    /// <summary>One pseudo-Voigt line with its derivatives.</summary>
    public LineShape this[int line] => new(Profile, this, line);

    /// <summary>Computes the constants of all lines, unless they are those of the last call.</summary>
    public void Fill<T>(LineProfile profile, LineTable lines, Workers workers)
        where T : struct, ILane<T>
    {
        if (_snapshot.IsSame(profile, lines)) return;
        Empty(profile, withDerivatives: true);
        Reserve(lines.Count);
        (Count, _lines) = (lines.Count, lines);

        // A table belongs to kernels of one lane.
        workers.For((lines.Count + LinesPerPiece - 1) / LinesPerPiece, _fillPiece ??= FillPiece<T>);
        _lines = null;
        End();
    }

    /// <summary>Empties the columns, for lines that are appended, of which no derivatives will be asked for.</summary>
    public void Begin(LineProfile profile)
    {
        _snapshot.Forget();
        Empty(profile, withDerivatives: false);
    }

    private void Empty(LineProfile profile, bool withDerivatives)
    {
        if (profile == LineProfile.Voigt && Voigt.Length < Center.Length) Voigt = new VoigtProfile[Center.Length];
        if (withDerivatives && LorentzMixing.Length < Center.Length)
            (LorentzMixing, GaussMixing, GaussShare) = (new double[Center.Length], new double[Center.Length], new double[Center.Length]);
        (Profile, _withDerivatives, Count) = (profile, withDerivatives, 0);
    }

    /// <summary>Appends lines.</summary>
    public void Append<T>(LineTable lines)
        where T : struct, ILane<T>
    {
        Reserve(Count + lines.Count);
        Compute<T>(lines, 0, lines.Count, Count);
        Count += lines.Count;
    }

    /// <summary>Makes room for lines that are copied from others.</summary>
    public void Extend(int lines)
    {
        Reserve(Count + lines);
        Count += lines;
    }

    /// <summary>Copies lines of the same profile, without their derivatives.</summary>
    /// <param name="other">The lines.</param>
    /// <param name="row">Where the first of them goes.</param>
    public void CopyFrom(LineColumns other, int row)
    {
        int count = other.Count;
        Copy(other.Center, Center);
        Copy(other.Numerator, Numerator);
        Copy(other.Square, Square);
        Copy(other.Depth, Depth);
        Copy(other.Rate, Rate);
        Copy(other.CoreHalfWidth, CoreHalfWidth);
        Copy(other.IsDegenerate, IsDegenerate);
        if (Profile == LineProfile.Voigt) Copy(other.Voigt, Voigt);

        void Copy<TItem>(TItem[] from, TItem[] to) => Array.Copy(from, 0, to, row, count);
    }

    /// <summary>Drops the last lines.</summary>
    public void Cut(int count) => Count = count;

    /// <summary>Moves a line, but for its derivatives, to an earlier row.</summary>
    public void Move(int line, int row)
    {
        (Center[row], Numerator[row], Square[row]) = (Center[line], Numerator[line], Square[line]);
        (Depth[row], Rate[row], CoreHalfWidth[row]) = (Depth[line], Rate[line], CoreHalfWidth[line]);
        IsDegenerate[row] = IsDegenerate[line];
    }

    /// <summary>Exchanges a line, but for its derivatives, with the one before it.</summary>
    public void Exchange(int line)
    {
        Swap(Center);
        Swap(Numerator);
        Swap(Square);
        Swap(Depth);
        Swap(Rate);
        Swap(CoreHalfWidth);
        Swap(IsDegenerate);
        if (Profile == LineProfile.Voigt) Swap(Voigt);

        void Swap<TItem>(TItem[] column) => (column[line], column[line - 1]) = (column[line - 1], column[line]);
    }

    /// <summary>Ends a filling: the line without strength is put behind the last.</summary>
    public void End()
    {
        Reserve(Count);
        (Center[Count], Numerator[Count], Square[Count], Depth[Count], Rate[Count], CoreHalfWidth[Count]) = (0, 0, 1, 0, 0, 0);
    }

    /// <summary>
    /// Turns derivatives by (P, q, Q, h) into derivatives by the parameters, in place.
    /// </summary>
    /// <param name="perRate">Derivatives by h.</param>
    /// <param name="gradient">Holds derivatives by P (ln a), q (ln sigma) and Q (ln gamma); receives the result.</param>
    /// <param name="start">First line.</param>
    /// <param name="end">Line behind the last.</param>
    public void ToParameters<T>(double[] perRate, LineGradient gradient, int start, int end)
        where T : struct, ILane<T>
    {
        int i = start;
        for (; i <= end - T.Width; i += T.Width) PackToParameters<T>(perRate, gradient, i);
        for (; i < end; i++) PackToParameters<Lane1>(perRate, gradient, i);
    }

    private void PackToParameters<T>(double[] perRate, LineGradient gradient, int i)
        where T : struct, ILane<T>
    {
        (T lnAmplitude, T lnSigma, T lnGamma) = ShapeLanes<T>.ToParameters(
            Profile, this, i, T.Load(in gradient.LnAmplitude[i]), T.Load(in gradient.LnSigma[i]), T.Load(in gradient.LnGamma[i]), T.Load(in perRate[i]));
        T.Store(lnAmplitude, ref gradient.LnAmplitude[i]);
        T.Store(lnSigma, ref gradient.LnSigma[i]);
        T.Store(lnGamma, ref gradient.LnGamma[i]);
    }

    private void FillPiece<T>(int piece)
        where T : struct, ILane<T>
    {
        int start = piece * LinesPerPiece;
        Compute<T>(_lines!, start, Math.Min(_lines!.Count, start + LinesPerPiece), start);
    }

    // The lines [start, end) of a table become those from row on.
    private void Compute<T>(LineTable lines, int start, int end, int row)
        where T : struct, ILane<T>
    {
        Array.Copy(lines.Center, start, Center, row, end - start);
        Array.Clear(IsDegenerate, row, end - start);
        int j = start, shift = row - start;
        for (; j <= end - T.Width; j += T.Width) ComputePack<T>(lines, j, j + shift);
        for (; j < end; j++) ComputePack<Lane1>(lines, j, j + shift);
        for (j = start; j < end && Profile == LineProfile.Voigt; j++)
        {
            Voigt[j + shift] = IsDegenerate[j + shift]
                ? default
                : new VoigtProfile(lines.Center[j], Math.Exp(lines.LnAmplitude[j]), Math.Exp(lines.LnSigma[j]), Math.Exp(lines.LnGamma[j]));
        }
    }

    private void ComputePack<T>(LineTable lines, int j, int row)
        where T : struct, ILane<T>
    {
        T a = LaneMath.Exp(T.Load(in lines.LnAmplitude[j])), sigma = LaneMath.Exp(T.Load(in lines.LnSigma[j])), gamma = LaneMath.Exp(T.Load(in lines.LnGamma[j]));
        Store(new ShapeLanes<T>(Profile, a, sigma, gamma), row);

        // Each element is 1, or 0 where something is too large or no number; a finite centre times 0 is 0.
        T zero = T.Broadcast(0), most = T.Broadcast(LargestLogarithm), plain = T.Broadcast(1);
        plain = T.ZeroUnlessAtMost(T.Load(in lines.Center[j]) * zero, zero, plain);
        plain = WhereOrdinary(T.Load(in lines.LnAmplitude[j]), most, plain);
        plain = WhereOrdinary(T.Load(in lines.LnSigma[j]), most, plain);
        plain = WhereOrdinary(T.Load(in lines.LnGamma[j]), most, plain);
        if (T.Sum(plain) == T.Width) return;
        for (int k = 0; k < T.Width; k++)
        {
            if (!IsPlain(lines, j + k)) ComputeCarefully(lines, j + k, row + k);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T WhereOrdinary<T>(T logarithm, T most, T chosen)
        where T : struct, ILane<T>
        => T.ZeroUnlessAtMost(logarithm, most, T.ZeroUnlessAtMost(T.Broadcast(0) - logarithm, most, chosen));

    private static bool IsPlain(LineTable lines, int j) =>
        Math.Abs(lines.LnAmplitude[j]) <= LargestLogarithm && Math.Abs(lines.LnSigma[j]) <= LargestLogarithm
        && Math.Abs(lines.LnGamma[j]) <= LargestLogarithm && double.IsFinite(lines.Center[j]);

    private void ComputeCarefully(LineTable lines, int j, int row)
    {
        IsDegenerate[row] = ILineKernels.IsDegenerate(lines, j);
        if (IsDegenerate[row])
        {
            (Center[row], Numerator[row], Square[row], Depth[row], Rate[row], CoreHalfWidth[row]) = (0, 0, 1, 0, 0, 0);
            if (_withDerivatives) (LorentzMixing[row], GaussMixing[row], GaussShare[row]) = (0, 0, 0);
            return;
        }

        double a = Math.Exp(lines.LnAmplitude[j]), sigma = Math.Exp(lines.LnSigma[j]), gamma = Math.Exp(lines.LnGamma[j]);
        Store(new ShapeLanes<Lane1>(Profile, Lane1.Broadcast(a), Lane1.Broadcast(sigma), Lane1.Broadcast(gamma)), row);
    }

    private void Store<T>(in ShapeLanes<T> shape, int row)
        where T : struct, ILane<T>
    {
        T.Store(shape.Numerator, ref Numerator[row]);
        T.Store(shape.Square, ref Square[row]);
        T.Store(shape.Depth, ref Depth[row]);
        T.Store(shape.Rate, ref Rate[row]);
        T.Store(shape.CoreHalfWidth, ref CoreHalfWidth[row]);
        if (!_withDerivatives) return;
        T.Store(shape.LorentzMixing, ref LorentzMixing[row]);
        T.Store(shape.GaussMixing, ref GaussMixing[row]);
        T.Store(shape.GaussShare, ref GaussShare[row]);
    }

    private void Reserve(int lines)
    {
        if (Center.Length >= lines + Padding) return;
        int capacity = Math.Max(lines, 2 * Count) + Padding;
        (Center, Numerator, Square) = (Grown(Center), Grown(Numerator), Grown(Square));
        (Depth, Rate, CoreHalfWidth) = (Grown(Depth), Grown(Rate), Grown(CoreHalfWidth));
        if (_withDerivatives) (LorentzMixing, GaussMixing, GaussShare) = (Grown(LorentzMixing), Grown(GaussMixing), Grown(GaussShare));
        IsDegenerate = Grown(IsDegenerate);
        if (Profile == LineProfile.Voigt) Voigt = Grown(Voigt);

        TItem[] Grown<TItem>(TItem[] column)
        {
            Array.Resize(ref column, capacity);
            return column;
        }
    }
}
