using Blase3D.Kernels.Contracts;
using Blase3D.Kernels.Cpu.Lanes;

namespace Blase3D.Kernels.Cpu.Processes;

/// <summary>
/// A <see cref="ProcessBatch"/> over lanes: a variant of narrower lanes goes over the eight members in several parts. A process' numbers do not
/// depend on the variant: every element goes through the same correctly rounded operations in the same order. Packs are shared out among the
/// threads. Padded rows of matrices are those of the unit matrix.
/// </summary>
internal sealed unsafe partial class CpuProcessBatch<T> : ProcessBatch
    where T : struct, ILane<T>
{
    private const int TileLength = Tile * Tile * Members;

    private readonly CpuPack[] packs;

    public CpuProcessBatch(int packs, int capacity, int dimension)
        : base(packs, capacity, dimension) => this.packs = [.. Enumerable.Range(0, packs).Select(index => new CpuPack(this, index))];

    // Points and values are read where they are.
    public override void Observe()
    {
    }

    public override void Condition(Workers workers) => ForWanted(workers, Condition);

    private void ForWanted(Workers workers, Action<CpuPack> work)
    {
        ArgumentNullException.ThrowIfNull(workers);
        workers.For(packs.Length, index =>
        {
            if (Wanted[index]) work(packs[index]);
        });
    }

    private static void Condition(CpuPack pack)
    {
        int rows = pack.Rows;
        nint row = rows * Members;
        fixed (double* factor = pack.Factor, inverseDiagonal = pack.InverseDiagonal)
        {
            for (int part = 0; part < Members; part += T.Width)
            {
                FillCovariance(pack, part);
                Factorize(factor + part, inverseDiagonal + part, rows, row);
                Solve(pack, part);
            }
        }

        SetLogDeterminants(pack);
    }

    private static void FillCovariance(CpuPack pack, int part)
    {
        int rows = pack.Rows, count = pack.Count, capacity = pack.PointStride;
        nint row = rows * Members;
        double* point = stackalloc double[pack.Dimension * Members];
        fixed (double* points = &pack.Points, inverseLength = &pack.InverseLength, scaled = pack.Scaled, constant = &pack.Constant, diagonal = &pack.Diagonal)
        fixed (double* covariance = pack.Covariance, slope = pack.Slope, factor = pack.Factor)
        {
            PackCovariance<T>.Scale(points + part, inverseLength + part, capacity, count, pack.Dimension, scaled + part);
            T onDiagonal = T.Load(in constant[part]) + T.Load(in diagonal[part]);
            for (nint i = 0; i < rows; i++)
            {
                // A row ends with the tile of its diagonal.
                int end = (int)((i / Tile) + 1) * Tile, filled = (int)Math.Min(i, count);
                double* covarianceRow = covariance + (i * row) + part, slopeRow = slope + (i * row) + part, factorRow = factor + (i * row) + part;
                if (i >= count) filled = 0;
                for (int k = 0; k < pack.Dimension && i < count; k++)
                    T.Store(T.Load(in scaled[((((nint)k * capacity) + i) * Members) + part]), ref point[k * Members]);
                PackCovariance<T>.Column(scaled + part, capacity, filled, end, pack.Dimension, point, constant + part, covarianceRow, slopeRow);
                for (nint j = 0; j < end; j++) T.Store(T.Load(in covarianceRow[j * Members]), ref factorRow[j * Members]);
                T.Store(i < count ? onDiagonal : T.Broadcast(1), ref factorRow[i * Members]);

                // The gradient counts what is below the diagonal twice, and the diagonal once.
                T.Store(i < count ? T.Load(in constant[part]) * T.Broadcast(0.5) : default, ref covarianceRow[i * Members]);
            }
        }
    }

    // Left-looking by tiles (Golub and Van Loan, Matrix Computations, section 4.2): every tile is finished once, from finished ones.
    private static void Factorize(double* factor, double* inverseDiagonal, int rows, nint row)
    {
        double* tile = stackalloc double[TileLength];
        for (nint i = 0; i < rows; i += Tile)
        {
            for (nint j = 0; j <= i; j += Tile)
            {
                double* own = factor + (i * row) + (j * Members), diagonal = factor + (j * row) + (j * Members);
                PackTile<T>.Read(own, row, tile);
                PackTile<T>.SubtractProducts(factor + (i * row), row, Members, factor + (j * row), row, Members, (int)j, tile);
                if (i == j) PackTile<T>.Factor(tile, inverseDiagonal + (i * Members));
                else PackTile<T>.SolveColumns(diagonal, row, inverseDiagonal + (j * Members), tile);
                PackTile<T>.Write(tile, own, row);
            }
        }
    }

    // L v = y, then L' w = v; y' K^-1 y = v' v.
    private static void Solve(CpuPack pack, int part)
    {
        int count = pack.Count;
        fixed (double* values = &pack.Values, weights = pack.Weights, quadratic = &pack.Quadratic)
        {
            for (nint i = 0; i < count; i++) T.Store(T.Load(in values[(i * Members) + part]), ref weights[(i * Members) + part]);
            Forward(pack, part, weights + part);
            T sum = default;
            for (nint i = 0; i < count; i++)
            {
                T v = T.Load(in weights[(i * Members) + part]);
                sum = T.MultiplyAdd(v, v, sum);
            }

            T.Store(sum, ref quadratic[part]);
            Backward(pack, part, weights + part);
        }
    }

    private static void Forward(CpuPack pack, int part, double* values)
    {
        nint row = pack.Rows * Members;
        fixed (double* factor = pack.Factor, inverseDiagonal = pack.InverseDiagonal)
        {
            for (nint i = 0; i < pack.Count; i++)
            {
                double* own = factor + (i * row) + part;
                T even = default, odd = default;
                nint k = 0;
                for (; k + 1 < i; k += 2)
                {
                    even = T.MultiplyAdd(T.Load(in own[k * Members]), T.Load(in values[k * Members]), even);
                    odd = T.MultiplyAdd(T.Load(in own[(k + 1) * Members]), T.Load(in values[(k + 1) * Members]), odd);
                }

                if (k < i) even = T.MultiplyAdd(T.Load(in own[k * Members]), T.Load(in values[k * Members]), even);
                T.Store((T.Load(in values[i * Members]) - (even + odd)) * T.Load(in inverseDiagonal[(i * Members) + part]), ref values[i * Members]);
            }
        }
    }

    private static void Backward(CpuPack pack, int part, double* values)
    {
        nint row = pack.Rows * Members;
        fixed (double* factor = pack.Factor, inverseDiagonal = pack.InverseDiagonal)
        {
            for (nint i = pack.Count - 1; i >= 0; i--)
            {
                double* own = factor + (i * row) + part;
                T found = T.Load(in values[i * Members]) * T.Load(in inverseDiagonal[(i * Members) + part]);
                T.Store(found, ref values[i * Members]);
                T negative = default(T) - found;
                for (nint k = 0; k < i; k++)
                    T.Store(T.MultiplyAdd(negative, T.Load(in own[k * Members]), T.Load(in values[k * Members])), ref values[k * Members]);
            }
        }
    }

    // ln det K = -2 sum ln (1 / L_ii); four to a logarithm.
    private static void SetLogDeterminants(CpuPack pack)
    {
        Span<double> logarithms = pack.LogDeterminant;
        for (int member = 0; member < Members; member++)
        {
            double sum = 0;
            for (int i = 0; i < pack.Rows; i += Tile)
            {
                double product = 1;
                for (int r = 0; r < Tile; r++) product *= pack.InverseDiagonal[((i + r) * Members) + member];
                sum += Math.Log(product);
            }

            logarithms[member] = -2 * sum;
        }
    }
}
