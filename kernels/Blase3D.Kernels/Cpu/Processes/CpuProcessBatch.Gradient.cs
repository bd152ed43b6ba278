namespace Blase3D.Kernels.Cpu.Processes;

// The gradient of the likelihood: K^-1 tile by tile, used up as it is made.
internal sealed unsafe partial class CpuProcessBatch<T>
{
    public override void DifferentiateLikelihood(Workers workers) => ForWanted(workers, DifferentiateLikelihood);

    private static void DifferentiateLikelihood(CpuPack pack)
    {
        fixed (double* target = &pack.LikelihoodSlopes)
        {
            for (int part = 0; part < Members; part += T.Width)
            {
                InvertFactor(pack, part);
                SumGradient(pack, part, target + part);
            }
        }
    }

    // G = L^-1 by rows of tiles: D G[i, j] = (unit tile) - sum over k of L[i, k] G[k, j].
    private static void InvertFactor(CpuPack pack, int part)
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
    private static void SumGradient(CpuPack pack, int part, double* gradient)
    {
        int rows = pack.Rows, d = pack.Dimension, capacity = pack.PointStride;
        nint row = rows * Members;
        double* tile = stackalloc double[TileLength];
        double* sums = stackalloc double[(d + 2) * Members];
        for (int k = 0; k < d + 2; k++) T.Store(default, ref sums[k * Members]);
        fixed (double* inverse = pack.Inverse, covariance = pack.Covariance, slope = pack.Slope, weights = pack.Weights, scaled = pack.Scaled, diagonal = &pack.Diagonal)
        {
            for (nint a = 0; a < rows; a += Tile)
            {
                int filled = (int)Math.Min(Tile, pack.Count - a);
                for (nint b = 0; b <= a; b += Tile)
                {
                    for (int e = 0; e < Tile * Tile; e++) T.Store(default, ref tile[e * Members]);
                    PackTile<T>.SubtractProducts(
                        inverse + (a * row) + (a * Members) + part, Members, row, inverse + (a * row) + (b * Members) + part, Members, row, (int)(rows - a), tile);
                    nint at = (a * row) + (b * Members) + part;
                    AddTile(tile, weights + (a * Members) + part, weights + (b * Members) + part, covariance + at, slope + at, row, filled, a == b, sums, sums + ((d + 1) * Members));
                    for (int k = 0; k < d; k++)
                    {
                        double* column = scaled + ((nint)k * capacity * Members) + part;
                        AddSlopes(tile, column + (a * Members), column + (b * Members), filled, a == b, sums + ((k + 1) * Members));
                    }
                }
            }

            for (int k = 0; k <= d; k++) T.Store(T.Load(in sums[k * Members]), ref gradient[k * Members]);
            T.Store(T.Load(in sums[(d + 1) * Members]) * T.Load(in diagonal[part]) * T.Broadcast(0.5), ref gradient[(d + 1) * Members]);
        }
    }

    // The tile holds minus the inverse on entry and (w w' - K^-1) times the slope factors on return; up to the diagonal.
    private static void AddTile(
        double* tile, double* weightA, double* weightB, double* covariance, double* slope, nint row, int filled, bool isDiagonal, double* constantSum, double* diagonalSum)
    {
        T sum = T.Load(in constantSum[0]), onDiagonal = T.Load(in diagonalSum[0]);
        for (int i = 0; i < filled; i++)
        {
            T weight = T.Load(in weightA[i * Members]);
            int end = isDiagonal ? i + 1 : Tile;
            for (int j = 0; j < end; j++)
            {
                double* element = tile + (((i * Tile) + j) * Members);
                T outer = T.MultiplyAdd(weight, T.Load(in weightB[j * Members]), T.Load(in element[0]));
                sum = T.MultiplyAdd(outer, T.Load(in covariance[(i * row) + (j * Members)]), sum);
                if (isDiagonal && i == j) onDiagonal += outer;
                T.Store(outer * T.Load(in slope[(i * row) + (j * Members)]), ref element[0]);
            }
        }

        T.Store(sum, ref constantSum[0]);
        T.Store(onDiagonal, ref diagonalSum[0]);
    }

    private static void AddSlopes(double* tile, double* columnA, double* columnB, int filled, bool isDiagonal, double* target)
    {
        // Two sums, so that one multiply-add need not wait for the other.
        T even = T.Load(in target[0]), odd = default;
        for (int i = 0; i < filled; i++)
        {
            T x = T.Load(in columnA[i * Members]);
            double* own = tile + (i * Tile * Members);
            if (isDiagonal)
            {
                for (int j = 0; j < i; j++)
                {
                    T difference = x - T.Load(in columnB[j * Members]);
                    even = T.MultiplyAdd(T.Load(in own[j * Members]), difference * difference, even);
                }

                continue;
            }

            T d0 = x - T.Load(in columnB[0]), d1 = x - T.Load(in columnB[Members]), d2 = x - T.Load(in columnB[2 * Members]), d3 = x - T.Load(in columnB[3 * Members]);
            even = T.MultiplyAdd(T.Load(in own[0]), d0 * d0, even);
            odd = T.MultiplyAdd(T.Load(in own[Members]), d1 * d1, odd);
            even = T.MultiplyAdd(T.Load(in own[2 * Members]), d2 * d2, even);
            odd = T.MultiplyAdd(T.Load(in own[3 * Members]), d3 * d3, odd);
        }

        T.Store(even + odd, ref target[0]);
    }
}
