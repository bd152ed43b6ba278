using System.Globalization;
using System.Text.Json.Nodes;
using Blase3D.Engine.Grids;
using Blase3D.Engine.Storage;
using Blase3D.Engine.Storage.Hdf5;
using Xunit;
using Xunit.Abstractions;

namespace Blase3D.Cli.Tests;

/// <summary>
/// What the demo does, on OpenCL and on the processor from the same clones: a part of the mini-grid, whose middle plane is held out. The whole demo on a
/// processor as an OpenCL device takes a minute on two idle cores, more than the test suite has for it.
/// </summary>
public sealed class DemoOnDeviceTests(ITestOutputHelper output)
{
    private const string HeldOut = "3900";

    // Stars of the held-out plane.
    private const int Stars = 3;

    [Fact]
    public void From_the_same_clones_OpenCL_gives_the_table_of_the_processor()
    {
        string folder = Directory.CreateTempSubdirectory("blase3d-demo-").FullName;
        try
        {
            JsonNode device = Run("devices --json").Json.AsArray().First(entry => (string?)entry!["backend"] == "opencl")!;
            if (!(bool)device["usable"]!)
            {
                if (Environment.GetEnvironmentVariable("BLASE3D_REQUIRE_ALL") == "1") Assert.Fail($"OpenCL is required here: {device["why_not"]}");
                string sentence = $"NOT RUN: the mini-grid on OpenCL: {device["why_not"]}";
                output.WriteLine(sentence);
                Console.WriteLine(sentence);
                return;
            }

            Cut(folder);
            Run("clone grid.h5 -o clones.h5");
            Dictionary<string, JsonArray> tables = [];
            Dictionary<string, double[][]> spectra = [];
            foreach (string backend in new[] { "cpu", "opencl" })
            {
                Run($"build clones.h5 --residual grid.h5 -o {backend}.h5 --backend {backend}");
                Run($"reconstruct {backend}.h5 --points points.csv -o {backend}.csv --backend {backend}");
                spectra[backend] = Columns(Path.Combine(folder, $"{backend}.csv"));
                BlaseResult result = Run($"infer {backend}.h5 stars.h5 -o {backend}-stars.csv --json --backend {backend}");
                tables[backend] = result.Json.AsArray();
                if (backend == "opencl") Assert.Contains("stays on the device", result.Error, StringComparison.Ordinal);
            }

            double largest = spectra["cpu"].Zip(spectra["opencl"], (a, b) => a.Zip(b, (x, y) => Math.Abs(x - y)).Max()).Max();
            output.WriteLine(FormattableString.Invariant($"largest difference of a spectrum: {largest:0.0e+00}"));

            // A residual is stored with an error of 1e-5: rounding may move a value to the neighbouring step.
            Assert.InRange(largest, 0, 3e-5);
            Assert.Equal(Stars, tables["cpu"].Count);
            foreach ((JsonNode? expected, JsonNode? found) in tables["cpu"].Zip(tables["opencl"]))
            {
                output.WriteLine($"{expected!["teff"]} {expected["logg"]} {expected["feh"]} : {found!["teff"]} {found["logg"]} {found["feh"]}");
                Assert.Equal((double)expected["teff"]!, (double)found["teff"]!, 0.05);
                Assert.Equal((double)expected["logg"]!, (double)found["logg"]!, 5e-4);
                Assert.Equal((double)expected["feh"]!, (double)found["feh"]!, 1e-4);
                Assert.Equal((double)expected["rms"]!, (double)found["rms"]!, 1e-5);
                Assert.InRange((double)found["teff"]!, 3850, 3950);
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        BlaseResult Run(string line) => BlaseProcess.Run(folder, line).Succeeded();
    }

    private static void Cut(string folder)
    {
        string miniGrid = Path.Combine(Path.GetDirectoryName(BlaseProcess.Program)!, "minigrid", "phoenix-caii.h5");
        var provenance = new Provenance("a test", Provenance.EngineVersion, "2030-01-02T03:04:05Z", []);
        using StoredSpectra stored = SpectraFile.Open(miniGrid);
        int[] Rows(params double[] teff) => [.. Enumerable.Range(0, stored.Points.Count).Where(row => teff.Contains(stored.Points[row][0]))];
        SpectraFile.WriteGrid(Path.Combine(folder, "grid.h5"), new GridSelection(stored, Rows(3800, 4000)), stored.IsNormalized, provenance);
        SpectraFile.WriteGrid(
            Path.Combine(folder, "stars.h5"), new GridSelection(stored, [.. Rows(double.Parse(HeldOut, CultureInfo.InvariantCulture)).Take(Stars)]), stored.IsNormalized, provenance);
        File.WriteAllText(
            Path.Combine(folder, "points.csv"), $"teff,logg,feh\n{HeldOut},3.75,-0.25\n{HeldOut},3.5,0\n3850,4,0.25\n3950,3.6,-0.5\n");
    }

    // Every column behind the wavelengths, row by row.
    private static double[][] Columns(string file) =>
        [.. File.ReadLines(file).Where(line => char.IsAsciiDigit(line[0])).Select(line => line.Split(',')[1..].Select(field => double.Parse(field, CultureInfo.InvariantCulture)).ToArray())];
}
