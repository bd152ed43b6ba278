using Blase3D.Kernels.Contracts;

namespace Blase3D.Kernels.Cpu.Hierarchical;

/// <summary>
/// A binary forest over the wavelengths of a spectrum. Every node is an interval [k w, (k + 1) w) above <see cref="Origin"/>, where the
/// width w
/// is a power of two, so that all borders and coordinates are exact; it is halved until it holds few pixels, and halves without pixels
/// are dropped.
/// Jumps of the step and gaps need no special case.
/// </summary>
/// <remarks>Nodes are numbered parent first, then the left subtree, then the right one: a subtree is a contiguous range of
/// numbers.</remarks>
internal sealed class WavelengthTree
{
    /// <summary>Pixels of a near tile: four packs of eight.</summary>
    public const int TilePixels = 32;

    /// <summary>A node with more pixels is halved.</summary>
    public const int LeafPixels = TilePixels;

    /// <summary>Subtrees of at most so many pixels are the pieces of parallel work.</summary>
    public const int PiecePixels = 4096;

    /// <summary>What <see cref="Find"/> gives for a cell without pixels.</summary>
    public const int Empty = -1;

    /// <summary>What <see cref="Find"/> gives for a cell inside a node that was not halved.</summary>
    public const int InsideLeaf = -2;

    /// <summary>Pixels behind the last that <see cref="Wavelength"/> repeats, so that a tile may be read from any pixel.</summary>
    public const int Padding = TilePixels;

    private const int BlockPixels = 256;
    private const int TileBlockPixels = 16;

    private readonly int[] _cells;
    private readonly int[] _levelOffset;
    private readonly int[] _pieceOfBlock;
    private readonly int[] _tileOfBlock;

    /// <summary>Builds the tree.</summary>
    /// <param name="wavelength">Ascending, Angstrom, at least one.</param>
    /// <exception cref="ArgumentException">They do not ascend.</exception>
    public WavelengthTree(double[] wavelength)
    {
        for (int i = 1; i < wavelength.Length; i++)
        {
            if (!(wavelength[i] >= wavelength[i - 1]))
                throw new ArgumentException($"The wavelengths do not ascend at pixel {i}; sort them.", nameof(wavelength));
        }

        Source = wavelength;
        Pixels = wavelength.Length;
        Wavelength = new double[Pixels + Padding];
        wavelength.CopyTo(Wavelength, 0);
        Wavelength.AsSpan(Pixels).Fill(wavelength[^1]);
        double range = Math.Max(wavelength[^1] - wavelength[0], Math.Max(Math.Abs(wavelength[0]), double.Epsilon) * 1e-9);

        // At most three roots; the finest cells are at most about four times as many as the pixels, however uneven those are.
        int rootExponent = (int)Math.Ceiling(Math.Log2(range / 2));
        int finestExponent = (int)Math.Floor(Math.Log2(range / Pixels)) - 1;
        RootWidth = Math.ScaleB(1, rootExponent);
        double firstRoot = Math.Floor(wavelength[0] / RootWidth);
        Origin = firstRoot * RootWidth;
        Roots = (int)(Math.Floor(wavelength[^1] / RootWidth) - firstRoot) + 1;
        var nodes = new List<TreeNode>();
        for (int root = 0, start = 0; root < Roots; root++)
        {
            int end = LineWindows.SearchSorted(wavelength, Origin + ((root + 1) * RootWidth));
            if (end > start) Add(nodes, new TreeNode { Cell = root, Parent = -1, First = start, End = end }, rootExponent - finestExponent);
            start = end;
        }

        Nodes = [.. nodes];
        Levels = 1 + Nodes.Max(node => node.Level);
        _levelOffset = new int[Levels + 1];
        for (int level = 0; level < Levels; level++) _levelOffset[level + 1] = _levelOffset[level] + (Roots << level);
        _cells = new int[_levelOffset[Levels]];
        FillCells();
        Pieces = CutPieces();
        TopNodes = [.. Enumerable.Range(0, Nodes.Length).Where(n => !IsPiece(Nodes[n]))];
        Tiles = CutTiles();
        _tileOfBlock = new int[(Pixels / TileBlockPixels) + 1];
        for (int block = 0, tile = 0; block < _tileOfBlock.Length; block++)
        {
            while (Tiles[tile].End <= block * TileBlockPixels && tile < Tiles.Length - 1) tile++;
            _tileOfBlock[block] = tile;
        }

        _pieceOfBlock = new int[(Pixels / BlockPixels) + 1];
        for (int block = 0, piece = 0; block < _pieceOfBlock.Length; block++)
        {
            while (Pieces[piece].End <= block * BlockPixels && piece < Pieces.Length - 1) piece++;
            _pieceOfBlock[block] = piece;
        }
    }

    /// <summary>The array that the tree was built for.</summary>
    public double[] Source { get; }

    /// <summary>A copy of the wavelengths with padding.</summary>
    public double[] Wavelength { get; }

    /// <summary>The number of pixels.</summary>
    public int Pixels { get; }

    /// <summary>The left border of the first root.</summary>
    public double Origin { get; }

    /// <summary>The width of the roots.</summary>
    public double RootWidth { get; }

    /// <summary>The number of root cells, 1 to 3.</summary>
    public int Roots { get; }

    /// <summary>The number of levels, the roots' being level 0.</summary>
    public int Levels { get; }

    /// <summary>All nodes.</summary>
    public TreeNode[] Nodes { get; }

