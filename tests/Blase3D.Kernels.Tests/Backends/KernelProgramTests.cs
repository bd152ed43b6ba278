using System.Text.RegularExpressions;
using Blase3D.Kernels.Contracts;
using Blase3D.Kernels.Gpu;
using Blase3D.Kernels.Gpu.Devices;
using Blase3D.Native.Cuda;
using Blase3D.Tests;
using Xunit;
using Xunit.Abstractions;

namespace Blase3D.Kernels.Tests.Backends;

/// <summary>The programs as PTX, and devices that fail.</summary>
public class KernelProgramTests(ITestOutputHelper output)
{
    private const string ProcessEntries = "condition_processes likelihood_slopes predict_processes predict_slopes";
    private const string Entries =
        "adam_step adam_velocity adapt_level adapt_windows add_row add_tiles adjoint_lines adjoint_weight blend_lines compare_spectrum count_lines descent_loss descent_residual forward_residual forward_spectrum line_constants place_lines "
        + "resident_spectra search_windows shift_centers take_share take_spectrum tangent_spectrum velocity_derivative";

    [Theory]
    [InlineData(80)]
    [InlineData(90)]
    public void Every_program_is_built_in_as_PTX_without_unresolved_externals_and_spills(int capability)
    {
        KernelProgram[] programs = [.. KernelProgram.All];
        Assert.Equal(11, programs.Length);
        string target = $".target sm_{capability}";
        if (programs.All(program => program.PtxFor(capability) is not { } ptx || !ptx.Contains(target, StringComparison.Ordinal)))
        {
            if (Environment.GetEnvironmentVariable("BLASE3D_REQUIRE_ALL") == "1") Assert.Fail($"PTX for capability {capability} is required here: install clang-16 or newer and build again.");
            Say($"NOT RUN: kernels as PTX for capability {capability}: they were built without a clang that knows it");
            return;
        }

        foreach (KernelProgram program in programs)
        {
            string ptx = program.PtxFor(capability)!;
            Assert.Contains(target, ptx, StringComparison.Ordinal);
            Judge(program, ptx);
        }
    }

    [Theory]
    [InlineData(70, null)]
    [InlineData(80, 80)]
    [InlineData(86, 80)]
    [InlineData(89, 80)]
    [InlineData(90, 90)]
    [InlineData(120, 90)]
    public void A_card_gets_the_newest_PTX_that_it_takes(int capability, int? expected)
    {
        string? ptx = KernelProgram.Processes.PtxFor(capability);
        if (expected is null)
        {
            Assert.Null(ptx);
            return;
        }

        if (KernelProgram.Processes.PtxFor(90) == KernelProgram.Processes.PtxFor(80))
        {
            if (Environment.GetEnvironmentVariable("BLASE3D_REQUIRE_ALL") == "1") Assert.Fail("PTX for both capabilities is required here.");
            Say("NOT RUN: choice of PTX: there is one at most");
            return;
        }

        Assert.Contains($".target sm_{expected}", ptx!, StringComparison.Ordinal);
    }

    [Fact]
    public void NVRTC_compiles_every_program_where_it_is_present()
    {
        if (!RuntimeCompiler.IsPresent)
        {
            Say("NOT RUN: NVRTC: it is not installed");
            return;
        }

        foreach (KernelProgram program in KernelProgram.All)
        {
            foreach (int capability in new[] { 80, 90 })
            {
                string ptx = RuntimeCompiler.Compile(program.Text, program.RuntimeCompilerOptions(capability));
                Assert.Contains($".target sm_{capability}", ptx, StringComparison.Ordinal);
                Judge(program, ptx);
            }
        }

        CudaException failure = Assert.Throws<CudaException>(() => RuntimeCompiler.Compile("extern \"C\" __global__ void broken() { no_such_function(); }", []));
        Assert.Contains("no_such_function", failure.Log, StringComparison.Ordinal);
    }

