using System.Text.RegularExpressions;
using Blase3D.Kernels.Contracts;
using Blase3D.Kernels.Gpu;
using Blase3D.Kernels.Gpu.Devices;
using Blase3D.Tests;
using Xunit;
using Xunit.Abstractions;

namespace Blase3D.Kernels.Tests.Backends;

/// <summary>The programs as PTX, and devices that fail.</summary>
public class KernelProgramTests(ITestOutputHelper output)
{
    private const string Entries =
        "adam_step adam_velocity add_row add_tiles adjoint_lines adjoint_weight blend_lines compare_spectrum count_lines descent_loss descent_residual forward_residual forward_spectrum line_constants place_lines "
        + "resident_spectra shift_centers take_share take_spectrum tangent_spectrum velocity_derivative";

    [Fact]
    public void Every_program_is_built_in_as_PTX_without_unresolved_externals_and_spills()
    {
        KernelProgram[] programs = [.. KernelProgram.All];
        Assert.Equal(10, programs.Length);
        if (programs.All(program => program.Ptx is null))
        {
            if (Environment.GetEnvironmentVariable("BLASE3D_REQUIRE_ALL") == "1") Assert.Fail("PTX is required here: install clang and build again.");
            const string sentence = "NOT RUN: kernels as PTX: they were built without clang";
            output.WriteLine(sentence);
            Console.WriteLine(sentence);
            return;
        }

        foreach (KernelProgram program in programs)
        {
            string ptx = program.Ptx!;
            string[] entries = [.. Regex.Matches(ptx, @"\.visible \.entry (\w+)\(").Select(match => match.Groups[1].Value)];
            string expected = program.Name.StartsWith("lines", StringComparison.Ordinal) ? Entries : "chain_divisions chain_multiply_adds copy_values";
            Assert.Equal(expected, string.Join(' ', entries.Order(StringComparer.Ordinal)));

            // A card of capability 9.0 takes PTX for 8.0: the driver compiles it for the card.
            Assert.Matches(@"\.target sm_80\b", ptx);
            Assert.DoesNotContain(".extern", ptx, StringComparison.Ordinal);

            // Registers that do not fit into the machine's would be a depot in local memory.
            Assert.DoesNotContain(".local", ptx, StringComparison.Ordinal);
            Assert.DoesNotContain(".f64", program.Definitions.Contains("BLASE_FLOAT") ? ptx : string.Empty, StringComparison.Ordinal);
            Assert.DoesNotMatch(@"\batom|\bred\.", ptx);
        }
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
