using System.Numerics;
using Blase3D.Kernels.Contracts;
using Blase3D.Kernels.Cpu.Profiles;

namespace Blase3D.Kernels;

/// <summary>
/// How strongly the spectrum answers to every parameter of every line: the sum of (dS_i / dp)^2 over the pixels near the line, which is
/// the diagonal of the Gauss-Newton matrix. An optimiser needs it as the scale of its steps, so the wings farther out, which hardly
/// add to it, are left out.
/// </summary>
public static class LineCurvature
{
    private const int LinesPerPiece = 256;

    // Beyond this many (sigma + gamma) the squares of a line's derivatives add less than a per cent.
    private const double WidthsInReach = 5;

    /// <summary>Evaluates the sums.</summary>
    /// <param name="model">Profile and composition.</param>
    /// <param name="lines">The lines of the forward evaluation; lines without a defined shape get 0.</param>
    /// <param name="windows">Their windows.</param>
    /// <param name="wavelength">Vacuum Angstrom, ascending, length P.</param>
    /// <param name="transmission">S as the forward evaluation gave it, length P.</param>
    /// <param name="reachPixels">Pixels on either side of a line's centre that enter at most, at least 1; fewer for narrow lines.</param>
    /// <param name="workers">The threads to use.</param>
    /// <param name="curvature">Receives the sums, at least as long as the table.</param>
    public static void Evaluate(
        LineModel model,
        LineTable lines,
        LineWindows windows,
        double[] wavelength,
        double[] transmission,
        int reachPixels,
        Workers workers,
        LineGradient curvature)
    {
        ArgumentNullException.ThrowIfNull(lines);
        ArgumentNullException.ThrowIfNull(windows);
        ArgumentNullException.ThrowIfNull(wavelength);
        ArgumentNullException.ThrowIfNull(transmission);
        ArgumentNullException.ThrowIfNull(workers);
        ArgumentNullException.ThrowIfNull(curvature);
        ArgumentOutOfRangeException.ThrowIfLessThan(reachPixels, 1);
        int count = lines.Count;
        workers.For((count + LinesPerPiece - 1) / LinesPerPiece, piece =>
        {
            int end = Math.Min(count, (piece + 1) * LinesPerPiece);
            for (int j = piece * LinesPerPiece; j < end; j++)
            {
                var sums = default(Squares);
                if (!ILineKernels.IsDegenerate(lines, j))
                {
                    (int first, int last) = Near(lines, windows, j, wavelength, reachPixels);
                    if (model.Profile == LineProfile.Voigt) AddVoigt(model, lines, j, wavelength, transmission, first, last, ref sums);
                    else AddPseudoVoigt(model, lines, j, wavelength, transmission, first, last, ref sums);
                }

                curvature.Center[j] = sums.Center;
                curvature.LnAmplitude[j] = sums.LnAmplitude;
                curvature.LnSigma[j] = sums.LnSigma;
                curvature.LnGamma[j] = sums.LnGamma;
            }
        });
    }

    // The pixels within a few widths of the centre, at most the reach.
    private static (int First, int Last) Near(LineTable lines, LineWindows windows, int line, double[] wavelength, int reachPixels)
    {
        int end = windows.First[line] + windows.Length[line];
        int near = Math.Clamp(LineWindows.SearchSorted(wavelength, lines.Center[line]), windows.First[line], end);
        double reach = WidthsInReach * (Math.Exp(lines.LnSigma[line]) + Math.Exp(lines.LnGamma[line]));
        int first = near, last = near, least = Math.Max(windows.First[line], near - reachPixels), most = Math.Min(end, near + reachPixels);
        while (first > least && lines.Center[line] - wavelength[first - 1] <= reach) first--;
        while (last < most && wavelength[last] - lines.Center[line] <= reach) last++;
        return (first, last);
    }

    private static void AddPseudoVoigt(
        LineModel model, LineTable lines, int line, double[] wavelength, double[] transmission, int first, int last, ref Squares sums)
    {
        LineShape shape = LineShape.Create(
            model.Profile, lines.Center[line], Math.Exp(lines.LnAmplitude[line]), Math.Exp(lines.LnSigma[line]), Math.Exp(lines.LnGamma[line]));
        ShapeDerivative s = shape.PerLnSigma, g = shape.PerLnGamma;
        for (int i = first; i < last; i++)
        {
            double x = wavelength[i] - shape.Center, x2 = x * x, r = 1 / (x2 + shape.LorentzSquare), pr2 = shape.LorentzNumerator * r * r;
            double e = Math.Abs(x) < shape.CoreHalfWidth ? Math.Exp(-shape.GaussRate * x2) : 0, qe = shape.GaussDepth * e;
            double v = (shape.LorentzNumerator * r) + qe;
            sums.Add(
                Answer(model, transmission[i], v),
                2 * x * (pr2 + (shape.GaussRate * qe)),
                v,
                (s.LorentzNumerator * r) - (s.LorentzSquare * pr2) + (s.GaussDepth * e) - (s.GaussRate * x2 * qe),
                (g.LorentzNumerator * r) - (g.LorentzSquare * pr2) + (g.GaussDepth * e) - (g.GaussRate * x2 * qe));
        }
    }

    // The derivatives are those of VoigtProfile.
    private static void AddVoigt(
        LineModel model, LineTable lines, int line, double[] wavelength, double[] transmission, int first, int last, ref Squares sums)
    {
        double gamma = Math.Exp(lines.LnGamma[line]), sigma = Math.Max(Math.Exp(lines.LnSigma[line]), 1e-9 * gamma);
        double scale = 1 / (sigma * Math.Sqrt(2)), y = gamma * scale, norm = Math.Exp(lines.LnAmplitude[line]) * scale / Math.Sqrt(Math.PI);
        for (int i = first; i < last; i++)
        {
            var z = new Complex((wavelength[i] - lines.Center[line]) * scale, y);
            (Complex w, Complex slope) = Faddeeva.EvaluateWithDerivative(z);
            double v = norm * w.Real;
            sums.Add(Answer(model, transmission[i], v), -norm * scale * slope.Real, v, -v - (norm * (z * slope).Real), -norm * y * slope.Imaginary);
        }
    }

    // (dS / dV)^2.
    private static double Answer(LineModel model, double transmission, double depth)
    {
        if (model.Composition == Composition.Opacity) return depth >= 0 ? transmission * transmission : 0;
        if (!(depth >= 0 && depth <= LineModel.MaxDepth)) return 0;
        double share = transmission / (1 - depth);
        return share * share;
    }

    private struct Squares
    {
        public double Center;
        public double LnAmplitude;
        public double LnSigma;
        public double LnGamma;

        public void Add(double weight, double center, double lnAmplitude, double lnSigma, double lnGamma)
        {
            Center += weight * center * center;
            LnAmplitude += weight * lnAmplitude * lnAmplitude;
            LnSigma += weight * lnSigma * lnSigma;
            LnGamma += weight * lnGamma * lnGamma;
        }
    }
}
