using Blase3D.Engine.Grids;
using Blase3D.Engine.Manifolds;
using Blase3D.Engine.Observation;

namespace Blase3D.Engine.Inference.Observed;

/// <summary>
/// The parameters of an observed star as axes: those of the manifold with their nodes, then velocity, vsini and resolution, each from its lowest to its
/// highest value (or the one it is fixed at).
/// </summary>
public sealed class JointAxes
{
    /// <summary>The name of the radial velocity, km/s.</summary>
    public const string Velocity = "velocity";

    /// <summary>The name of v sin i, km/s.</summary>
    public const string Rotation = "vsini";

    /// <summary>The name of the factor of the resolving power.</summary>
    public const string Resolution = "resolution_factor";

    private readonly double _limb;

    /// <summary>Lays the axes.</summary>
    /// <param name="manifold">The manifold.</param>
    /// <param name="options">What is fixed, and the ranges of the others.</param>
    /// <param name="velocityRange">Where the velocity is; null for the one of the options.</param>
    public JointAxes(LineManifold manifold, ObservationOptions options, (double Low, double High)? velocityRange = null)
    {
        ArgumentNullException.ThrowIfNull(manifold);
        ArgumentNullException.ThrowIfNull(options);
        (Stellar, _limb) = (manifold.Axes.Dimensions, options.LimbDarkening);
        (double low, double high) = velocityRange ?? options.VelocityRangeKmPerS;
        (double Low, double High) factor = options.ResolutionFactorRange ?? (1, 1);
        List<string> names = [.. manifold.Axes.Names, Velocity, Rotation];
        List<double[]> values = [.. Enumerable.Range(0, Stellar).Select(d => manifold.Axes.Values(d).ToArray())];
        values.Add(options.VelocityKmPerS is { } velocity ? [velocity] : [low, high]);
        values.Add(options.RotationKmPerS is { } rotation ? [rotation] : [0, options.LargestRotationKmPerS]);
        if (options.ResolutionFactorRange is not null)
        {
            names.Add(Resolution);
            values.Add([factor.Low, factor.High]);
        }

        Axes = new RectilinearAxes(names, values);
    }

    /// <summary>All axes.</summary>
    public RectilinearAxes Axes { get; }

    /// <summary>The number of those of the manifold.</summary>
    public int Stellar { get; }

    /// <summary>The extrinsics of a point.</summary>
    /// <param name="point">One value per axis.</param>
    public Extrinsics ExtrinsicsOf(ReadOnlySpan<double> point) => new(
        point[Stellar], point[Stellar + 1], _limb, point.Length > Stellar + 2 ? point[Stellar + 2] : 1);

    /// <summary>Which of the extrinsics an axis behind those of the manifold is.</summary>
    /// <param name="axis">From <see cref="Stellar"/> on.</param>
    public ExtrinsicParameter ParameterOf(int axis) => (axis - Stellar) switch
    {
        0 => ExtrinsicParameter.Velocity,
        1 => ExtrinsicParameter.Rotation,
        _ => ExtrinsicParameter.Resolution,
    };
}
