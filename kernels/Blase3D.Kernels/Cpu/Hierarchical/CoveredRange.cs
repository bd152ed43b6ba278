namespace Blase3D.Kernels.Cpu.Hierarchical;

/// <summary>What the nodes accepted so far cover on one side of a line: cells of the current level, and pixels.</summary>
internal struct CoveredRange
{
    /// <summary>The first cell; nothing is covered while it is not below <see cref="HighCell"/>.</summary>
    public int LowCell;

    /// <summary>The cell behind the last.</summary>
    public int HighCell;

    /// <summary>Whether the range may grow downward.</summary>
    public bool LowIsOpen;

    /// <summary>Whether the range may grow upward.</summary>
    public bool HighIsOpen;

    /// <summary>The first pixel.</summary>
    public int First;

    /// <summary>The pixel behind the last.</summary>
    public int End;

    private bool _hasPixels;

    /// <summary>An empty range at a pixel.</summary>
    public static CoveredRange None(int pixel) => new() { LowIsOpen = true, HighIsOpen = true, First = pixel, End = pixel };

    /// <summary>Pixels [first, end) without nodes.</summary>
    public static CoveredRange Of(int first, int end) => new() { First = first, End = end };

    /// <summary>Takes in the pixels of a node.</summary>
    public void Include(in TreeNode node)
    {
        (First, End) = _hasPixels ? (Math.Min(First, node.First), Math.Max(End, node.End)) : (node.First, node.End);
        _hasPixels = true;
    }

    /// <summary>Takes in a cell at either end.</summary>
    public void IncludeCell(int cell)
    {
        (LowCell, HighCell) = LowCell < HighCell ? (Math.Min(LowCell, cell), Math.Max(HighCell, cell + 1)) : (cell, cell + 1);
    }

    /// <summary>Goes to the next level, where every cell is two.</summary>
    public void Descend() => (LowCell, HighCell) = (2 * LowCell, 2 * HighCell);
}
