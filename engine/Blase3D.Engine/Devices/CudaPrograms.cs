using Blase3D.Kernels.Gpu;
using Blase3D.Kernels.Gpu.Devices;
using Blase3D.Native.Cuda;

namespace Blase3D.Engine.Devices;

/// <summary>Finds the PTX of a program: the one that was built in, or NVRTC's, which is kept by its hash.</summary>
internal static class CudaPrograms
{
    /// <summary>The PTX of a program for a device: that of the newest capability which the device has.</summary>
    /// <param name="program">The program.</param>
    /// <param name="device">The device's name, for sentences.</param>
    /// <param name="capability">Its compute capability times ten.</param>
    /// <exception cref="ComputeDeviceException">It is neither built in nor can it be compiled here.</exception>
    /// <exception cref="CudaException">The text does not compile.</exception>
    public static string PtxOf(KernelProgram program, string device, int capability)
    {
        if (program.PtxFor(capability) is { } built) return built;
        if (!RuntimeCompiler.IsPresent)
        {
            throw new ComputeDeviceException(
                DeviceFailure.Unsupported,
                $"The device {device} has no kernels: this copy of the program was built without clang, and NVRTC is not installed; install either and build again, or use --backend opencl.");
        }

        IReadOnlyList<string> options = program.RuntimeCompilerOptions(capability);
        string folder = Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.Create), "blase3d", "kernels");
        string file = Path.Combine(folder, $"{program.CacheKey($"nvrtc {RuntimeCompiler.Version} {string.Join(' ', options)}")}.ptx");
        if (File.Exists(file)) return File.ReadAllText(file);
        string ptx = RuntimeCompiler.Compile(program.Text, options);

        // Two processes may write the same at once; each to a name of its own first.
        try
        {
            Directory.CreateDirectory(folder);
            string partial = $"{file}.{Environment.ProcessId}";
            File.WriteAllText(partial, ptx);
            File.Move(partial, file, overwrite: true);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // Without a place to keep it the next run compiles again.
            return ptx;
        }

        return ptx;
    }
}
