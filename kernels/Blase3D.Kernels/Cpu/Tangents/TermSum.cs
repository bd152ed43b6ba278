using System.Runtime.CompilerServices;
using Blase3D.Kernels.Cpu.Lanes;

namespace Blase3D.Kernels.Cpu.Tangents;

/// <summary>Adds a linear combination of the functions of a line to the sums of one direction.</summary>
internal static class TermSum
{
    /// <summary>sums[at + i] += sum over t of coefficient[t] terms[t, i], for i from the given one on, a lane at a time.</summary>
    /// <param name="coefficient">Three, four or six values.</param>
    /// <param name="terms">Rows of <see cref="TangentScratch.BlockPixels"/>.</param>
    /// <param name="sums">All sums.</param>
    /// <param name="at">Where those of the direction begin.</param>
    /// <param name="i">The first pixel of the block; receives the pixel behind the last one done.</param>
    /// <param name="stop">Pixel behind the last.</param>
    public static void Add<TLane>(ReadOnlySpan<double> coefficient, double[] terms, double[] sums, int at, ref int i, int stop)
        where TLane : struct, ILane<TLane>
    {
        if (i > stop - TLane.Width) return;
        const int row = TangentScratch.BlockPixels;
        TLane a = TLane.Broadcast(coefficient[0]), b = TLane.Broadcast(coefficient[1]), c = TLane.Broadcast(coefficient[2]);
        int first = i;
        for (; i <= stop - TLane.Width; i += TLane.Width)
        {
            ref double term = ref terms[i];
            TLane sum = TLane.Load(in sums[at + i]);
            sum = TLane.MultiplyAdd(a, TLane.Load(in term), sum);
            sum = TLane.MultiplyAdd(b, TLane.Load(in Unsafe.Add(ref term, row)), sum);
            sum = TLane.MultiplyAdd(c, TLane.Load(in Unsafe.Add(ref term, 2 * row)), sum);
            TLane.Store(sum, ref sums[at + i]);
        }

        for (int t = 3; t < coefficient.Length; t++)
        {
            TLane factor = TLane.Broadcast(coefficient[t]);
            for (int k = first; k < i; k += TLane.Width)
                TLane.Store(TLane.MultiplyAdd(factor, TLane.Load(in terms[(t * row) + k]), TLane.Load(in sums[at + k])), ref sums[at + k]);
        }
    }
}
