using Blase3D.Kernels.Contracts;
using Blase3D.Kernels.Cpu.Lanes;

namespace Blase3D.Kernels.Cpu.Profiles;

/// <summary>
/// The constants of many pseudo-Voigt lines as columns, computed a lane of lines at a time; the numbers are those of
/// <see cref="LineShape.Create"/>. A line without a defined shape has no depth.
/// </summary>
internal sealed class LineShapeTable
{
    // Within these the plain formulas neither overflow nor underflow; other lines take the careful way.
    private const double LargestLnWidth = 100;
    private const double LargestLnAmplitude = 300;

    // A multiple of every lane's width, so that the same lines make the same packs as in one piece.
    private const int LinesPerPiece = 1024;

    private readonly LineSnapshot _snapshot = new();

    /// <summary>Centres in Angstrom.</summary>
    public double[] Center { get; private set; } = [];

    /// <summary>P.</summary>
    public double[] LorentzNumerator { get; private set; } = [];

    /// <summary>q.</summary>
    public double[] LorentzSquare { get; private set; } = [];

    /// <summary>Q.</summary>
    public double[] GaussDepth { get; private set; } = [];

    /// <summary>h.</summary>
    public double[] GaussRate { get; private set; } = [];

    /// <summary>Half width of the core in Angstrom.</summary>
    public double[] CoreHalfWidth { get; private set; } = [];

    /// <summary>The mixing parameter's derivative with respect to ln gamma.</summary>
    public double[] EtaPerLnGamma { get; private set; } = [];

    /// <summary>d ln f / d ln sigma.</summary>
    public double[] GaussShare { get; private set; } = [];

    /// <summary>a times the Lorentzian's numerator, before mixing.</summary>
    public double[] Lorentz { get; private set; } = [];

    /// <summary>a times the Gaussian's peak, before mixing.</summary>
    public double[] Gauss { get; private set; } = [];

    /// <summary>What the forward model asks of every line first, side by side in memory.</summary>
    public FarShape[] Far { get; private set; } = [];

    /// <summary>Fills the columns, unless the lines are those of the last call.</summary>
    public void Fill<TLane>(LineProfile profile, LineTable lines, Workers workers)
        where TLane : struct, ILane<TLane>
    {
        if (_snapshot.IsSame(profile, lines)) return;
        Reserve(lines.Count);
        (_profile, _lines) = (profile, lines);
        workers.For((lines.Count + LinesPerPiece - 1) / LinesPerPiece, _fillPiece ??= FillPiece<TLane>);
        _lines = null;
    }

    // A table belongs to kernels of one lane.
    private Action<int>? _fillPiece;
    private LineTable? _lines;

    private void FillPiece<TLane>(int piece)
        where TLane : struct, ILane<TLane>
    {
        LineTable lines = _lines!;
        int start = piece * LinesPerPiece, end = Math.Min(lines.Count, start + LinesPerPiece), i = start;
        Array.Copy(lines.Center, start, Center, start, end - start);
        for (; i <= end - TLane.Width; i += TLane.Width)
        {
            if (IsPlain(lines, i, TLane.Width)) FillPlain<TLane>(_profile, lines, i);
            else FillCarefully(_profile, lines, i, TLane.Width);
        }

        FillCarefully(_profile, lines, i, end - i);
        for (int j = start; j < end; j++)
        {
            CoreHalfWidth[j] = LineShape.CoreHalfWidthOf(GaussDepth[j], GaussRate[j]);
            Far[j] = new FarShape(Center[j], LorentzSquare[j], LorentzNumerator[j], CoreHalfWidth[j]);
        }
    }

    /// <summary>One line with its derivatives.</summary>
    public LineShape this[int line] => LineShape.Assemble(
        _profile, Center[line], LorentzNumerator[line], LorentzSquare[line], GaussDepth[line], GaussRate[line], CoreHalfWidth[line],
        Lorentz[line], Gauss[line], EtaPerLnGamma[line], GaussShare[line]);

    private LineProfile _profile;

    private static bool IsPlain(LineTable lines, int start, int count)
    {
        for (int j = start; j < start + count; j++)
        {
            if (!(Math.Abs(lines.LnSigma[j]) < LargestLnWidth && Math.Abs(lines.LnGamma[j]) < LargestLnWidth
                && Math.Abs(lines.LnAmplitude[j]) < LargestLnAmplitude && double.IsFinite(lines.Center[j]))) return false;
        }

        return true;
    }

