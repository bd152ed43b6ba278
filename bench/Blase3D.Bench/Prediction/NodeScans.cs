using Blase3D.Bench.Report;
using Blase3D.Engine.Association;
using Blase3D.Engine.Cloning;
using Blase3D.Engine.Grids;
using Blase3D.Engine.Manifolds;
using Blase3D.Engine.Reconstruction;
using Blase3D.Kernels;

namespace Blase3D.Bench.Prediction;

/// <summary>Scans in small steps through nodes: does the flux have a cusp there?</summary>
internal static class NodeScans
{
    // Steps on either side of the node; of 1 K and 0.002 dex.
    private const int Steps = 20;

    /// <summary>Scans every axis through a middle node.</summary>
    public static void Run(BenchReport report, LineClones clones, Workers workers)
    {
        LineManifold tracked = ManifoldBuilder.Build(clones, TrackedAssociation.Associate(clones)), exact = ManifoldBuilder.Build(clones, ExactAssociation.Associate(clones));
        report.Section(
            "Scans through a node",
            "One axis is changed in steps of 1 K or 0.002 dex from 20 steps below a node to 20 above, the others stay between nodes. The cusp of a pixel is the change of its slope at the node: |F(+1) - 2 F(0) + F(-1)|, in flux per step. "
            + "Beside it the largest such change anywhere else on the scan, and the largest change of flux in one step. Where the node is no different from the rest of the scan there is no cusp.");
        var rows = new List<IReadOnlyList<string>>();
        RectilinearAxes axes = tracked.Axes;
        for (int d = 0; d < axes.Dimensions; d++)
        {
            ReadOnlySpan<double> nodes = axes.Values(d);
            if (nodes.Length < 3) continue;
            double node = nodes[nodes.Length / 2], step = axes.Names[d] == "teff" ? 1 : 0.002;
            var values = new List<double>();
            for (int s = -Steps; s <= Steps; s++)
            {
                for (int e = 0; e < axes.Dimensions; e++)
                {
                    ReadOnlySpan<double> own = axes.Values(e);
                    int lower = Math.Max(0, (own.Length / 2) - 1);
                    values.Add(e == d ? node + (s * step) : own.Length == 1 ? own[0] : (0.63 * own[lower]) + (0.37 * own[lower + 1]));
                }
            }

            var points = new GridPoints(axes.Names, [.. values]);
            Add("the paper's way (exact, -1000)", exact, ReconstructionOptions.Published);
            Add("lines, linear", tracked, new ReconstructionOptions { Scheme = InterpolationScheme.Linear });
            Add("lines, cubic", tracked, new ReconstructionOptions { Scheme = InterpolationScheme.Cubic });

            void Add(string name, LineManifold manifold, ReconstructionOptions options)
            {
                IReadOnlyList<double[]> flux = BatchReconstruction.Run(manifold, points, options, KernelSet.Best, workers);
                double atNode = 0, elsewhere = 0, change = 0;
                for (int s = 1; s < flux.Count - 1; s++)
                {
                    for (int i = 0; i < flux[s].Length; i++)
                    {
                        double bend = Math.Abs(flux[s + 1][i] - (2 * flux[s][i]) + flux[s - 1][i]);
                        if (s == Steps) atNode = Math.Max(atNode, bend);
                        else if (Math.Abs(s - Steps) > 1) elsewhere = Math.Max(elsewhere, bend);
                        change = Math.Max(change, Math.Abs(flux[s][i] - flux[s - 1][i]));
                    }
                }

                { int bs = 0, bi = 0; double bb = 0; for (int s = 1; s < flux.Count - 1; s++) for (int i = 0; i < flux[s].Length; i++) { double bend = Math.Abs(flux[s + 1][i] - (2 * flux[s][i]) + flux[s - 1][i]); if (Math.Abs(s - Steps) > 1 && bend > bb) (bb, bs, bi) = (bend, s, i); }
                  Console.Out.WriteLine($"  bend {bb} at step {bs - Steps} pixel {bi} {manifold.Wavelength[bi]}: {flux[bs - 1][bi]} {flux[bs][bi]} {flux[bs + 1][bi]}");
                  var inter = LineInterpolation.Create(manifold, options.Scheme, options.Absence); var l0 = new Blase3D.Kernels.Contracts.LineTable();
                  for (int s = bs - 1; s <= bs + 1; s++) { inter.Interpolate(points[s], 0, manifold.LineCenter.Length, l0); Console.Out.WriteLine($"   step {s - Steps} n {l0.Count}"); for (int j = 0; j < l0.Count; j++) if (Math.Abs(l0.Center[j] - manifold.Wavelength[bi]) < 0.25) Console.Out.WriteLine($"     {l0.Center[j]:0.00000} {l0.LnAmplitude[j]:0.0000} {l0.LnSigma[j]:0.0000} {l0.LnGamma[j]:0.0000}"); } }
                rows.Add([FormattableString.Invariant($"{axes.Names[d]} {node}"), name, Number(atNode), Number(elsewhere), Number(change)]);
                Console.Out.WriteLine(string.Join("  ", rows[^1]));
            }
        }

        report.Table(["through", "way", "cusp at the node", "largest bend elsewhere", "largest change in a step"], rows);
    }

    private static string Number(double value) => FormattableString.Invariant($"{value:0.0e-0}");
}
