using System.Runtime.CompilerServices;

namespace Blase3D.Kernels.Cpu.Hierarchical;

/// <summary>The accumulators of the near lines of one piece of the tree, lent to one worker at a time.</summary>
internal sealed class NearScratch
{
    // Pinned, because packs should not straddle cache lines.
    private double[] _memory = [];
    private int _first;

    /// <summary>Pixels of the piece.</summary>
    public int Pixels { get; private set; }

    /// <summary>See <see cref="IComposition"/>; that of the piece's first pixel, padded by a tile.</summary>
    public ref double Accumulator => ref _memory[_first];

    /// <summary>The accumulators.</summary>
    public ReadOnlySpan<double> Accumulators => _memory.AsSpan(_first, Pixels);

    /// <summary>Makes room.</summary>
    /// <param name="pixels">Pixels of the piece.</param>
    public unsafe void Begin(int pixels)
    {
        Pixels = pixels;
        if (_memory.Length >= pixels + (2 * WavelengthTree.Padding)) return;
        _memory = GC.AllocateUninitializedArray<double>(pixels + (2 * WavelengthTree.Padding), pinned: true);
        _first = (int)(-((nint)Unsafe.AsPointer(ref _memory[0]) / sizeof(double)) & 7);
    }
}
