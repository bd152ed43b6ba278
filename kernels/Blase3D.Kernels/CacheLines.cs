using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace Blase3D.Kernels;

/// <summary>Asks for memory before it is needed, so that it arrives while something else is computed.</summary>
public static class CacheLines
{
    private const int Bytes = 64;

    /// <summary>Asks for a part of an array; does nothing on processors without such an instruction.</summary>
    /// <param name="values">The array.</param>
    /// <param name="start">The first element, at least 0.</param>
    /// <param name="count">How many; cut at the end of the array.</param>
    public static unsafe void Prefetch<T>(T[] values, int start, int count)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(values);
        if (!Sse.IsSupported) return;
        ref T first = ref MemoryMarshal.GetArrayDataReference(values);
        int end = Math.Min(values.Length, start + count);

        // A prefetch only reads, and of any address; that the collector may move the array meanwhile does no harm.
        for (int i = start; i < end; i += Bytes / sizeof(T)) Sse.Prefetch0(Unsafe.AsPointer(ref Unsafe.Add(ref first, i)));
    }
}
