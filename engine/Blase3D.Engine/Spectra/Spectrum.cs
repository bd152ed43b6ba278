namespace Blase3D.Engine.Spectra;

/// <summary>
/// One spectrum, or one order of an exposure. Pixels without data and pixels that their source marks as bad are NaN in
/// <paramref name="Flux"/>; whoever uses it masks them.
/// </summary>
/// <param name="WavelengthAngstrom">Vacuum wavelengths in Angstrom, strictly ascending, length P.</param>
/// <param name="Flux">Flux in the unit of its source, length P.</param>
/// <param name="Sigma">Standard deviation of the flux in the same unit, length P; null when the source gives none.</param>
/// <param name="Name">What to call it, usually the file name.</param>
public sealed record Spectrum(double[] WavelengthAngstrom, double[] Flux, double[]? Sigma, string Name)
{
    /// <summary>Whether neither the source nor its user said if the wavelengths are in air or in vacuum, so that vacuum was assumed.</summary>
    public bool IsMediumAssumed { get; init; }

    /// <summary>Which order of its file it is, counted from 0 as the file has them.</summary>
    public int Order { get; init; }

    /// <summary>Transmission of the Earth's atmosphere on the same pixels, 0 to 1, length P; null when the source gives none.</summary>
    public double[]? TelluricTransmission { get; init; }

    /// <summary>What the source says of it; null for spectra that no file was read for.</summary>
    public SpectrumFacts? Facts { get; init; }

    /// <summary>The number of pixels that do not count: flux NaN.</summary>
    public int MaskedCount => Flux.Count(double.IsNaN);

    /// <summary>The median of flux / sigma over the pixels that have both; null without errors.</summary>
    public double? SignalToNoise
    {
        get
        {
            if (Sigma is not { } sigma) return null;
            double[] ratios = [.. Flux.Zip(sigma, (flux, error) => flux / error).Where(double.IsFinite).Order()];
            return ratios.Length == 0 ? null : ratios[ratios.Length / 2];
        }
    }
}
