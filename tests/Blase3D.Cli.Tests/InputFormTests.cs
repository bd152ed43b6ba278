using System.IO.Compression;
using Blase3D.Engine;
using Blase3D.Engine.Inference;
using Blase3D.Engine.Storage;
using Blase3D.Engine.Storage.Hdf5;
using Blase3D.Kernels;
using Xunit;

namespace Blase3D.Cli.Tests;

/// <summary>Inputs of the same content in another form, or reached another way, are the same input.</summary>
public sealed class InputFormTests(Workbench bench) : IClassFixture<Workbench>
{
    private const string Quick = " --normalized --method gradient";

    [Theory]
    [InlineData("csv")]
    [InlineData("fits")]
    public void A_packed_file_of_several_spectra_has_as_many_results(string ending)
    {
        bench.Run($"reconstruct manifold.h5 --points points.csv -o three.{ending}").Succeeded();
        Pack($"three.{ending}");
        bench.Run($"infer manifold.h5 three.{ending} -o plain.csv" + Quick).Succeeded();
        bench.Run($"infer manifold.h5 three.{ending}.gz -o packed.csv --threads 2" + Quick).Succeeded();
        Assert.Equal(4, File.ReadLines(bench["plain.csv"]).Count());
        Assert.Equal(Parameters("plain.csv"), Parameters("packed.csv"));
        Assert.Equal(3, (int)bench.Run($"inspect three.{ending}.gz --json").Succeeded().Json["spectra"]!);
    }

