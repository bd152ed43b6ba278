using Blase3D.Kernels.Cpu.Lanes;

namespace Blase3D.Kernels.Cpu.Hierarchical;

/// <summary>Factors that switch off the last elements of a pack.</summary>
internal static class LaneMask
{
    private static readonly double[] OnesAndZeros = [1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0];

    /// <summary>1 for the first elements, 0 for the others.</summary>
    /// <param name="count">0 to 8.</param>
    public static T First<T>(int count)
        where T : struct, ILane<T>
        => T.Load(in OnesAndZeros[8 - count]);
}
