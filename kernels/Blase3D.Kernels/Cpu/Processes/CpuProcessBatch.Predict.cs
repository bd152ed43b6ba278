using System.Buffers;

namespace Blase3D.Kernels.Cpu.Processes;

// The posterior: mean = k' w, variance = c - |L^-1 k|^2 (Rasmussen and Williams 2006, equations 2.25 and 2.26).
internal sealed unsafe partial class CpuProcessBatch<T>
{
    // Candidates that are predicted in one piece of work; a multiple of the tile.
    private const int CandidatesPerPiece = 256;

    public override void Predict(double[] candidates, double[] means, double[] sigmas, Workers workers)
    {
        ArgumentNullException.ThrowIfNull(workers);
        int count = CandidatesOf(candidates, means, sigmas), pieces = (count + CandidatesPerPiece - 1) / CandidatesPerPiece;
        workers.For(packs.Length * pieces, work =>
        {
            (int index, int piece) = Math.DivRem(work, pieces);
            if (!Wanted[index]) return;
            int first = piece * CandidatesPerPiece, taken = Math.Min(CandidatesPerPiece, count - first);
            nint at = (((nint)index * count) + first) * Members;
            fixed (double* candidate = candidates, mean = means, sigma = sigmas)
                PredictPiece(packs[index], candidate + (at * Dimension), taken, mean + at, sigma + at);
        });
    }

    public override void PredictWithGradient(Workers workers) => ForWanted(workers, PredictWithGradient);

    private static void PredictPiece(CpuPack pack, double* candidates, int count, double* means, double* sigmas)
    {
        double[] scratch = ArrayPool<double>.Shared.Rent(pack.Rows * Tile * Members);
        fixed (double* solved = scratch)
        {
            for (int part = 0; part < Members; part += T.Width)
            {
                for (int first = 0; first < count; first += Tile)
                {
                    nint at = (nint)first * Members;
                    PredictTile(
                        pack, part, candidates + (at * pack.Dimension) + part, Math.Min(Tile, count - first), means + at + part, sigmas + at + part, solved);
                }
            }
        }

        ArrayPool<double>.Shared.Return(scratch);
    }

    private static void PredictWithGradient(CpuPack pack)
    {
        int d = pack.Dimension;
        int rows = pack.Rows, capacity = pack.PointStride;
        double* position = stackalloc double[d * Members];

        // The covariances stay behind for nothing but their weighted sum; their place is then the solution's.
        fixed (double* scaled = pack.Scaled, inverseLength = &pack.InverseLength, constant = &pack.Constant, weights = pack.Weights, column = pack.Column)
        fixed (double* at = &pack.Candidate, means = &pack.Mean, sigmas = &pack.Sigma, meanSlopes = &pack.MeanSlopes, sigmaSlopes = &pack.SigmaSlopes)
        {
            double* kernel = column, slope = column + (rows * Members);
            for (int part = 0; part < Members; part += T.Width)
            {
                for (int k = 0; k < d; k++)
                    T.Store(T.Load(in at[(k * Members) + part]) * T.Load(in inverseLength[(k * Members) + part]), ref position[k * Members]);
                PackCovariance<T>.Column(scaled + part, capacity, pack.Count, rows, d, position, constant + part, kernel, slope);
                T sum = default, explained = default;
                for (nint i = 0; i < pack.Count; i++) sum = T.MultiplyAdd(T.Load(in kernel[i * Members]), T.Load(in weights[(i * Members) + part]), sum);
                Forward(pack, part, kernel);
                for (nint i = 0; i < pack.Count; i++) explained = T.MultiplyAdd(T.Load(in kernel[i * Members]), T.Load(in kernel[i * Members]), explained);
                Backward(pack, part, kernel);
                T variance = T.Max(T.Load(in constant[part]) - explained, default), deviation = T.Sqrt(variance);
                T.Store(sum, ref means[part]);
                T.Store(deviation, ref sigmas[part]);

                // 1 / sigma, or 0 where that is 0.
                T inverse = T.ZeroUnlessAtMost(T.Broadcast(double.Epsilon), deviation, T.Broadcast(1) / deviation);
                for (int k = 0; k < d; k++)
                {
                    T byMean = default, bySigma = default;
                    for (nint i = 0; i < pack.Count; i++)
                    {
                        T difference = T.Load(in position[k * Members]) - T.Load(in scaled[((((nint)k * capacity) + i) * Members) + part]);
                        T sloped = T.Load(in slope[i * Members]) * difference;
                        byMean = T.MultiplyAdd(sloped, T.Load(in weights[(i * Members) + part]), byMean);
                        bySigma = T.MultiplyAdd(sloped, T.Load(in kernel[i * Members]), bySigma);
                    }

                    T length = T.Load(in inverseLength[(k * Members) + part]);
                    T.Store(default(T) - (byMean * length), ref meanSlopes[(k * Members) + part]);
                    T.Store(bySigma * length * inverse, ref sigmaSlopes[(k * Members) + part]);
                }
            }
        }
    }

