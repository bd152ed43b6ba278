using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Blase3D.Kernels.Cpu.Lanes;

namespace Blase3D.Kernels.Cpu.Hierarchical;

/// <summary>Factors that switch off the elements of a pack outside a run.</summary>
internal static class LaneMask
{
    private static readonly double[] Factors = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0];

    /// <summary>
    /// value, with 0 for the elements of the pack at <paramref name="i"/> that lie outside [start, end); the pack holds some of the run.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Keep<T>(T value, int i, int start, int end)
        where T : struct, ILane<T>
    {
        ref double factor = ref MemoryMarshal.GetArrayDataReference(Factors);
        if (i < start) value *= T.Load(in Unsafe.Add(ref factor, 8 - (start - i)));
        if (i > end - T.Width) value *= T.Load(in Unsafe.Add(ref factor, 16 - (end - i)));
        return value;
    }
}