    private void FillCarefully(LineProfile profile, LineTable lines, int start, int count)
    {
        for (int j = start; j < start + count; j++)
        {
            if (ILineKernels.IsDegenerate(lines, j))
            {
                (Center[j], LorentzNumerator[j], LorentzSquare[j], GaussDepth[j], GaussRate[j]) = (0, 0, 1, 0, 1);
                (EtaPerLnGamma[j], GaussShare[j], Lorentz[j], Gauss[j]) = (0, 0, 0, 0);
                continue;
            }

            LineShape shape = LineShape.Create(
                profile, lines.Center[j], Math.Exp(lines.LnAmplitude[j]), Math.Exp(lines.LnSigma[j]), Math.Exp(lines.LnGamma[j]));
            (LorentzNumerator[j], LorentzSquare[j], GaussDepth[j], GaussRate[j]) =
                (shape.LorentzNumerator, shape.LorentzSquare, shape.GaussDepth, shape.GaussRate);
            (EtaPerLnGamma[j], GaussShare[j], Lorentz[j], Gauss[j]) = (shape.EtaPerLnGamma, shape.GaussShare, shape.Lorentz, shape.Gauss);
        }
    }

    // LineShape.Create over lanes. The fifth root of f^5, which lies between 1 and 11.7 in units of the larger width, by Newton's method:
    // y <- (4 y + x / y^4) / 5 from 1 + 0.64 times the smaller width (at most 9 % off) is exact to rounding after six steps.
    private void FillPlain<TLane>(LineProfile profile, LineTable lines, int at)
        where TLane : struct, ILane<TLane>
    {
        TLane one = B(1), half = B(0.5);
        TLane a = LaneMath.Exp(TLane.Load(in lines.LnAmplitude[at]));
        TLane sigma = LaneMath.Exp(TLane.Load(in lines.LnSigma[at])), gamma = LaneMath.Exp(TLane.Load(in lines.LnGamma[at]));
        TLane fG = B(profile == LineProfile.Blase ? 2.3548 : LineShape.FwhmPerSigma) * sigma, fL = B(2) * gamma;
        TLane scale = TLane.Max(fG, fL), inverse = one / scale;
        TLane g = fG * inverse, l = fL * inverse;
        TLane g2 = g * g, l2 = l * l, g4 = g2 * g2, l4 = l2 * l2, gl = g * l, g2l2 = g2 * l2;
        TLane f5 = (g4 * g) + (B(2.69269) * g4 * l) + (B(2.42843) * g2l2 * g) + (B(4.47163) * g2l2 * l) + (B(0.07842) * g * l4) + (l4 * l);
        TLane share = ((B(5) * g4 * g) + (B(4 * 2.69269) * g4 * l) + (B(3 * 2.42843) * g2l2 * g) + (B(2 * 4.47163) * g2l2 * l) + (B(0.07842) * g * l4))
            / (B(5) * f5);
        TLane y = one + (B(0.64) * TLane.Min(g, l));
        for (int step = 0; step < 6; step++)
        {
            TLane y2 = y * y;
            y = (B(0.8) * y) + (B(0.2) * f5 / (y2 * y2));
        }

        TLane r = l / y;
        TLane eta = r * (B(1.36603) - (r * (B(0.47719) - (B(0.11116) * r))));
        TLane etaPerLnGamma = (B(1.36603) - (r * (B(2 * 0.47719) - (B(3 * 0.11116) * r)))) * r * share;
        TLane lorentzWidth = gamma, gaussWidth = sigma;
        if (profile != LineProfile.Blase)
        {
            lorentzWidth = half * scale * y;
            gaussWidth = scale * y * B(1 / LineShape.FwhmPerSigma);
        }

        TLane lorentz = a * lorentzWidth * B(1 / Math.PI), inverseGauss = one / gaussWidth;
        TLane gauss = a * inverseGauss * B(1 / LineShape.SqrtTwoPi);
        TLane.Store(lorentz * eta, ref LorentzNumerator[at]);
        TLane.Store(lorentzWidth * lorentzWidth, ref LorentzSquare[at]);
        TLane.Store(gauss * (one - eta), ref GaussDepth[at]);
        TLane.Store(half * inverseGauss * inverseGauss, ref GaussRate[at]);
        TLane.Store(etaPerLnGamma, ref EtaPerLnGamma[at]);
        TLane.Store(share, ref GaussShare[at]);
        TLane.Store(lorentz, ref Lorentz[at]);
        TLane.Store(gauss, ref Gauss[at]);

        static TLane B(double value) => TLane.Broadcast(value);
    }

    private void Reserve(int count)
    {
        if (Center.Length >= count) return;
        Center = new double[count];
        LorentzNumerator = new double[count];
        LorentzSquare = new double[count];
        GaussDepth = new double[count];
        GaussRate = new double[count];
        CoreHalfWidth = new double[count];
        EtaPerLnGamma = new double[count];
        GaussShare = new double[count];
        Lorentz = new double[count];
        Gauss = new double[count];
        Far = new FarShape[count];
    }
}

/// <summary>The far wing of a line, P / (x^2 + q), and how far from the centre it begins.</summary>
internal readonly record struct FarShape(double Center, double Square, double Numerator, double CoreHalfWidth);
