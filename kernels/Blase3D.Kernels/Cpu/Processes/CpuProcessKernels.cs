using Blase3D.Kernels.Contracts;
using Blase3D.Kernels.Cpu.Lanes;

namespace Blase3D.Kernels.Cpu.Processes;

/// <summary>Gaussian processes on the processor.</summary>
internal sealed class CpuProcessKernels<T> : IProcessKernels
    where T : struct, ILane<T>
{
    // The matrices of a pack of 120 observations take 4 MB: one pack after the other stays nearer to the core than all in step.
    public int PacksInStep => 1;

    public ProcessBatch Reserve(int packs, int capacity, int dimension) => new CpuProcessBatch<T>(packs, capacity, dimension);
}
