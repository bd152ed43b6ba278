using Xunit;

namespace Blase3D.Cli.Tests;

/// <summary>Priors may stand anywhere in the line; the files stay files.</summary>
public sealed class PriorPlacementTests(Workbench bench) : IClassFixture<Workbench>
{
    [Theory]
    [InlineData("infer --prior teff=4010:4100 feh=-0.25 manifold.h5 star.h5 -o OUT")]
    [InlineData("infer manifold.h5 --prior teff=4010:4100 feh=-0.25 star.h5 -o OUT")]
    [InlineData("infer --prior=teff=4010:4100 feh=-0.25 manifold.h5 star.h5 -o OUT")]
    [InlineData("infer manifold.h5 --prior=teff=4010:4100 star.h5 --prior feh=-0.25 -o OUT")]
    [InlineData("infer --prior teff=4010:4100 --prior feh=-0.25 manifold.h5 -o OUT star.h5")]
    [InlineData("infer manifold.h5 star.h5 -o OUT --prior teff=4010:4100 feh=-0.25")]
    public void Every_place_gives_the_same_result(string line)
    {
        Run("infer manifold.h5 star.h5 -o straight.csv --prior teff=4010:4100 feh=-0.25").Succeeded();
        Run(line.Replace("OUT", "placed.csv", StringComparison.Ordinal)).Succeeded();
        Assert.Equal(Parameters("straight.csv"), Parameters("placed.csv"));
        Assert.Equal("-0.25", Parameters("placed.csv")[0][5]);
    }

    [Fact]
    public void A_file_that_is_called_like_a_prior_is_a_file()
    {
        File.Copy(bench["star.h5"], bench["feh=0.h5"]);
        Run("infer manifold.h5 --prior teff=4010:4100 feh=0.h5 star.h5 -o both.csv").Succeeded();
        Assert.Equal(["feh=0.h5#0", "star.h5#0"], Parameters("both.csv").Select(row => row[0]));
    }

    [Fact]
    public void A_prior_beyond_the_grid_is_cut_with_a_note()
    {
        BlaseResult result = Run("infer manifold.h5 star.h5 -o cut.csv --prior teff=3000:4100 logg=4:4.5").Succeeded();
        Assert.Contains("'teff=3000:4100' reaches beyond the grid and was cut to teff=4000:4100", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("logg", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_prior_without_its_value_is_refused_wherever_it_stands()
    {
        foreach (string line in new[] { "infer --prior -o x.csv manifold.h5 star.h5", "infer manifold.h5 star.h5 -o x.csv --prior feh=0 --prior" })
            Run(line).Refused(2, "--prior", "lacks its value");
    }

    private BlaseResult Run(string line) => bench.Run(line.StartsWith("infer", StringComparison.Ordinal) ? line.Insert(5, " --method gradient --normalized") : line);

    // Without evaluations and seconds.
    private string[][] Parameters(string csv) => [.. File.ReadAllLines(bench[csv]).Skip(1).Select(line => line.Split(',')[..8])];
}
