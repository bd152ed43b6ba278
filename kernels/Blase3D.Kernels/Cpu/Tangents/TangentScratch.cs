namespace Blase3D.Kernels.Cpu.Tangents;

/// <summary>The memory of one worker for one block of pixels: small enough for the L1 cache with up to five directions.</summary>
internal sealed class TangentScratch
{
    /// <summary>Pixels of a block.</summary>
    public const int BlockPixels = 256;

    /// <summary>The most functions of the pixel that the derivatives of one line are made of.</summary>
    public const int MostTerms = 6;

    /// <summary>The block's sums, one after the other for every direction, each of <see cref="BlockPixels"/>.</summary>
    public double[] Sums { get; private set; } = [];

    /// <summary>The functions of one line in its run of pixels, each of <see cref="BlockPixels"/>.</summary>
    public double[] Terms { get; } = new double[MostTerms * BlockPixels];

    /// <summary>Starts a block.</summary>
    /// <param name="directions">The number of directions.</param>
    public void Begin(int directions)
    {
        int length = directions * BlockPixels;
        if (Sums.Length < length) Sums = new double[length];
        Array.Clear(Sums, 0, length);
    }
}
