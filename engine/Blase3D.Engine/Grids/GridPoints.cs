namespace Blase3D.Engine.Grids;

/// <summary>
/// A list of points in parameter space, for example the (teff, logg, feh) of every spectrum of a grid. Immutable.
/// </summary>
/// <remarks>Units by axis name: <c>teff</c> in K, <c>logg</c> in dex of cm/s2, <c>feh</c> in dex.</remarks>
public sealed class GridPoints
{
    private readonly double[] _values;

    /// <summary>Makes a list of points.</summary>
    /// <param name="axisNames">One name per axis, for example teff, logg, feh; at least one, all different.</param>
    /// <param name="values">Row-major values, shape [points, axes]; finite.</param>
    /// <exception cref="EngineException">A name is repeated, the length does not fit, or a value is not finite.</exception>
    public GridPoints(IReadOnlyList<string> axisNames, double[] values)
    {
        ArgumentNullException.ThrowIfNull(axisNames);
        ArgumentNullException.ThrowIfNull(values);
        if (axisNames.Count == 0 || axisNames.Distinct(StringComparer.Ordinal).Count() != axisNames.Count)
        {
            throw new EngineException(
                ErrorCode.BadInput,
                $"The axis names '{string.Join(", ", axisNames)}' are empty or repeated; give every axis a name of its own.");
        }

        if (values.Length % axisNames.Count != 0)
        {
            throw new EngineException(
                ErrorCode.BadInput,
                $"The {values.Length} point values do not divide into rows of {axisNames.Count} axes ({string.Join(", ", axisNames)}).");
        }

        int bad = Array.FindIndex(values, v => !double.IsFinite(v));
        if (bad >= 0)
        {
            throw new EngineException(
                ErrorCode.BadInput,
                $"Point {bad / axisNames.Count} has {axisNames[bad % axisNames.Count]} = {values[bad]}; every value must be finite.");
        }

        AxisNames = [.. axisNames];
        _values = values;
        Count = values.Length / axisNames.Count;
    }

    /// <summary>The axis names, in the order of the columns.</summary>
    public IReadOnlyList<string> AxisNames { get; }

    /// <summary>The number of axes.</summary>
    public int Dimensions => AxisNames.Count;

    /// <summary>The number of points.</summary>
    public int Count { get; }

    /// <summary>All values, row-major, shape [Count, Dimensions].</summary>
    public ReadOnlySpan<double> Values => _values;

    /// <summary>The values of one point, in the order of <see cref="AxisNames"/>.</summary>
    /// <param name="index">0 to Count - 1.</param>
    public ReadOnlySpan<double> this[int index] => _values.AsSpan(index * Dimensions, Dimensions);

    /// <summary>The column of an axis, or -1 when there is no axis of that name.</summary>
    /// <param name="axisName">For example teff.</param>
    public int AxisIndex(string axisName)
    {
        for (int d = 0; d < Dimensions; d++)
        {
            if (string.Equals(AxisNames[d], axisName, StringComparison.Ordinal)) return d;
        }

        return -1;
    }

    /// <summary>A point as a user writes it: <c>teff=4000, logg=4.5, feh=0</c>.</summary>
    /// <param name="index">0 to Count - 1.</param>
    public string Describe(int index) => Describe(AxisNames, this[index]);

    /// <summary>A point as a user writes it: <c>teff=4000, logg=4.5, feh=0</c>.</summary>
    /// <param name="axisNames">The axis names.</param>
    /// <param name="point">One value per axis.</param>
    public static string Describe(IReadOnlyList<string> axisNames, ReadOnlySpan<double> point)
    {
        var parts = new string[axisNames.Count];
        for (int d = 0; d < parts.Length; d++) parts[d] = FormattableString.Invariant($"{axisNames[d]}={point[d]:0.######}");
        return string.Join(", ", parts);
    }

    /// <summary>The range of every axis as a user writes it: <c>teff 2300 to 12000, logg 2 to 6</c>; empty without points.</summary>
    public string DescribeRange()
    {
        if (Count == 0) return string.Empty;
        var parts = new string[Dimensions];
        for (int d = 0; d < Dimensions; d++)
        {
            double low = double.PositiveInfinity, high = double.NegativeInfinity;
            for (int i = 0; i < Count; i++) (low, high) = (Math.Min(low, this[i][d]), Math.Max(high, this[i][d]));
            parts[d] = FormattableString.Invariant($"{AxisNames[d]} {low:0.######} to {high:0.######}");
        }

        return string.Join(", ", parts);
    }

    /// <summary>The number of nodes of the smallest lattice around the points: the product of the numbers of different values.</summary>
    public double LatticeSize()
    {
        double size = 1;
        for (int d = 0; d < Dimensions; d++)
        {
            var different = new HashSet<double>();
            for (int i = 0; i < Count; i++) different.Add(this[i][d]);
            size *= different.Count;
        }

        return size;
    }

    /// <summary>A point that is there more than once, or -1 when all are different.</summary>
    public int FindRepeated()
    {
        int[] order = [.. Enumerable.Range(0, Count)];
        Array.Sort(order, (a, b) => this[a].SequenceCompareTo(this[b]));
        for (int i = 1; i < order.Length; i++)
        {
            if (this[order[i]].SequenceCompareTo(this[order[i - 1]]) == 0) return order[i];
        }

        return -1;
    }

    /// <summary>A new list with only the given rows, in the given order.</summary>
    /// <param name="rows">Indices into this list.</param>
    public GridPoints Select(IReadOnlyList<int> rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        var values = new double[rows.Count * Dimensions];
        for (int r = 0; r < rows.Count; r++) this[rows[r]].CopyTo(values.AsSpan(r * Dimensions));
        return new GridPoints(AxisNames, values);
    }
}
