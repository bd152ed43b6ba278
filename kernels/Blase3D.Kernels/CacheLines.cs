using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
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

    /// <summary>
    /// Copies values to memory that is not in the caches and will not be read soon: whole cache lines are written without being read first. On processors
    /// without such an instruction an ordinary copy.
    /// </summary>
    /// <param name="from">The values.</param>
    /// <param name="to">Where they go, as long.</param>
    public static unsafe void CopyPast(ReadOnlySpan<double> from, Span<double> to)
    {
        if (!Avx.IsSupported || from.Length < 2 * (Bytes / sizeof(double)))
        {
            from.CopyTo(to);
            return;
        }

        fixed (double* target = to, source = from)
        {
            // Lines that are shared with neighbours are written as usual.
            int begin = (int)((Bytes - ((nint)target & (Bytes - 1))) & (Bytes - 1)) / sizeof(double);
            int end = begin + ((from.Length - begin) & -(Bytes / sizeof(double)));
            from[..begin].CopyTo(to);
            for (int i = begin; i < end; i += Vector256<double>.Count) Avx.StoreAlignedNonTemporal(target + i, Avx.LoadVector256(source + i));
            from[end..].CopyTo(to[end..]);
        }
    }

    /// <summary>Ends <see cref="CopyPast"/> on this thread: what it wrote is seen by others from here on.</summary>
    public static void Fence()
    {
        if (Sse.IsSupported) Sse.StoreFence();
    }
}
