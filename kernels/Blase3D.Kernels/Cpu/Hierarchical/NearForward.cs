using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Blase3D.Kernels.Cpu.Lanes;
using Blase3D.Kernels.Cpu.Profiles;
using Blase3D.Kernels.Cpu.Tiles;

namespace Blase3D.Kernels.Cpu.Hierarchical;

/// <summary>The near pseudo-Voigt lines of a piece of the tree, exactly.</summary>
/// <remarks>
/// As in the exact kernels the rational parts come by gathering (<see cref="TileProducts"/>; the plan and <see cref="DividedLines"/>
/// keep squares in range): a tile of pixels stays in registers while its lines go by, and where a line is near only a part of the tile its numerator is masked. The
/// cores are corrections. Lines for which products are not safe are divided one by one.
/// </remarks>
internal static class NearForward
{
    private const int Packs = 4;

    /// <summary>Evaluates the near lines of a piece.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="lines">All lines.</param>
    /// <param name="divided">Which of them are divided.</param>
    /// <param name="tree">The pixels.</param>
    /// <param name="index">The number of the piece.</param>
    /// <param name="scratch">Receives the accumulators of the piece.</param>
    public static void Add<T, TComposition>(HierarchicalPlan plan, LineColumns lines, DividedLines divided, WavelengthTree tree, int index, NearScratch scratch)
        where T : struct, ILane<T>
        where TComposition : struct, IComposition
    {
        TreePiece piece = tree.Pieces[index];
        for (int tile = tree.TileOf(piece.First); tile < tree.Tiles.Length && tree.Tiles[tile].First < piece.End; tile++)
        {
            // What is written behind a tile is overwritten by the next one.
            PixelRange pixels = tree.Tiles[tile];
            for (int part = 0; part < pixels.End - pixels.First; part += Packs * T.Width)
            {
                ref double accumulator = ref Unsafe.Add(ref scratch.Accumulator, pixels.First + part - piece.First);
                Begin<T, TComposition>(ref accumulator);
                AddTile<T, TComposition>(plan, lines, divided, tile, part, in tree.Wavelength[pixels.First + part], ref accumulator);
            }
        }

        for (int i = plan.PieceRunStart[2 * index]; i < plan.PieceRunStart[(2 * index) + 1]; i++)
        {
            ref readonly NearRun run = ref plan.Runs[plan.PieceRun[i]];
            if (!divided.Has[run.Line]) AddCore<T, TComposition>(lines, run, tree.Wavelength, piece.First, ref scratch.Accumulator);
        }

        for (int i = plan.PieceRunStart[2 * index]; divided.Any && i < plan.PieceRunStart[(2 * index) + 2]; i++)
        {
            ref readonly NearRun run = ref plan.Runs[plan.PieceRun[i]];
            if (divided.Has[run.Line]) AddDivided<T, TComposition>(lines, run, tree.Wavelength, piece.First, ref scratch.Accumulator);
        }
    }

    private static void Begin<T, TComposition>(ref double accumulator)
        where T : struct, ILane<T>
        where TComposition : struct, IComposition
    {
        for (int pack = 0; pack < Packs; pack++) T.Store(T.Broadcast(TComposition.Empty), ref Unsafe.Add(ref accumulator, pack * T.Width));
    }

