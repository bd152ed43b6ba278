using System.Diagnostics;
using System.Text.Json.Nodes;
using Blase3D.Kernels.Gpu;
using Xunit;
using Xunit.Abstractions;

namespace Blase3D.Cli.Tests;

/// <summary>
/// CUDA without a card: a small library of the tests' own stands in for NVIDIA's driver, so that listing, choosing, loading, copying, launching and every
/// way to fail go through the real bindings.
/// </summary>
public sealed class FakeDriverTests(Workbench bench, ITestOutputHelper output) : IClassFixture<Workbench>
{
    private static readonly Lazy<(string? Library, string? WhyNot)> Driver = new(Compile);

    private static readonly (string, string) NoOpenCl = ("OPENCL_LIBRARY", "/nonexistent/libOpenCL.so");

    [Fact]
    public void The_card_is_listed_with_its_capability()
    {
        if (!HasDriver()) return;
        JsonNode card = Card();
        Assert.Equal("Fake H200", (string?)card["name"]);
        Assert.True((bool)card["usable"]!);
        Assert.Contains("capability 9.0, 132 multiprocessors, driver for CUDA 12.8", (string)card["details"]!, StringComparison.Ordinal);
        Assert.Equal(4L << 30, (long)card["memory_bytes"]!);
        Assert.Contains("the kernels need 8.0", (string)Card(("FAKE_CUDA", "old"))["why_not"]!, StringComparison.Ordinal);
        Assert.Contains("finds no device", (string)Card(("FAKE_CUDA", "none"))["why_not"]!, StringComparison.Ordinal);

        JsonNode Card(params (string, string)[] environment) =>
            bench.Run("devices --json", With(environment)).Succeeded().Json.AsArray().Single(device => (string?)device!["backend"] == "cuda")!;
    }

    [Theory]
    [InlineData("none", "finds no device")]
    [InlineData("old", "compute capability is 7.0")]
    [InlineData("refuse", "ptxas fatal: no such register")]
    [InlineData("small", "has no room")]
    [InlineData("lost", "CUDA_ERROR_LAUNCH_FAILED")]
    [InlineData("", "cuLaunchKernel(line_constants)")]
    public void What_a_card_cannot_do_is_one_sentence_and_exit_code_4(string fault, string said)
    {
        if (!HasDriver()) return;
        foreach (string line in new[] { $"reconstruct manifold.h5 -o x.h5 {Workbench.Star}", "clone grid.h5 -o x.h5 --optimizer adam" })
            bench.RunOver("x.h5", $"{line} --backend cuda --quiet", With(("FAKE_CUDA", fault))).Refused(4, said, "--backend cpu");
    }

    [Theory]
    [InlineData("old", "its compute capability is 7.0")]
    [InlineData("refuse", "ptxas fatal: no such register")]
    [InlineData("wrong", "wrong numbers")]
    [InlineData("lost", "CUDA_ERROR_LAUNCH_FAILED")]
    [InlineData("none", null)]
    public void Auto_falls_back_to_the_processor_and_says_why(string fault, string? said)
    {
        if (!HasDriver()) return;
        BlaseResult run = bench.Run($"reconstruct manifold.h5 -o auto.csv {Workbench.Star}", With(("FAKE_CUDA", fault))).Succeeded();
        bench.Run($"reconstruct manifold.h5 -o cpu.csv --backend cpu {Workbench.Star}").Succeeded();
        Assert.Equal(Spectrum("cpu.csv"), Spectrum("auto.csv"));
        if (said is null) Assert.DoesNotContain("Fake H200", run.Error, StringComparison.Ordinal);
        else Assert.Contains(said, Assert.Single(run.Error.Split('\n'), line => line.StartsWith("Lines are computed on the processor and not on Fake H200: ", StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    [Fact]
    public void Auto_takes_a_card_that_copies_and_says_so()
    {
        if (!HasDriver()) return;
        BlaseResult run = bench.RunOver("x.csv", $"reconstruct manifold.h5 -o x.csv {Workbench.Star}", With());
        Assert.Equal(4, run.ExitCode);
        Assert.Contains("Lines are computed on Fake H200 (cuda-double)", run.Error, StringComparison.Ordinal);

        // What has nothing to compute does not wake it.
        BlaseResult idle = bench.Run("inspect manifold.h5", With(("FAKE_CUDA", "refuse"))).Succeeded();
        Assert.DoesNotContain("Fake H200", idle.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("80", "sm_80")]
    [InlineData("86", "sm_80")]
    [InlineData("90", "sm_90")]
    [InlineData("100", "sm_90")]
    public void A_card_is_given_the_newest_PTX_that_it_takes(string capability, string target)
    {
        if (!HasDriver()) return;
        string log = bench[$"targets-{capability}"];
        BlaseResult run = bench.Run($"reconstruct manifold.h5 -o x.csv --backend cuda {Workbench.Star}", With(("FAKE_CUDA_CAPABILITY", capability), ("FAKE_CUDA_LOG", log)));
        Assert.Equal(4, run.ExitCode);
        Assert.All(File.ReadLines(log), line => Assert.Equal($".target {target}", line));
    }

    private static (string, string)[] With(params (string, string)[] environment) => [("CUDA_DRIVER_LIBRARY", Driver.Value.Library!), NoOpenCl, .. environment];

    private string[] Spectrum(string file) => [.. File.ReadLines(bench[file]).Where(line => line.Length > 0 && char.IsAsciiDigit(line[0]))];

    private bool HasDriver()
    {
        if (Driver.Value.Library is not null) return true;
        if (Environment.GetEnvironmentVariable("BLASE3D_REQUIRE_ALL") == "1") Assert.Fail($"The stand-in for CUDA's driver is required here: {Driver.Value.WhyNot}");
        string sentence = $"NOT RUN: CUDA's driver with a stand-in: {Driver.Value.WhyNot}";
        output.WriteLine(sentence);
        Console.WriteLine(sentence);
        return false;
    }

    // Left for the system to clean up: other tests of the process may use it to the end.
    private static (string?, string?) Compile()
    {
        if (!OperatingSystem.IsLinux()) return (null, "it is built on Linux alone");
        if (KernelProgram.Processes.PtxFor(80) == KernelProgram.Processes.PtxFor(90)) return (null, "the kernels were built without PTX for both capabilities");
        string source = Path.Combine(AppContext.BaseDirectory, "Fakes", "cuda.c"), library = Path.Combine(Directory.CreateTempSubdirectory("blase3d-fake-").FullName, "libcuda-fake.so");
        string said = "no compiler is installed";
        foreach (string compiler in new[] { "cc", "clang", "clang-19", "clang-16", "gcc" })
        {
            try
            {
                using Process process = Process.Start(new ProcessStartInfo(compiler, ["-shared", "-fPIC", "-O1", "-D_GNU_SOURCE", source, "-o", library]) { RedirectStandardError = true })!;
                said = process.StandardError.ReadToEnd();
                process.WaitForExit();
                if (process.ExitCode == 0) return (library, null);
            }
            catch (System.ComponentModel.Win32Exception)
            {
                // The next one may be there.
            }
        }

        return (null, said);
    }
}
