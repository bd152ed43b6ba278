using Blase3D.Engine.Grids;
using Blase3D.Engine.Plotting;

namespace Blase3D.Engine.Manifolds.Passport;

/// <summary>
/// Draws how a line runs over a grid, as figures 3 and 4 of the paper do: heat maps of its parameters over the first two axes, one column of maps
/// per value of the others; curves when there is a single axis. Where the line is not, the map is empty.
/// </summary>
public static class PassportPlot
{
    private const int MostColumns = 4;

    /// <summary>Draws a line.</summary>
    /// <param name="passport">The line.</param>
    /// <param name="axes">The lattice of its manifold.</param>
    /// <returns>SVG.</returns>
    public static string ToSvg(LinePassport passport, RectilinearAxes axes)
    {
        ArgumentNullException.ThrowIfNull(passport);
        ArgumentNullException.ThrowIfNull(axes);
        (string Name, double[] Values)[] columns =
        [
            ("ln amplitude / A", passport.LnAmplitude), ("ln sigma / A", passport.LnSigma), ("ln gamma / A", passport.LnGamma),
            ("centre shift / mA", Array.ConvertAll(passport.CenterShift, shift => 1000 * shift)),
        ];
        string title = FormattableString.Invariant($"Line {passport.ReferenceCenter:0.000} A, present at {passport.Presence} of {passport.IsAt.Length} nodes");
        if (axes.Dimensions == 1) return Curves(title, columns, axes);
        int[] slices = Slices(axes);
        return new PlotFigure(title, [.. columns.SelectMany(column => slices.Select(slice => Map(column.Name, column.Values, axes, slice)))])
        {
            Columns = slices.Length,
            WidthPixels = Math.Max(520, 400 * slices.Length),
        }.ToSvg();
    }

    private static string Curves(string title, (string Name, double[] Values)[] columns, RectilinearAxes axes)
    {
        double[] x = axes.Values(0).ToArray();
        return new PlotFigure(title, [.. columns.Select(column => new PlotPanel
        {
            XLabel = axes.Names[0],
            YLabel = column.Name,
            HeightPixels = 150,
            Marks = [new CurveMark(x, column.Values), new DotsMark(x, column.Values)],
        })]).ToSvg();
    }

    private static PlotPanel Map(string name, double[] values, RectilinearAxes axes, int slice)
    {
        double[] x = axes.Values(0).ToArray(), y = axes.Values(1).ToArray();
        var cells = new double[x.Length * y.Length];
        for (int i = 0; i < x.Length; i++)
        {
            for (int k = 0; k < y.Length; k++) cells[(k * x.Length) + i] = values[slice + (i * axes.Stride(0)) + (k * axes.Stride(1))];
        }

        (double low, double high) = LinePassport.RangeOf(values);
        if (!(high > low)) (low, high) = double.IsNaN(low) ? (0, 1) : (low - 0.5, low + 0.5);
        string rest = string.Join(", ", Enumerable.Range(2, axes.Dimensions - 2).Select(d => FormattableString.Invariant($"{axes.Names[d]} {axes.Values(d)[axes.IndexAlong(slice, d)]:0.####}")));
        return new PlotPanel
        {
            Title = rest.Length == 0 ? name : $"{name}, {rest}",
            XLabel = axes.Names[0],
            YLabel = axes.Names[1],
            HeightPixels = 150,
            Marks = [new CellsMark(x, y, cells, low, high) { BarLabel = name }],
        };
    }

    // The nodes of first index on the first two axes; of many only some, evenly spread.
    private static int[] Slices(RectilinearAxes axes)
    {
        int count = axes.Stride(1);
        int shown = Math.Min(count, MostColumns);
        return [.. Enumerable.Range(0, shown).Select(k => shown == 1 ? 0 : (int)((long)k * (count - 1) / (shown - 1)))];
    }
}
