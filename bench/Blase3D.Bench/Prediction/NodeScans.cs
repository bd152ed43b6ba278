using Blase3D.Bench.Report;
using Blase3D.Engine.Association;
using Blase3D.Engine.Cloning;
using Blase3D.Engine.Grids;
using Blase3D.Engine.Manifolds;
using Blase3D.Engine.Plotting;
using Blase3D.Engine.Reconstruction;
using Blase3D.Kernels;

namespace Blase3D.Bench.Prediction;

/// <summary>Scans in small steps through nodes: does the flux have a cusp there?</summary>
internal static class NodeScans
{
    // Steps on either side of the node; of 1 K and 0.002 dex.
    private const int Steps = 20;
    private const double Finer = 100;

    /// <summary>Scans every axis through a middle node.</summary>
    public static void Run(BenchReport report, LineClones clones, LineClones oneByOne, NormalizedGrid spectra, string folder, Workers workers)
    {
        var predictors = new Predictors(clones, spectra, [.. Enumerable.Range(0, clones.Points.Count)], workers);
        LineManifold tracked = predictors.Lines, whole = predictors.LinesAndResidual(), exact = ManifoldBuilder.Build(oneByOne, ExactAssociation.Associate(oneByOne));
        var panels = new List<PlotPanel>();
        report.Section(
            "Scans through a node",
            "One axis is changed in steps of 1 K or 0.002 dex from 20 steps below a node to 20 above, the others stay between nodes. The bend of a pixel is the change of its slope, |F(+1) - 2 F(0) + F(-1)|, in flux per step; the largest of all pixels is given. "
            + "A cusp keeps its bend per step when the steps become finer, a smooth curve loses it in proportion: so the bend at the node is given for the steps and for steps 100 times finer, times 100. "
            + "Beside it the largest bend anywhere else on the scan (lines far narrower than a pixel move through pixels there), and the largest change of flux in one step.");
        var rows = new List<IReadOnlyList<string>>();
        RectilinearAxes axes = tracked.Axes;
        for (int d = 0; d < axes.Dimensions; d++)
        {
            ReadOnlySpan<double> nodes = axes.Values(d);
            if (nodes.Length < 3) continue;
            double node = nodes[nodes.Length / 2], step = axes.Names[d] == "teff" ? 1 : 0.002;
            GridPoints points = Scan(axes, d, node, step, Steps), fine = Scan(axes, d, node, step / Finer, 1);
            double[] at = [.. Enumerable.Range(0, points.Count).Select(k => points[k][d])];
            var curves = new List<(string Name, IReadOnlyList<double[]> Flux)>();
            int worst = Add("the paper's way (clones one by one, exact, -1000)", exact, ReconstructionOptions.Published);
            Add("lines, linear", tracked, new ReconstructionOptions { Scheme = InterpolationScheme.Linear });
            Add("lines, cubic", tracked, new ReconstructionOptions { Scheme = InterpolationScheme.Cubic });
            Add(Predictors.Best, whole, new ReconstructionOptions { Scheme = InterpolationScheme.Cubic });
            panels.Add(Panel(axes.Names[d], node, spectra.Wavelength[worst], at, [.. curves.Select(curve => (curve.Name, curve.Flux.Select(flux => flux[worst]).ToArray()))]));

            int Add(string name, LineManifold manifold, ReconstructionOptions options)
            {
                IReadOnlyList<double[]> flux = BatchReconstruction.Run(manifold, points, options, KernelSet.Best, workers);
                double atNode = 0, elsewhere = 0, change = 0;
                int most = 0;
                curves.Add((name, flux));
                for (int s = 1; s < flux.Count - 1; s++)
                {
                    for (int i = 0; i < flux[s].Length; i++)
                    {
                        double bend = Math.Abs(flux[s + 1][i] - (2 * flux[s][i]) + flux[s - 1][i]);
                        if (s == Steps && bend > atNode) (atNode, most) = (bend, i);
                        else if (Math.Abs(s - Steps) > 1) elsewhere = Math.Max(elsewhere, bend);
                        change = Math.Max(change, Math.Abs(flux[s][i] - flux[s - 1][i]));
                    }
                }

                IReadOnlyList<double[]> near = BatchReconstruction.Run(manifold, fine, options, KernelSet.Best, workers);
                double cusp = Finer * near[0].Select((f, i) => Math.Abs(f - (2 * near[1][i]) + near[2][i])).Max();
                rows.Add([FormattableString.Invariant($"{axes.Names[d]} {node}"), name, Number(atNode), Number(cusp), Number(elsewhere), Number(change)]);
                Console.Out.WriteLine(string.Join("  ", rows[^1]));
                return most;
            }
        }

        report.Figure(folder, "scans", "Flux of one pixel along the scans", new PlotFigure("Through a node in steps of 1 K or 0.002 dex, at the pixel that the published way bends most there", panels).ToSvg());
        report.Table(["through", "way", "bend at the node", "in fine steps, x 100", "largest bend elsewhere", "largest change in a step"], rows);
    }

    private static PlotPanel Panel(string axis, double node, double wavelength, double[] at, (string Name, double[] Flux)[] curves)
    {
        string[] colors = [PlotColors.Vermilion, PlotColors.Grey, PlotColors.Blue, PlotColors.Green];
        return new PlotPanel
        {
            Title = FormattableString.Invariant($"{axis} through the node {node}, pixel {wavelength:0.00} A"),
            XLabel = axis,
            YLabel = "flux",
            Marks = [.. curves.Select((curve, k) => new CurveMark(at, curve.Flux) { Label = curve.Name.Split(" (")[0], Color = colors[k] })],
        };
    }

    private static GridPoints Scan(RectilinearAxes axes, int axis, double node, double step, int steps)
    {
        var values = new List<double>();
        for (int s = -steps; s <= steps; s++)
        {
            for (int e = 0; e < axes.Dimensions; e++)
            {
                ReadOnlySpan<double> own = axes.Values(e);
                int lower = Math.Max(0, (own.Length / 2) - 1);
                values.Add(e == axis ? node + (s * step) : own.Length == 1 ? own[0] : (0.63 * own[lower]) + (0.37 * own[lower + 1]));
            }
        }

        return new GridPoints(axes.Names, [.. values]);
    }

    private static string Number(double value) => FormattableString.Invariant($"{value:0.0e-0}");
}
