using System.Globalization;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using Blase3D.Engine.Cloning;
using Blase3D.Engine.Cloning.Report;
using Blase3D.Engine.Grids;
using Blase3D.Engine.Storage.Reports;
using Blase3D.Engine.Tests.Grids;
using Blase3D.Engine.Tests.Storage;
using Blase3D.Kernels;
using Xunit;

namespace Blase3D.Engine.Tests.Cloning.Report;

public sealed class CloneReportTests : IDisposable
{
    private static readonly double[] Wavelength = [.. Enumerable.Range(0, 4001).Select(i => (850000 + i) / 100.0)];
    private static readonly CloneRecipe Recipe = new() { InputIsNormalized = true, Cloning = new CloneOptions { WingPixels = 600, Epochs = 10 } };
    private readonly StorageFolder _folder = new();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_native_rms_is_that_of_the_cloning(bool withMargin)
    {
        CloneRecipe recipe = withMargin ? Recipe with { Cloning = Recipe.Cloning with { ActiveMarginAngstrom = 5, Tolerance = 0 } } : Recipe;
        LineClones clones = new GridCloner(Grid(), recipe, KernelSet.Best).Clone(new Workers(2));
        CloneReport report = CloneReport.Of(Grid(), clones, KernelSet.Best, new Workers(2));
        for (int row = 0; row < 6; row++)
        {
            NodeReport node = report.Nodes[row];
            Assert.Equal(clones.Spectra[row].Rms, node.Residuals[0].Rms, 1e-7);
            Assert.Equal(clones.Spectra[row].Lines.Count, node.LineCount);
            ResidualStatistics native = node.Residuals[0];
            Assert.True(native.Median <= native.Rms && native.Rms <= native.Percentile999 && native.Percentile999 <= native.Largest);
            Assert.True(node.Typical!.Rms <= node.Worst!.Rms);
            double[] rms = [.. node.Residuals.Select(r => r.Rms)];
            Assert.Equal(rms.OrderDescending(), rms); // smoothing takes away
        }

        Assert.Equal(1 + CloneReport.Resolutions.Count, report.Nodes[0].Residuals.Count);
    }

    [Fact]
    public void A_report_does_not_depend_on_the_threads_and_tells_its_progress()
    {
        LineClones clones = new GridCloner(Grid(), Recipe, KernelSet.Best).Clone(new Workers(2));
        var told = new List<double>();
        CloneReport one = CloneReport.Of(Grid(), clones, KernelSet.Best, Workers.OneThread), three = CloneReport.Of(Grid(), clones, KernelSet.Best, new Workers(3), told.Add);
        Assert.Equal(one.Nodes.SelectMany(node => node.Residuals), three.Nodes.SelectMany(node => node.Residuals));
        Assert.Equal([1 / 6.0, 2 / 6.0, 3 / 6.0, 4 / 6.0, 5 / 6.0, 1], told);
    }

    [Fact]
    public void A_bad_clone_and_a_skipped_one_are_named_in_the_files()
    {
        LineClones clones = new GridCloner(Grid(), Recipe, KernelSet.Best).Clone(new Workers(2));
        ClonedSpectrum spoilt = clones.Spectra[4] with { Lines = clones.Spectra[4].Lines.Clone(), Origin = [.. clones.Spectra[4].InitialCenter.Select((_, i) => (LineOrigin)(i % 3))] };
        for (int j = 0; j < spoilt.Lines.Count; j++) spoilt.Lines.LnAmplitude[j] += 1;
        clones = clones with { Spectra = [.. clones.Spectra.Select((clone, row) => row == 1 ? ClonedSpectrum.Skip("It is \"odd\", really.") : row == 4 ? spoilt : clone)] };
        CloneReport report = CloneReport.Of(Grid(), clones, KernelSet.Best, new Workers(2));
        Assert.Equal([4], report.OutlierRows);
        Assert.Equal(4, report.WorstNode!.Row);
        Assert.Equal(5, report.Cloned.Count());

        CloneReportFolder.Write(_folder["r"], report, Grid(), clones, KernelSet.Best, new Workers(2));
        Assert.Equal(["r", "r/nodes.csv", "r/rms-map.svg", "r/summary.json", "r/typical.svg", "r/worst.svg"], _folder.Names);
        string[] lines = File.ReadAllLines(_folder["r/nodes.csv"]);
        Assert.Equal(7, lines.Length);
        string[] head = lines[0].Split(','), fifth = lines[5].Split(',');
        Assert.Equal(head.Length, fifth.Length);
        Assert.Equal(report.Nodes[4].Residuals[2].Rms, double.Parse(fifth[Array.IndexOf(head, "rms_R55000")], CultureInfo.InvariantCulture), 1e-9);
        Assert.Equal(["4", "4100", "4.5", "cloned"], fifth[..4]);
        Assert.StartsWith("rms ", fifth[^1], StringComparison.Ordinal);
        Assert.Contains("\"skipped: It is \"\"odd\"\", really.\",0,0,0,0,", lines[2], StringComparison.Ordinal);
        JsonNode summary = JsonNode.Parse(File.ReadAllText(_folder["r/summary.json"]))!;
        Assert.Equal((6, 1, 1), ((int)summary["spectra"]!, summary["skipped"]!.AsArray().Count, summary["outliers"]!.AsArray().Count));
        Assert.Equal(clones.LineCount, (long)summary["lines"]!);
        Assert.True((long)summary["lines_by_origin"]!["residual"]! > 5);
        Assert.Equal("teff=4100, logg=4.5", (string?)summary["residual"]!["native"]!["rms_worst_point"]);
        foreach (string svg in new[] { "typical", "worst", "rms-map" }) Assert.DoesNotContain("NaN", XDocument.Load(_folder[$"r/{svg}.svg"]).ToString(), StringComparison.Ordinal);
        Assert.Contains("teff=4100, logg=4.5", File.ReadAllText(_folder["r/worst.svg"]), StringComparison.Ordinal);
    }

