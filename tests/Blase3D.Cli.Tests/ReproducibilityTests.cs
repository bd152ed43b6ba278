using System.Text.Json.Nodes;
using Xunit;

namespace Blase3D.Cli.Tests;

/// <summary>The same input makes the same output, whatever the threads; and what is printed is what was asked for.</summary>
public sealed class ReproducibilityTests(Workbench bench) : IClassFixture<Workbench>
{
    private static readonly (string, string) Epoch = ("SOURCE_DATE_EPOCH", "1700000000");

    private static readonly string[] Kinds = ["c", "m", "r", "i"];

    [Fact]
    public void The_same_command_makes_the_same_bytes()
    {
        string[] lines =
        [
            $"grid synthesize -o g.h5 {Workbench.Nodes}", "clone g.h5 -o c.h5", "build c.h5 -o m.h5", $"reconstruct m.h5 {Workbench.Star} -o s.h5",
            $"reconstruct m.h5 {Workbench.Star} -o s.csv", $"reconstruct m.h5 {Workbench.Star} -o s.fits",
        ];
        string[] files = ["g.h5", "c.h5", "m.h5", "s.h5", "s.csv", "s.fits"];
        byte[][] Make()
        {
            foreach (string line in lines) bench.Run(line, Epoch).Succeeded();
            return [.. files.Select(file => File.ReadAllBytes(bench[file]))];
        }

        byte[][] first = Make(), second = Make();
        for (int i = 0; i < files.Length; i++) Assert.True(first[i].AsSpan().SequenceEqual(second[i]), $"{files[i]} differs");
    }

    [Theory]
    [InlineData("side by side", "grid.h5", "three.h5")]
    [InlineData("one after the other", "single.h5", "star.h5")]
    public void Results_do_not_depend_on_the_threads(string how, string grid, string stars)
    {
        // One spectrum on several threads is cut into pieces; several spectra run beside each other.
        bench.Write("single.csv", "teff,logg,feh\n4100,4.5,0\n");
        bench.Run("grid synthesize -o single.h5 --points single.csv --wavelength 8500:8520 --lines 200").Succeeded();
        bench.Run("reconstruct manifold.h5 --points points.csv -o three.h5").Succeeded();
        var found = new List<string[]>();
        foreach (int threads in new[] { 1, 2, 3 })
        {
            bench.Run($"clone {grid} -o c{threads}.h5 --threads {threads}").Succeeded();
            bench.Run($"build c{threads}.h5 -o m{threads}.h5 --threads {threads}").Succeeded();
            bench.Run($"reconstruct manifold.h5 --points points.csv -o r{threads}.h5 --threads {threads}").Succeeded();
            bench.Run($"infer manifold.h5 {stars} --initial 12 --guided 3 -o i{threads}.h5 --threads {threads}").Succeeded();
            string[] content =
            [
                .. Kinds.SelectMany(kind => Hdf5Content.Of(bench[$"{kind}{threads}.h5"], "/seconds").Select(d => $"{kind}{d.Key} {d.Value}")),
            ];
            found.Add(content);
        }

        Assert.True(found[0].Length > 20, how);
        Assert.Equal(found[0], found[1]);
        Assert.Equal(found[0], found[2]);
    }

    [Theory]
    [InlineData("grid synthesize -o j.h5 " + Workbench.Nodes, "output spectra pixels wavelength missing_nodes notes")]
    [InlineData("clone grid.h5 -o j.h5", "output spectra lines rms_median rms_worst worst_point skipped")]
    [InlineData("build clones.h5 -o j.h5", "output nodes missing_nodes lines entries mean_occupancy")]
    [InlineData("reconstruct manifold.h5 -o j.h5 " + Workbench.Star, "output spectra pixels wavelength")]
    [InlineData("infer manifold.h5 star.h5 --method gradient -o j.csv", "spectrum teff teff_err logg logg_err feh feh_err rms evaluations seconds pixels flags")]
    [InlineData("inspect clones.h5", "type spectra axes pixels wavelength_angstrom lines lines_detected lines_inherited lines_residual lines_per_spectrum skipped run kernels shard rms_median rms_worst profile command_line version time_utc inputs")]
    public void Json_has_its_fields_and_quiet_says_nothing(string line, string fields)
    {
        BlaseResult asked = bench.Run(line + " --json").Succeeded();
        JsonNode json = asked.Json is JsonArray array ? array[0]! : asked.Json;
        foreach (string field in fields.Split(' ')) Assert.True(json.AsObject().ContainsKey(field), $"{field} is not in {json}");
        Assert.Single(asked.Output.TrimEnd('\n').Split('\n'));

        BlaseResult quiet = bench.Run(line + " --quiet").Succeeded();
        Assert.Equal((string.Empty, string.Empty), (quiet.Output, quiet.Error));
        Assert.NotEqual(string.Empty, bench.Run(line).Succeeded().Output);
        Assert.NotEqual(string.Empty, bench.Run(line + " --quiet --json").Succeeded().Output);
    }

    [Fact]
    public void An_output_carries_how_it_came_to_be()
    {
        bench.Run("build clones.h5 -o b.h5", Epoch).Succeeded();
        JsonNode facts = bench.Run("inspect b.h5 --json").Succeeded().Json;
        string hash = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(bench["clones.h5"])));
        Assert.Equal("blase3d build clones.h5 -o b.h5", (string?)facts["command_line"]);
        Assert.Equal("2023-11-14T22:13:20Z", (string?)facts["time_utc"]);
        Assert.Equal($"clones.h5  {hash}", (string?)facts["inputs"]);
    }
}