    // Four candidates at once: V[i, c] of L V = [k_1 .. k_4] by rows of tiles; V lies with one row per observation.
    private static void PredictTile(CpuPack pack, int part, double* points, int taken, double* means, double* sigmas, double* solved)
    {
        int rows = pack.Rows, d = pack.Dimension, capacity = pack.PointStride;
        nint row = rows * Members;
        const int solvedRow = Tile * Members;
        double* tile = stackalloc double[TileLength];
        double* position = stackalloc double[Tile * d * Members];
        fixed (double* scaled = pack.Scaled, inverseLength = &pack.InverseLength, constant = &pack.Constant, weights = pack.Weights)
        fixed (double* wholeFactor = pack.Factor, inverseDiagonal = pack.InverseDiagonal)
        {
            // A tile that is not full repeats its last candidate.
            for (int c = 0; c < Tile; c++)
            {
                for (int k = 0; k < d; k++)
                {
                    nint from = (nint)((Math.Min(c, taken - 1) * d) + k) * Members;
                    T.Store(T.Load(in points[from]) * T.Load(in inverseLength[(k * Members) + part]), ref position[((c * d) + k) * Members]);
                }
            }

            double* factor = wholeFactor + part;
            T prior = T.Load(in constant[part]);
            T mean0 = default, mean1 = default, mean2 = default, mean3 = default, part0 = default, part1 = default, part2 = default, part3 = default;
            for (nint i = 0; i < rows; i += Tile)
            {
                for (nint r = 0; r < Tile; r++)
                {
                    double* own = tile + (r * solvedRow);
                    if (i + r >= pack.Count)
                    {
                        for (int c = 0; c < Tile; c++) T.Store(default, ref own[c * Members]);
                        continue;
                    }

                    for (int c = 0; c < Tile; c++)
                    {
                        T square = default;
                        for (int k = 0; k < d; k++)
                        {
                            T difference = T.Load(in position[((c * d) + k) * Members]) - T.Load(in scaled[((((nint)k * capacity) + i + r) * Members) + part]);
                            square = T.MultiplyAdd(difference, difference, square);
                        }

                        T.Store(PackCovariance<T>.Matern(square, prior, out _), ref own[c * Members]);
                    }

                    T weight = T.Load(in weights[((i + r) * Members) + part]);
                    mean0 = T.MultiplyAdd(weight, T.Load(in own[0]), mean0);
                    mean1 = T.MultiplyAdd(weight, T.Load(in own[Members]), mean1);
                    mean2 = T.MultiplyAdd(weight, T.Load(in own[2 * Members]), mean2);
                    mean3 = T.MultiplyAdd(weight, T.Load(in own[3 * Members]), mean3);
                }

                PackTile<T>.SubtractProducts(factor + (i * row), row, Members, solved, Members, solvedRow, (int)i, tile);
                PackTile<T>.SolveRows(factor + (i * row) + (i * Members), row, inverseDiagonal + (i * Members) + part, tile);
                PackTile<T>.Write(tile, solved + (i * solvedRow), solvedRow);
                for (int r = 0; r < Tile; r++)
                {
                    T v0 = T.Load(in tile[r * solvedRow]), v1 = T.Load(in tile[(r * solvedRow) + Members]);
                    T v2 = T.Load(in tile[(r * solvedRow) + (2 * Members)]), v3 = T.Load(in tile[(r * solvedRow) + (3 * Members)]);
                    part0 = T.MultiplyAdd(v0, v0, part0);
                    part1 = T.MultiplyAdd(v1, v1, part1);
                    part2 = T.MultiplyAdd(v2, v2, part2);
                    part3 = T.MultiplyAdd(v3, v3, part3);
                }
            }

            ReadOnlySpan<T> mean = [mean0, mean1, mean2, mean3], explained = [part0, part1, part2, part3];
            for (int c = 0; c < taken; c++)
            {
                T.Store(mean[c], ref means[c * Members]);
                T.Store(T.Sqrt(T.Max(prior - explained[c], default)), ref sigmas[c * Members]);
            }
        }
    }
}
