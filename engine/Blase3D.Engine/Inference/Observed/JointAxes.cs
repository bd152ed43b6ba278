using Blase3D.Engine.Grids;
using Blase3D.Engine.Manifolds;
using Blase3D.Engine.Observation;

namespace Blase3D.Engine.Inference.Observed;

/// <summary>
/// The parameters of an observed star as axes: those of the manifold with their nodes (and the end of one that is continued), then velocity, vsini and resolution, each from its lowest to its
/// highest value (or the one it is fixed at), then the velocities of further exposures when each has its own.
/// </summary>
public sealed class JointAxes
{
    /// <summary>The name of the radial velocity, km/s; those of further exposures end with _2, _3 ...</summary>
    public const string Velocity = "velocity";

    /// <summary>The name of v sin i, km/s.</summary>
    public const string Rotation = "vsini";

    /// <summary>The name of the factor of the resolving power.</summary>
    public const string Resolution = "resolution_factor";

    private readonly double _limb;
    private readonly int _resolution;
    private readonly int _common;

    /// <summary>Lays the axes.</summary>
    /// <param name="manifold">The manifold.</param>
    /// <param name="options">What is fixed, the ranges of the others, and an axis that goes on beyond its end.</param>
    /// <param name="velocityRanges">Where the velocities are, one range for each; null for one velocity in the range of the options.</param>
    public JointAxes(LineManifold manifold, ObservationOptions options, IReadOnlyList<(double Low, double High)>? velocityRanges = null)
    {
        ArgumentNullException.ThrowIfNull(manifold);
        ArgumentNullException.ThrowIfNull(options);
        (Stellar, _limb) = (manifold.Axes.Dimensions, options.LimbDarkening);
        velocityRanges ??= [options.VelocityRangeKmPerS];
        List<string> names = [.. manifold.Axes.Names, Velocity, Rotation];
        List<double[]> values = [.. Enumerable.Range(0, Stellar).Select(d => manifold.Axes.Values(d).ToArray())];
        if (options.Continuation?.EndOf(manifold.Axes) is { } end) values[end.Axis] = end.Extended(values[end.Axis]);
        values.Add(options.VelocityKmPerS is { } velocity ? [velocity] : [velocityRanges[0].Low, velocityRanges[0].High]);
        values.Add(options.RotationKmPerS is { } rotation ? [rotation] : [0, options.LargestRotationKmPerS]);
        if (options.ResolutionFactorRange is { } factor)
        {
            _resolution = names.Count;
            names.Add(Resolution);
            values.Add([factor.Low, factor.High]);
        }

        _common = names.Count;
        for (int n = 1; n < velocityRanges.Count && options.VelocityKmPerS is null; n++)
        {
            names.Add(NameOfVelocity(n));
            values.Add([velocityRanges[n].Low, velocityRanges[n].High]);
        }

        Axes = new RectilinearAxes(names, values);
    }

    /// <summary>The axes of a star before its velocities are known: each in the whole range of the options.</summary>
    /// <param name="manifold">The manifold.</param>
    /// <param name="star">The exposures.</param>
    /// <param name="options">What is fixed, and the ranges of the others.</param>
    public static JointAxes For(LineManifold manifold, StarObservation star, ObservationOptions options)
    {
        ArgumentNullException.ThrowIfNull(star);
        ArgumentNullException.ThrowIfNull(options);
        return new JointAxes(manifold, options, [.. star.Exposures.Distinct().Take(options.HasSeparateVelocities ? int.MaxValue : 1).Select(_ => options.VelocityRangeKmPerS)]);
    }

    /// <summary>All axes.</summary>
    public RectilinearAxes Axes { get; }

    /// <summary>The number of those of the manifold.</summary>
    public int Stellar { get; }

    /// <summary>The number of different velocities.</summary>
    public int Velocities => 1 + Axes.Dimensions - _common;

    /// <summary>The axis of the factor of the resolving power; null when that is known.</summary>
    public int? ResolutionAxis => _resolution > 0 ? _resolution : null;

    /// <summary>The name of a velocity.</summary>
    /// <param name="velocity">Counted from 0.</param>
    public static string NameOfVelocity(int velocity) => velocity == 0 ? Velocity : FormattableString.Invariant($"{Velocity}_{velocity + 1}");

    /// <summary>The axis of a velocity.</summary>
    /// <param name="velocity">Counted from 0; when there is only one, any number means it.</param>
    public int VelocityAxis(int velocity) => velocity == 0 || Velocities == 1 ? Stellar : _common + velocity - 1;

    /// <summary>The extrinsics of a point.</summary>
    /// <param name="point">One value per axis.</param>
    /// <param name="velocity">Which velocity.</param>
    public Extrinsics ExtrinsicsOf(ReadOnlySpan<double> point, int velocity = 0) => new(
        point[VelocityAxis(velocity)], point[Stellar + 1], _limb, _resolution > 0 ? point[_resolution] : 1);

    /// <summary>Which of the extrinsics an axis behind those of the manifold is.</summary>
    /// <param name="axis">From <see cref="Stellar"/> on.</param>
    public ExtrinsicParameter ParameterOf(int axis) =>
        axis == Stellar || axis >= _common ? ExtrinsicParameter.Velocity : axis == Stellar + 1 ? ExtrinsicParameter.Rotation : ExtrinsicParameter.Resolution;
}
