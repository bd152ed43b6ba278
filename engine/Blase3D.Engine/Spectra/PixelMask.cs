namespace Blase3D.Engine.Spectra;

/// <summary>Pixels that do not count: their flux becomes NaN, before anything is done with it.</summary>
public static class PixelMask
{
    /// <summary>Leaves out ranges of wavelengths.</summary>
    /// <param name="spectrum">The spectrum.</param>
    /// <param name="ranges">Vacuum Angstrom, both ends included.</param>
    /// <param name="masked">The pixels with a flux that were left out.</param>
    /// <returns>The spectrum itself when nothing was left out.</returns>
    public static Spectrum Apply(Spectrum spectrum, IReadOnlyList<(double Low, double High)> ranges, out int masked)
    {
        ArgumentNullException.ThrowIfNull(spectrum);
        ArgumentNullException.ThrowIfNull(ranges);
        return Without(spectrum, i => ranges.Any(range => spectrum.WavelengthAngstrom[i] >= range.Low && spectrum.WavelengthAngstrom[i] <= range.High), out masked);
    }

    /// <summary>Leaves out pixels whose error is not a positive number: there is no weight to give them.</summary>
    /// <param name="spectrum">The spectrum, with or without errors.</param>
    /// <param name="masked">The pixels with a flux that were left out.</param>
    /// <returns>The spectrum itself when nothing was left out.</returns>
    /// <exception cref="EngineException">BadInput: the spectrum has errors, but no pixel with a flux has a positive one.</exception>
    public static Spectrum WithoutBadErrors(Spectrum spectrum, out int masked)
    {
        ArgumentNullException.ThrowIfNull(spectrum);
        masked = 0;
        if (spectrum.Sigma is not { } sigma) return spectrum;
        Spectrum result = Without(spectrum, i => !(sigma[i] > 0 && double.IsFinite(sigma[i])), out masked);
        return Array.Exists(result.Flux, double.IsFinite)
            ? result
            : throw new EngineException(ErrorCode.BadInput, $"{spectrum.Name} has an error above 0 at none of its pixels with a flux; correct the errors, or give a spectrum without them.");
    }

    private static Spectrum Without(Spectrum spectrum, Func<int, bool> isOut, out int masked)
    {
        double[] flux = spectrum.Flux;
        masked = 0;
        for (int i = 0; i < flux.Length; i++)
        {
            if (double.IsNaN(flux[i]) || !isOut(i)) continue;
            if (masked++ == 0) flux = [.. spectrum.Flux];
            flux[i] = double.NaN;
        }

        return masked == 0 ? spectrum : spectrum with { Flux = flux };
    }
}
