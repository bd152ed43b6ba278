using System.Globalization;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Blase3D.Kernels.Contracts;
using Blase3D.Kernels.Cpu;
using Blase3D.Kernels.Cpu.Hierarchical;
using Blase3D.Kernels.Cpu.Lanes;
using Blase3D.Kernels.Cpu.Processes;
using Blase3D.Kernels.Cpu.Tangents;
using AdvSimd = System.Runtime.Intrinsics.Arm.AdvSimd;

namespace Blase3D.Kernels;

/// <summary>A variant of the kernels that this process can run, and the maker of their instances.</summary>
public sealed class KernelSet
{
    /// <summary>The least tolerance of the approximating kernels; below it rounding decides.</summary>
    public const double LeastTolerance = 1e-13;

    /// <summary>The largest tolerance of the approximating kernels.</summary>
    public const double LargestTolerance = 1e-2;

    private static readonly KernelSet[] Registry =
    [
        Make<Lane8>("avx512", Vector512.IsHardwareAccelerated && Avx512F.IsSupported),
        Make<Lane4>("avx2", Vector256.IsHardwareAccelerated && Avx2.IsSupported && Fma.IsSupported),
        Make<Lane2>("fma128", Vector128.IsHardwareAccelerated && Fma.IsSupported),
        Make<Lane2>("neon", AdvSimd.Arm64.IsSupported),
        Make<Lane1>("scalar", true),
    ];

    private readonly Func<double, ILineKernels> _create;
    private readonly Func<ILineTangent> _createTangent;
    private readonly IProcessKernels _processes;
    private readonly Func<SparseLineRows, IResidentRows>? _upload;

    internal KernelSet(
        string name,
        bool isSupported,
        Func<double, ILineKernels> create,
        Func<ILineTangent> createTangent,
        IProcessKernels processes,
        Func<SparseLineRows, IResidentRows>? upload = null) =>
        (Name, IsSupported, _create, _createTangent, _processes, _upload) = (name, isSupported, create, createTangent, processes, upload);

    /// <summary>avx512, avx2, fma128, neon or scalar; on a device its backend and precision, for example opencl-double.</summary>
    public string Name { get; }

    /// <summary>Whether this processor has the instructions.</summary>
    public bool IsSupported { get; }

    /// <summary>Every variant, the fastest first; the last one, scalar, always runs.</summary>
    public static IReadOnlyList<KernelSet> All => Registry;

    /// <summary>The fastest variant that this processor runs.</summary>
    public static KernelSet Best => Registry.First(set => set.IsSupported);

    /// <summary>A variant by its name, or null when there is none of that name.</summary>
    /// <param name="name">avx512, avx2, fma128, neon or scalar.</param>
    public static KernelSet? Find(string name) =>
        Array.Find(Registry, set => string.Equals(set.Name, name, StringComparison.OrdinalIgnoreCase));

    /// <summary>Makes an instance with scratch memory of its own: one per concurrent caller.</summary>
    /// <param name="tolerance">
    /// 0 for the exact kernels; otherwise the largest absolute error of S that may be traded for speed, from <see cref="LeastTolerance"/>
    /// to
    /// <see cref="LargestTolerance"/>. Rounding, as that of the exact kernels, comes on top.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">The tolerance is neither 0 nor in its range.</exception>
    /// <exception cref="PlatformNotSupportedException">The processor lacks the instructions.</exception>
    public ILineKernels Create(double tolerance = 0)
    {
        if (tolerance != 0 && !(tolerance >= LeastTolerance && tolerance <= LargestTolerance))
        {
            string range = string.Create(CultureInfo.InvariantCulture, $"between {LeastTolerance} and {LargestTolerance}");
            throw new ArgumentOutOfRangeException(nameof(tolerance), tolerance, $"The tolerance is 0 (exact) or {range}.");
        }

        return IsSupported ? _create(tolerance) : throw Unsupported();
    }

    /// <summary>The kernels of small Gaussian processes; without state, so that all threads may share them.</summary>
    /// <exception cref="PlatformNotSupportedException">The processor lacks the instructions.</exception>
    public IProcessKernels Processes =>
        IsSupported ? _processes : throw Unsupported();

    /// <summary>Makes an evaluator of tangents with scratch memory of its own: one per concurrent caller.</summary>
    /// <exception cref="PlatformNotSupportedException">The processor lacks the instructions.</exception>
    public ILineTangent CreateTangent() => IsSupported ? _createTangent() : throw Unsupported();

    /// <summary>Whether rows of lines can stay in the memory of a device, and spectra be made from them there.</summary>
    public bool HasResidentRows => _upload is not null;

    /// <summary>Brings rows of lines to the device; dispose of them when they are no longer needed.</summary>
    /// <param name="rows">The rows.</param>
    /// <returns>Null when there is no device.</returns>
    /// <exception cref="Gpu.Devices.ComputeDeviceException">The device has no room, or fails.</exception>
    public IResidentRows? Upload(SparseLineRows rows) => _upload?.Invoke(rows);

    private PlatformNotSupportedException Unsupported() => new($"This processor cannot run the {Name} kernels.");

    private static KernelSet Make<T>(string name, bool isSupported)
        where T : struct, ILane<T>
        => new(
            name,
            isSupported,
            tolerance => tolerance == 0 ? new CpuLineKernels<T>(name) : new HierarchicalLineKernels<T>(name, tolerance),
            () => new CpuLineTangent<T>(),
            new CpuProcessKernels<T>());
}
