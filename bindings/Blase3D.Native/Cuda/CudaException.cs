using System.Runtime.InteropServices;

namespace Blase3D.Native.Cuda;

/// <summary>A call of the CUDA driver failed.</summary>
public sealed class CudaException : Exception
{
    /// <summary>Makes the exception.</summary>
    /// <param name="call">The function that failed, for example cuLaunchKernel.</param>
    /// <param name="status">The result it returned, above 0.</param>
    /// <param name="device">The device, or what else the call was about.</param>
    /// <param name="text">What the driver calls the result.</param>
    /// <param name="log">What the driver's or NVRTC's compiler said; null otherwise.</param>
    public CudaException(string call, int status, string device, string text, string? log = null)
        : base($"{device}: {call} failed with {text} ({status})" + (log is null ? string.Empty : $"; the compiler says: {log.Trim()}"))
    {
        Call = call;
        Status = status;
        Device = device;
        Log = log;
    }

    /// <summary>The function that failed.</summary>
    public string Call { get; }

    /// <summary>The result it returned.</summary>
    public int Status { get; }

    /// <summary>The device, or what else the call was about.</summary>
    public string Device { get; }

    /// <summary>What the compiler said; null when nothing was compiled.</summary>
    public string? Log { get; }

    /// <summary>Whether the device has too little memory (CUDA_ERROR_OUT_OF_MEMORY).</summary>
    public bool IsOutOfMemory => Status == 2;

    internal static unsafe void Check(int status, string call, string device)
    {
        if (status == CudaNative.Success) return;
        string text = CudaNative.cuGetErrorName(status, out byte* name) == CudaNative.Success ? Marshal.PtrToStringUTF8((nint)name)! : "an unknown result";
        if (CudaNative.cuGetErrorString(status, out byte* sentence) == CudaNative.Success) text += $", {Marshal.PtrToStringUTF8((nint)sentence)}";
        throw new CudaException(call, status, device, text);
    }
}
