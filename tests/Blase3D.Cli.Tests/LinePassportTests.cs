using System.Text.Json.Nodes;
using System.Xml.Linq;
using Xunit;

namespace Blase3D.Cli.Tests;

/// <summary>What a user learns of the lines of a manifold: the association when it is built, the passport of one line later.</summary>
public sealed class LinePassportTests(Workbench bench) : IClassFixture<Workbench>
{
    [Fact]
    public void A_build_says_how_lines_begin_and_end()
    {
        BlaseResult result = bench.Run("build clones.h5 -o again.h5").Succeeded();
        Assert.Contains("families of lines", result.Output, StringComparison.Ordinal);
        Assert.Contains("between neighbours", result.Output, StringComparison.Ordinal);
        JsonNode facts = bench.Run("build clones.h5 -o again.h5 --json").Succeeded().Json["association"]!;
        Assert.Equal((int)bench.Run("inspect again.h5 --json").Succeeded().Json["lines"]!, (int)facts["families"]!);
        Assert.Equal(["teff", "logg", "feh"], facts["births"]!.AsObject().Select(axis => axis.Key));
        Assert.InRange((double)facts["ambiguous_share"]!, 0, 1);
    }

    [Fact]
    public void A_line_has_a_passport_and_a_picture()
    {
        JsonNode facts = bench.Run("inspect manifold.h5 --line 8512 --plot line.svg --json").Succeeded().Json;
        Assert.InRange((double)facts["reference_center_angstrom"]!, 8511, 8513);
        int present = (int)facts["nodes_present"]!;
        Assert.InRange(present, 1, (int)facts["nodes"]!);
        foreach (string name in new[] { "center_shift", "ln_amplitude", "ln_sigma", "ln_gamma", "depth" })
            Assert.True((double)facts[name]![0]! <= (double)facts[name]![1]!, name);
        Assert.NotEmpty(facts["neighbours"]!.AsArray());
        XDocument picture = XDocument.Load(bench["line.svg"]);
        Assert.Equal("svg", picture.Root!.Name.LocalName);
        Assert.Contains($"present at {present} of", File.ReadAllText(bench["line.svg"]), StringComparison.Ordinal);

        // The same line again by its own centre, as text.
        string center = ((double)facts["reference_center_angstrom"]!).ToString("R", System.Globalization.CultureInfo.InvariantCulture);
        Assert.Contains(" A (vacuum), present at ", bench.Run($"inspect manifold.h5 --line {center}").Succeeded().Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("inspect manifold.h5 --line 7000", 5, "7000 A is outside", "8500")]
    [InlineData("inspect manifold.h5 --line NaN", 5, "outside")]
    [InlineData("inspect clones.h5 --line 8512", 3, "line-clones", "manifold")]
    [InlineData("inspect manifold.h5 --plot x.svg", 2, "--line")]
    [InlineData("inspect manifold.h5 --line 8512 --plot x.png", 2, "x.png", ".svg")]
    public void What_is_no_line_is_said_in_one_sentence(string command, int exitCode, params string[] named) => bench.Run(command).Refused(exitCode, named);

    [Fact]
    public void Surfaces_have_no_passport()
    {
        bench.Run("build clones.h5 -o surfaces.h5 --regression 1").Succeeded();
        bench.Run("inspect surfaces.h5 --line 8512").Refused(3, "--regression");
    }
}
