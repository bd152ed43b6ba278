using System.Text.Json.Nodes;
using Xunit;

namespace Blase3D.Cli.Tests;

/// <summary>Errors, masks, priors, cards and pages of <c>infer</c> on the command line.</summary>
public sealed class InferLikelihoodTests(Workbench bench) : IClassFixture<Workbench>
{
    [Theory]
    [InlineData("--mask 8500", "8500")]
    [InlineData("--mask 9:8", "9:8")]
    [InlineData("--likelihood best", "best")]
    [InlineData("--model-error much", "much")]
    [InlineData("--model-error 2", "0 to 1")]
    [InlineData("--likelihood rms --model-error 0.01", "chi2")]
    [InlineData("--posterior 3", "at least 40")]
    [InlineData("--compat blase --likelihood chi2", "published")]
    [InlineData("--prior teff=4010+-0", "MEAN+-SIGMA")]
    public void Odd_arguments_are_refused(string arguments, string word) => Run(arguments).Refused(2, word);

    [Fact]
    public void A_spectrum_without_errors_has_no_chi_square_and_a_mask_of_everything_leaves_nothing()
    {
        Run("--likelihood chi2").Refused(3, "errors");
        Run("--mask 1:99999").Refused(3, "usable pixels");
    }

    [Fact]
    public void The_card_and_the_page_are_written()
    {
        Run("--page pages --posterior 60").Succeeded();
        JsonNode card = JsonNode.Parse(File.ReadAllText(bench["x.json"]))![0]!["card"]!;
        Assert.Equal("rms", (string?)card["likelihood"]);
        Assert.Equal(60, (int)card["posterior"]!["draws"]!);
        Assert.NotEmpty(card["lines"]!.AsArray());
        Assert.StartsWith("<svg", File.ReadAllText(Directory.GetFiles(bench["pages"], "*.svg").First()).TrimStart(), StringComparison.Ordinal);
    }

    private BlaseResult Run(string arguments) => bench.Run($"infer manifold.h5 star.h5 -o x.json --method gradient --normalized {arguments}");
}
