using Blase3D.Engine.Grids;
using Blase3D.Engine.Plotting;
using Blase3D.Engine.Spectra;
using Blase3D.Kernels;

namespace Blase3D.Engine.Cloning.Report;

/// <summary>The pictures of a report.</summary>
public static class ClonePlots
{
    private const int MostMaps = 12;

    /// <summary>Spectrum, clone and residual of one region.</summary>
    /// <param name="report">The report.</param>
    /// <param name="grid">Its spectra.</param>
    /// <param name="clones">Its clones.</param>
    /// <param name="row">A row that was cloned.</param>
    /// <param name="region">A region of it.</param>
    /// <param name="heading">What the picture shows.</param>
    /// <param name="kernels">The kernels to use.</param>
    /// <param name="workers">The threads to use.</param>
    public static PlotFigure Region(
        CloneReport report, ISpectralGrid grid, IClonedRows clones, int row, ResidualRegion region, string heading, KernelSet kernels, Workers workers)
    {
        ArgumentNullException.ThrowIfNull(report);
        ArgumentNullException.ThrowIfNull(region);
        ArgumentNullException.ThrowIfNull(kernels);
        const double Smoothed = 22_500;
        (ClonedSpectrum clone, CloneComparison? found) = new ComparisonSource(grid, clones).Read(row, kernels.Create(), workers);
        CloneComparison comparison = found ?? throw new ArgumentException($"Row {row} was skipped; only a cloned one can be shown.", nameof(row));
        var smoothed = new double[comparison.Residual.Length];
        new ResolutionSmoother(comparison.Wavelength, Smoothed).Apply(comparison.Residual, smoothed);
        (double Low, double High) range = (region.LowAngstrom, region.HighAngstrom);
        double deepest = comparison.Flux.Where((_, i) => comparison.Wavelength[i] >= range.Low && comparison.Wavelength[i] <= range.High).Min();
        double[] x = comparison.Wavelength;
        return new PlotFigure(heading,
        [
            new PlotPanel
            {
                Title = FormattableString.Invariant($"{report.Points.Describe(row)}: {clone.Lines.Count} lines, rms {report.Nodes[row].Residuals[0].Rms:0.0000}, here {region.Rms:0.0000}"),
                YLabel = "flux / continuum",
                XRange = range,
                YRange = (Math.Min(0.9, deepest) - 0.08, 1.05),
                HeightPixels = 300,
                Marks =
                [
                    new RuleMark(1) { Color = PlotColors.Grey },
                    new CurveMark(x, comparison.Flux, IsStepped: true) { Label = "spectrum", WidthPixels = 1.6 },
                    new CurveMark(x, comparison.Model) { Label = "clone", Color = PlotColors.Vermilion, WidthPixels = 1 },
                    new StrokesMark(clone.Lines.Center[..clone.Lines.Count]) { Label = "lines", Color = PlotColors.Green },
                ],
            },
            new PlotPanel
            {
                XLabel = "vacuum wavelength / A",
                YLabel = "clone - spectrum",
                XRange = range,
                HeightPixels = 160,
                Marks =
                [
                    new RuleMark(0) { Color = PlotColors.Grey },
                    new CurveMark(x, comparison.Residual) { Label = "native", Color = PlotColors.Blue, WidthPixels = 0.9 },
                    new CurveMark(x, smoothed) { Label = "at R = 22,500", Color = PlotColors.Vermilion, WidthPixels = 1.6 },
                ],
            },
        ]);
    }

    /// <summary>The rms of all nodes over two axes, one map per value of the others; null when fewer than two axes have several values.</summary>
    /// <param name="report">The report.</param>
    public static PlotFigure? RmsMaps(CloneReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        RectilinearAxes axes = RectilinearAxes.Enclosing(report.Points);
        int[] varying = [.. Enumerable.Range(0, axes.Dimensions).Where(d => axes.Values(d).Length > 1)];
        if (varying.Length < 2 || !report.Cloned.Any()) return null;
        (int across, int up) = (varying[0], varying[1]);
        double[] rmsOfNode = new double[axes.NodeCount];
        Array.Fill(rmsOfNode, double.NaN);
        foreach (NodeReport node in report.Cloned) rmsOfNode[axes.NodeAt(report.Points[node.Row])] = node.Residuals[0].Rms;
        double low = rmsOfNode.Where(double.IsFinite).Min(), high = rmsOfNode.Where(double.IsFinite).Max();
        if (low == high) high = low + 1e-6;
        int[] corners = [.. Enumerable.Range(0, axes.NodeCount).Where(node => axes.IndexAlong(node, across) == 0 && axes.IndexAlong(node, up) == 0).Take(MostMaps)];
        PlotPanel[] panels = [.. corners.Select(corner => new PlotPanel
        {
            Title = string.Join(", ", Enumerable.Range(0, axes.Dimensions).Where(d => d != across && d != up).Select(d => FormattableString.Invariant($"{axes.Names[d]} = {axes.PointOf(corner)[d]:0.######}"))),
            XLabel = axes.Names[across],
            YLabel = axes.Names[up],
            HeightPixels = 180,
            Marks = [MapAt(corner)],
        })];
        return new PlotFigure("rms of clone minus spectrum", panels) { Columns = panels.Length == 1 ? 1 : 2 };

        CellsMark MapAt(int corner) => new(
            axes.Values(across).ToArray(), axes.Values(up).ToArray(),
            [.. Enumerable.Range(0, axes.Values(up).Length).SelectMany(j => Enumerable.Range(0, axes.Values(across).Length).Select(i => rmsOfNode[corner + (i * axes.Stride(across)) + (j * axes.Stride(up))]))],
            low, high) { BarLabel = "rms" };
    }
}
