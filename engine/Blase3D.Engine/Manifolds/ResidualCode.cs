namespace Blase3D.Engine.Manifolds;

/// <summary>
/// Residuals as 16-bit multiples of a step. A block of pixels has one step: twice the wanted error, or larger where the residuals would not fit.
/// </summary>
public static class ResidualCode
{
    /// <summary>Pixels per block.</summary>
    public const int BlockPixels = 16384;

    /// <summary>The error that is aimed at: far below what interpolation costs, and within 16 bits up to residuals of 0.65.</summary>
    public const double DefaultError = 1e-5;

    /// <summary>The number of blocks of a spectrum.</summary>
    /// <param name="pixels">Its length.</param>
    public static int BlocksOf(int pixels) => (pixels + BlockPixels - 1) / BlockPixels;

    /// <summary>The values of one block.</summary>
    /// <param name="code">A whole spectrum.</param>
    /// <param name="block">The number of the block.</param>
    public static ReadOnlySpan<short> Block(ReadOnlySpan<short> code, int block) =>
        code.Slice(block * BlockPixels, Math.Min(BlockPixels, code.Length - (block * BlockPixels)));

    /// <summary>Codes a residual.</summary>
    /// <param name="residual">Length P, finite.</param>
    /// <param name="error">The error aimed at, positive.</param>
    /// <param name="code">Receives the multiples, length P.</param>
    /// <param name="step">Receives the step of every block; half of it is the largest error there.</param>
    /// <exception cref="EngineException">BadInput: a value is not finite.</exception>
    public static void Encode(ReadOnlySpan<double> residual, double error, Span<short> code, Span<float> step)
    {
        for (int block = 0; block < BlocksOf(residual.Length); block++)
        {
            int first = block * BlockPixels, length = Math.Min(BlockPixels, residual.Length - first);
            double largest = 0;
            foreach (double value in residual.Slice(first, length))
            {
                if (!double.IsFinite(value)) throw new EngineException(ErrorCode.BadInput, $"The residual at pixel {first} and the next {length} has a value that is not finite; check the flux of the grid there.");
                largest = Math.Max(largest, Math.Abs(value));
            }

            // Rounded up, so that the largest value still fits after the step has become a float.
            float width = MathF.BitIncrement((float)Math.Max(2 * error, largest / short.MaxValue));
            step[block] = width;
            for (int i = first; i < first + length; i++) code[i] = (short)Math.Round(residual[i] / width);
        }
    }
}

/// <summary>Residuals kept in memory in coded form.</summary>
public sealed class CodedResiduals : IResidualReader
{
    private readonly short[]?[] _code;
    private readonly float[]?[] _step;

    /// <summary>Codes the residuals of all nodes of another reader.</summary>
    /// <param name="source">Where they come from.</param>
    /// <param name="nodePresent">The nodes to read.</param>
    /// <param name="pixels">The length of a spectrum.</param>
    /// <param name="error">The error aimed at.</param>
    public CodedResiduals(IResidualReader source, bool[] nodePresent, int pixels, double error = ResidualCode.DefaultError)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(nodePresent);
        _code = new short[nodePresent.Length][];
        _step = new float[nodePresent.Length][];
        var row = new double[pixels];
        for (int node = 0; node < nodePresent.Length; node++)
        {
            if (!nodePresent[node]) continue;
            source.Read(node, 0, row);
            short[] code = new short[pixels];
            float[] step = new float[ResidualCode.BlocksOf(pixels)];
            ResidualCode.Encode(row, error, code, step);
            (_code[node], _step[node]) = (code, step);
            foreach (float s in step) ErrorBound = Math.Max(ErrorBound, s / 2);
        }
    }

    /// <summary>The largest error of a value.</summary>
    public double ErrorBound { get; }

    /// <inheritdoc/>
    public void Read(int node, int firstPixel, Span<double> destination)
    {
        short[] code = _code[node]!;
        float[] step = _step[node]!;
        for (int i = 0; i < destination.Length; i++) destination[i] = (double)step[(firstPixel + i) / ResidualCode.BlockPixels] * code[firstPixel + i];
    }
}