    [Fact]
    public void Rows_of_many_files_are_read_in_any_order()
    {
        foreach (string name in new[] { "one", "two" }) bench.Run($"reconstruct manifold.h5 --points points.csv -o {name}.csv").Succeeded();
        using var inputs = new SpectraInputs([new NamedFile(bench["one.csv"], true), new NamedFile(bench["two.csv"], true)], null);
        double[][] ascending = [.. Enumerable.Range(0, 6).Select(row => inputs.Read(row).Spectrum.Flux)];
        foreach (int row in new[] { 5, 0, 3, 2 }) Assert.Equal(ascending[row], inputs.Read(row).Spectrum.Flux);
        File.WriteAllLines(bench["two.csv"], File.ReadLines(bench["two.csv"]).Select(line => line.Contains("flux_0", StringComparison.Ordinal) ? line : string.Join(',', line.Split(',')[..2])));
        inputs.Read(0);
        Assert.Contains("two.csv", Assert.Throws<EngineException>(() => inputs.Read(5)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_reconstruction_on_the_pixels_of_a_reconstruction()
    {
        foreach (string ending in new[] { "csv", "fits", "h5" })
        {
            bench.Run($"reconstruct manifold.h5 --points points.csv --wavelength 8505:8510 -o several.{ending}").Succeeded();
            BlaseResult like = bench.Run($"reconstruct manifold.h5 {Workbench.Star} --like several.{ending} -o like.h5").Succeeded();
            Assert.DoesNotContain("vacuum", like.Error, StringComparison.Ordinal);
            Assert.Equal(8505, bench.Run("inspect like.h5 --json").Succeeded().Json["wavelength_angstrom"]!.AsArray()[0]!.GetValue<double>(), 1e-6);
        }

        bench.Write("mute.csv", "wavelength,flux\n" + string.Concat(Enumerable.Range(0, 20).Select(i => $"{8505 + (i % 2)}.{i:00},1\n").Order(StringComparer.Ordinal)));
        Assert.Contains("mute.csv does not say", bench.Run($"reconstruct manifold.h5 {Workbench.Star} --like mute.csv -o like.h5").Succeeded().Error, StringComparison.Ordinal);
    }

    [Fact]
    public void The_medium_of_its_own_tables_is_known()
    {
        bench.Run($"reconstruct manifold.h5 {Workbench.Star} -o own.csv").Succeeded();
        Assert.DoesNotContain("--medium", bench.Run("infer manifold.h5 own.csv -o own-result.csv" + Quick).Succeeded().Error, StringComparison.Ordinal);
        bench.Run("infer manifold.h5 own.csv -o x.csv --medium air" + Quick).Refused(3, "own.csv", "vacuum");
    }

    [Theory]
    [InlineData("infer --mask 8504:8508 8512:8513 manifold.h5 star.h5 -o OUT")]
    [InlineData("infer manifold.h5 --mask 8504:8508 8512:8513 star.h5 -o OUT")]
    [InlineData("infer manifold.h5 --mask=8504:8508 star.h5 --mask 8512:8513 --prior feh=-0.25 -o OUT --prior logg=4:4.5")]
    [InlineData("infer manifold.h5 --prior feh=-0.25 logg=4:4.5 --mask 8504:8508 8512:8513 -o OUT star.h5")]
    public void A_mask_may_stand_anywhere(string line)
    {
        string priors = line.Contains("--prior", StringComparison.Ordinal) ? " --prior feh=-0.25 logg=4:4.5" : string.Empty;
        bench.Run("infer manifold.h5 star.h5 -o straight.csv --mask 8504:8508 8512:8513" + priors + Quick).Succeeded();
        bench.Run(line.Replace("OUT", "placed.csv", StringComparison.Ordinal) + Quick).Succeeded();
        Assert.Equal(Parameters("straight.csv"), Parameters("placed.csv"));
    }

    [Fact]
    public void A_list_that_is_none_is_named()
    {
        File.Copy(bench["star.h5"], bench["binary.txt"]);
        bench.Run("infer manifold.h5 --list binary.txt -o x.csv").Refused(3, "binary.txt", "not a text file");
        bench.Run("infer manifold.h5 --list folder -o x.csv").Refused(3, "folder is a folder");
    }

    [Fact]
    public void An_input_is_not_overwritten_whatever_way_leads_to_it()
    {
        if (OperatingSystem.IsWindows()) return;
        Directory.CreateDirectory(bench["deep/below"]);
        Directory.CreateSymbolicLink(bench["way"], ".");
        Directory.CreateSymbolicLink(bench["deep/up"], "../way/way");
        File.CreateSymbolicLink(bench["deep/below/g.h5"], "../up/grid.h5");
        byte[] before = File.ReadAllBytes(bench["grid.h5"]);
        foreach (string line in new[] { "clone way/grid.h5 -o grid.h5", "clone grid.h5 -o way/way/grid.h5", "clone deep/below/g.h5 -o grid.h5", "clone grid.h5 -o deep/below/g.h5", "reconstruct manifold.h5 --points way/points.csv -o points.csv", "infer way/manifold.h5 star.h5 -o manifold.h5" })
            bench.Run(line).Refused(2, "is the input");
        Assert.Equal(before, File.ReadAllBytes(bench["grid.h5"]));

        File.CreateSymbolicLink(bench["ring"], "ring");
        Assert.NotNull(RealPath.Of(bench["ring"]));
        Assert.Equal(RealPath.Of(bench["none/new.h5"]), RealPath.Of(bench["deep/up/none/new.h5"]));
        Assert.Equal("/", RealPath.Of("/"));
    }

    [Fact]
    public void One_spectrum_that_nothing_can_be_made_of_does_not_end_a_survey()
    {
        using StoredManifold stored = LineManifoldFile.Open(bench["manifold.h5"]);
        bench.Run("reconstruct manifold.h5 --points points.csv -o three.h5").Succeeded();
        using var inputs = new SpectraInputs([new NamedFile(bench["three.h5"], true)], null);
        var run = new InferenceRun(new Session([], json: false, quiet: true, CancellationToken.None), inputs, stored.Manifold, new InferenceOptions { Method = InferenceMethod.Gradient }, KernelSet.Best, Workers.OneThread);
        IReadOnlyList<InferenceJournal.Entry> entries = run.Run(
            [0, 1, 2],
            null,
            (input, _) => input.Spectrum.Name.EndsWith("#1", StringComparison.Ordinal) ? throw new OverflowException("Arithmetic\noverflow.") : ObservedTarget.Normalized(input.Spectrum),
            ParameterPrior.WholeRange(stored.Manifold.Axes),
            null,
            _ => { });
        Assert.Equal([true, false, true], entries.Select(entry => entry.Result is not null));
        Assert.EndsWith("three.h5#1 cannot be used (Arithmetic overflow); leave it out, and report it as a bug of blase3d.", entries[1].SkipReason, StringComparison.Ordinal);
    }

    private void Pack(string name)
    {
        using FileStream from = File.OpenRead(bench[name]);
        using var to = new GZipStream(File.Create(bench[name + ".gz"]), CompressionLevel.Optimal);
        from.CopyTo(to);
    }

    // Without names and seconds.
    private string[] Parameters(string csv) => [.. File.ReadLines(bench[csv]).Skip(1).Select(line => string.Join(',', line.Split(',')[1..8]))];
}
