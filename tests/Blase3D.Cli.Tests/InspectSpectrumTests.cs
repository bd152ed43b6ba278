using System.Text.Json.Nodes;
using Blase3D.Engine.Tests;
using Xunit;

namespace Blase3D.Cli.Tests;

/// <summary>What inspect says of spectra of instruments.</summary>
public sealed class InspectSpectrumTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("blase3d-inspect-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Frame_medium_errors_orders_and_masked_pixels_are_said()
    {
        JsonNode facts = Inspect("hpf-goldilocks.fits", string.Empty).Succeeded().Json;
        Assert.Equal(("HPF", 3, 120), ((string?)facts["format"], (int)facts["orders"]!, (int)facts["pixels"]!));
        Assert.Equal("observatory (no barycentric correction)", (string?)facts["frame"]);
        Assert.Equal(-21.911109, (double)facts["barycentric_velocity_km_per_s"]!, 9);
        Assert.Equal(("vacuum", "standard deviations"), ((string?)facts["medium_of_the_file"], (string?)facts["errors_of_the_file"]));
        Assert.Equal(2.0 / 120, (double)facts["masked_share"]!, 12);
        Assert.Equal(3, facts["order_ranges"]!.AsArray().Count);
        Assert.Equal(3, facts["notes"]!.AsArray().Count);

        JsonNode one = Inspect("hpf-goldilocks.fits", "[order=1]").Succeeded().Json;
        Assert.Equal((1, 8189), ((int)one["orders"]!, (double)one["wavelength_angstrom"]![0]!));
        Assert.Equal("not stated", (string?)Text("8000 1\n8001 2\n8002 1\n8003 1\n8004 1\n8005 1\n8006 1\n8007 1\n").Json["frame"]);
    }

    [Fact]
    public void A_choice_that_does_not_exist_is_refused()
    {
        Inspect("hpf-goldilocks.fits", "[order=7]").Refused(3, "no order 7", "0 to 2");
        Inspect("sdss-spec.fits", "[order=x]").Refused(2, "FILE[order=N]");
        Inspect("sdss-spec.fits", "[").Refused(3, "does not exist");
    }

    private BlaseResult Inspect(string name, string choice)
    {
        File.Copy(Path.Combine(GoldenFile.RepositoryRoot, "tests", "golden", "spectra", name), Path.Combine(_folder, name), overwrite: true);
        return BlaseProcess.Run(_folder, $"inspect {name}{choice} --json");
    }

    private BlaseResult Text(string text)
    {
        File.WriteAllText(Path.Combine(_folder, "a.txt"), text);
        return BlaseProcess.Run(_folder, "inspect a.txt --json").Succeeded();
    }
}
