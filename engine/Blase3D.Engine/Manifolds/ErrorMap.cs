using Blase3D.Engine.Grids;
using Blase3D.Kernels.Contracts;

namespace Blase3D.Engine.Manifolds;

/// <summary>
/// What a reconstruction is expected to be wrong by, in units of the continuum, for every cell of the grid and every region of wavelengths: a root mean
/// square over the pixels of the region, measured on nodes left out. Immutable.
/// </summary>
/// <remarks>
/// With e_n the error at a node, b_d that of moving along axis d to the middle of the cell, and t_d the place between the nodes, 0 to 1, the expected error is
/// the root of the mean of e_n^2 over the corners (linear weights) plus the sum over d of (4 t_d (1 - t_d) b_d)^2: an interpolation of second order is wrong in
/// proportion to t (1 - t).
/// </remarks>
public sealed class ErrorMap
{
    /// <summary>The pixels of a region.</summary>
    public const int DefaultRegionPixels = 1024;

    private readonly RectilinearAxes _axes;
    private readonly double[] _wavelength;

    /// <summary>Takes the values over; nothing is copied.</summary>
    /// <param name="axes">The lattice of the manifold.</param>
    /// <param name="wavelength">The wavelengths of the manifold, length P.</param>
    /// <param name="regionPixels">As <see cref="RegionPixels"/>.</param>
    /// <param name="atNode">As <see cref="AtNode"/>.</param>
    /// <param name="between">As <see cref="Between"/>.</param>
    /// <exception cref="EngineException">BadInput: the lengths do not fit, or a value is negative or infinite.</exception>
    public ErrorMap(RectilinearAxes axes, double[] wavelength, int regionPixels, float[] atNode, float[] between)
    {
        ArgumentNullException.ThrowIfNull(axes);
        ArgumentNullException.ThrowIfNull(wavelength);
        ArgumentNullException.ThrowIfNull(atNode);
        ArgumentNullException.ThrowIfNull(between);
        (_axes, _wavelength, RegionPixels, AtNode, Between) = (axes, wavelength, regionPixels, atNode, between);
        if (regionPixels < 1 || atNode.LongLength != (long)axes.NodeCount * Regions || between.LongLength != CellsOf(axes) * axes.Dimensions * Regions)
            throw Broken($"{atNode.Length} and {between.Length} errors come with {axes.NodeCount} nodes and regions of {regionPixels} of {wavelength.Length} pixels");
        if (atNode.Any(IsNoError) || between.Any(IsNoError)) throw Broken("an error is negative or infinite");
    }

    /// <summary>The pixels of a region; the last region may have fewer.</summary>
    public int RegionPixels { get; }

    /// <summary>The number of regions R.</summary>
    public int Regions => RegionsOf(_wavelength.Length, RegionPixels);

    /// <summary>The error at a node, shape [M, R]; NaN at missing nodes.</summary>
    public float[] AtNode { get; }

    /// <summary>
    /// The error in the middle of a cell, moving along one axis from its nodes, shape [C, D, R]; cells in C order. NaN where no node next to the cell could be
    /// left out, as along an axis of two nodes: nothing is known there.
    /// </summary>
    public float[] Between { get; }

    /// <summary>The number of cells C of a lattice; an axis of one node has one.</summary>
    /// <param name="axes">The lattice.</param>
    public static long CellsOf(RectilinearAxes axes)
    {
        ArgumentNullException.ThrowIfNull(axes);
        long cells = 1;
        for (int d = 0; d < axes.Dimensions; d++) cells *= StepsOf(axes, d);
        return cells;
    }

    /// <summary>The number of regions of a spectrum.</summary>
    /// <param name="pixels">Its length.</param>
    /// <param name="regionPixels">The pixels of a region.</param>
    public static int RegionsOf(int pixels, int regionPixels) => (pixels + regionPixels - 1) / regionPixels;

