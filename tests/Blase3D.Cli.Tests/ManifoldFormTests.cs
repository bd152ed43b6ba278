using System.Text.Json.Nodes;
using Xunit;

namespace Blase3D.Cli.Tests;

/// <summary>The forms of a manifold that 'build' can make, through files alone.</summary>
public sealed class ManifoldFormTests(Workbench bench) : IClassFixture<Workbench>
{
    [Theory]
    [InlineData("", "linear", "line-manifold")]
    [InlineData("--interpolation cubic", "cubic", "line-manifold")]
    [InlineData("--compress", "linear", "line-manifold")]
    [InlineData("--residual grid.h5", "cubic", "line-manifold")]
    [InlineData("--residual grid.h5 --compress --line-share 1 --interpolation linear", "linear", "line-manifold")]
    [InlineData("--regression 1", "linear", "line-surfaces")]
    [InlineData("--regression 1 --residual grid.h5", "cubic", "line-surfaces")]
    public void Every_form_is_built_inspected_verified_reconstructed_and_inferred(string options, string interpolation, string type)
    {
        bench.Run($"build clones.h5 -o form.h5 {options}").Succeeded();
        JsonNode facts = bench.Run("inspect form.h5 --json").Succeeded().Json;
        Assert.Equal((type, interpolation, "good"), ((string?)facts["type"], (string?)facts["interpolation"], (string?)facts["checksums"]));
        Assert.Equal(options.Contains("residual", StringComparison.Ordinal), facts["residual_error"] is not null);
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
        BlaseResult result = bench.Run("reconstruct manifold.h5 -o bound.h5 --teff 4200.0001 --logg 4.5 --feh 0 --interpolation cubic");
        Assert.Equal(5, result.ExitCode);
        Assert.Contains("nearest valid point is teff=4200, logg=4.5, feh=0", result.Error, StringComparison.Ordinal);
    }
}
