using System.Numerics;

namespace Blase3D.Engine.Inference.BayesianOptimization;

/// <summary>
/// Sobol points in up to ten dimensions with the direction numbers of Joe and Kuo (2008, SIAM J. Sci. Comput. 30, 2635) in Gray-code
/// order (Antonov and Saleev 1979), moved by a random digital shift: any 2^k first points keep their even coverage, and seeds differ.
/// </summary>
public sealed class SobolSequence
{
    /// <summary>Most dimensions.</summary>
    public const int MaximumDimension = 10;

    // Per dimension after the first: degree s, coefficients a, and the first s odd numbers m.
    private static readonly int[][] Polynomials =
    [
        [1, 0, 1],
        [2, 1, 1, 3],
        [3, 1, 1, 3, 1],
        [3, 2, 1, 1, 1],
        [4, 1, 1, 1, 3, 3],
        [4, 4, 1, 3, 5, 13],
        [5, 2, 1, 1, 5, 5, 17],
        [5, 4, 1, 1, 5, 5, 5],
        [5, 7, 1, 1, 7, 11, 19],
    ];

    private readonly uint[][] directions;
    private readonly uint[] shift;

    /// <summary>Prepares a sequence.</summary>
    /// <param name="dimension">1 to 10.</param>
    /// <param name="generator">Gives the digital shift (one draw per dimension); null leaves the sequence unshifted.</param>
    /// <exception cref="EngineException">BadArguments: a dimension outside of 1 to 10.</exception>
    public SobolSequence(int dimension, Xoshiro256? generator)
    {
        if (dimension is < 1 or > MaximumDimension)
        {
            throw new EngineException(
                ErrorCode.BadArguments,
                $"A Sobol design of {dimension} dimensions was asked for; the range is 1 to {MaximumDimension}: use the random design.");
        }

        directions = [.. Enumerable.Range(0, dimension).Select(Directions)];
        shift = [.. Enumerable.Range(0, dimension).Select(_ => generator is null ? 0u : (uint)(generator.NextBits() >> 32))];
    }

    /// <summary>Point number index.</summary>
    /// <param name="index">0 or above.</param>
    /// <param name="point">Destination of the coordinates, each in [0, 1).</param>
    public void Point(int index, Span<double> point)
    {
        uint gray = (uint)index ^ ((uint)index >> 1);
        for (int k = 0; k < directions.Length; k++)
        {
            uint bits = shift[k];
            for (uint rest = gray; rest != 0; rest &= rest - 1)
            {
                bits ^= directions[k][BitOperations.TrailingZeroCount(rest)];
            }

            point[k] = bits * (1.0 / 4294967296.0);
        }
    }

    private static uint[] Directions(int dimension)
    {
        var v = new uint[32];
        if (dimension == 0)
        {
            for (int i = 0; i < 32; i++)
            {
                v[i] = 1u << (31 - i);
            }

            return v;
        }

        int[] polynomial = Polynomials[dimension - 1];
        int degree = polynomial[0];
        for (int i = 0; i < 32; i++)
        {
            if (i < degree)
            {
                v[i] = (uint)polynomial[2 + i] << (31 - i);
                continue;
            }

            v[i] = v[i - degree] ^ (v[i - degree] >> degree);
            for (int k = 1; k < degree; k++)
            {
                if (((polynomial[1] >> (degree - 1 - k)) & 1) != 0)
                {
                    v[i] ^= v[i - k];
                }
            }
        }

        return v;
    }
}
