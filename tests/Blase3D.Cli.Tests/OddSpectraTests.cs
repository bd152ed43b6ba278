using System.Text.Json.Nodes;
using Blase3D.Engine.Cloning;
using Blase3D.Engine.Grids;
using Blase3D.Engine.Storage;
using Blase3D.Engine.Storage.Hdf5;
using Xunit;

namespace Blase3D.Cli.Tests;

/// <summary>A grid in which nearly nothing is an ordinary spectrum: every one has a result or is skipped by name, and the exit code and the report say so.</summary>
public sealed class OddSpectraTests : IDisposable
{
    private const int Ordinary = 0, Peaks = 1, Emission = 2, Trough = 3, Gap = 4, NoLine = 5, NotANumber = 6, AlsoOrdinary = 7;

    private static readonly double[] Wavelength = [.. Enumerable.Range(0, 20_001).Select(i => (850000 + i) / 100.0)];

    private readonly string _folder = Directory.CreateTempSubdirectory("blase3d-cli-").FullName;

    [Theory]
    [InlineData("")]
    [InlineData(" --one-sweep")]
    [InlineData(" --independent")]
    [InlineData(" --optimizer adam --independent")]
    public void Every_odd_spectrum_of_a_grid_has_a_result_or_is_named(string options)
    {
        Write("odd.h5");
        BlaseResult cloned = BlaseProcess.Run(_folder, $"clone odd.h5 -o clones.h5 --report report{options}");
        Assert.Equal(3, cloned.ExitCode);
        foreach (string named in new[] { "without 2 of 8 spectra", "teff=4200, logg=4 (The flux has gaps: 300 of 20001 pixels", "teff=4300, logg=4 (The flux of pixel 77 is NaN" })
            Assert.Contains(named, cloned.Error, StringComparison.Ordinal);
        Assert.Contains("emission: teff=4100, logg=4: flux up to 6.00 x the continuum at 8600 A", cloned.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("emission: teff=4000", cloned.Error, StringComparison.Ordinal);

        LineClones clones = LineClonesFile.Read(Path.Combine(_folder, "clones.h5"));
        Assert.Equal([Gap, NotANumber], Enumerable.Range(0, 8).Where(row => clones.Spectra[row].IsSkipped));
        Assert.Equal(0, clones.Spectra[NoLine].Lines.Count);
        Assert.Equal(0, clones.Spectra[NoLine].Rms);
        Assert.True(clones.Spectra[Peaks].Lines.Count > 2000, $"{clones.Spectra[Peaks].Lines.Count} lines");

        // A clone is never worse than none.
        double[][] flux = Fluxes();
        foreach (int row in new[] { Ordinary, Peaks, Emission, Trough, AlsoOrdinary })
            Assert.InRange(clones.Spectra[row].Rms, 0, Math.Sqrt(flux[row].Average(f => (1 - f) * (1 - f))));

        JsonNode summary = JsonNode.Parse(File.ReadAllText(Path.Combine(_folder, "report/summary.json")))!;
        Assert.Equal((8, 2), ((int)summary["spectra"]!, summary["skipped"]!.AsArray().Count));
        Assert.Equal("teff=4100, logg=4", (string?)Assert.Single(summary["emission"]!.AsArray())!["point"]);
        BlaseResult built = BlaseProcess.Run(_folder, "build clones.h5 -o manifold.h5").Succeeded();
        Assert.Contains("teff=4200, logg=4", built.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void What_lines_can_follow_is_followed()
    {
        Write("odd.h5");
        BlaseProcess.Run(_folder, "clone odd.h5 -o clones.h5");
        LineClones clones = LineClonesFile.Read(Path.Combine(_folder, "clones.h5"));

        // A spectrum full of peaks beside ones with few lines gets its own; of the one with emission only that is left over.
        double[] peaks = Fluxes()[Peaks], emission = Fluxes()[Emission];
        Assert.InRange(clones.Spectra[Peaks].Rms, 0, 0.6 * Math.Sqrt(peaks.Average(f => (1 - f) * (1 - f)) - Math.Pow(1 - peaks.Average(), 2)));
        double above = Math.Sqrt(emission.Average(f => f > 1 ? (f - 1) * (f - 1) : 0));
        Assert.InRange(clones.Spectra[Emission].Rms, above, 1.01 * above);
        Assert.InRange(clones.Spectra[Trough].Rms, 0, 0.15 * Math.Sqrt(Fluxes()[Trough].Average(f => (1 - f) * (1 - f))));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private void Write(string name) => SpectraFile.WriteResult(
        Path.Combine(_folder, name), Wavelength, new GridPoints(["teff", "logg"], [4000, 4, 4000, 4.5, 4100, 4, 4100, 4.5, 4200, 4, 4200, 4.5, 4300, 4, 4300, 4.5]), Fluxes(), Provenance.Of("test", []));

    private static double[][] Fluxes()
    {
        var random = new Random(3);
        double[][] flux = [.. Enumerable.Range(0, 8).Select(_ => new double[Wavelength.Length])];
        for (int i = 0; i < Wavelength.Length; i++)
        {
            double line = 1 - (0.5 * Math.Exp(-Math.Pow((Wavelength[i] - 8650) / 0.1, 2)));
            foreach (int row in new[] { Ordinary, Emission, Gap, NotANumber, AlsoOrdinary }) flux[row][i] = line;
            flux[Peaks][i] = 1 - (0.9 * random.NextDouble());
            flux[Emission][i] += 5 * Math.Exp(-Math.Pow((Wavelength[i] - 8600) / 0.5, 2));
            flux[Trough][i] = 1 - Math.Exp(-Math.Pow((Wavelength[i] - 8600) / 5, 8));
            flux[NoLine][i] = 1;
        }

        Array.Clear(flux[Gap], 5000, 300);
        flux[NotANumber][77] = double.NaN;
        return flux;
    }
}
