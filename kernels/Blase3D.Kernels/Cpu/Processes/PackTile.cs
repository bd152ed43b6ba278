using System.Runtime.CompilerServices;
using Blase3D.Kernels.Contracts;
using Blase3D.Kernels.Cpu.Lanes;

namespace Blase3D.Kernels.Cpu.Processes;

/// <summary>
/// Tiles of 4 x 4 matrix elements, each a pack of members. Sixteen sums stay in registers while eight loads serve sixteen multiply-adds.
/// </summary>
internal static unsafe class PackTile<T>
    where T : struct, ILane<T>
{
    /// <summary>Doubles from one element to the next.</summary>
    public const int Members = ProcessBatch.Members;

    /// <summary>tile[r, c] -= sum over k of a[r, k] b[c, k]; rows and steps are distances in doubles.</summary>
    public static void SubtractProducts(double* a, nint rowA, nint stepA, double* b, nint rowB, nint stepB, int steps, double* tile)
    {
        T s00 = default, s01 = default, s02 = default, s03 = default, s10 = default, s11 = default, s12 = default, s13 = default;
        T s20 = default, s21 = default, s22 = default, s23 = default, s30 = default, s31 = default, s32 = default, s33 = default;
        double* a1 = a + rowA, a2 = a1 + rowA, a3 = a2 + rowA, b1 = b + rowB, b2 = b1 + rowB, b3 = b2 + rowB;
        for (nint k = 0, i = 0, j = 0; k < steps; k++, i += stepA, j += stepB)
        {
            T y0 = T.Load(in b[j]), y1 = T.Load(in b1[j]), y2 = T.Load(in b2[j]), y3 = T.Load(in b3[j]);
            T x = T.Load(in a[i]);
            s00 = T.MultiplyAdd(x, y0, s00);
            s01 = T.MultiplyAdd(x, y1, s01);
            s02 = T.MultiplyAdd(x, y2, s02);
            s03 = T.MultiplyAdd(x, y3, s03);
            x = T.Load(in a1[i]);
            s10 = T.MultiplyAdd(x, y0, s10);
            s11 = T.MultiplyAdd(x, y1, s11);
            s12 = T.MultiplyAdd(x, y2, s12);
            s13 = T.MultiplyAdd(x, y3, s13);
            x = T.Load(in a2[i]);
            s20 = T.MultiplyAdd(x, y0, s20);
            s21 = T.MultiplyAdd(x, y1, s21);
            s22 = T.MultiplyAdd(x, y2, s22);
            s23 = T.MultiplyAdd(x, y3, s23);
            x = T.Load(in a3[i]);
            s30 = T.MultiplyAdd(x, y0, s30);
            s31 = T.MultiplyAdd(x, y1, s31);
            s32 = T.MultiplyAdd(x, y2, s32);
            s33 = T.MultiplyAdd(x, y3, s33);
        }

        Subtract(tile, s00, s01, s02, s03);
        Subtract(tile + (4 * Members), s10, s11, s12, s13);
        Subtract(tile + (8 * Members), s20, s21, s22, s23);
        Subtract(tile + (12 * Members), s30, s31, s32, s33);
    }

    /// <summary>Reads 4 rows of 4 elements; rows are a distance in doubles apart.</summary>
    public static void Read(double* source, nint row, double* tile)
    {
        for (int r = 0; r < 4; r++)
        {
            for (int c = 0; c < 4; c++) T.Store(T.Load(in source[(r * row) + (c * Members)]), ref tile[((4 * r) + c) * Members]);
        }
    }

    /// <summary>Writes 4 rows of 4 elements.</summary>
    public static void Write(double* tile, double* target, nint row)
    {
        for (int r = 0; r < 4; r++)
        {
            for (int c = 0; c < 4; c++) T.Store(T.Load(in tile[((4 * r) + c) * Members]), ref target[(r * row) + (c * Members)]);
        }
    }

    /// <summary>tile := D^-1 tile with the lower triangular 4 x 4 block D of a factor: the rows found first leave the later ones.</summary>
    /// <param name="diagonal">First element of D, rows <paramref name="row"/> doubles apart.</param>
    /// <param name="row">Distance of D's rows.</param>
    /// <param name="inverseDiagonal">1 / D[r, r], four elements.</param>
    /// <param name="tile">Solved in place.</param>
    public static void SolveRows(double* diagonal, nint row, double* inverseDiagonal, double* tile)
    {
        for (int r = 0; r < 4; r++)
        {
            T inverse = T.Load(in inverseDiagonal[r * Members]);
            for (int c = 0; c < 4; c++)
            {
                T value = T.Load(in tile[((4 * r) + c) * Members]);
                for (int q = 0; q < r; q++) value -= T.Load(in diagonal[(r * row) + (q * Members)]) * T.Load(in tile[((4 * q) + c) * Members]);
                T.Store(value * inverse, ref tile[((4 * r) + c) * Members]);
            }
        }
    }

    /// <summary>tile := tile D'^-1: the columns found first leave the later ones.</summary>
    /// <param name="diagonal">First element of D, rows <paramref name="row"/> doubles apart.</param>
    /// <param name="row">Distance of D's rows.</param>
    /// <param name="inverseDiagonal">1 / D[c, c], four elements.</param>
    /// <param name="tile">Solved in place.</param>
    public static void SolveColumns(double* diagonal, nint row, double* inverseDiagonal, double* tile)
    {
        for (int c = 0; c < 4; c++)
        {
            T inverse = T.Load(in inverseDiagonal[c * Members]);
            for (int r = 0; r < 4; r++)
            {
                T value = T.Load(in tile[((4 * r) + c) * Members]);
                for (int q = 0; q < c; q++) value -= T.Load(in tile[((4 * r) + q) * Members]) * T.Load(in diagonal[(c * row) + (q * Members)]);
                T.Store(value * inverse, ref tile[((4 * r) + c) * Members]);
            }
        }
    }

    /// <summary>The Cholesky factor of a diagonal tile in place, with zeros above the diagonal.</summary>
    /// <param name="tile">Symmetric on entry; its lower triangle is read.</param>
    /// <param name="inverseDiagonal">Receives 1 / D[r, r], four elements.</param>
    public static void Factor(double* tile, double* inverseDiagonal)
    {
        for (int c = 0; c < 4; c++)
        {
            T root = default, inverse = default;
            for (int r = c; r < 4; r++)
            {
                T value = T.Load(in tile[((4 * r) + c) * Members]);
                for (int q = 0; q < c; q++) value -= T.Load(in tile[((4 * r) + q) * Members]) * T.Load(in tile[((4 * c) + q) * Members]);
                if (r == c)
                {
                    root = T.Sqrt(value);
                    inverse = T.Broadcast(1) / root;
                    T.Store(inverse, ref inverseDiagonal[c * Members]);
                    T.Store(root, ref tile[((4 * c) + c) * Members]);
                    continue;
                }

                T.Store(value * inverse, ref tile[((4 * r) + c) * Members]);
                T.Store(default, ref tile[((4 * c) + r) * Members]);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Subtract(double* row, T s0, T s1, T s2, T s3)
    {
        T.Store(T.Load(in row[0]) - s0, ref row[0]);
        T.Store(T.Load(in row[Members]) - s1, ref row[Members]);
        T.Store(T.Load(in row[2 * Members]) - s2, ref row[2 * Members]);
        T.Store(T.Load(in row[3 * Members]) - s3, ref row[3 * Members]);
    }
}
