namespace Blase3D.Kernels.Gpu.Devices;

/// <summary>Why a device could not do what was asked.</summary>
public enum DeviceFailure
{
    /// <summary>The driver reported an error; the device may be lost.</summary>
    Failed,

    /// <summary>The memory does not suffice.</summary>
    OutOfMemory,

    /// <summary>A kernel text does not compile; the message holds the log.</summary>
    BuildFailed,

    /// <summary>The device cannot compute what was asked, for example doubles.</summary>
    Unsupported,
}

/// <summary>A device failed. The message is a sentence for the user.</summary>
public sealed class ComputeDeviceException : Exception
{
    /// <summary>Makes the exception.</summary>
    /// <param name="failure">Why.</param>
    /// <param name="sentence">The device, what happened and the next step.</param>
    /// <param name="inner">The driver's exception.</param>
    public ComputeDeviceException(DeviceFailure failure, string sentence, Exception? inner = null)
        : base(sentence, inner) => Failure = failure;

    /// <summary>Why.</summary>
    public DeviceFailure Failure { get; }
}
