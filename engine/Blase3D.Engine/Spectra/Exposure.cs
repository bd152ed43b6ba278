namespace Blase3D.Engine.Spectra;

/// <summary>Everything that one file holds of one star: its orders, and what the file says of them.</summary>
/// <param name="Name">The file name.</param>
/// <param name="Orders">At least one, in the order of the file; each carries the same <paramref name="Facts"/>.</param>
/// <param name="Facts">Format, frame, medium, errors, header.</param>
public sealed record Exposure(string Name, IReadOnlyList<Spectrum> Orders, SpectrumFacts Facts)
{
    /// <summary>All pixels of all orders.</summary>
    public int PixelCount => Orders.Sum(order => order.Flux.Length);

    /// <summary>The share of pixels that do not count, 0 to 1.</summary>
    public double MaskedShare => Orders.Sum(order => order.MaskedCount) / (double)PixelCount;
}
