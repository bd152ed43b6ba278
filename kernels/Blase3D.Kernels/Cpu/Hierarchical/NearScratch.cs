using System.Runtime.CompilerServices;
using Blase3D.Kernels.Cpu.Lanes;

namespace Blase3D.Kernels.Cpu.Hierarchical;

/// <summary>The accumulators, numerators and denominators of the near lines of one piece of the tree, lent to one worker at a time.</summary>
internal sealed class NearScratch
{
    // Between the columns a few cache lines, so that they do not all begin at the same place of a page.
    private const int Gap = 40;

    // Pinned, because packs must not straddle cache lines.
    private double[] _memory = [];
    private int _first;
    private int _stride;

    /// <summary>See <see cref="IComposition"/>; that of the piece's first pixel, padded by a pack.</summary>
    public ref double Accumulator => ref _memory[_first];

    /// <summary>The numerator of the piece's first pixel; <see cref="IComposition.FarNumerator"/> between flushes.</summary>
    public ref double Numerator => ref _memory[_first + _stride];

    /// <summary>The denominator of the piece's first pixel; 1 between flushes.</summary>
    public ref double Denominator => ref _memory[_first + (2 * _stride)];

    /// <summary>Pixels of the piece.</summary>
    public int Pixels { get; private set; }

    /// <summary>Makes everything empty.</summary>
    /// <param name="pixels">Pixels of the piece.</param>
    public unsafe void Begin<TComposition>(int pixels)
        where TComposition : struct, IComposition
    {
        const int padding = WavelengthTree.Padding;
        int stride = ((pixels + padding + padding - 1) & -padding) + Gap;
        if (_memory.Length < (3 * stride) + padding)
        {
            _memory = GC.AllocateUninitializedArray<double>((3 * stride) + padding, pinned: true);
            _first = (int)(-((nint)Unsafe.AsPointer(ref _memory[0]) / sizeof(double)) & (padding - 1));
        }

        (_stride, Pixels) = (stride, pixels);
        _memory.AsSpan(_first, stride).Fill(TComposition.Empty);
        _memory.AsSpan(_first + stride, stride).Fill(Lane1.Sum(TComposition.FarNumerator<Lane1>()));
        _memory.AsSpan(_first + (2 * stride), stride).Fill(1);
    }

    /// <summary>The accumulators.</summary>
    public ReadOnlySpan<double> Accumulators => _memory.AsSpan(_first, Pixels);
}
