namespace Blase3D.Native.OpenCl;

/// <summary>A call of OpenCL failed.</summary>
public sealed class OpenClException : Exception
{
    /// <summary>Makes the exception.</summary>
    /// <param name="call">The function that failed, for example clEnqueueNDRangeKernel.</param>
    /// <param name="status">The status it returned, below 0.</param>
    /// <param name="device">The device, or what else the call was about.</param>
    /// <param name="log">What the compiler said when a kernel text failed; null otherwise.</param>
    public OpenClException(string call, int status, string device, string? log = null)
        : base($"{device}: {call} failed with {NameOf(status)} ({status})" + (log is null ? string.Empty : $"; the compiler says: {log.Trim()}"))
    {
        Call = call;
        Status = status;
        Device = device;
        Log = log;
    }

    /// <summary>The function that failed.</summary>
    public string Call { get; }

    /// <summary>The status it returned.</summary>
    public int Status { get; }

    /// <summary>The device, or what else the call was about.</summary>
    public string Device { get; }

    /// <summary>What the compiler said; null when no text was compiled.</summary>
    public string? Log { get; }

    /// <summary>Whether the device has too little memory: CL_MEM_OBJECT_ALLOCATION_FAILURE, CL_OUT_OF_RESOURCES, CL_OUT_OF_HOST_MEMORY, or a buffer above the device's limit.</summary>
    public bool IsOutOfMemory => Status is -4 or -5 or -6 or -61;

    internal static string NameOf(int status) => status switch
    {
        -1 => "CL_DEVICE_NOT_FOUND",
        -2 => "CL_DEVICE_NOT_AVAILABLE",
        -3 => "CL_COMPILER_NOT_AVAILABLE",
        -4 => "CL_MEM_OBJECT_ALLOCATION_FAILURE",
        -5 => "CL_OUT_OF_RESOURCES",
        -6 => "CL_OUT_OF_HOST_MEMORY",
        -11 => "CL_BUILD_PROGRAM_FAILURE",
        -30 => "CL_INVALID_VALUE",
        -33 => "CL_INVALID_DEVICE",
        -34 => "CL_INVALID_CONTEXT",
        -36 => "CL_INVALID_COMMAND_QUEUE",
        -38 => "CL_INVALID_MEM_OBJECT",
        -43 => "CL_INVALID_BUILD_OPTIONS",
        -46 => "CL_INVALID_KERNEL_NAME",
        -48 => "CL_INVALID_KERNEL",
        -49 => "CL_INVALID_ARG_INDEX",
        -50 => "CL_INVALID_ARG_VALUE",
        -51 => "CL_INVALID_ARG_SIZE",
        -52 => "CL_INVALID_KERNEL_ARGS",
        -54 => "CL_INVALID_WORK_GROUP_SIZE",
        -61 => "CL_INVALID_BUFFER_SIZE",
        -1001 => "CL_PLATFORM_NOT_FOUND_KHR",
        _ => "an OpenCL status",
    };

    internal static void Check(int status, string call, string device)
    {
        if (status != OpenClNative.Success) throw new OpenClException(call, status, device);
    }
}
