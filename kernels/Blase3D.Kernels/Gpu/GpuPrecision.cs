namespace Blase3D.Kernels.Gpu;

/// <summary>The numbers that a device computes with.</summary>
public enum GpuPrecision
{
    /// <summary>Double precision: the accuracy of <see cref="Contracts.ILineKernels"/>.</summary>
    Binary64,

    /// <summary>
    /// Single precision: S within 1e-5, gradients within 1e-4 of the sum of the absolute values of their terms. Wavelengths are kept as the sum of two
    /// numbers. A depth is clamped at 0.999999, and a width below 1e-9 A counts as that.
    /// </summary>
    Binary32,
}
