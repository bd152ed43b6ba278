using System.Globalization;
using System.Text.Json.Nodes;
using Blase3D.Tests;
using Xunit;

namespace Blase3D.Cli.Tests;

/// <summary>From a synthetic grid to inferred parameters through files alone.</summary>
public sealed class PipelineTests(Workbench bench) : IClassFixture<Workbench>
{
    private const string Columns = "spectrum,teff,teff_err,logg,logg_err,feh,feh_err,rms,evaluations,seconds,flags";

    [Theory]
    [InlineData("grid.h5", "grid-spectra", 12)]
    [InlineData("clones.h5", "line-clones", 12)]
    [InlineData("manifold.h5", "line-manifold", null)]
    [InlineData("star.h5", "spectra", 1)]
    public void Inspect_says_what_a_file_holds(string file, string type, int? spectra)
    {
        JsonNode facts = bench.Run($"inspect {file} --json").Succeeded().Json;
        Assert.Equal(type, (string?)facts["type"]);
        Assert.Equal(spectra, (int?)facts["spectra"]);
        Assert.Equal(2001, (int?)facts["pixels"]);
        Assert.Equal("[8500,8520]", facts["wavelength_angstrom"]!.ToJsonString());
        Assert.StartsWith("blase3d ", (string?)facts["command_line"], StringComparison.Ordinal);
        Assert.Contains("teff 4", (string?)facts["axes"], StringComparison.Ordinal);
        Assert.Contains(type, bench.Run($"inspect {file}").Succeeded().Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("h5")]
    [InlineData("csv")]
    [InlineData("fits")]
    public void Spectra_in_every_format_give_the_same_parameters(string ending)
    {
        bench.Run($"reconstruct manifold.h5 --points points.csv -o three.{ending}").Succeeded();
        JsonNode facts = bench.Run($"inspect three.{ending} --json").Succeeded().Json;
        Assert.Equal((3, 2001), ((int)facts["spectra"]!, (int)facts["pixels"]!));
        bench.Run($"infer manifold.h5 three.{ending} --normalized --method gradient -o {ending}.csv").Succeeded();
        string[][] rows = Rows($"{ending}.csv");
        Assert.Equal(["0", "1", "2"], rows.Select(row => row[0].Split('#')[1]));
        Assert.All(rows, row => Assert.StartsWith($"three.{ending}#", row[0], StringComparison.Ordinal));
        double[][] truth = [[4050, 4.25, -0.25], [4120, 4.1, -0.4], [4190, 4.4, -0.05]];
        for (int n = 0; n < truth.Length; n++) AssertNear(truth[n], rows[n], 0.01, 1e-4, 1e-4);
    }

    [Theory]
    [InlineData("csv")]
    [InlineData("fits")]
    public void A_single_spectrum_in_every_format_is_read(string ending)
    {
        bench.Run($"reconstruct manifold.h5 {Workbench.Star} -o one.{ending}").Succeeded();
        JsonNode results = bench.Run($"infer manifold.h5 one.{ending} --normalized --method gradient -o one-{ending}.json --json").Succeeded().Json;
        Assert.Equal(4050, (double)results[0]!["teff"]!, 0.01);
        Assert.Equal(4.25, (double)results[0]!["logg"]!, 1e-4);
    }

    [Fact]
    public void Several_rows_and_files_have_a_result_each_in_every_output()
    {
        bench.Run($"reconstruct manifold.h5 {Workbench.Star} -o star.csv").Succeeded();
        bench.Run("infer manifold.h5 grid.h5 star.h5 star.csv --method gradient --normalized -o all.csv").Succeeded();
        string[] lines = File.ReadAllLines(bench["all.csv"]);
        Assert.Equal(Columns, lines[0]);
        Assert.Equal(
            [.. Enumerable.Range(0, 12).Select(n => $"grid.h5#{n}"), "star.h5#0", "star.csv"], Rows("all.csv").Select(row => row[0]));
        bench.Run("infer manifold.h5 star.h5 star.csv --method gradient --normalized -o both.h5").Succeeded();
        Assert.Equal("star.h5#0|star.csv", Hdf5Content.Of(bench["both.h5"])["/spectrum"]);
        Assert.Equal("inference-results", (string?)bench.Run("inspect both.h5 --json").Succeeded().Json["type"]);
        Assert.Equal(14, (int?)bench.Run("inspect all.csv --json").Succeeded().Json["spectra"]);
    }

    [Fact]
    public void The_truth_between_the_nodes_is_found_from_fluxes_that_are_not_normalised()
    {
        bench.Run("grid synthesize -o truth.h5 --points points.csv --wavelength 8500:8520 --lines 200").Succeeded();
        bench.Run("infer manifold.h5 truth.h5 -o truth.csv").Succeeded();
        string[][] rows = Rows("truth.csv");
        double[][] truth = [[4050, 4.25, -0.25], [4120, 4.1, -0.4], [4190, 4.4, -0.05]];

        // 20 A with 24 lines, interpolated over whole cells, and the continuum refitted: half a cell is what must be reached.
        for (int n = 0; n < truth.Length; n++) AssertNear(truth[n], rows[n], 50, 0.25, 0.25);
    }

    [Theory]
    [InlineData("gp")]
    [InlineData("gradient")]
    [InlineData("gp+gradient")]
    public void Every_method_finds_the_star_within_its_prior(string method)
    {
        bench.Run($"infer manifold.h5 star.h5 --method {method} --seed 3 --initial 20 --guided 10 --prior teff=4010:4100 feh=-0.25 -o {method}.csv").Succeeded();
        string[] row = Rows($"{method}.csv").Single();
        bool isRough = method == "gp";
        AssertNear([4050, 4.25, -0.25], row, isRough ? 40 : 0.01, isRough ? 0.2 : 1e-4, 0);
    }

    [Fact]
    public void The_seed_decides_the_search()
    {
        string Search(string seed)
        {
            bench.Run($"infer manifold.h5 star.h5 --method gp --seed {seed} --initial 10 --guided 2 -o seed.csv").Succeeded();
            return Rows("seed.csv").Single()[1];
        }

        string first = Search("1");
        Assert.NotEqual(first, Search("2"));
        Assert.Equal(first, Search("1"));
    }

    [Fact]
    public void At_a_node_the_manifold_is_the_clone()
    {
        // Cloned without a look at their neighbours.
        bench.Run("clone grid.h5 -o each-alone.h5 --independent").Succeeded();
        bench.Run("build each-alone.h5 -o manifold-alone.h5").Succeeded();
        bench.Run("reconstruct manifold-alone.h5 --teff 4100 --logg 4.5 --feh 0 -o node.h5").Succeeded();

        // The clone of one spectrum alone, as the manifold of a grid of one node.
        bench.Write("node.csv", "teff,logg,feh\n4100,4.5,0\n");
        bench.Run("grid synthesize -o node-grid.h5 --points node.csv --wavelength 8500:8520 --lines 200").Succeeded();
        bench.Run("clone node-grid.h5 -o node-clone.h5").Succeeded();
        bench.Run("build node-clone.h5 -o node-manifold.h5").Succeeded();
        bench.Run("reconstruct node-manifold.h5 --teff 4100 --logg 4.5 --feh 0 -o node-alone.h5").Succeeded();
        double[] one = Hdf5Content.Doubles(bench["node.h5"], "/flux"), other = Hdf5Content.Doubles(bench["node-alone.h5"], "/flux");
        Assert.True(Largest(one, other) < Tolerances.NodeReconstruction);

        // And the clone is the spectrum: its rms is what 'clone' reports.
        Assert.True((double)bench.Run("inspect node-clone.h5 --json").Succeeded().Json["rms_worst"]! < 0.01);
    }

    [Fact]
    public void A_part_of_the_wavelengths_is_the_whole_cut()
    {
        bench.Run($"reconstruct manifold.h5 {Workbench.Star} -o whole.h5").Succeeded();
        bench.Run($"reconstruct manifold.h5 {Workbench.Star} --wavelength 8505:8510 -o part.h5").Succeeded();
        double[] wavelength = Hdf5Content.Doubles(bench["whole.h5"], "/wavelength");
        int[] inside = [.. Enumerable.Range(0, wavelength.Length).Where(i => wavelength[i] is >= 8505 and <= 8510)];
        double[] whole = Hdf5Content.Doubles(bench["whole.h5"], "/flux"), part = Hdf5Content.Doubles(bench["part.h5"], "/flux");
        Assert.Equal(inside.Select(i => wavelength[i]), Hdf5Content.Doubles(bench["part.h5"], "/wavelength"));
        Assert.True(Largest([.. inside.Select(i => whole[i])], part) < Tolerances.SliceReconstruction);
    }

    [Fact]
    public void The_wavelengths_of_another_spectrum_are_taken_where_they_lie_inside()
    {
        bench.Write("like.csv", "wavelength,flux\n" + string.Concat(Enumerable.Range(0, 60).Select(i => string.Create(CultureInfo.InvariantCulture, $"{8495 + (0.5 * i)},1\n"))));
        BlaseResult result = bench.Run($"reconstruct manifold.h5 {Workbench.Star} --like like.csv -o like.h5").Succeeded();
        Assert.Contains("19 of 60 pixels of like.csv lie outside", result.Error, StringComparison.Ordinal);
        Assert.Equal(Enumerable.Range(0, 41).Select(i => 8500 + (0.5 * i)), Hdf5Content.Doubles(bench["like.h5"], "/wavelength"));
        bench.Run($"reconstruct manifold.h5 {Workbench.Star} --like like.h5 -o again.h5").Succeeded();
        Assert.Equal(Hdf5Content.Of(bench["like.h5"]), Hdf5Content.Of(bench["again.h5"]));
    }

    [Fact]
    public void The_published_code_is_followed_end_to_end()
    {
        // 160 A: the published margin of 60 A at both ends must leave some, and the window must be shorter than the spectrum.
        bench.Run("grid synthesize -o long.h5 --teff 4000:4100:100 --logg 4,4.5 --feh 0 --wavelength 8400:8560 --lines 1500").Succeeded();
        bench.Run("clone long.h5 --compat blase --wing-pixels 1000 --epochs 20 --continuum-distance 2000 -o published.h5").Succeeded();
        Assert.Equal("blase", (string?)bench.Run("inspect published.h5 --json").Succeeded().Json["compat"]);
        bench.Run("build published.h5 --association exact -o published-manifold.h5").Succeeded();
        bench.Run("reconstruct published-manifold.h5 --compat blase --teff 4050 --logg 4.2 --feh 0 -o published-star.h5").Succeeded();
        double[] flux = Hdf5Content.Doubles(bench["published-star.h5"], "/flux");
        Assert.All(flux, f => Assert.InRange(f, 0, 1));
        Assert.Contains(flux, f => f < 0.9);
        JsonNode result = bench.Run("infer published-manifold.h5 published-star.h5 --compat blase --seed 2 -o published.csv --json").Succeeded().Json[0]!;
        Assert.InRange((int)result["evaluations"]!, 120, 130); // the search, and the derivatives for the errors
        Assert.Equal(4050, (double)result["teff"]!, 50.0);

        // The labels of a grid are used as the published code does; a file without one is refused.
        bench.Run("infer published-manifold.h5 long.h5 --compat blase --initial 10 --guided 2 -o labels.csv").Succeeded();
        bench.Run("reconstruct published-manifold.h5 --teff 4050 --logg 4.2 --feh 0 -o unlabelled.csv").Succeeded();
        bench.Run("infer published-manifold.h5 unlabelled.csv --compat blase -o x.csv").Refused(3, "unlabelled.csv", "label", "--compat blase");
    }

    private static void AssertNear(double[] truth, string[] row, params double[] within)
    {
        for (int d = 0; d < truth.Length; d++)
        {
            double value = double.Parse(row[1 + (2 * d)], CultureInfo.InvariantCulture);
            Assert.True(Math.Abs(value - truth[d]) <= within[d], $"{row[0]}: {value} instead of {truth[d]} within {within[d]}");
        }
    }

    private static double Largest(double[] left, double[] right)
    {
        Assert.Equal(left.Length, right.Length);
        return left.Zip(right, (a, b) => Math.Abs(a - b)).Max();
    }

    private string[][] Rows(string csv)
    {
        string[] lines = File.ReadAllLines(bench[csv]);
        Assert.Equal(Columns, lines[0]);
        return [.. lines.Skip(1).Select(line => line.Split(','))];
    }
}
