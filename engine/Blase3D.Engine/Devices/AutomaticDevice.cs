using Blase3D.Kernels.Gpu;
using Blase3D.Kernels.Gpu.Devices;

namespace Blase3D.Engine.Devices;

/// <summary>What <c>--backend auto</c> takes: the first graphics card that computes in doubles, CUDA before OpenCL, if it works; otherwise the processor.</summary>
public static class AutomaticDevice
{
    private const float Probe = 1.5f;

    /// <summary>Chooses.</summary>
    /// <param name="entries">What there is, as <see cref="DeviceCatalog.List"/> says.</param>
    /// <param name="open">Takes an entry into use.</param>
    /// <returns>The device, or null for the processor; and why a card that is there is not taken, or null.</returns>
    public static (IComputeDevice? Device, string? Sentence) Choose(IReadOnlyList<DeviceEntry> entries, Func<DeviceEntry, IComputeDevice> open)
    {
        ArgumentNullException.ThrowIfNull(entries);
        ArgumentNullException.ThrowIfNull(open);
        string? sentence = null;
        foreach (DeviceEntry entry in entries.Where(entry => entry.Index >= 0 && !entry.IsProcessor).OrderBy(entry => entry.Backend == "cuda" ? 0 : 1))
        {
            if ((entry.WhyNot ?? (entry.HasDoublePrecision ? null : $"it has no double precision; --backend {entry.Backend} --kernels single uses it")) is { } why)
            {
                sentence ??= Say(entry, why);
                continue;
            }

            try
            {
                IComputeDevice device = open(entry);
                if (WhyNot(device) is not { } fault) return (device, null);
                device.Dispose();
                sentence ??= Say(entry, fault);
            }
            catch (EngineException failure)
            {
                sentence ??= Say(entry, failure.Message);
            }
        }

        return (null, sentence);
    }

    private static string Say(DeviceEntry entry, string why) => $"Lines are computed on the processor and not on {entry.Name}: {why.TrimEnd('.')}.";

    // The kernels have to load, and a value to come back as it was.
    private static string? WhyNot(IComputeDevice device)
    {
        try
        {
            using IComputeCommands commands = device.CreateCommands();
            ComputeKernel copy = commands.Kernel(KernelProgram.Ceilings(GpuPrecision.Binary32), "copy_values");
            using ComputeBuffer source = commands.Allocate(sizeof(float)), destination = commands.Allocate(sizeof(float));
            commands.Write<float>([Probe], source);
            commands.Run(copy, 1, [1, source, destination]);
            var found = new float[1];
            commands.Read(destination, found.AsSpan());
            return found[0] == Probe ? null : "it returns wrong numbers";
        }
        catch (ComputeDeviceException failure)
        {
            return failure.Message;
        }
    }
}
