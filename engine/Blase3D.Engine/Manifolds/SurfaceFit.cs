using Blase3D.Kernels;

namespace Blase3D.Engine.Manifolds;

/// <summary>Fits a generalising manifold: ridge regression of every parameter of every line over the nodes that have it.</summary>
public static class SurfaceFit
{
    /// <summary>The penalty on every coefficient but the constant, relative to the number of nodes.</summary>
    public const double DefaultPenalty = 1e-4;

    private const int LinesPerPiece = 1024;
    private const int Parameters = 4;

    /// <summary>Fits all lines.</summary>
    /// <param name="manifold">A manifold with parameters at the nodes.</param>
    /// <param name="degree">The total degree of the polynomials, 0 to 6.</param>
    /// <param name="workers">The threads.</param>
    /// <param name="penalty">At least 0.</param>
    /// <returns>The same lines and nodes with surfaces in place of parameters.</returns>
    /// <exception cref="EngineException">BadArguments: the degree or the penalty is out of range.</exception>
    public static LineManifold Fit(LineManifold manifold, int degree, Workers workers, double penalty = DefaultPenalty)
    {
        ArgumentNullException.ThrowIfNull(manifold);
        ArgumentNullException.ThrowIfNull(workers);
        if (degree is < 0 or > LineSurfaces.LargestDegree)
            throw new EngineException(ErrorCode.BadArguments, $"The degree of the regression is {degree}; give 0 to {LineSurfaces.LargestDegree}.");
        if (!(penalty >= 0)) throw new EngineException(ErrorCode.BadArguments, FormattableString.Invariant($"The penalty is {penalty}; give 0 or more."));
        int dimensions = manifold.Axes.Dimensions, lines = manifold.LineCenter.Length;
        int[][] exponents = LineSurfaces.Exponents(dimensions, degree);
        ManifoldEntries all = manifold.Entries;
        (int[] nodeOf, int[] entryOf, int[] offset) = ByLine(manifold);
        double[][] points = [.. Enumerable.Range(0, manifold.Axes.NodeCount).Select(manifold.Axes.PointOf)];
        var surfaces = new LineSurfaces(degree, new float[lines * dimensions * 2], new float[lines * Parameters * exponents.Length]);
        workers.For((lines + LinesPerPiece - 1) / LinesPerPiece, piece =>
        {
            var solver = new RidgeSolver(exponents.Length, Parameters);
            var term = new double[exponents.Length];
            var value = new double[Parameters];
            for (int line = piece * LinesPerPiece; line < Math.Min(lines, (piece + 1) * LinesPerPiece); line++)
            {
                ReadOnlySpan<int> nodes = nodeOf.AsSpan(offset[line]..offset[line + 1]);
                SetBox(surfaces.Box.AsSpan(line * dimensions * 2, dimensions * 2), nodes, points);
                solver.Begin();
                for (int n = 0; n < nodes.Length; n++)
                {
                    int e = entryOf[offset[line] + n];
                    surfaces.Terms(line, points[nodes[n]], exponents, term, []);
                    (value[0], value[1], value[2], value[3]) =
                        (all.CenterShift[e], Finite(all.LnAmplitude[e]), Finite(all.LnSigma[e]), Finite(all.LnGamma[e]));
                    solver.Add(term, value);
                }

                solver.Solve(penalty, surfaces.Coefficient.AsSpan(line * Parameters * exponents.Length, Parameters * exponents.Length));
            }
        });
        var presence = new ManifoldEntries(all.LineIndex, [], [], [], []);
        return new LineManifold(
            manifold.Axes, manifold.Wavelength, manifold.LineCenter, manifold.NodePresent, manifold.NodeOffset, presence, manifold.Recipe, manifold.MaxShiftAngstrom)
        {
            Scheme = manifold.Scheme,
            Surfaces = surfaces,
        };
    }

    // A width of zero has no logarithm to fit; a width of 1e-9 A changes no pixel.
    private static double Finite(float value) => float.IsFinite(value) ? value : -20;

    private static void SetBox(Span<float> box, ReadOnlySpan<int> nodes, double[][] points)
    {
        for (int d = 0; d < box.Length / 2; d++)
        {
            double low = double.PositiveInfinity, high = double.NegativeInfinity;
            foreach (int node in nodes) (low, high) = (Math.Min(low, points[node][d]), Math.Max(high, points[node][d]));
            (box[2 * d], box[(2 * d) + 1]) = nodes.IsEmpty ? (0, 0) : ((float)low, (float)high);
        }
    }

    // The nodes and entries of every line, in ascending nodes.
    private static (int[] Node, int[] Entry, int[] Offset) ByLine(LineManifold manifold)
    {
        int[] index = manifold.Entries.LineIndex;
        long[] nodeOffset = manifold.NodeOffset;
        var offset = new int[manifold.LineCenter.Length + 1];
        foreach (int line in index) offset[line + 1]++;
        for (int k = 0; k < offset.Length - 1; k++) offset[k + 1] += offset[k];
        int[] next = [.. offset];
        int[] nodes = new int[index.Length], entries = new int[index.Length];
        for (int node = 0; node < manifold.Axes.NodeCount; node++)
        {
            for (int e = (int)nodeOffset[node]; e < nodeOffset[node + 1]; e++)
            {
                int at = next[index[e]]++;
                (nodes[at], entries[at]) = (node, e);
            }
        }

        return (nodes, entries, offset);
    }
}

/// <summary>Least squares with a penalty on all coefficients but the first: normal equations and Cholesky.</summary>
internal sealed class RidgeSolver(int terms, int columns)
{
    private readonly double[] _normal = new double[terms * terms];
    private readonly double[] _right = new double[columns * terms];
    private int _rows;

    public void Begin()
    {
        Array.Clear(_normal);
        Array.Clear(_right);
        _rows = 0;
    }

    public void Add(ReadOnlySpan<double> term, ReadOnlySpan<double> value)
    {
        _rows++;
        for (int i = 0; i < terms; i++)
        {
            for (int j = 0; j <= i; j++) _normal[(i * terms) + j] += term[i] * term[j];
            for (int c = 0; c < columns; c++) _right[(c * terms) + i] += term[i] * value[c];
        }
    }

    public void Solve(double penalty, Span<float> coefficient)
    {
        coefficient.Clear();
        if (_rows == 0) return;

        // A little on every diagonal element keeps terms that the nodes cannot tell apart from dividing by zero.
        for (int i = 0; i < terms; i++) _normal[(i * terms) + i] += i == 0 ? 0 : (Math.Max(penalty, 1e-9) * _rows);
        for (int j = 0; j < terms; j++)
        {
            for (int i = j; i < terms; i++)
            {
                double sum = _normal[(i * terms) + j];
                for (int k = 0; k < j; k++) sum -= _normal[(i * terms) + k] * _normal[(j * terms) + k];
                _normal[(i * terms) + j] = i == j ? Math.Sqrt(sum) : sum / _normal[(j * terms) + j];
            }
        }

        for (int c = 0; c < columns; c++)
        {
            Span<double> x = _right.AsSpan(c * terms, terms);
            for (int i = 0; i < terms; i++)
            {
                for (int k = 0; k < i; k++) x[i] -= _normal[(i * terms) + k] * x[k];
                x[i] /= _normal[(i * terms) + i];
            }

            for (int i = terms - 1; i >= 0; i--)
            {
                for (int k = i + 1; k < terms; k++) x[i] -= _normal[(k * terms) + i] * x[k];
                x[i] /= _normal[(i * terms) + i];
                coefficient[(c * terms) + i] = (float)x[i];
            }
        }
    }
}
