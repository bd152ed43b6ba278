using System.Text.Json.Nodes;
using Xunit;
using Xunit.Abstractions;

namespace Blase3D.Cli.Tests;

/// <summary>Devices: the list, what is refused and how, and the whole path on OpenCL.</summary>
public sealed class DeviceTests(Workbench bench, ITestOutputHelper output) : IClassFixture<Workbench>
{
    private static readonly (string, string) NoOpenCl = ("OPENCL_LIBRARY", "/nonexistent/libOpenCL.so"), NoCuda = ("CUDA_DRIVER_LIBRARY", "/nonexistent/libcuda.so");

    [Fact]
    public void The_list_says_what_can_be_used_and_why_not()
    {
        JsonArray devices = bench.Run("devices --json", NoOpenCl, NoCuda).Succeeded().Json.AsArray();
        Assert.Contains(devices, device => (string?)device!["backend"] == "cpu" && (bool)device["usable"]!);
        foreach (string backend in new[] { "opencl", "cuda" })
        {
            JsonNode absent = Assert.Single(devices, device => (string?)device!["backend"] == backend)!;
            Assert.False((bool)absent["usable"]!);
            Assert.Contains("/nonexistent/", (string)absent["why_not"]!, StringComparison.Ordinal);
        }

        Assert.Contains("--kernels scalar", bench.Run("devices", NoOpenCl, NoCuda).Succeeded().Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("clone grid.h5 -o x.h5 --backend opencl", "OPENCL_LIBRARY")]
    [InlineData("reconstruct manifold.h5 -o x.h5 --backend cuda " + Workbench.Star, "CUDA_DRIVER_LIBRARY")]
    [InlineData("infer manifold.h5 star.h5 -o x.h5 --backend opencl", "/nonexistent/libOpenCL.so")]
    public void Without_a_driver_the_sentence_says_what_to_install(string line, string named) =>
        bench.RunOver("x.h5", line, NoOpenCl, NoCuda).Refused(4, named, "--backend cpu");

    [Fact]
    public void Without_any_device_of_the_driver_the_sentence_says_so()
    {
        if (!HasOpenCl()) return;

        // The loader looks for drivers in this folder alone.
        bench.RunOver("x.h5", "clone grid.h5 -o x.h5 --backend opencl", ("OCL_ICD_VENDORS", "/nonexistent")).Refused(4, "no driver is installed", "--backend cpu");
    }

    [Fact]
    public void A_device_that_is_not_there_and_memory_that_does_not_suffice_are_exit_code_4()
    {
        if (!HasOpenCl()) return;
        bench.RunOver("x.h5", "clone grid.h5 -o x.h5 --backend opencl --device 77").Refused(4, "device 77", "blase3d devices");
        BlaseResult tooSmall = bench.RunOver("x.h5", $"reconstruct manifold.h5 -o x.h5 --backend opencl --memory-limit 1KB --quiet {Workbench.Star}");
        tooSmall.Refused(4, "--memory-limit", "0 MB that may be used");
    }

    [Fact]
    public void Auto_takes_no_device_that_is_the_processor_in_another_guise()
    {
        if (!HasOpenCl()) return;
        JsonArray devices = bench.Run("devices --json").Succeeded().Json.AsArray();
        if (devices.Any(device => (string?)device!["backend"] is "cuda" or "opencl" && (bool)device["usable"]! && !(bool)device["is_processor"]!))
        {
            output.WriteLine("NOT RUN: auto without a graphics card: there is one");
            return;
        }

        BlaseResult run = bench.Run($"reconstruct manifold.h5 -o auto.csv {Workbench.Star}").Succeeded();
        Assert.DoesNotContain("computed on", run.Error, StringComparison.Ordinal);
        bench.RunOver("x.h5", $"reconstruct manifold.h5 -o x.h5 --memory-limit 1GB {Workbench.Star}").Refused(2, "--memory-limit", "--backend opencl or cuda");
    }

    [Fact]
    public void OpenCL_gives_what_the_processor_gives()
    {
        if (!HasOpenCl()) return;
        bench.Run($"reconstruct manifold.h5 -o cpu.csv {Workbench.Star}").Succeeded();
        BlaseResult run = bench.Run($"reconstruct manifold.h5 -o opencl.csv --backend opencl {Workbench.Star}").Succeeded();
        Assert.Contains("opencl-double", run.Error, StringComparison.Ordinal);
        bench.Run($"reconstruct manifold.h5 -o single.csv --backend opencl --kernels single {Workbench.Star}").Succeeded();
        bench.Run($"reconstruct manifold.h5 -o split.csv --backend opencl --memory-limit 60KB {Workbench.Star}").Succeeded();
        double[] expected = Flux("cpu.csv");
        Assert.InRange(Largest(expected, Flux("opencl.csv")), 0, 1e-12);
        Assert.InRange(Largest(expected, Flux("single.csv")), 0, 1e-5);
        Assert.InRange(Largest(expected, Flux("split.csv")), 0, 1e-12);

        JsonNode cpu = bench.Run("infer manifold.h5 cpu.csv --normalized -o cpu-result.csv --json").Succeeded().Json[0]!;
        JsonNode opencl = bench.Run("infer manifold.h5 cpu.csv --normalized -o opencl-result.csv --json --backend opencl").Succeeded().Json[0]!;
        foreach (string name in new[] { "teff", "logg", "feh" }) Assert.Equal((double)cpu[name]!, (double)opencl[name]!, 1e-6 * Math.Max(1, Math.Abs((double)cpu[name]!)));
    }

    [Fact]
    public void Cloning_on_OpenCL_ends_where_the_processor_does()
    {
        if (!HasOpenCl()) return;
        foreach (string name in new[] { "cpu", "opencl" })
        {
            bench.Run($"clone grid.h5 -o {name}-clones.h5 --optimizer adam --epochs 20 --backend {name}").Succeeded();
            bench.Run($"build {name}-clones.h5 -o {name}-manifold.h5").Succeeded();
            bench.Run($"reconstruct {name}-manifold.h5 -o {name}-star.csv {Workbench.Star}").Succeeded();
        }

        // Twenty steps magnify what the processor's kernels approximate.
        Assert.InRange(Largest(Flux("cpu-star.csv"), Flux("opencl-star.csv")), 0, 1e-4);
    }

    [Fact]
    public void Many_points_and_stars_use_a_manifold_that_stays_on_the_device()
    {
        if (!HasOpenCl()) return;
        bench.Run("reconstruct manifold.h5 -o points-cpu.csv --points points.csv").Succeeded();
        BlaseResult run = bench.Run("reconstruct manifold.h5 -o points-opencl.csv --points points.csv --backend opencl").Succeeded();
        Assert.Contains("stays on the device", run.Error, StringComparison.Ordinal);
        Assert.InRange(Largest(Flux("points-cpu.csv"), Flux("points-opencl.csv")), 0, 1e-12);
        BlaseResult inferred = bench.Run("infer manifold.h5 points-cpu.csv --normalized -o many.csv --backend opencl").Succeeded();
        Assert.Contains("stays on the device", inferred.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_processes_may_use_one_device()
    {
        if (!HasOpenCl()) return;
        string line = $"reconstruct manifold.h5 --backend opencl {Workbench.Star} -o ";
        var first = BlaseProcess.Start(bench.Folder, ["dotnet", BlaseProcess.Program, .. (line + "one.csv").Split(' ')]);
        BlaseResult other = bench.Run(line + "two.csv");
        BlaseProcess.Finish(first).Succeeded();
        other.Succeeded();
        Assert.Equal(Flux("one.csv"), Flux("two.csv"));
    }

    private static double Largest(double[] a, double[] b) => a.Zip(b, (x, y) => Math.Abs(x - y)).Max();

    private double[] Flux(string file) =>
        [.. File.ReadLines(Path.Combine(bench.Folder, file)).Where(line => char.IsAsciiDigit(line[0])).Select(line => double.Parse(line.Split(',')[1], System.Globalization.CultureInfo.InvariantCulture))];

    private bool HasOpenCl()
    {
        JsonNode device = bench.Run("devices --json").Succeeded().Json.AsArray().First(entry => (string?)entry!["backend"] == "opencl")!;
        if ((bool)device["usable"]!) return true;
        if (Environment.GetEnvironmentVariable("BLASE3D_REQUIRE_ALL") == "1") Assert.Fail($"OpenCL is required here: {device["why_not"]}");
        string sentence = $"NOT RUN: OpenCL: {device["why_not"]}";
        output.WriteLine(sentence);
        Console.WriteLine(sentence);
        return false;
    }
}
