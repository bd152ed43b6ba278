using Blase3D.Engine.Reconstruction;
using Blase3D.Kernels;
using Blase3D.Kernels.Contracts;

namespace Blase3D.Engine.Inference;

/// <summary>Finds the lines that decided a result.</summary>
internal static class DecidingLines
{
    /// <summary>The lines with the largest share of the information, added over the axes, of those that are in the data.</summary>
    /// <param name="tangents">Evaluated at the best point.</param>
    /// <param name="residual">There, length P.</param>
    /// <param name="weight">Of the pixels, or null for 1.</param>
    /// <param name="axes">The axes that have an error.</param>
    /// <param name="count">How many lines.</param>
    /// <param name="workers">The threads to use.</param>
    public static List<DecidingLine> Find(
        SpectrumTangents tangents, double[] residual, double[]? weight, int[] axes, int count, Workers workers)
    {
        int lines = tangents.Lines.Count;
        double[][] share = new double[axes.Length][];
        var cotangent = new double[residual.Length];
        for (int k = 0; k < axes.Length; k++)
        {
            double information = 0;
            IReadOnlyList<double> slope = tangents.LineDerivative(axes[k]);
            for (int i = 0; i < cotangent.Length; i++)
            {
                bool counts = !double.IsNaN(residual[i]);
                double weighted = counts ? (weight?[i] ?? 1) * slope[i] : 0;
                cotangent[i] = weighted;
                if (counts) information += weighted * slope[i];
            }

            share[k] = tangents.Contributions(axes[k], cotangent, workers);
            for (int j = 0; j < lines; j++) share[k][j] = information > 0 ? share[k][j] / information : 0;
        }

        double squares = 0;
        for (int i = 0; i < residual.Length; i++) squares += Square(residual, weight, i);
        int dimensions = axes.Length == 0 ? 0 : axes.Max() + 1;
        return
        [
            .. Enumerable.Range(0, lines).OrderByDescending(j => share.Sum(column => column[j])).ThenBy(j => j).Where(j => IsSeen(tangents, j, residual)).Take(count).Select(j =>
            {
                var byAxis = new double[dimensions];
                for (int k = 0; k < axes.Length; k++) byAxis[axes[k]] = share[k][j];
                return new DecidingLine(tangents.Lines.Center[j], byAxis, squares > 0 ? SquaresNear(tangents, j, residual, weight) / squares : 0);
            }),
        ];
    }

    // Whether a pixel counts between the half maxima of a line, or next to its centre: a line in a mask decides nothing, whatever its wings say.
    private static bool IsSeen(SpectrumTangents tangents, int line, double[] residual)
    {
        double center = tangents.Lines.Center[line], half = 0.5 * LinePeak.FullWidth(tangents.Lines.LnSigma[line], tangents.Lines.LnGamma[line]);
        int above = LineWindows.SearchSorted(tangents.Wavelength, center);
        int first = Math.Min(Math.Max(0, above - 1), LineWindows.SearchSorted(tangents.Wavelength, center - half));
        int end = Math.Max(Math.Min(residual.Length, above + 1), LineWindows.SearchSorted(tangents.Wavelength, center + half));
        return residual.AsSpan(first, end - first).ContainsAnyInRange(double.MinValue, double.MaxValue);
    }

    private static double SquaresNear(SpectrumTangents tangents, int line, double[] residual, double[]? weight)
    {
        double width = LinePeak.FullWidth(tangents.Lines.LnSigma[line], tangents.Lines.LnGamma[line]);
        int first = LineWindows.SearchSorted(tangents.Wavelength, tangents.Lines.Center[line] - width);
        int end = LineWindows.SearchSorted(tangents.Wavelength, tangents.Lines.Center[line] + width);
        double sum = 0;
        for (int i = first; i < end; i++) sum += Square(residual, weight, i);
        return sum;
    }

    private static double Square(double[] residual, double[]? weight, int i) => double.IsNaN(residual[i]) ? 0 : (weight?[i] ?? 1) * residual[i] * residual[i];
}
