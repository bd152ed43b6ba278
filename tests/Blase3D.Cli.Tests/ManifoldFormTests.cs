using System.Text.Json.Nodes;
using Xunit;

namespace Blase3D.Cli.Tests;

/// <summary>The forms of a manifold that 'build' can make, through files alone.</summary>
public sealed class ManifoldFormTests(Workbench bench) : IClassFixture<Workbench>
{
    [Theory]
    [InlineData("", "cubic", "line-manifold")]
    [InlineData("--interpolation linear", "linear", "line-manifold")]
    [InlineData("--compress", "cubic", "line-manifold")]
    [InlineData("--error-map grid.h5", "cubic", "line-manifold")]
    [InlineData("--residual grid.h5 --error-map no", "cubic", "line-manifold")]
    [InlineData("--residual grid.h5", "cubic", "line-manifold")]
    [InlineData("--residual grid.h5 --compress --line-share 1 --interpolation linear", "linear", "line-manifold")]
    [InlineData("--regression 1", "cubic", "line-surfaces")]
    [InlineData("--regression 1 --residual grid.h5", "cubic", "line-surfaces")]
    public void Every_form_is_built_inspected_verified_reconstructed_and_inferred(string options, string interpolation, string type)
    {
        bench.Run($"build clones.h5 -o form.h5 {options}").Succeeded();
        JsonNode facts = bench.Run("inspect form.h5 --json").Succeeded().Json;
        Assert.Equal((type, interpolation, "good"), ((string?)facts["type"], (string?)facts["interpolation"], (string?)facts["checksums"]));
        Assert.Equal(options.Contains("residual", StringComparison.Ordinal), facts["residual_error"] is not null);
        bool mapped = options.Contains("grid.h5", StringComparison.Ordinal) && !options.Contains("map no", StringComparison.Ordinal);
        Assert.Equal(mapped, facts["expected_error"] is not null);
        if (mapped) Assert.InRange((double)facts["expected_error"]!["median_in_the_middle_of_a_cell"]!, 1e-6, 0.1);
        Assert.True((bool)bench.Run("verify form.h5 --json").Succeeded().Json["passed"]!);
        bench.Run($"reconstruct form.h5 -o form-star.h5 {Workbench.Star} --wavelength 8505:8510").Succeeded();
        bench.Run($"reconstruct form.h5 -o form-star.csv {Workbench.Star}").Succeeded();
        JsonNode results = bench.Run("infer form.h5 form-star.csv --normalized --method gradient -o form.json --json").Succeeded().Json;
        Assert.Equal(4050, (double)results[0]!["teff"]!, 1);
        Assert.Equal(4.25, (double)results[0]!["logg"]!, 0.01);
    }

    [Fact]
    public void A_residual_needs_the_grid_that_was_cloned()
    {
        bench.Run("grid synthesize -o other.h5 --teff 4000:4200:100 --logg 4:4.5:0.5 --feh=-0.5,0 --wavelength 8500:8530 --lines 200").Succeeded();
        BlaseResult result = bench.RunOver("x.h5", "build clones.h5 -o x.h5 --residual other.h5");
        Assert.Equal(3, result.ExitCode);
        Assert.Contains("give the grid that was cloned", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void An_error_map_of_a_grid_where_nothing_can_be_left_out_says_so()
    {
        bench.Run("grid synthesize -o one.h5 --teff 4000 --logg 4.5 --feh 0 --wavelength 8500:8510 --lines 200").Succeeded();
        bench.Run("clone one.h5 -o one-clones.h5").Succeeded();
        bench.Run("build one-clones.h5 -o one-manifold.h5 --residual one.h5").Succeeded();
        JsonNode errors = bench.Run("inspect one-manifold.h5 --json").Succeeded().Json["expected_error"]!;
        Assert.Null(errors["median_in_the_middle_of_a_cell"]);
        Assert.Null(errors["by_axis"]!["teff"]);
        Assert.Contains("expected error: cells 1; regions 1; median in the middle of a cell unknown", bench.Run("inspect one-manifold.h5").Succeeded().Output, StringComparison.Ordinal);
        BlaseResult result = bench.RunOver("x.h5", "build one-clones.h5 -o x.h5 --residual one.h5 --error-map grid.h5");
        Assert.Equal(2, result.ExitCode);
        Assert.Contains("give it once", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_damaged_manifold_is_refused_by_every_verb_that_reads_it()
    {
        byte[] bytes = File.ReadAllBytes(bench["manifold.h5"]);
        int at = bytes.Length / 2;
        while (bytes[at] == 0) at++;
        foreach (int place in new[] { at, bytes.Length - 400 })
        {
            byte[] flipped = [.. bytes];
            flipped[place] ^= 4;
            File.WriteAllBytes(bench["flipped.h5"], flipped);
            BlaseResult result = bench.Run("verify flipped.h5");
            if (result.ExitCode == 0) continue;
            Assert.Equal(3, result.ExitCode);
            Assert.Contains("flipped.h5", result.Error, StringComparison.Ordinal);
        }

        Assert.Equal(3, bench.Run("verify text.h5").ExitCode);
        Assert.Equal(3, bench.Run("verify cut.h5").ExitCode);
        bench.Run("verify grid.h5").Succeeded();
        bench.Run("verify clones.h5").Succeeded();
    }

    [Fact]
    public void A_point_on_the_bound_is_valid_and_a_hair_outside_is_told_the_nearest()
    {
        bench.Run("reconstruct manifold.h5 -o bound.h5 --teff 4200 --logg 4.5 --feh 0 --interpolation cubic").Succeeded();
        BlaseResult result = bench.Run("reconstruct manifold.h5 -o bound.h5 --teff 4200.0000001 --logg 4.5 --feh 0 --interpolation cubic");
        Assert.Equal(5, result.ExitCode);
        Assert.Contains("The point teff=4200.0000001, logg=4.5, feh=0 is outside", result.Error, StringComparison.Ordinal);
        Assert.Contains("nearest valid point is teff=4200, logg=4.5, feh=0", result.Error, StringComparison.Ordinal);
    }
}