    [Fact]
    public void Emission_is_named_with_its_place_and_its_share_of_the_rms()
    {
        double[][] flux = [.. Enumerable.Range(0, 6).Select(Flux)];
        for (int i = 0; i < Wavelength.Length; i++) flux[3][i] += 0.5 * Math.Exp(-Math.Pow((Wavelength[i] - 8520) / 0.05, 2));
        var grid = new ArrayGrid(Grid().Points, Wavelength, flux);
        LineClones clones = new GridCloner(grid, Recipe, KernelSet.Best).Clone(new Workers(2));
        CloneReport report = CloneReport.Of(grid, clones, KernelSet.Best, new Workers(2));
        NodeReport bright = Assert.Single(report.WithEmission);
        Assert.Equal(3, bright.Row);
        Assert.Equal(8520, bright.HighestAngstrom, 0.02);
        Assert.Equal(flux[3].Max(), bright.HighestFlux);
        Assert.Equal(Math.Sqrt(flux[3].Sum(f => f > 1 ? (f - 1) * (f - 1) : 0) / flux[3].Length), bright.RmsAboveContinuum, 1e-12);
        Assert.InRange(bright.RmsAboveContinuum, 0.9 * bright.Residuals[0].Rms, 1.000001 * bright.Residuals[0].Rms);
        Assert.All(report.Nodes.Where(node => node.Row != 3), node => Assert.True(node.RmsAboveContinuum < 1e-9));
        CloneReportFolder.Write(_folder["r"], report, grid, clones, KernelSet.Best, new Workers(2));
        JsonNode summary = JsonNode.Parse(File.ReadAllText(_folder["r/summary.json"]))!;
        Assert.Contains("8520 A", (string)Assert.Single(summary["emission"]!.AsArray())!["why"]!, StringComparison.Ordinal);
        Assert.Contains(",rms_above_continuum,", File.ReadLines(_folder["r/nodes.csv"]).First(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_grid_of_skipped_spectra_has_a_report_without_pictures()
    {
        var clones = new LineClones(Grid().Points, Wavelength, [.. Enumerable.Range(0, 6).Select(_ => ClonedSpectrum.Skip("no"))], Recipe);
        CloneReport report = CloneReport.Of(Grid(), clones, KernelSet.Best, new Workers(2));
        CloneReportFolder.Write(_folder["r"], report, Grid(), clones, KernelSet.Best, new Workers(2));
        Assert.Equal(["r", "r/nodes.csv", "r/summary.json"], _folder.Names);
        Assert.Null(report.TypicalNode);
    }

    public void Dispose() => _folder.Dispose();

    private static ArrayGrid Grid() => new(
        new GridPoints(["teff", "logg"], [4000, 4, 4000, 4.5, 4000, 5, 4100, 4, 4100, 4.5, 4100, 5]), Wavelength, [.. Enumerable.Range(0, 6).Select(Flux)]);

    /// <summary>Fifty Gaussian lines that differ from row to row.</summary>
    private static double[] Flux(int row)
    {
        var flux = new double[Wavelength.Length];
        Array.Fill(flux, 1);
        for (int k = 0; k < 50; k++)
        {
            double center = 8500.4 + (0.79 * k) + (0.01 * row), depth = 0.1 + (0.3 * Math.Abs(Math.Sin(k + (0.02 * row))));
            for (int i = 0; i < flux.Length; i++)
            {
                double x = (Wavelength[i] - center) / 0.06;
                flux[i] *= 1 - (depth * Math.Exp(-0.5 * x * x));
            }
        }

        return flux;
    }
}