    /// <summary>The largest subtrees of at most <see cref="PiecePixels"/> pixels, in order of wavelength; together they hold all
    /// pixels.</summary>
    public TreePiece[] Pieces { get; }

    /// <summary>The pixels of the leaves in order, at most <see cref="TilePixels"/> at a time.</summary>
    public PixelRange[] Tiles { get; }

    /// <summary>The nodes above the pieces, ascending.</summary>
    public int[] TopNodes { get; }

    /// <summary>The node in a cell of a level, <see cref="Empty"/> or <see cref="InsideLeaf"/>.</summary>
    public int Find(int level, int cell) => _cells[_levelOffset[level] + cell];

    /// <summary>The cell of the finest level that holds a wavelength of the spectrum.</summary>
    public int FinestCell(double wavelength) => (int)((wavelength - Origin) * Math.ScaleB(1 / RootWidth, Levels - 1));

    /// <summary>The piece that holds a pixel.</summary>
    public int PieceOf(int pixel)
    {
        int piece = _pieceOfBlock[pixel / BlockPixels];
        while (Pieces[piece].End <= pixel) piece++;
        return piece;
    }

    /// <summary>The tile that holds a pixel.</summary>
    public int TileOf(int pixel)
    {
        int tile = _tileOfBlock[pixel / TileBlockPixels];
        while (Tiles[tile].End <= pixel) tile++;
        return tile;
    }

    private PixelRange[] CutTiles()
    {
        var tiles = new List<PixelRange>();
        foreach (TreeNode node in Nodes)
        {
            for (int first = node.First; node.IsLeaf && first < node.End; first += TilePixels)
                tiles.Add(new PixelRange(first, Math.Min(node.End, first + TilePixels)));
        }

        return [.. tiles];
    }

    private static bool IsPiece(in TreeNode node) => node.IsLeaf || node.End - node.First <= PiecePixels;

    private int Add(List<TreeNode> nodes, TreeNode node, int deepest)
    {
        int number = nodes.Count;
        double width = Math.ScaleB(RootWidth, -node.Level);
        node.HalfWidth = width / 2;
        node.Middle = Origin + (node.Cell * width) + (width / 2);
        (node.Left, node.Right) = (-1, -1);
        nodes.Add(node);
        if (node.End - node.First <= LeafPixels || node.Level >= deepest) return number;
        int middle = node.First + LineWindows.SearchSorted(Source.AsSpan(node.First, node.End - node.First), node.Middle);
        var half = new TreeNode { Level = node.Level + 1, Parent = number };
        if (middle > node.First) node.Left = Add(nodes, half with { Cell = 2 * node.Cell, First = node.First, End = middle }, deepest);
        if (node.End > middle) node.Right = Add(nodes, half with { Cell = (2 * node.Cell) + 1, First = middle, End = node.End }, deepest);
        nodes[number] = node;
        return number;
    }

    private void FillCells()
    {
        Array.Fill(_cells, Empty);
        for (int n = 0; n < Nodes.Length; n++)
        {
            ref readonly TreeNode node = ref Nodes[n];
            _cells[_levelOffset[node.Level] + node.Cell] = n;
            for (int level = node.Level + 1; node.IsLeaf && level < Levels; level++)
            {
                int span = 1 << (level - node.Level);
                _cells.AsSpan(_levelOffset[level] + (node.Cell * span), span).Fill(InsideLeaf);
            }
        }
    }

    private TreePiece[] CutPieces()
    {
        var pieces = new List<TreePiece>();
        for (int n = 0; n < Nodes.Length; n++)
        {
            ref readonly TreeNode node = ref Nodes[n];
            if (!IsPiece(node)) continue;
            int behind = n + 1;
            while (behind < Nodes.Length && Nodes[behind].First < node.End) behind++;
            pieces.Add(new TreePiece(n, behind, node.First, node.End));
            n = behind - 1;
        }

        return [.. pieces];
    }
}

/// <summary>One interval of a <see cref="WavelengthTree"/>.</summary>
internal record struct TreeNode
{
    /// <summary>The middle of the interval, Angstrom.</summary>
    public double Middle;

    /// <summary>Half its width, Angstrom, a power of two.</summary>
    public double HalfWidth;

    /// <summary>The first pixel.</summary>
    public int First;

    /// <summary>The pixel behind the last.</summary>
    public int End;

    /// <summary>The level, 0 for roots.</summary>
    public int Level;

    /// <summary>The number of the interval within its level, from <see cref="WavelengthTree.Origin"/>.</summary>
    public int Cell;

    /// <summary>The parent, -1 for roots.</summary>
    public int Parent;

    /// <summary>The left half, or -1.</summary>
    public int Left;

    /// <summary>The right half, or -1.</summary>
    public int Right;

    /// <summary>Whether the node was not halved.</summary>
    public readonly bool IsLeaf => Left < 0 && Right < 0;
}

/// <summary>A subtree that is one piece of parallel work.</summary>
/// <param name="FirstNode">Its root.</param>
/// <param name="EndNode">The node behind its last.</param>
/// <param name="First">Its first pixel.</param>
/// <param name="End">The pixel behind its last.</param>
internal readonly record struct TreePiece(int FirstNode, int EndNode, int First, int End);

/// <summary>Some neighbouring pixels.</summary>
/// <param name="First">The first.</param>
/// <param name="End">The pixel behind the last.</param>
internal readonly record struct PixelRange(int First, int End);
