using Blase3D.Kernels.Contracts;
using Blase3D.Kernels.Cpu.Lanes;
using Blase3D.Kernels.Cpu.Profiles;
using Blase3D.Kernels.Cpu.Tiles;

namespace Blase3D.Kernels.Cpu.Hierarchical;

/// <summary>The constants of all lines as columns (structure of arrays), filled again for every evaluation without allocation.</summary>
internal sealed class LineColumns
{
    // With a much wider Lorentzian, 1 - eta loses so many digits that only the exact kernels' own operations give their result.
    private const double LargestLogarithmOfRatio = 4;

    private const double LargestNearSquare = 1e9;

    private readonly LineShapeTable _shapes = new();
    private readonly LineSnapshot _snapshot = new();
    private readonly LineTable _few = new(8);
    private LineProfile _profile;

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

    /// <summary>The lines as exact Voigt profiles; filled for that profile only.</summary>
    public VoigtProfile[] Voigt { get; private set; } = [];

    /// <summary>Lines that contribute nothing, see <see cref="ILineKernels.IsDegenerate"/>.</summary>
    public bool[] IsDegenerate { get; private set; } = [];

    /// <summary>Lines whose near pixels are divided one by one, because products of their squares are not safe.</summary>
    public bool[] IsDivided { get; private set; } = [];

    /// <summary>Whether there is any such line.</summary>
    public bool HasDivided { get; private set; }

    /// <summary>Finds the lines that are to be divided one by one.</summary>
    /// <param name="isWide">Lines that are anyway.</param>
    public void FindDivided<TComposition>(bool[] isWide)
        where TComposition : struct, IComposition
    {
        bool any = false;
        for (int j = 0; j < Count; j++)
        {
            bool divided = isWide[j] || !(Square[j] >= TileForward.LeastSquare<TComposition>(Numerator[j]) && Square[j] <= LargestNearSquare);
            IsDivided[j] = divided;
            any |= divided;
        }

        HasDivided = any;
    }

    /// <summary>Computes the constants of all lines, unless they are those of the last call.</summary>
    public void Fill<T>(LineProfile profile, LineTable lines)
        where T : struct, ILane<T>
    {
        if (_snapshot.IsSame(profile, lines)) return;
        (_profile, Count) = (profile, lines.Count);
        Reserve(lines.Count + 1);
        (Center[Nothing], Numerator[Nothing], Square[Nothing]) = (0, 0, 1);
        int j = 0;
        for (; j <= Count - T.Width; j += T.Width)
        {
            if (!IsOrdinary(lines, j, T.Width))
            {
                FillFew<T>(lines, j, T.Width);
                continue;
            }

            var shape = new ShapeLanes<T>(
                profile, T.Load(in lines.LnAmplitude[j]), T.Load(in lines.LnSigma[j]), T.Load(in lines.LnGamma[j]));
            T.Store(T.Load(in lines.Center[j]), ref Center[j]);
            T.Store(shape.Numerator, ref Numerator[j]);
            T.Store(shape.Square, ref Square[j]);
            T.Store(shape.Depth, ref Depth[j]);
            T.Store(shape.Rate, ref Rate[j]);
            IsDegenerate.AsSpan(j, T.Width).Clear();
        }

        FillFew<T>(lines, j, Count - j);
        if (profile == LineProfile.Voigt) FillVoigt(lines);
    }

    /// <summary>
    /// Turns derivatives by (P, q, Q, h) into derivatives by the parameters, in place.
    /// </summary>
    /// <param name="lines">The lines of <see cref="Fill{T}"/>.</param>
    /// <param name="perRate">Derivatives by h.</param>
    /// <param name="gradient">Holds derivatives by P (ln a), q (ln sigma) and Q (ln gamma); receives the result.</param>
    /// <param name="start">First line.</param>
    /// <param name="end">Line behind the last.</param>
    public void ToParameters<T>(LineTable lines, double[] perRate, LineGradient gradient, int start, int end)
        where T : struct, ILane<T>
    {
        int i = start;
        for (; i <= end - T.Width; i += T.Width)
        {
            if (!IsOrdinary(lines, i, T.Width))
            {
                for (int k = i; k < i + T.Width; k++) ToParametersOfOne(lines, perRate[k], gradient, k);
                continue;
            }

            var shape = new ShapeLanes<T>(
                _profile, T.Load(in lines.LnAmplitude[i]), T.Load(in lines.LnSigma[i]), T.Load(in lines.LnGamma[i]));
            (T lnAmplitude, T lnSigma, T lnGamma) = shape.ToParameters(
                T.Load(in gradient.LnAmplitude[i]), T.Load(in gradient.LnSigma[i]), T.Load(in gradient.LnGamma[i]), T.Load(in perRate[i]));
            T.Store(lnAmplitude, ref gradient.LnAmplitude[i]);
            T.Store(lnSigma, ref gradient.LnSigma[i]);
            T.Store(lnGamma, ref gradient.LnGamma[i]);
        }

        for (; i < end; i++) ToParametersOfOne(lines, perRate[i], gradient, i);
    }

