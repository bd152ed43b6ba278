using System.Diagnostics;
using Blase3D.Kernels.Gpu;
using Blase3D.Kernels.Gpu.Devices;

namespace Blase3D.Bench.Measuring;

/// <summary>What a device can do at most, as far as simple kernels and copies show it.</summary>
/// <param name="Precision">The precision.</param>
/// <param name="UploadBytesPerSecond">From this machine's memory to the device's.</param>
/// <param name="DownloadBytesPerSecond">And back.</param>
/// <param name="CopyBytesPerSecond">Within the device; reading and writing count both.</param>
/// <param name="MultiplyAddsPerSecond">Fused multiply-adds.</param>
/// <param name="DivisionsPerSecond">Divisions.</param>
internal sealed record DeviceCeilings(
    GpuPrecision Precision, double UploadBytesPerSecond, double DownloadBytesPerSecond, double CopyBytesPerSecond, double MultiplyAddsPerSecond, double DivisionsPerSecond)
{
    private const int CopiedReals = 1 << 25;
    private const int WorkItems = 1 << 20;
    private const int Runs = 5;

    /// <summary>Measures.</summary>
    /// <param name="device">The device.</param>
    /// <param name="precision">The precision.</param>
    public static DeviceCeilings Measure(IComputeDevice device, GpuPrecision precision)
    {
        bool isSingle = precision == GpuPrecision.Binary32;
        int size = isSingle ? sizeof(float) : sizeof(double);

        // A small device, or the processor itself, gets less to do.
        int reals = (int)Math.Min(CopiedReals, device.MemoryBytes / 8 / size), items = Math.Min(WorkItems, reals);
        using IComputeCommands commands = device.CreateCommands();
        using ComputeBuffer source = commands.Allocate((long)reals * size), destination = commands.Allocate((long)reals * size);
        var bytes = new byte[(long)reals * size];
        if (isSingle) System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(bytes.AsSpan()).Fill(0.999f);
        else System.Runtime.InteropServices.MemoryMarshal.Cast<byte, double>(bytes.AsSpan()).Fill(0.999);
        KernelProgram program = KernelProgram.Ceilings(precision);
        double upload = Fastest(() => commands.Write<byte>(bytes, source));
        double copy = Fastest(() => commands.Run(commands.Kernel(program, "copy_values"), (reals + KernelProgram.GroupSize - 1) / KernelProgram.GroupSize, [reals, source, destination]));
        double adds = Fastest(() => commands.Run(commands.Kernel(program, "chain_multiply_adds"), items / KernelProgram.GroupSize, [items, source, destination]));
        double divisions = Fastest(() => commands.Run(commands.Kernel(program, "chain_divisions"), items / KernelProgram.GroupSize, [items, source, destination]));
        double download = Fastest(() => commands.Read<byte>(destination, bytes));
        double operations = (double)(items / KernelProgram.GroupSize * KernelProgram.GroupSize) * KernelProgram.ChainOperations;
        return new DeviceCeilings(precision, bytes.Length / upload, bytes.Length / download, 2.0 * bytes.Length / copy, operations / adds, operations / divisions);

        double Fastest(Action body)
        {
            double fastest = double.PositiveInfinity;
            for (int run = 0; run < Runs; run++)
            {
                commands.Finish();
                long start = Stopwatch.GetTimestamp();
                body();
                commands.Finish();
                fastest = Math.Min(fastest, Stopwatch.GetElapsedTime(start).TotalSeconds);
            }

            return fastest;
        }
    }
}
