using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Blase3D.Kernels.Contracts;
using Blase3D.Kernels.Cpu;
using Blase3D.Kernels.Cpu.Lanes;
using AdvSimd = System.Runtime.Intrinsics.Arm.AdvSimd;

namespace Blase3D.Kernels;

/// <summary>A variant of the kernels that this process can run, and the maker of their instances.</summary>
public sealed class KernelSet
{
    private static readonly KernelSet[] Registry =
    [
        new("avx512", Vector512.IsHardwareAccelerated && Avx512F.IsSupported, () => new CpuLineKernels<Lane8>("avx512")),
        new("avx2", Vector256.IsHardwareAccelerated && Avx2.IsSupported && Fma.IsSupported, () => new CpuLineKernels<Lane4>("avx2")),
        new("neon", AdvSimd.Arm64.IsSupported, () => new CpuLineKernels<Lane2>("neon")),
        new("scalar", true, () => new CpuLineKernels<Lane1>("scalar")),
    ];

    private readonly Func<ILineKernels> _create;

    private KernelSet(string name, bool isSupported, Func<ILineKernels> create) => (Name, IsSupported, _create) = (name, isSupported, create);

    /// <summary>avx512, avx2, neon or scalar.</summary>
    public string Name { get; }

    /// <summary>Whether this processor has the instructions.</summary>
    public bool IsSupported { get; }

    /// <summary>Every variant, the fastest first; the last one, scalar, always runs.</summary>
    public static IReadOnlyList<KernelSet> All => Registry;

    /// <summary>The fastest variant that this processor runs.</summary>
    public static KernelSet Best => Registry.First(set => set.IsSupported);

    /// <summary>A variant by its name, or null when there is none of that name.</summary>
    /// <param name="name">avx512, avx2, neon or scalar.</param>
    public static KernelSet? Find(string name) => Array.Find(Registry, set => string.Equals(set.Name, name, StringComparison.OrdinalIgnoreCase));

    /// <summary>Makes an instance with scratch memory of its own: one per concurrent caller.</summary>
    /// <exception cref="PlatformNotSupportedException">The processor lacks the instructions.</exception>
    public ILineKernels Create() =>
        IsSupported ? _create() : throw new PlatformNotSupportedException($"This processor cannot run the {Name} kernels.");
}
