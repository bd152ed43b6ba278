using Blase3D.Kernels.Contracts;

namespace Blase3D.Kernels.Cpu.Processes;

// The gradient of the likelihood: K^-1 tile by tile, used up as it is made.
internal sealed unsafe partial class CpuProcessKernels<T>
{
    public void LikelihoodGradient(ProcessPack pack, Span<double> gradient)
    {
        ArgumentNullException.ThrowIfNull(pack);
        ArgumentOutOfRangeException.ThrowIfNotEqual(gradient.Length, (pack.Dimension + 2) * Members);
        gradient.Clear();
        fixed (double* target = gradient)
        {
            for (int part = 0; part < Members; part += T.Width)
            {
                InvertFactor(pack, part);
                SumGradient(pack, part, target + part);
            }
        }
    }

    // G = L^-1 by rows of tiles: D G[i, j] = (unit tile) - sum over k of L[i, k] G[k, j].
    private static void InvertFactor(ProcessPack pack, int part)
    {
        int rows = pack.Rows;
        nint row = rows * Members;
        double* tile = stackalloc double[TileLength];
        fixed (double* wholeFactor = pack.Factor, wholeInverse = pack.Inverse, wholeDiagonal = pack.InverseDiagonal)
        {
            double* factor = wholeFactor + part, inverse = wholeInverse + part, inverseDiagonal = wholeDiagonal + part;
            for (nint i = 0; i < rows; i += Tile)
            {
                for (nint j = 0; j <= i; j += Tile)
                {
                    for (int e = 0; e < Tile * Tile; e++) T.Store(i == j && e % (Tile + 1) == 0 ? T.Broadcast(1) : default, ref tile[e * Members]);
                    PackTile<T>.SubtractProducts(
                        factor + (i * row) + (j * Members), row, Members, inverse + (j * row) + (j * Members), Members, row, (int)(i - j), tile);
                    PackTile<T>.SolveRows(factor + (i * row) + (i * Members), row, inverseDiagonal + (i * Members), tile);
                    PackTile<T>.Write(tile, inverse + (i * row) + (j * Members), row);
                }
            }
        }
    }

    // K^-1[a, b] = sum over i from a of G[i, a] G[i, b]; sum of (w_a w_b - K^-1[a, b]) dK[a, b] over a > b, and half of it on the diagonal.
    private static void SumGradient(ProcessPack pack, int part, double* gradient)
    {
        int rows = pack.Rows, d = pack.Dimension, capacity = pack.PointStride;
        nint row = rows * Members;
        double* tile = stackalloc double[TileLength];
        double* sums = stackalloc double[(d + 2) * Members];
        for (int k = 0; k < d + 2; k++) T.Store(default, ref sums[k * Members]);
        fixed (double* inverse = pack.Inverse, covariance = pack.Covariance, slope = pack.Slope, weights = pack.Weights, scaled = pack.Scaled, diagonal = pack.Diagonal)
        {
            for (nint a = 0; a < rows; a += Tile)
            {
                for (nint b = 0; b <= a; b += Tile)
                {
                    for (int e = 0; e < Tile * Tile; e++) T.Store(default, ref tile[e * Members]);
                    PackTile<T>.SubtractProducts(
                        inverse + (a * row) + (a * Members) + part, Members, row, inverse + (a * row) + (b * Members) + part, Members, row, (int)(rows - a), tile);
                    for (nint i = a; i < Math.Min(a + Tile, pack.Count); i++)
                    {
                        T weight = T.Load(in weights[(i * Members) + part]);
                        for (nint j = b; j < Math.Min(b + Tile, i + 1); j++)
                        {
                            // The tile holds minus the inverse.
                            T minusInverse = T.Load(in tile[(((i - a) * Tile) + j - b) * Members]);
                            T outer = T.MultiplyAdd(weight, T.Load(in weights[(j * Members) + part]), minusInverse);
                            nint at = (i * row) + (j * Members) + part;
                            T.Store(T.MultiplyAdd(outer, T.Load(in covariance[at]), T.Load(in sums[0])), ref sums[0]);
                            if (i == j) T.Store(T.Load(in sums[(d + 1) * Members]) + outer, ref sums[(d + 1) * Members]);
                            T sloped = outer * T.Load(in slope[at]);
                            for (int k = 0; k < d; k++)
                            {
                                T difference = T.Load(in scaled[((((nint)k * capacity) + i) * Members) + part])
                                    - T.Load(in scaled[((((nint)k * capacity) + j) * Members) + part]);
                                T.Store(T.MultiplyAdd(sloped, difference * difference, T.Load(in sums[(k + 1) * Members])), ref sums[(k + 1) * Members]);
                            }
                        }
                    }
                }
            }

            for (int k = 0; k <= d; k++) T.Store(T.Load(in sums[k * Members]), ref gradient[k * Members]);
            T.Store(T.Load(in sums[(d + 1) * Members]) * T.Load(in diagonal[part]) * T.Broadcast(0.5), ref gradient[(d + 1) * Members]);
        }
    }
}
