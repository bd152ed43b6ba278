namespace Blase3D.Engine.Manifolds;

/// <summary>
/// What lines cannot carry: at every node the native, normalised spectrum minus the spectrum of the manifold's lines there. Interpolated like the
/// lines and added to their product it makes every node exact (to <see cref="ErrorBound"/>), and between the nodes leaves the error of
/// interpolation alone.
/// </summary>
/// <remarks>
/// With L the spectrum of the lines, N_n the native ones and k the line share, the prediction is 1 + k (L(x) - 1) + sum_n w_n r_n with
/// r_n = N_n - 1 - k (L_n - 1). This is the interpolated native flux plus k times what the lines say beyond interpolating their own flux,
/// L(x) - sum_n w_n L_n. Lines that wander from node to node say nothing true there: k = 0 leaves interpolated pixels. Lines that follow the
/// star's parameters smoothly know how a saturating or shifting line bends: k = 1. Which it is, is measured on nodes left out, for every
/// <see cref="SharePixels"/> pixels: about a line, since it depends on the blend.
/// </remarks>
/// <param name="Reader">Gives the values r_n.</param>
/// <param name="ErrorBound">The largest error of a value in units of the continuum: what storing it in 16 bits costs.</param>
/// <param name="LineShare">The share k, 0 to 1, of every <see cref="SharePixels"/> pixels, length <see cref="SharesOf"/>.</param>
public sealed record ResidualTerm(IResidualReader Reader, double ErrorBound, float[] LineShare)
{
    /// <summary>The pixels that have a share in common.</summary>
    public const int SharePixels = 16;

    /// <summary>The share of a pixel.</summary>
    /// <param name="pixel">A pixel of the manifold's wavelengths.</param>
    public double ShareAt(int pixel) => LineShare[pixel / SharePixels];

    /// <summary>The number of shares of a spectrum.</summary>
    /// <param name="pixels">Its length.</param>
    public static int SharesOf(int pixels) => (pixels + SharePixels - 1) / SharePixels;

    /// <summary>One share for all pixels.</summary>
    /// <param name="share">0 to 1.</param>
    /// <param name="pixels">The length of a spectrum.</param>
    public static float[] SameShare(float share, int pixels)
    {
        var shares = new float[SharesOf(pixels)];
        Array.Fill(shares, share);
        return shares;
    }
}

/// <summary>Gives the residuals of nodes; safe to use from several threads.</summary>
public interface IResidualReader
{
    /// <summary>Reads the residual of a node on the manifold's wavelengths.</summary>
    /// <param name="node">A present node.</param>
    /// <param name="firstPixel">The first pixel.</param>
    /// <param name="destination">Receives r_n in units of the continuum.</param>
    /// <exception cref="EngineException">BadInput: what is stored is damaged, or the native spectrum cannot be read.</exception>
    void Read(int node, int firstPixel, Span<double> destination);
}