    [Fact]
    public void A_text_that_does_not_compile_shows_the_compilers_log()
    {
        if (Backend.Device("opencl", output) is not { } device) return;
        using IComputeCommands commands = device.CreateCommands();
        KernelProgram broken = KernelProgram.Custom(GpuPrecision.Binary64, "KERNEL void evaluate(int count) { no_such_function(count) }");
        ComputeDeviceException failure = Assert.Throws<ComputeDeviceException>(() => commands.Kernel(broken, "evaluate"));
        Assert.Equal(DeviceFailure.BuildFailed, failure.Failure);
        Assert.Contains("no_such_function", failure.Message, StringComparison.Ordinal);
        Assert.Contains("clBuildProgram", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Spectra_larger_than_the_memory_are_split_and_lines_that_do_not_fit_are_refused()
    {
        if (Backend.Device("opencl", output) is null) return;
        var model = new LineModel(LineProfile.Blase, Composition.Product);
        LineProblem problem = LineProblem.Random(41, pixels: 9001, lines: 50, window: 2000);
        double[] cotangent = [.. problem.Wavelength.Select(Math.Sin)];
        KernelSet scalar = KernelSet.Find("scalar")!;
        using IComputeDevice small = Engine.Devices.DeviceCatalog.Open("opencl", null, 60_000);
        KernelSet set = GpuKernelSet.Create(small, GpuPrecision.Binary64);
        ILineKernels kernels = set.Create();
        for (int repetition = 0; repetition < 2; repetition++)
        {
            Assert.InRange(LineProblem.MaxDifference(problem.Forward(scalar.Create(), model), problem.Forward(kernels, model)), 0, Tolerances.DeviceDoubleForward);
            LineGradient expected = problem.Gradient(scalar.Create(), model, cotangent), found = problem.Gradient(kernels, model, cotangent);
            double largest = expected.Center.Max(Math.Abs);
            Assert.InRange(LineProblem.MaxDifference(expected.Center, found.Center), 0, Tolerances.DeviceDoubleGradientRelative * largest);
        }

        ComputeDeviceException failure = Assert.Throws<ComputeDeviceException>(() => LineProblem.Random(1, 100, lines: 5000, window: 20).Forward(kernels, model));
        Assert.Equal(DeviceFailure.OutOfMemory, failure.Failure);
        Assert.Contains("--memory-limit", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_device_without_double_precision_is_refused_for_doubles_alone()
    {
        using var device = new SinglePrecisionDevice();
        ComputeDeviceException failure = Assert.Throws<ComputeDeviceException>(() => GpuKernelSet.Create(device, GpuPrecision.Binary64));
        Assert.Equal(DeviceFailure.Unsupported, failure.Failure);
        Assert.Contains("--kernels single", failure.Message, StringComparison.Ordinal);
        Assert.Equal("opencl-single", GpuKernelSet.Create(device, GpuPrecision.Binary32).Name);
    }

    private void Say(string sentence)
    {
        output.WriteLine(sentence);
        Console.WriteLine(sentence);
    }

    // What a text can show. How many registers the driver's own compiler needs, and whether it spills, ptxas says (bench: device-programs).
    private static void Judge(KernelProgram program, string ptx)
    {
        string[] entries = [.. Regex.Matches(ptx, @"\.visible \.entry (\w+)\(").Select(match => match.Groups[1].Value)];
        string expected = program.Name.Split('-')[0] switch { "lines" => Entries, "processes" => ProcessEntries, _ => "chain_divisions chain_multiply_adds copy_values" };
        Assert.Equal(expected, string.Join(' ', entries.Order(StringComparer.Ordinal)));
        Assert.DoesNotContain(".extern", ptx, StringComparison.Ordinal);

        // Arrays that do not stay in registers would be a depot in local memory.
        Assert.DoesNotContain(".local", ptx, StringComparison.Ordinal);
        Assert.DoesNotContain(".f64", program.Definitions.Contains("BLASE_FLOAT") ? ptx : string.Empty, StringComparison.Ordinal);
        Assert.DoesNotMatch(@"\batom|\bred\.", ptx);
    }

    private sealed class SinglePrecisionDevice : IComputeDevice
    {
        public string Backend => "opencl";

        public string Name => "a small card";

        public bool HasDoublePrecision => false;

        public long MemoryBytes => 0;

        public IComputeCommands CreateCommands() => throw new NotSupportedException();

        public void Dispose()
        {
        }
    }
}
