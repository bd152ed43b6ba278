namespace Blase3D.Engine.Storage.Hdf5;

/// <summary>
/// What a compressed manifold gives up: the parameters are rounded to multiples of a power of two, so that the low bits of the floats are zero and
/// deflate. The errors are far below those of the clones themselves.
/// </summary>
public static class ManifoldRounding
{
    /// <summary>Steps of ln a, ln sigma and ln gamma: 2^-12, an error of at most 0.00013, that is 0.013 % of amplitude or width.</summary>
    public const double LogarithmStep = 1.0 / 4096;

    /// <summary>Steps of the centre: 2^-16 A, an error of at most 0.0000077 A (0.0003 km/s at 9000 A).</summary>
    public const double CenterStepAngstrom = 1.0 / 65536;

    /// <summary>Rounds a column; what is not finite stays.</summary>
    internal static float[] Round(float[] column, double step) => Array.ConvertAll(column, value => float.IsFinite(value) ? (float)(Math.Round(value / step) * step) : value);
}