    /// <summary>The expected error at a point and a wavelength, in units of the continuum.</summary>
    /// <param name="point">One value per axis.</param>
    /// <param name="wavelengthAngstrom">Vacuum Angstrom; outside of the manifold's range that of the nearest region.</param>
    /// <exception cref="EngineException">OutOfRange: the point is outside of the grid.</exception>
    public double ExpectedError(ReadOnlySpan<double> point, double wavelengthAngstrom) => ExpectedErrors(point, [wavelengthAngstrom])[0];

    /// <summary>The expected errors at a point, in units of the continuum.</summary>
    /// <param name="point">One value per axis.</param>
    /// <param name="wavelength">Vacuum Angstrom, ascending or not.</param>
    /// <returns>One per wavelength; 0 where nothing is known.</returns>
    /// <exception cref="EngineException">OutOfRange: the point is outside of the grid.</exception>
    public double[] ExpectedErrors(ReadOnlySpan<double> point, ReadOnlySpan<double> wavelength)
    {
        double[] byRegion = ByRegion(point);
        var errors = new double[wavelength.Length];
        if (byRegion.Length == 0) return errors;
        for (int i = 0; i < errors.Length; i++)
            errors[i] = byRegion[Math.Min(LineWindows.SearchSorted(_wavelength, wavelength[i]), _wavelength.Length - 1) / RegionPixels];
        return errors;
    }

    /// <summary>The expected error of every region at a point, length R.</summary>
    /// <param name="point">One value per axis.</param>
    /// <exception cref="EngineException">OutOfRange: the point is outside of the grid.</exception>
    public double[] ByRegion(ReadOnlySpan<double> point)
    {
        var corners = new GridCell(_axes.Dimensions);
        _axes.Locate(point, corners);
        var square = new double[Regions];
        for (int c = 0; c < corners.Count; c++) AddSquares(AtNode, (long)corners.Node[c] * Regions, corners.Weight[c], square);
        long cell = 0;
        var factor = new double[_axes.Dimensions];
        for (int d = 0; d < factor.Length; d++)
        {
            ReadOnlySpan<double> nodes = _axes.Values(d);
            int lower = Math.Clamp(LineWindows.SearchSorted(nodes, point[d]) - 1, 0, Math.Max(0, nodes.Length - 2));
            double share = nodes.Length == 1 ? 0 : (point[d] - nodes[lower]) / (nodes[lower + 1] - nodes[lower]);
            factor[d] = 4 * share * (1 - share);
            cell = (cell * StepsOf(_axes, d)) + lower;
        }

        for (int d = 0; d < factor.Length; d++) AddSquares(Between, ((cell * factor.Length) + d) * Regions, factor[d] * factor[d], square);
        return Array.ConvertAll(square, Math.Sqrt);
    }

    /// <summary>The middle of a cell.</summary>
    /// <param name="cell">0 to C - 1.</param>
    public double[] MiddleOf(long cell)
    {
        var point = new double[_axes.Dimensions];
        for (int d = point.Length - 1; d >= 0; d--)
        {
            ReadOnlySpan<double> nodes = _axes.Values(d);
            int lower = (int)(cell % StepsOf(_axes, d));
            cell /= StepsOf(_axes, d);
            point[d] = nodes.Length == 1 ? nodes[0] : (nodes[lower] + nodes[lower + 1]) / 2;
        }

        return point;
    }

    /// <summary>The wavelengths where a region begins and ends, vacuum Angstrom.</summary>
    /// <param name="region">0 to R - 1.</param>
    public (double LowAngstrom, double HighAngstrom) RangeOf(int region) =>
        (_wavelength[region * RegionPixels], _wavelength[Math.Min(_wavelength.Length, (region + 1) * RegionPixels) - 1]);

    private static int StepsOf(RectilinearAxes axes, int axis) => Math.Max(1, axes.Values(axis).Length - 1);

    private static void AddSquares(float[] errors, long first, double factor, double[] square)
    {
        for (int r = 0; factor > 0 && r < square.Length; r++)
        {
            double error = errors[first + r];
            if (!double.IsNaN(error)) square[r] += factor * error * error;
        }
    }

    private static bool IsNoError(float error) => error < 0 || float.IsInfinity(error);

    private static EngineException Broken(string what) => new(ErrorCode.BadInput, $"The error map does not fit together: {what}; build the manifold again.");
}