    // First the lines that are near to a part of the tile, then those near to all of it; a division serves both.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void AddTile<T, TComposition>(
        HierarchicalPlan plan, LineColumns lines, DividedLines divided, int tile, int part, ref readonly double wavelength, ref double sum)
        where T : struct, ILane<T>
        where TComposition : struct, IComposition
    {
        int at = plan.TileStart[2 * tile], end = plan.TileStart[(2 * tile) + 1], k = end, partialEnd = plan.TileStart[(2 * tile) + 2], w = T.Width;
        ref TileLine entry = ref MemoryMarshal.GetArrayDataReference(plan.TileLines);
        ref double center = ref MemoryMarshal.GetArrayDataReference(lines.Center);
        ref double square = ref MemoryMarshal.GetArrayDataReference(lines.Square);
        ref double numerator = ref MemoryMarshal.GetArrayDataReference(lines.Numerator);
        ref bool isDivided = ref MemoryMarshal.GetArrayDataReference(divided.Has);
        ref double wave = ref Unsafe.AsRef(in wavelength);
        T w0 = T.Load(in wave), w1 = T.Load(in Unsafe.Add(ref wave, w));
        T w2 = T.Load(in Unsafe.Add(ref wave, 2 * w)), w3 = T.Load(in Unsafe.Add(ref wave, 3 * w));
        while (at < end || k < partialEnd)
        {
            int room = TileProducts.LinesPerFlush;
            T n0 = TComposition.FarNumerator<T>(), n1 = n0, n2 = n0, n3 = n0;
            T d0 = T.Broadcast(1), d1 = d0, d2 = d0, d3 = d0;
            for (; k < partialEnd && room > 0; k++, room--)
            {
                ref readonly TileLine own = ref Unsafe.Add(ref entry, k);
                nint j = own.Line;
                if (Unsafe.Add(ref isDivided, j)) continue;
                int from = own.First - part, to = own.End - part;
                T c = T.Broadcast(Unsafe.Add(ref center, j)), q = T.Broadcast(Unsafe.Add(ref square, j)), p = T.Broadcast(Unsafe.Add(ref numerator, j));
                TileProducts.AddWithin<T, TComposition>(ref n0, ref d0, w0, c, q, p, from, to);
                TileProducts.AddWithin<T, TComposition>(ref n1, ref d1, w1, c, q, p, from - w, to - w);
                TileProducts.AddWithin<T, TComposition>(ref n2, ref d2, w2, c, q, p, from - (2 * w), to - (2 * w));
                TileProducts.AddWithin<T, TComposition>(ref n3, ref d3, w3, c, q, p, from - (3 * w), to - (3 * w));
            }

            for (int stop = Math.Min(end, at + room); at < stop; at++)
            {
                nint j = Unsafe.Add(ref entry, at).Line;
                if (Unsafe.Add(ref isDivided, j)) continue;
                T c = T.Broadcast(Unsafe.Add(ref center, j)), q = T.Broadcast(Unsafe.Add(ref square, j)), p = T.Broadcast(Unsafe.Add(ref numerator, j));
                TileProducts.Add<T, TComposition>(ref n0, ref d0, w0, c, q, p);
                TileProducts.Add<T, TComposition>(ref n1, ref d1, w1, c, q, p);
                TileProducts.Add<T, TComposition>(ref n2, ref d2, w2, c, q, p);
                TileProducts.Add<T, TComposition>(ref n3, ref d3, w3, c, q, p);
            }

            TileProducts.Flush<T, TComposition>(ref sum, n0, d0);
            TileProducts.Flush<T, TComposition>(ref Unsafe.Add(ref sum, w), n1, d1);
            TileProducts.Flush<T, TComposition>(ref Unsafe.Add(ref sum, 2 * w), n2, d2);
            TileProducts.Flush<T, TComposition>(ref Unsafe.Add(ref sum, 3 * w), n3, d3);
        }
    }

    // Packs start at multiples of their width from the piece's first pixel, so that the packs of overlapping cores are the same memory, and
    // so that the adjoint sums over the same ones.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void AddCore<T, TComposition>(LineColumns lines, in NearRun run, double[] wavelength, int origin, ref double accumulator)
        where T : struct, ILane<T>
        where TComposition : struct, IComposition
    {
        int j = run.Line, start = run.Start - origin, end = run.End - origin, coreEnd = run.CoreEnd - origin;
        T center = T.Broadcast(lines.Center[j]), p = T.Broadcast(lines.Numerator[j]), q = T.Broadcast(lines.Square[j]);
        T depth = T.Broadcast(lines.Depth[j]), minusRate = T.Broadcast(-lines.Rate[j]);
        ref double wave = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(wavelength), origin);
        for (int i = (run.CoreStart - origin) & -T.Width; i < coreEnd; i += T.Width)
        {
            TileProducts.AddCore<T, TComposition>(
                ref Unsafe.Add(ref accumulator, i), T.Load(in Unsafe.Add(ref wave, i)), center, q, p, depth, minusRate, start - i, end - i);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void AddDivided<T, TComposition>(LineColumns lines, in NearRun run, double[] wavelength, int origin, ref double accumulator)
        where T : struct, ILane<T>
        where TComposition : struct, IComposition
    {
        int j = run.Line, start = run.Start, end = run.End, coreStart = run.CoreStart - T.Width, coreEnd = run.CoreEnd;
        if (run.CoreStart == run.CoreEnd) coreEnd = 0;
        T center = T.Broadcast(lines.Center[j]), p = T.Broadcast(lines.Numerator[j]), q = T.Broadcast(lines.Square[j]);
        T depth = T.Broadcast(lines.Depth[j]), minusRate = T.Broadcast(-lines.Rate[j]);
        ref double wave = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(wavelength), origin);
        for (int i = start - ((start - origin) & (T.Width - 1)); i < end; i += T.Width)
        {
            T x = T.Load(in Unsafe.Add(ref wave, i - origin)) - center, x2 = x * x;
            T v = p / (x2 + q);
            if (i > coreStart && i < coreEnd)
                v = T.MultiplyAdd(depth, LaneMath.Exp(T.Max(T.Broadcast(LaneMath.MinArgument), x2 * minusRate)), v);
            if (i < start || i > end - T.Width) v = T.KeepRange(v, start - i, end - i);
            ref double own = ref Unsafe.Add(ref accumulator, i - origin);
            T.Store(TComposition.Add(T.Load(in own), v), ref own);
        }
    }
}
