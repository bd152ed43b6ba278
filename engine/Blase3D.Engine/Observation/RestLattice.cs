using System.Globalization;

namespace Blase3D.Engine.Observation;

/// <summary>
/// Where a model spectrum is evaluated: rest wavelengths exp(n h / c) for whole n, equally spaced in c ln(wavelength), on one or several stretches
/// that hold all that some orders of a detector can see. They do not depend on the velocity of the star.
/// </summary>
public sealed class RestLattice
{
    /// <summary>The step that is used when none is given, in km/s: stellar lines have standard deviations of at least about 1 km/s.</summary>
    public const double DefaultStepKmPerS = 0.5;

    private RestLattice(double stepKmPerS, IReadOnlyList<DetectorPixels> orders, LatticeStretch[] stretches)
    {
        (StepKmPerS, Orders, Stretches) = (stepKmPerS, orders, stretches);
        WavelengthAngstrom = new double[stretches.Sum(stretch => stretch.Count)];
        foreach (LatticeStretch stretch in stretches)
        {
            for (int n = 0; n < stretch.Count; n++)
                WavelengthAngstrom[stretch.Offset + n] = Math.Exp((stretch.First + n) * stepKmPerS / DopplerShift.LightSpeedKmPerS);
        }
    }

    /// <summary>h, in km/s.</summary>
    public double StepKmPerS { get; }

    /// <summary>The orders that the lattice is laid under.</summary>
    public IReadOnlyList<DetectorPixels> Orders { get; }

    /// <summary>The rest wavelengths, all stretches one after the other, vacuum Angstrom, ascending, length N.</summary>
    public double[] WavelengthAngstrom { get; }

    /// <summary>The stretches, ascending.</summary>
    internal IReadOnlyList<LatticeStretch> Stretches { get; }

    /// <summary>Lays a lattice under the pixels of some orders.</summary>
    /// <param name="orders">The orders, in any order; they may overlap.</param>
    /// <param name="lowVelocityKmPerS">The lowest velocity the star may have.</param>
    /// <param name="highVelocityKmPerS">The highest one.</param>
    /// <param name="reachKmPerS">How far rotation and instrument reach, at least 0.</param>
    /// <param name="shortestAngstrom">Where the model begins; the lattice does not go beyond.</param>
    /// <param name="longestAngstrom">Where the model ends.</param>
    /// <param name="stepKmPerS">0.01 to 100 km/s.</param>
    /// <exception cref="EngineException">
    /// <see cref="ErrorCode.BadArguments"/>: the step; <see cref="ErrorCode.OutOfRange"/>: the model covers nothing of the orders.
    /// </exception>
    public static RestLattice Under(
        IReadOnlyList<DetectorPixels> orders, double lowVelocityKmPerS, double highVelocityKmPerS, double reachKmPerS,
        double shortestAngstrom = 1, double longestAngstrom = 1e9, double stepKmPerS = DefaultStepKmPerS)
    {
        ArgumentNullException.ThrowIfNull(orders);
        if (!(stepKmPerS >= 0.01 && stepKmPerS <= 100))
            throw new EngineException(ErrorCode.BadArguments, string.Create(CultureInfo.InvariantCulture, $"The step is {stepKmPerS} km/s; give 0.01 to 100."));
        double perStep = DopplerShift.LightSpeedKmPerS / stepKmPerS;
        double margin = (reachKmPerS / stepKmPerS) + LatticeStretch.SplineMargin;
        long least = (long)Math.Ceiling(Math.Log(shortestAngstrom) * perStep), most = (long)Math.Floor(Math.Log(longestAngstrom) * perStep);
        var wanted = new List<(long First, long Last, int Order)>();
        for (int n = 0; n < orders.Count; n++)
        {
            DetectorPixels order = orders[n];
            double low = ((Math.Log(order.LowerAngstrom[0]) - DopplerShift.LnFactor(highVelocityKmPerS)) * perStep) - margin;
            double high = ((Math.Log(order.UpperAngstrom[^1]) - DopplerShift.LnFactor(lowVelocityKmPerS)) * perStep) + margin;
            (long first, long last) = (Math.Max(least, (long)Math.Floor(low)), Math.Min(most, (long)Math.Ceiling(high)));
            if (last - first > 2 * LatticeStretch.SplineMargin) wanted.Add((first, last, n));
        }

        if (wanted.Count == 0)
        {
            throw new EngineException(ErrorCode.OutOfRange, string.Create(CultureInfo.InvariantCulture,
                $"The model covers {shortestAngstrom:0.##} to {longestAngstrom:0.##} Angstrom (vacuum), nothing of the {orders.Count} orders; check the unit and the medium of their wavelengths."));
        }

        var stretches = new List<LatticeStretch>();
        (long First, long Last, int Order)[] ascending = [.. wanted.Order()];
        for (int k = 0; k < ascending.Length;)
        {
            (long from, long to, _) = ascending[k];
            var inside = new List<int>();
            for (; k < ascending.Length && ascending[k].First <= to; k++)
            {
                to = Math.Max(to, ascending[k].Last);
                inside.Add(ascending[k].Order);
            }

            int offset = stretches.Count == 0 ? 0 : stretches[^1].Offset + stretches[^1].Count;
            stretches.Add(new LatticeStretch(from, (int)(to - from) + 1, offset, [.. inside]));
        }

        return new RestLattice(stepKmPerS, [.. orders], [.. stretches]);
    }

    /// <summary>The same places for some of the orders.</summary>
    /// <param name="orders">Their indices, ascending.</param>
    internal RestLattice For(IReadOnlyList<int> orders) => new(
        StepKmPerS, [.. orders.Select(n => Orders[n])],
        [.. Stretches.Select(stretch => stretch with { Orders = [.. Enumerable.Range(0, orders.Count).Where(n => stretch.Orders.Contains(orders[n]))] })]);
}

/// <summary>A run of lattice points.</summary>
/// <param name="First">n of its first point.</param>
/// <param name="Count">The number of points.</param>
/// <param name="Offset">Where it is in the arrays of all stretches.</param>
/// <param name="Orders">The orders whose pixels see it.</param>
internal sealed record LatticeStretch(long First, int Count, int Offset, int[] Orders)
{
    /// <summary>The points beside a place that its spline needs.</summary>
    public const int SplineMargin = 3;
}
