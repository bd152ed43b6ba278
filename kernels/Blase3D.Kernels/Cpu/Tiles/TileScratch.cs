namespace Blase3D.Kernels.Cpu.Tiles;

/// <summary>The memory of one worker for one block of pixels. A block is a few tiles; a tile is four lanes of pixels.</summary>
internal sealed class TileScratch
{
    /// <summary>Pixels of a block: its wavelengths, accumulators and line lists stay in the L1 cache.</summary>
    public const int BlockPixels = 256;

    /// <summary>Lanes of a tile: with numerator and denominator eight accumulators, which stay in registers.</summary>
    public const int LanesPerTile = 4;

    /// <summary>The block's wavelengths; behind the last pixel of the spectrum its last wavelength.</summary>
    public double[] Wavelength { get; } = new double[BlockPixels];

    /// <summary>The block's accumulators.</summary>
    public double[] Accumulator { get; } = new double[BlockPixels];

    /// <summary>The irregular lines that are far from every pixel of the block and cover all of it.</summary>
    public FarLines OfBlock { get; } = new();

    /// <summary>Starts a block.</summary>
    /// <param name="wavelength">The spectrum's wavelengths.</param>
    /// <param name="start">First pixel of the block.</param>
    /// <param name="pixels">Pixels of the spectrum in the block, at least 1.</param>
    /// <param name="empty">The accumulator of a pixel without lines.</param>
    public void Begin(double[] wavelength, int start, int pixels, double empty)
    {
        wavelength.AsSpan(start, pixels).CopyTo(Wavelength);
        Wavelength.AsSpan(pixels).Fill(wavelength[start + pixels - 1]);
        Array.Fill(Accumulator, empty);
        OfBlock.Count = 0;
    }
}

/// <summary>Lines of which only the rational far wing counts, as packed columns.</summary>
internal sealed class FarLines
{
    private const int FirstCapacity = 64;

    /// <summary>Centres.</summary>
    public double[] Center { get; private set; } = new double[FirstCapacity];

    /// <summary>q.</summary>
    public double[] Square { get; private set; } = new double[FirstCapacity];

    /// <summary>P.</summary>
    public double[] Numerator { get; private set; } = new double[FirstCapacity];

    /// <summary>Lines in use.</summary>
    public int Count { get; set; }

    /// <summary>Makes room for a number of lines; those in use are kept.</summary>
    public void Reserve(int capacity)
    {
        if (capacity <= Center.Length) return;
        capacity = Math.Max(capacity, 2 * Center.Length);
        double[] center = Center, square = Square, numerator = Numerator;
        Array.Resize(ref center, capacity);
        Array.Resize(ref square, capacity);
        Array.Resize(ref numerator, capacity);
        (Center, Square, Numerator) = (center, square, numerator);
    }
}

/// <summary>Scratch memory lent to one worker at a time; what was made is kept for the next call.</summary>
internal sealed class ScratchPool<T>
    where T : class, new()
{
    private readonly Lock _lock = new();
    private T?[] _spare = new T?[4];
    private int _count;

    /// <summary>Lends an item.</summary>
    public T Rent()
    {
        lock (_lock)
        {
            if (_count > 0)
            {
                T item = _spare[--_count]!;
                _spare[_count] = null;
                return item;
            }
        }

        return new T();
    }

    /// <summary>Takes it back.</summary>
    public void Return(T item)
    {
        lock (_lock)
        {
            if (_count == _spare.Length) Array.Resize(ref _spare, 2 * _count);
            _spare[_count++] = item;
        }
    }
}
