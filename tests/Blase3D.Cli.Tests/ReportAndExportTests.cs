using System.Text.Json.Nodes;
using Blase3D.Engine.Cloning;
using Blase3D.Engine.Storage.Hdf5;
using Blase3D.Engine.Tests.Storage.TorchState;
using Xunit;

namespace Blase3D.Cli.Tests;

/// <summary>What leaves the engine for people and for other programs: reports, tables, arrays.</summary>
public sealed class ReportAndExportTests(Workbench bench) : IClassFixture<Workbench>
{
    [Fact]
    public void A_report_is_made_with_the_clones_or_afterwards()
    {
        BlaseResult cloned = bench.Run("clone grid.h5 -o r.h5 --epochs 10 --report first/report").Succeeded();
        Assert.Contains("R22500", cloned.Error, StringComparison.Ordinal);
        BlaseResult report = bench.Run("report r.h5 grid.h5 -o second").Succeeded();
        Assert.Contains("12 of 12 spectra", report.Output, StringComparison.Ordinal);
        foreach (string name in new[] { "nodes.csv", "summary.json", "typical.svg", "worst.svg", "rms-map.svg" })
            Assert.Equal(File.ReadAllText(bench[$"first/report/{name}"]), File.ReadAllText(bench[$"second/{name}"]));
        JsonNode json = bench.Run("report r.h5 grid.h5 -o second --json").Succeeded().Json;
        Assert.Equal((12, 0), ((int)json["spectra"]!, json["skipped"]!.AsArray().Count));
        double median = (double)bench.Run("inspect r.h5 --json").Succeeded().Json["rms_worst"]!;
        Assert.Equal(median, (double)json["residual"]!["native"]!["rms_worst"]!, 1e-7);

        // A part of the grid has a report too.
        bench.Run("clone grid.h5 -o part.h5 --epochs 10 --shard 2/4").Succeeded();
        Assert.Contains("3 of 3 spectra", bench.Run("report part.h5 grid.h5 -o third").Succeeded().Output, StringComparison.Ordinal);
        Workbench.AssertNothingHalfWritten(bench.Folder);
    }

    [Fact]
    public void A_report_needs_the_grid_of_the_clones_and_a_folder()
    {
        bench.Run($"grid synthesize -o elsewhere.h5 --teff 5000 --logg 4:4.5:0.5 --feh=-0.5,0 --wavelength 8500:8520 --lines 200").Succeeded();
        bench.Run($"grid synthesize -o shorter.h5 --teff 4000:4200:100 --logg 4:4.5:0.5 --feh=-0.5,0 --wavelength 8500:8510 --lines 200").Succeeded();
        bench.Run("report clones.h5 elsewhere.h5 -o x").Refused(3, "elsewhere.h5 has no spectrum at teff=4000");
        bench.Run("report clones.h5 shorter.h5 -o x").Refused(3, "differ in wavelengths");
        bench.Run("report grid.h5 clones.h5 -o x").Refused(3, "grid.h5 is of TYPE grid-spectra");
        bench.Run("report clones.h5 grid.h5 -o points.csv").Refused(2, "points.csv is a file");
        bench.Run("clone grid.h5 -o x.h5 --report points.csv").Refused(2, "points.csv is a file");
        Assert.False(Path.Exists(bench["x"]));
    }

    [Fact]
    public void Exported_arrays_come_back_as_the_same_clones()
    {
        Assert.Contains("12 spectra", bench.Run("export clones.h5 -o arrays").Succeeded().Output, StringComparison.Ordinal);
        Assert.Equal(12, Directory.GetFiles(bench["arrays"]).Length);
        Assert.True(File.Exists(bench["arrays/T4000G4.5Z-0.5.npz"]));
        bench.Run("import-pt arrays -o back.h5").Succeeded();
        LineClones first = LineClonesFile.Read(bench["clones.h5"]), back = LineClonesFile.Read(bench["back.h5"]);
        Assert.Equal(first.Points.Values.ToArray(), back.Points.Values.ToArray());
        foreach ((ClonedSpectrum a, ClonedSpectrum b) in first.Spectra.Zip(back.Spectra))
        {
            Assert.Equal(a.InitialCenter, b.InitialCenter);
            Assert.Equal(a.Lines.Center, b.Lines.Center);
            Assert.Equal(a.Lines.LnAmplitude, b.Lines.LnAmplitude);
            Assert.Equal(a.Lines.LnSigma, b.Lines.LnSigma);
            Assert.Equal(a.Lines.LnGamma, b.Lines.LnGamma);
        }

        bench.Run("export clones.h5 -o table.csv").Succeeded();
        Assert.Equal(1 + first.LineCount, File.ReadLines(bench["table.csv"]).LongCount());
        bench.RunOver("one.npz", "export clones.h5 -o one.npz").Refused(2, "12 spectra", "one.npz", "folder");
        bench.RunOver("x.fits", "export clones.h5 -o x.fits").Refused(2, "'.fits'", ".csv");
        bench.RunOver("x.csv", "export grid.h5 -o x.csv").Refused(3, "grid.h5 is of TYPE grid-spectra");
        Assert.Equal((int)bench.Run("inspect arrays/T4000G4.5Z-0.5.npz --json").Succeeded().Json["lines"]!, first.Spectra[first.Points.Count > 0 ? Row(first) : 0].Lines.Count);

        static int Row(LineClones clones) => Enumerable.Range(0, clones.Points.Count).First(row => clones.Points[row].SequenceEqual([4000, 4.5, -0.5]));
    }

    [Fact]
    public void An_archive_of_many_states_is_imported_exported_and_imported_again()
    {
        Directory.CreateDirectory(bench["archive"]);
        var random = new Random(11);
        for (int k = 0; k < 30; k++)
        {
            double[] initial = [.. Enumerable.Range(0, 20 + k).Select(j => 8500 + j + (0.01 * k))];
            double[][] columns = [[.. initial.Select(c => c + (0.01 * random.NextDouble()))], [.. initial.Select(_ => -4 + random.NextDouble())], [.. initial.Select(_ => -3.0)], [.. initial.Select(_ => -3.5)], initial];
            BlaseStateFile.Write(bench[$"archive/T{4000 + (100 * (k / 6))}G{2 + (k % 6 / 2)}.0Z{(k % 2 == 0 ? "0.0" : "-0.5")}.pt"], columns, velocityKmPerS: 0.1 * k);
        }

        BlaseResult imported = bench.Run("import-pt archive -o archive.h5").Succeeded();
        Assert.Contains("29 of 30 files have a saved velocity, 0.1 to 2.9 km/s", imported.Error, StringComparison.Ordinal);
        bench.Run("export archive.h5 -o archive-arrays").Succeeded();
        bench.Run("import-pt archive-arrays -o again.h5").Succeeded();
        Assert.Equal(Hdf5Content.Of(bench["archive.h5"]), Hdf5Content.Of(bench["again.h5"]));
        Assert.Equal(30, (int)bench.Run("inspect again.h5 --json").Succeeded().Json["spectra"]!);
    }
}
