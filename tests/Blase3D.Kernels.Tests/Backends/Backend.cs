using System.Collections.Concurrent;
using Blase3D.Engine;
using Blase3D.Engine.Devices;
using Blase3D.Kernels.Gpu;
using Blase3D.Kernels.Gpu.Devices;
using Xunit;
using Xunit.Abstractions;

namespace Blase3D.Kernels.Tests.Backends;

/// <summary>
/// Everything that kernels may run on, by name: the variants of the processor, and both precisions of the first device of every backend. A backend
/// that is not here is said to be NOT RUN; where BLASE3D_REQUIRE_ALL is 1, as in continuous integration, a missing OpenCL is a failure.
/// </summary>
internal static class Backend
{
    private static readonly ConcurrentDictionary<string, Lazy<(IComputeDevice? Device, string? Why)>> Devices = new();

    public static IReadOnlyList<string> Names { get; } =
        [.. KernelSet.All.Select(set => set.Name), "opencl-double", "opencl-single", "cuda-double", "cuda-single"];

    public static bool IsSingle(string name) => name.EndsWith("single", StringComparison.Ordinal);

    /// <summary>The kernels of a backend, or null after saying why there are none.</summary>
    public static KernelSet? Find(string name, ITestOutputHelper output)
    {
        if (KernelSet.Find(name) is { } own)
        {
            if (own.IsSupported) return own;
            Say($"NOT RUN: {name} kernels: this processor lacks the instructions", output);
            return null;
        }

        return Device(name.Split('-')[0], output) is { } device ? GpuKernelSet.Create(device, IsSingle(name) ? GpuPrecision.Binary32 : GpuPrecision.Binary64) : null;
    }

    /// <summary>The first device of a backend, or null after saying why there is none.</summary>
    public static IComputeDevice? Device(string backend, ITestOutputHelper output)
    {
        (IComputeDevice? device, string? why) = Devices.GetOrAdd(backend, _ => new(() => Open(backend))).Value;
        if (device is not null) return device;
        if (backend == "opencl" && Environment.GetEnvironmentVariable("BLASE3D_REQUIRE_ALL") == "1") Assert.Fail($"OpenCL is required here: {why}");
        Say($"NOT RUN: {backend} kernels: {why}", output);
        return null;
    }

    private static (IComputeDevice?, string?) Open(string backend)
    {
        try
        {
            return (DeviceCatalog.Open(backend, null, null), null);
        }
        catch (EngineException failure)
        {
            return (null, failure.Message);
        }
    }

    private static void Say(string line, ITestOutputHelper output)
    {
        output.WriteLine(line);
        Console.WriteLine(line);
    }
}
