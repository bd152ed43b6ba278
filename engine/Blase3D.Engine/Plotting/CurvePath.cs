namespace Blase3D.Engine.Plotting;

/// <summary>The points of a curve in the picture.</summary>
internal static class CurvePath
{
    /// <summary>
    /// The pieces between values that are no numbers, cut to the range with one point beyond at either side. Where several points fall
    /// into one column of the picture, only its first, lowest, highest and last are kept.
    /// </summary>
    public static IEnumerable<IReadOnlyList<(double X, double Y)>> Pieces(
        CurveMark curve, (double Low, double High) range, Func<double, double> placeX, Func<double, double> placeY)
    {
        if (curve.X.Length != curve.Y.Length) throw new ArgumentException($"A curve has {curve.X.Length} abscissae and {curve.Y.Length} ordinates.", nameof(curve));
        int first = Math.Max(0, Below(curve.X, range.Low)), last = Math.Min(curve.X.Length - 1, Below(curve.X, range.High) + 1);
        var piece = new List<(double X, double Y)>();
        for (int i = first; i <= last; i++)
        {
            if (!double.IsFinite(curve.X[i] + curve.Y[i]))
            {
                if (piece.Count > 0) yield return Thin(piece);
                piece = [];
                continue;
            }

            double y = placeY(curve.Y[i]);
            if (curve.IsStepped)
            {
                piece.Add((placeX(EdgeBefore(curve.X, i)), y));
                piece.Add((placeX(EdgeBefore(curve.X, i + 1)), y));
            }
            else
            {
                piece.Add((placeX(curve.X[i]), y));
            }
        }

        if (piece.Count > 0) yield return Thin(piece);
    }

    // The last index whose value is below the bound, or -1.
    private static int Below(double[] ascending, double bound)
    {
        int found = Array.BinarySearch(ascending, bound);
        return (found < 0 ? ~found : found) - 1;
    }

    // Half-way to the neighbour; the first and last cell are as wide as their neighbours.
    private static double EdgeBefore(double[] x, int i)
    {
        if (x.Length == 1) return x[0] + i - 0.5;
        if (i == 0) return (1.5 * x[0]) - (0.5 * x[1]);
        return i == x.Length ? (1.5 * x[^1]) - (0.5 * x[^2]) : 0.5 * (x[i - 1] + x[i]);
    }

    private static List<(double X, double Y)> Thin(List<(double X, double Y)> points)
    {
        var kept = new List<(double X, double Y)>();
        for (int from = 0; from < points.Count;)
        {
            int to = from, lowest = from, highest = from;
            while (to + 1 < points.Count && Math.Floor(points[to + 1].X) == Math.Floor(points[from].X))
            {
                to++;
                if (points[to].Y < points[lowest].Y) lowest = to;
                if (points[to].Y > points[highest].Y) highest = to;
            }

            foreach (int i in new SortedSet<int> { from, lowest, highest, to }) kept.Add(points[i]);
            from = to + 1;
        }

        return kept;
    }
}
