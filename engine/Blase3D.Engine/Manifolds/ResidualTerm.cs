namespace Blase3D.Engine.Manifolds;

/// <summary>
/// What lines cannot carry: at every node the native, normalised spectrum minus the spectrum of the manifold's lines there. Interpolated like the
/// lines and added to their product it makes every node exact (to <see cref="ErrorBound"/>), and between the nodes leaves the error of
/// interpolation alone.
/// </summary>
/// <param name="Reader">Gives the values.</param>
/// <param name="ErrorBound">The largest error of a value in units of the continuum: what storing it in 16 bits costs.</param>
public sealed record ResidualTerm(IResidualReader Reader, double ErrorBound);

/// <summary>Gives the residuals of nodes; safe to use from several threads.</summary>
public interface IResidualReader
{
    /// <summary>Reads the residual of a node on the manifold's wavelengths.</summary>
    /// <param name="node">A present node.</param>
    /// <param name="firstPixel">The first pixel.</param>
    /// <param name="destination">Receives native minus lines in units of the continuum.</param>
    /// <exception cref="EngineException">BadInput: what is stored is damaged, or the native spectrum cannot be read.</exception>
    void Read(int node, int firstPixel, Span<double> destination);
}
