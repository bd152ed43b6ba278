using Blase3D.Kernels.Contracts;

namespace Blase3D.Kernels.Cpu;

/// <summary>The lines in the order of the first pixels of their windows; most callers have them in that order already.</summary>
internal sealed class WindowOrder
{
    private const int Bits = 11;

    private readonly int[] _start = new int[1 << Bits];
    private int[] _order = [];
    private int[] _first = [];
    private int[] _otherOrder = [];
    private int[] _otherFirst = [];

    /// <summary>The lines, or null when their own order is it.</summary>
    public int[]? Order { get; private set; }

    /// <summary>First pixels, ascending; may be longer than the number of lines.</summary>
    public int[] First { get; private set; } = [];

    /// <summary>The first of ascending values that is not below a given one.</summary>
    public static int LowerBound<T>(ReadOnlySpan<T> values, T value)
        where T : struct, IComparable<T>
    {
        int low = 0, high = values.Length;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            if (values[middle].CompareTo(value) < 0) low = middle + 1;
            else high = middle;
        }

        return low;
    }

    /// <summary>Sorts the lines.</summary>
    public void Sort(LineWindows windows)
    {
        int count = windows.Lines, largest = 0;
        bool isSorted = true;
        for (int j = 0; j < count; j++)
        {
            largest = Math.Max(largest, windows.First[j]);
            isSorted &= j == 0 || windows.First[j] >= windows.First[j - 1];
        }

        (Order, First) = (null, windows.First);
        if (isSorted) return;
        if (_order.Length < count) (_order, _first, _otherOrder, _otherFirst) = (new int[count], new int[count], new int[count], new int[count]);
        for (int j = 0; j < count; j++) (_order[j], _first[j]) = (j, windows.First[j]);
        for (int shift = 0; shift < 32 && largest >> shift > 0; shift += Bits) Distribute(count, shift);
        (Order, First) = (_order, _first);
    }

    // One pass of a radix sort; it keeps the order of equal digits.
    private void Distribute(int count, int shift)
    {
        const int digit = (1 << Bits) - 1;
        Array.Clear(_start);
        for (int k = 0; k < count; k++) _start[(_first[k] >> shift) & digit]++;
        for (int d = 0, at = 0; d <= digit; d++) (_start[d], at) = (at, at + _start[d]);
        for (int k = 0; k < count; k++)
        {
            int to = _start[(_first[k] >> shift) & digit]++;
            (_otherOrder[to], _otherFirst[to]) = (_order[k], _first[k]);
        }

        (_order, _otherOrder, _first, _otherFirst) = (_otherOrder, _order, _otherFirst, _first);
    }
}
