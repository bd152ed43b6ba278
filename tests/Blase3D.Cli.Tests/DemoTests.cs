using System.Text.Json.Nodes;
using Xunit;

namespace Blase3D.Cli.Tests;

/// <summary>The two verbs that need no input: the main job on real PHOENIX spectra, and the golden checks.</summary>
public sealed class DemoTests
{
    [Fact]
    public void The_demo_infers_held_out_real_spectra()
    {
        string folder = Directory.CreateTempSubdirectory("blase3d-demo-").FullName;
        try
        {
            BlaseResult result = BlaseProcess.Run(folder, "demo --out here --json").Succeeded();
            JsonNode report = result.Json;
            Assert.Equal(72, (int)report["spectra"]!);
            Assert.Equal(12, report["stars"]!.AsArray().Count);
            Assert.Contains("12 of them", result.Error, StringComparison.Ordinal);

            // The mini-grid has nodes every 100 K (200 K where a plane is held out), 0.5 or 1 in logg, 0.5 in feh: well within a cell.
            JsonNode error = report["mean_absolute_error"]!;
            Assert.InRange((double)error["teff"]!, 0, 80);
            Assert.InRange((double)error["logg"]!, 0, 0.25);
            Assert.InRange((double)error["feh"]!, 0, 0.08);
            double manifold = (double)report["flux_error_median"]!, pixels = (double)report["flux_error_median_of_pixel_interpolation"]!;
            Assert.InRange(manifold, 1e-4, 0.05);
            Assert.InRange(pixels, 1e-5, 0.05);
            Assert.All(report["stars"]!.AsArray(), star =>
            {
                Assert.InRange((double)star!["flux_error"]!, 1e-4, 0.05);
                Assert.True((double)star["true"]![0]! is 3400 or 3900);
            });
            foreach (string name in new[] { "clones.h5", "manifold.h5", "reconstruction.h5", "reconstruction.csv", "inferred.csv" })
                BlaseProcess.Run(folder, $"inspect here/{name} --json").Succeeded();
            Assert.Equal(5, Directory.GetFileSystemEntries(Path.Combine(folder, "here")).Length);

            // A noise-free spectrum of the manifold itself, between creases at which a descent would stick, also on a part of its wavelengths.
            BlaseProcess.Run(folder, "reconstruct here/manifold.h5 --teff 3450 --logg 3.75 --feh -0.25 --wavelength 8500:8600 -o part.h5").Succeeded();
            JsonArray closure = BlaseProcess.Run(folder, "infer here/manifold.h5 here/reconstruction.h5 part.h5 -o closure.csv --json").Succeeded().Json.AsArray();
            Assert.Equal(2, closure.Count);
            Assert.All(closure, star =>
            {
                Assert.Equal(3450, (double)star!["teff"]!, 1e-3);
                Assert.Equal(3.75, (double)star["logg"]!, 1e-5);
                Assert.Equal(-0.25, (double)star["feh"]!, 1e-5);
            });
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void Verify_passes_on_every_kernel_of_this_machine()
    {
        BlaseResult result = BlaseProcess.Run(Path.GetTempPath(), "verify --json").Succeeded();
        JsonArray checks = result.Json.AsArray();
        Assert.All(checks, check => Assert.True((bool)check!["passed"]! && (double)check["largest_difference"]! <= (double)check["tolerance"]!, check.ToJsonString()));
        Assert.Contains(checks, check => (string?)check!["kernels"] == "scalar");
        Assert.True(checks.Count >= 7);
        Assert.Contains("passed", BlaseProcess.Run(Path.GetTempPath(), "verify").Succeeded().Output, StringComparison.Ordinal);
    }
}