    private static bool IsOrdinary(LineTable lines, int start, int count)
    {
        bool ordinary = true;
        for (int k = start; k < start + count; k++)
        {
            ordinary &= Math.Abs(lines.LnAmplitude[k]) <= ShapeLanes<Lane1>.LargestLogarithm
                & Math.Abs(lines.LnSigma[k]) <= ShapeLanes<Lane1>.LargestLogarithm
                & Math.Abs(lines.LnGamma[k]) <= ShapeLanes<Lane1>.LargestLogarithm
                & lines.LnGamma[k] - lines.LnSigma[k] <= LargestLogarithmOfRatio
                & double.IsFinite(lines.Center[k]);
        }

        return ordinary;
    }

    private static LineShape Shape(LineProfile profile, LineTable lines, int j) => LineShape.Create(
        profile, lines.Center[j], Math.Exp(lines.LnAmplitude[j]), Math.Exp(lines.LnSigma[j]), Math.Exp(lines.LnGamma[j]));

    private void ToParametersOfOne(LineTable lines, double perRate, LineGradient gradient, int j)
    {
        if (IsDegenerate[j])
        {
            (gradient.Center[j], gradient.LnAmplitude[j], gradient.LnSigma[j], gradient.LnGamma[j]) = (0, 0, 0, 0);
            return;
        }

        LineShape shape = Shape(_profile, lines, j);
        (double perNumerator, double perSquare, double perDepth) = (gradient.LnAmplitude[j], gradient.LnSigma[j], gradient.LnGamma[j]);
        gradient.LnAmplitude[j] = (perNumerator * shape.LorentzNumerator) + (perDepth * shape.GaussDepth);
        gradient.LnSigma[j] = Along(shape.PerLnSigma);
        gradient.LnGamma[j] = Along(shape.PerLnGamma);

        double Along(in ShapeDerivative d) =>
            (perNumerator * d.LorentzNumerator) + (perSquare * d.LorentzSquare) + (perDepth * d.GaussDepth) + (perRate * d.GaussRate);
    }

    // The exact kernels' own operations, on the same packs.
    private void FillFew<T>(LineTable lines, int start, int count)
        where T : struct, ILane<T>
    {
        Array.Copy(lines.Center, start, _few.Center, 0, count);
        Array.Copy(lines.LnAmplitude, start, _few.LnAmplitude, 0, count);
        Array.Copy(lines.LnSigma, start, _few.LnSigma, 0, count);
        Array.Copy(lines.LnGamma, start, _few.LnGamma, 0, count);
        _few.Count = count;
        _shapes.Fill<T>(_profile == LineProfile.Voigt ? LineProfile.Blase : _profile, _few, Workers.OneThread);
        for (int k = 0; k < count; k++)
        {
            int j = start + k;
            IsDegenerate[j] = ILineKernels.IsDegenerate(lines, j);
            if (IsDegenerate[j])
            {
                (Center[j], Numerator[j], Square[j], Depth[j], Rate[j]) = (0, 0, 1, 0, 1);
                continue;
            }

            (Center[j], Numerator[j], Square[j]) = (lines.Center[j], _shapes.LorentzNumerator[k], _shapes.LorentzSquare[k]);
            (Depth[j], Rate[j]) = (_shapes.GaussDepth[k], _shapes.GaussRate[k]);
            if (_profile != LineProfile.Voigt) continue;
            double amplitude = Math.Exp(lines.LnAmplitude[j]), sigma = Math.Exp(lines.LnSigma[j]);
            Numerator[j] = amplitude * Math.Exp(lines.LnGamma[j]) / Math.PI;
            Depth[j] = sigma > 0 ? amplitude / (sigma * Math.Sqrt(2 * Math.PI)) : 0;
        }
    }

    private void FillVoigt(LineTable lines)
    {
        for (int j = 0; j < Count; j++)
        {
            if (IsDegenerate[j]) continue;
            Voigt[j] = new VoigtProfile(
                lines.Center[j], Math.Exp(lines.LnAmplitude[j]), Math.Exp(lines.LnSigma[j]), Math.Exp(lines.LnGamma[j]));
        }
    }

    private void Reserve(int lines)
    {
        if (_profile == LineProfile.Voigt && Voigt.Length < lines) Voigt = new VoigtProfile[lines];
        if (Center.Length >= lines) return;
        (Center, Numerator, Square) = (new double[lines], new double[lines], new double[lines]);
        (Depth, Rate) = (new double[lines], new double[lines]);
        (IsDegenerate, IsDivided) = (new bool[lines], new bool[lines]);
    }
}
