using Blase3D.Engine.Cloning;
using Blase3D.Engine.Storage;
using Blase3D.Engine.Storage.Hdf5;
using Blase3D.Native.Hdf5;
using Xunit;

namespace Blase3D.Cli.Tests;

/// <summary>A grid cloned in parts and merged is the grid cloned at once; spectra that cannot be cloned do not stop the others.</summary>
public sealed class ShardTests(Workbench bench) : IClassFixture<Workbench>
{
    private static readonly (string, string) Epoch = ("SOURCE_DATE_EPOCH", "1700000000");

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(12)]
    public void Merged_shards_are_a_single_run_but_for_what_was_typed(int count)
    {
        bench.Run("clone grid.h5 -o whole.h5 --epochs 20", Epoch).Succeeded();
        string[] parts = [.. Enumerable.Range(1, count).Select(number => $"part-{number}-{count}.h5")];
        for (int k = 0; k < count; k++) bench.Run($"clone grid.h5 -o {parts[k]} --epochs 20 --shard {k + 1}/{count} --threads {1 + (k % 2)}", Epoch).Succeeded();
        bench.Run($"merge {string.Join(' ', parts.Reverse())} -o merged.h5", Epoch).Succeeded();
        Assert.Equal(Hdf5Content.Of(bench["whole.h5"]), Hdf5Content.Of(bench["merged.h5"]));
        Assert.Equal(Attributes("whole.h5"), Attributes("merged.h5"));
        Assert.Equal("all", (string?)bench.Run("inspect merged.h5 --json").Succeeded().Json["shard"]);
        Assert.Equal($"1/{count}", (string?)bench.Run($"inspect {parts[0]} --json").Succeeded().Json["shard"]);
    }

    [Fact]
    public void Shards_that_do_not_make_a_whole_are_refused()
    {
        foreach (string shard in new[] { "1/2", "2/2" }) bench.Run($"clone grid.h5 -o half-{shard[0]}.h5 --epochs 3 --shard {shard}").Succeeded();
        bench.Run("clone grid.h5 -o other-2.h5 --epochs 4 --shard 2/2").Succeeded();
        bench.RunOver("x.h5", "merge half-1.h5 -o x.h5").Refused(3, "1 of 2 shards are missing (2)");
        bench.RunOver("x.h5", "merge half-1.h5 half-2.h5 half-1.h5 -o x.h5").Refused(3, "both shard 1/2");
        bench.RunOver("x.h5", "merge half-1.h5 other-2.h5 -o x.h5").Refused(3, "other-2.h5", "same options");
        bench.RunOver("x.h5", "merge half-1.h5 clones.h5 -o x.h5").Refused(3, "clones.h5 is not a part");
        bench.RunOver("x.h5", "merge half-1.h5 grid.h5 -o x.h5").Refused(3, "grid.h5 is of TYPE grid-spectra");
        bench.Run("merge half-1.h5 half-2.h5 -o half-1.h5").Refused(2, "half-1.h5", "input");
        bench.RunOver("x.h5", "clone grid.h5 -o x.h5 --shard 3/2").Refused(2, "'3/2'", "at most 12");
        bench.RunOver("x.h5", "clone grid.h5 -o x.h5 --shard 1/13").Refused(2, "at most 12");
    }

    [Fact]
    public void Skipped_spectra_are_named_with_exit_code_3_and_become_missing_nodes()
    {
        using (StoredSpectra grid = SpectraFile.Open(bench["grid.h5"]))
        {
            double[][] flux = [.. Enumerable.Range(0, 12).Select(row => Flux(grid, row))];
            SpectraFile.WriteResult(bench["no-holes.h5"], [.. grid.Wavelength], grid.Points, flux, Provenance.Of("test", []));
            flux[1][7] = double.NaN;
            Array.Clear(flux[6], 100, 40);
            SpectraFile.WriteResult(bench["holes.h5"], [.. grid.Wavelength], grid.Points, flux, Provenance.Of("test", []));
        }

        const string Options = " --epochs 5 --wing-pixels 600";
        bench.Run("clone no-holes.h5 -o good.h5" + Options).Succeeded();
        BlaseResult result = bench.Run("clone holes.h5 -o skipping.h5" + Options);
        Assert.Equal(3, result.ExitCode);
        Assert.Contains("10 of 12 spectra", result.Output, StringComparison.Ordinal);
        string sentence = result.Error.TrimEnd('\n').Split('\n')[^1];
        Assert.Contains("2 of 12 spectra", sentence, StringComparison.Ordinal);
        Assert.Contains("teff=4000, logg=4, feh=0 (", sentence, StringComparison.Ordinal);
        Assert.Contains("pixel 7", sentence, StringComparison.Ordinal);
        Assert.Contains("teff=4100, logg=4.5, feh=-0.5 (The flux has gaps: 40 of 2001", sentence, StringComparison.Ordinal);
        Assert.False(Directory.Exists(bench["skipping.h5.work"]));

        LineClones good = LineClonesFile.Read(bench["good.h5"]), rest = LineClonesFile.Read(bench["skipping.h5"]);
        Assert.Equal(good.Spectra[^1].Lines.Center, rest.Spectra[^1].Lines.Center);
        Assert.Equal(2, bench.Run("inspect skipping.h5 --json").Succeeded().Json["skipped"]!.AsArray().Count);
        BlaseResult built = bench.Run("build skipping.h5 -o skipping-manifold.h5").Succeeded();
        Assert.Contains("2 of 12 spectra of skipping.h5 were skipped", built.Error, StringComparison.Ordinal);
        Assert.Contains("2 of 12 nodes are missing", built.Error, StringComparison.Ordinal);
        bench.RunOver("x.h5", "reconstruct skipping-manifold.h5 --teff 4050 --logg 4.2 --feh=-0.2 -o x.h5").Refused(5, "needs the node");
        bench.Run("reconstruct skipping-manifold.h5 --teff 4150 --logg 4 --feh=-0.2 -o edge.h5").Succeeded();

        // In parts it is the same, and a part may be all bad.
        for (int k = 1; k <= 12; k++) Assert.Equal(k is 2 or 7 ? 3 : 0, bench.Run($"clone holes.h5 -o hole-{k}.h5 --shard {k}/12" + Options).ExitCode);
        BlaseResult merged = bench.Run($"merge {string.Join(' ', Enumerable.Range(1, 12).Select(k => $"hole-{k}.h5"))} -o merged-holes.h5");
        Assert.Equal(3, merged.ExitCode);
        Assert.Contains("merged-holes.h5 was written without 2 of 12 spectra", merged.Error, StringComparison.Ordinal);
        Assert.Equal(Hdf5Content.Of(bench["skipping.h5"]), Hdf5Content.Of(bench["merged-holes.h5"]));
    }

    // Everything but what was typed, when, and the hashes of the files given.
    private SortedDictionary<string, string> Attributes(string name)
    {
        using Hdf5File file = Hdf5File.OpenRead(bench[name]);
        var found = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (string attribute in file.AttributeNames("/").Except(["command_line", "inputs"]))
        {
            try
            {
                found[attribute] = string.Join("|", file.ReadStringsAttribute("/", attribute)!);
            }
            catch (Hdf5Exception)
            {
                found[attribute] = string.Join("|", file.ReadDoublesAttribute("/", attribute)!);
            }
        }

        return found;
    }

    private static double[] Flux(StoredSpectra grid, int row)
    {
        var flux = new double[grid.Wavelength.Count];
        grid.ReadFlux(row, flux);
        return flux;
    }
}
