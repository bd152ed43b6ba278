using Blase3D.Kernels.Contracts;

namespace Blase3D.Engine.Manifolds;

/// <summary>Gives the lines at any point of a manifold. An instance owns scratch memory: use one per concurrent caller.</summary>
public interface ILineInterpolator : ILineReader
{
    /// <summary>Chooses the lines [firstLine, endLine) at a point, which <see cref="ILineReader.Read"/> then gives, ascending in their index.</summary>
    /// <param name="point">One value per axis.</param>
    /// <param name="firstLine">First line index.</param>
    /// <param name="endLine">Line index behind the last.</param>
    /// <exception cref="EngineException">OutOfRange: the point is outside of the grid or its cell lacks a node.</exception>
    void Begin(ReadOnlySpan<double> point, int firstLine, int endLine);
}

/// <summary>Chooses how the lines of a manifold are found between its nodes.</summary>
public static class LineInterpolation
{
    /// <summary>The lines [firstLine, endLine) at a point as a table.</summary>
    /// <param name="interpolator">The interpolator.</param>
    /// <param name="point">One value per axis.</param>
    /// <param name="firstLine">First line index.</param>
    /// <param name="endLine">Line index behind the last.</param>
    /// <param name="lines">Receives the lines that are there, ascending in their index.</param>
    /// <exception cref="EngineException">OutOfRange: the point is outside of the grid or its cell lacks a node.</exception>
    public static void Interpolate(this ILineInterpolator interpolator, ReadOnlySpan<double> point, int firstLine, int endLine, LineTable lines)
    {
        ArgumentNullException.ThrowIfNull(interpolator);
        interpolator.Begin(point, firstLine, endLine);
        ReadAll(interpolator, lines);
    }

    /// <summary>Reads all lines into a table.</summary>
    internal static void ReadAll(ILineReader reader, LineTable lines)
    {
        ArgumentNullException.ThrowIfNull(lines);
        lines.Count = 0;
        do
        {
            if (lines.Room < ILineReader.LeastRoom) lines.Reserve((2 * lines.Count) + ILineReader.LeastRoom);
        }
        while (reader.Read(lines));
    }

    /// <summary>Makes an interpolator.</summary>
    /// <param name="manifold">The manifold.</param>
    /// <param name="scheme">Linear or cubic, or null for the manifold's own; a manifold of fitted surfaces has only these.</param>
    /// <param name="rule">What a corner without the line does; the published rule is linear always.</param>
    public static ILineInterpolator Create(LineManifold manifold, Grids.InterpolationScheme? scheme = null, AbsenceRule rule = AbsenceRule.Mask)
    {
        ArgumentNullException.ThrowIfNull(manifold);
        if (manifold.Surfaces is not null)
        {
            return rule == AbsenceRule.Mask
                ? new SurfaceInterpolator(manifold)
                : throw new EngineException(ErrorCode.BadArguments, "A manifold of fitted surfaces has no parameters at its nodes, which the published rules need; build one without --regression.");
        }

        return rule == AbsenceRule.Mask && (scheme ?? manifold.Scheme) == Grids.InterpolationScheme.Cubic
            ? new SmoothInterpolator(manifold)
            : new ManifoldInterpolator(manifold, rule);
    }
}
