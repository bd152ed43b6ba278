namespace Blase3D.Engine.Manifolds;

/// <summary>
/// Polynomials over the axes for the parameters of every line, fitted to all nodes that have it: a generalising manifold, in place of the
/// parameters at the nodes.
/// </summary>
/// <remarks>
/// A line's coordinates run from -1 to 1 over the box of nodes that have it; an axis along which it has one value has the coordinate 0. The terms
/// are the products of powers of total degree up to <see cref="Degree"/>, ordered as <see cref="Exponents"/> gives them.
/// </remarks>
/// <param name="Degree">1 to 6.</param>
/// <param name="Box">Lowest and highest value of every line along every axis, shape [K, D, 2].</param>
/// <param name="Coefficient">Of centre shift, ln a, ln sigma and ln gamma, shape [K, 4, terms].</param>
public sealed record LineSurfaces(int Degree, float[] Box, float[] Coefficient)
{
    /// <summary>The largest degree.</summary>
    public const int LargestDegree = 6;

    /// <summary>The powers of every term, shape [terms, D]; the constant first.</summary>
    /// <param name="dimensions">The number of axes D.</param>
    /// <param name="degree">The total degree.</param>
    public static int[][] Exponents(int dimensions, int degree)
    {
        var terms = new List<int[]>();
        for (int total = 0; total <= degree; total++) Add(new int[dimensions], 0, total);
        return [.. terms];

        void Add(int[] powers, int axis, int left)
        {
            if (axis == dimensions - 1)
            {
                powers[axis] = left;
                terms.Add([.. powers]);
                return;
            }

            for (int power = left; power >= 0; power--)
            {
                powers[axis] = power;
                Add(powers, axis + 1, left - power);
            }
        }
    }

    /// <summary>The values of all terms at a point, and their derivatives.</summary>
    /// <param name="line">The line.</param>
    /// <param name="point">One value per axis.</param>
    /// <param name="exponents">From <see cref="Exponents"/>.</param>
    /// <param name="term">Receives the terms.</param>
    /// <param name="derivative">Receives the derivative of every term per unit of an axis, shape [D, terms]; may be empty.</param>
    public void Terms(int line, ReadOnlySpan<double> point, int[][] exponents, Span<double> term, Span<double> derivative)
    {
        ArgumentNullException.ThrowIfNull(exponents);
        int dimensions = point.Length;
        Span<double> at = stackalloc double[dimensions], scale = stackalloc double[dimensions];
        Span<double> power = stackalloc double[dimensions * (LargestDegree + 1)];
        for (int d = 0; d < dimensions; d++)
        {
            double low = Box[(((line * dimensions) + d) * 2)], high = Box[(((line * dimensions) + d) * 2) + 1];
            scale[d] = high > low ? 2 / (high - low) : 0;
            at[d] = scale[d] == 0 ? 0 : (point[d] - (0.5 * (low + high))) * scale[d];
            power[d * (LargestDegree + 1)] = 1;
            for (int k = 1; k <= Degree; k++) power[(d * (LargestDegree + 1)) + k] = power[(d * (LargestDegree + 1)) + k - 1] * at[d];
        }

        for (int t = 0; t < exponents.Length; t++)
        {
            double product = 1;
            for (int d = 0; d < dimensions; d++) product *= power[(d * (LargestDegree + 1)) + exponents[t][d]];
            term[t] = product;
            for (int e = 0; !derivative.IsEmpty && e < dimensions; e++)
            {
                int own = exponents[t][e];
                double slope = own == 0 ? 0 : own * power[(e * (LargestDegree + 1)) + own - 1] * scale[e];
                for (int d = 0; d < dimensions && slope != 0; d++)
                {
                    if (d != e) slope *= power[(d * (LargestDegree + 1)) + exponents[t][d]];
                }

                derivative[(e * exponents.Length) + t] = slope;
            }
        }
    }
}
