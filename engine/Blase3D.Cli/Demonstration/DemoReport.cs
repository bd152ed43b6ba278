using System.Text.Json.Nodes;
using Blase3D.Cli.Terminal;
using Blase3D.Engine.Cloning;
using Blase3D.Engine.Inference;
using Blase3D.Engine.Manifolds;
using Spectre.Console;

namespace Blase3D.Cli.Demonstration;

/// <summary>One held-out star.</summary>
/// <param name="Truth">Its point.</param>
/// <param name="Inferred">What was inferred from its spectrum.</param>
/// <param name="ManifoldRms">Root mean square of the manifold's prediction at the true point minus the spectrum.</param>
/// <param name="PixelRms">The same of plain pixel interpolation.</param>
internal sealed record DemoStar(double[] Truth, InferenceResult Inferred, double ManifoldRms, double PixelRms);

/// <summary>What the demo found, as a table and as JSON.</summary>
internal sealed record DemoReport(
    string Folder, IReadOnlyList<string> Axes, string Between, LineClones Clones, LineManifold Manifold, IReadOnlyList<DemoStar> Stars)
{
    private double MedianCloneRms => Median(Clones.Spectra.Select(s => s.Rms));

    public void Print()
    {
        Console.Out.WriteLine(FormattableString.Invariant(
            $"{Clones.Spectra.Count} spectra as {Clones.LineCount} lines (rms of clone minus spectrum: median {MedianCloneRms:0.0000}), {Manifold.LineCenter.Length} of them different."));
        Console.Out.WriteLine($"Reconstructed between the nodes at {Between}.");
        Console.Out.WriteLine("Held-out real spectra, prior = the whole mini-grid; flux errors are rms in units of the continuum:");
        var table = new Table().Border(TableBorder.Simple).AddColumn("true").AddColumn("inferred").AddColumn("error");
        foreach (string name in new[] { "seconds", "flux error", "of pixels" }) table.AddColumn(new TableColumn(name).RightAligned());
        foreach (DemoStar star in Stars)
        {
            table.AddRow(
                string.Join("  ", star.Truth.Select(v => FormattableString.Invariant($"{v:0.##}"))),
                string.Join("  ", star.Inferred.Value.Zip(star.Inferred.Error, ResultText.ValueAndError)),
                string.Join("  ", star.Inferred.Value.Zip(star.Truth, (v, t) => v - t).Select((e, d) => d == 0 ? FormattableString.Invariant($"{e:+0;-0;0} K") : FormattableString.Invariant($"{e:+0.000;-0.000;0.000}"))),
                FormattableString.Invariant($"{star.Inferred.Seconds:0.00}"),
                FormattableString.Invariant($"{star.ManifoldRms:0.0000}"),
                FormattableString.Invariant($"{star.PixelRms:0.0000}"));
        }

        ResultText.Write(table);
        Console.Out.WriteLine("Mean absolute error: " + string.Join(", ", Axes.Select((axis, d) => FormattableString.Invariant($"{axis} {MeanError(d):0.###}"))));
        Console.Out.WriteLine(FormattableString.Invariant(
            $"Flux error of the held-out spectra, median: manifold {Median(Stars.Select(s => s.ManifoldRms)):0.0000}, plain pixel interpolation {Median(Stars.Select(s => s.PixelRms)):0.0000}"));
        Console.Out.WriteLine($"Files: {string.Join(", ", MiniGridDemo.FileNames)} in {Folder}");
    }

    public JsonObject ToJson() => new()
    {
        ["folder"] = Folder,
        ["spectra"] = Clones.Spectra.Count,
        ["lines"] = Clones.LineCount,
        ["clone_rms_median"] = MedianCloneRms,
        ["manifold_lines"] = Manifold.LineCenter.Length,
        ["mean_absolute_error"] = new JsonObject([.. Axes.Select((axis, d) => KeyValuePair.Create(axis, (JsonNode?)MeanError(d)))]),
        ["flux_error_median"] = Median(Stars.Select(s => s.ManifoldRms)),
        ["flux_error_median_of_pixel_interpolation"] = Median(Stars.Select(s => s.PixelRms)),
        ["stars"] = new JsonArray([.. Stars.Select(star => (JsonNode)new JsonObject
        {
            ["true"] = new JsonArray([.. star.Truth.Select(v => (JsonNode)v)]),
            ["inferred"] = new JsonArray([.. star.Inferred.Value.Select(v => (JsonNode)v)]),
            ["seconds"] = star.Inferred.Seconds,
            ["flux_error"] = star.ManifoldRms,
            ["flux_error_of_pixel_interpolation"] = star.PixelRms,
            ["flags"] = new JsonArray([.. star.Inferred.Flags.Select(flag => (JsonNode)flag)]),
        })]),
    };

    private double MeanError(int axis) => Stars.Average(star => Math.Abs(star.Inferred.Value[axis] - star.Truth[axis]));

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return 0.5 * (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]);
    }
}
