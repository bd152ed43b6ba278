using System.Text;

namespace Blase3D.Native.OpenCl;

/// <summary>A device in use. May be shared by threads; its commands may not.</summary>
public sealed unsafe class OpenClContext : IDisposable
{
    private readonly OpenClHandle _handle;

    /// <summary>Takes a device into use.</summary>
    /// <param name="device">A usable device.</param>
    /// <exception cref="OpenClException">The driver refuses.</exception>
    public OpenClContext(OpenClDevice device)
    {
        ArgumentNullException.ThrowIfNull(device);
        Device = device;
        nint id = device.Id;
        nint context = OpenClNative.clCreateContext(null, 1, &id, 0, 0, out int status);
        OpenClException.Check(status, nameof(OpenClNative.clCreateContext), device.Name);
        _handle = new OpenClHandle(context, OpenClNative.clReleaseContext);
    }

    /// <summary>The device.</summary>
    public OpenClDevice Device { get; }

    /// <summary>Compiles a kernel text.</summary>
    /// <param name="text">OpenCL C.</param>
    /// <param name="options">Options of the compiler, for example "-D USE_FP64".</param>
    /// <exception cref="OpenClException">The text does not compile; the compiler's log is part of it.</exception>
    public OpenClProgram Build(string text, string options)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        nuint length = (nuint)bytes.Length;
        nint program;
        int status;
        fixed (byte* start = bytes)
        {
            byte* only = start;
            program = OpenClNative.clCreateProgramWithSource(_handle.Pointer, 1, &only, &length, out status);
        }

        OpenClException.Check(status, nameof(OpenClNative.clCreateProgramWithSource), Device.Name);
        var handle = new OpenClHandle(program, OpenClNative.clReleaseProgram);
        nint id = Device.Id;
        status = OpenClNative.clBuildProgram(program, 1, &id, options, 0, 0);
        if (status == OpenClNative.Success) return new OpenClProgram(handle, Device.Name);
        string log = LogOf(program);
        handle.Dispose();
        throw new OpenClException(nameof(OpenClNative.clBuildProgram), status, Device.Name, log);
    }

    /// <summary>Makes a queue of commands, which are done in order.</summary>
    public OpenClCommands CreateCommands()
    {
        nint queue = OpenClNative.clCreateCommandQueue(_handle.Pointer, Device.Id, 0, out int status);
        OpenClException.Check(status, nameof(OpenClNative.clCreateCommandQueue), Device.Name);
        return new OpenClCommands(new OpenClHandle(queue, OpenClNative.clReleaseCommandQueue), Device.Name);
    }

    /// <summary>Reserves memory of the device. What it holds is not defined until it is written.</summary>
    /// <param name="bytes">At least 1.</param>
    /// <exception cref="OpenClException">The memory does not suffice (<see cref="OpenClException.IsOutOfMemory"/>).</exception>
    public OpenClBuffer Allocate(long bytes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bytes, 1);
        nint memory = OpenClNative.clCreateBuffer(_handle.Pointer, OpenClNative.ReadWrite, (nuint)bytes, null, out int status);
        OpenClException.Check(status, nameof(OpenClNative.clCreateBuffer), Device.Name);
        return new OpenClBuffer(new OpenClHandle(memory, OpenClNative.clReleaseMemObject), bytes);
    }

    /// <inheritdoc/>
    public void Dispose() => _handle.Dispose();

    private string LogOf(nint program)
    {
        nuint size = 0;
        if (OpenClNative.clGetProgramBuildInfo(program, Device.Id, OpenClNative.BuildLog, 0, null, &size) != OpenClNative.Success || size < 2) return "nothing";
        var bytes = new byte[(int)size];
        fixed (byte* start = bytes) _ = OpenClNative.clGetProgramBuildInfo(program, Device.Id, OpenClNative.BuildLog, size, start, null);
        return Encoding.UTF8.GetString(bytes).TrimEnd('\0').Trim();
    }
}
