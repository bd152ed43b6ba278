using Blase3D.Engine;
using Blase3D.Engine.Spectra;
using Blase3D.Kernels.Contracts;

namespace Blase3D.Cli;

/// <summary>Makes an observed spectrum comparable with a manifold, and says what was left out.</summary>
internal static class ObservedSpectrum
{
    /// <summary>Cuts a spectrum to the wavelengths of a manifold and takes runs of zeros as missing.</summary>
    /// <param name="note">Hears what was left out.</param>
    /// <param name="input">The spectrum.</param>
    /// <param name="own">The wavelengths of the manifold.</param>
    /// <param name="keepZeros">Whether zeros are fluxes, as the published code takes them.</param>
    /// <exception cref="EngineException">OutOfRange: nothing is left; BadInput: no flux is a number other than 0.</exception>
    public static LabelledSpectrum Prepare(Action<string> note, LabelledSpectrum input, double[] own, bool keepZeros)
    {
        foreach (string fact in input.Spectrum.Facts?.Notes ?? []) note($"{input.Spectrum.Name}: {fact}");
        Spectrum spectrum = Cut(note, input.Spectrum, own);
        int masked = 0, notPositive = spectrum.Flux.Count(flux => flux <= 0);
        double[] usable = keepZeros ? spectrum.Flux : ZeroRuns.Mask(spectrum.Flux, out masked);
        if (!Array.Exists(usable, flux => double.IsFinite(flux) && flux != 0))
            throw new EngineException(ErrorCode.BadInput, $"{spectrum.Name} holds no flux that is a number other than 0 within the manifold's wavelengths; give a spectrum with data.");
        RequireOrdinary(spectrum.Name, "fluxes", usable);
        if (spectrum.Sigma is { } sigma) RequireOrdinary(spectrum.Name, "errors", sigma);
        if (notPositive > 0)
        {
            string missing = masked == 0 ? string.Empty : $"; {masked} of them are runs of zeros and were taken as missing";
            note($"{spectrum.Name}: {notPositive} of {spectrum.Flux.Length} fluxes are zero or negative{missing}.");
        }

        return input with { Spectrum = spectrum with { Flux = usable } };
    }

    /// <summary>Refuses values whose squares are no numbers any more, so that every point would fit as badly as any other.</summary>
    /// <param name="name">What to call the spectrum.</param>
    /// <param name="what">What the values are.</param>
    /// <param name="values">The values.</param>
    /// <exception cref="EngineException">BadInput, with the largest value and the range.</exception>
    public static void RequireOrdinary(string name, string what, double[] values)
    {
        const double Smallest = 1e-100, Largest = 1e100;
        double largest = values.Where(double.IsFinite).Select(Math.Abs).DefaultIfEmpty().Max();
        if (largest is 0 or (>= Smallest and <= Largest)) return;
        throw new EngineException(
            ErrorCode.BadInput, FormattableString.Invariant($"{name} has {what} of up to {largest:G3}, which cannot be squared; give them in a unit in which they are {Smallest} to {Largest}."));
    }

    /// <summary>What a result says when nobody said the medium.</summary>
    public const string AssumedMedium = "Nothing says whether the wavelengths are in air or in vacuum; they were taken as vacuum.";

    /// <summary>Says which spectra were taken as vacuum because nobody said what they are.</summary>
    public static void NoteAssumedMedium(Session session, IReadOnlyList<string> names)
    {
        if (names.Count == 0) return;
        string which = names.Count == 1 ? $"{names[0]} does" : $"{names[0]} and {names.Count - 1} more do";
        session.Note($"{which} not say whether the wavelengths are in air or in vacuum and {(names.Count == 1 ? "was" : "were")} taken as vacuum; give --medium air if they are in air.");
    }

    private static Spectrum Cut(Action<string> note, Spectrum spectrum, double[] own)
    {
        double[] wavelength = spectrum.WavelengthAngstrom;
        int first = LineWindows.SearchSorted(wavelength, own[0]), end = LineWindows.SearchSorted(wavelength, Math.BitIncrement(own[^1]));
        if (end <= first)
            throw new EngineException(ErrorCode.OutOfRange, FormattableString.Invariant($"{spectrum.Name} covers {wavelength[0]:0.##} to {wavelength[^1]:0.##} A, nothing of the manifold's {own[0]:0.##} to {own[^1]:0.##} A (vacuum); check its unit and medium."));
        if (end - first == wavelength.Length) return spectrum;
        note(FormattableString.Invariant($"{spectrum.Name}: {wavelength.Length - end + first} of {wavelength.Length} pixels lie outside of the manifold's {own[0]:0.##} to {own[^1]:0.##} A and were left out."));
        return spectrum with
        {
            WavelengthAngstrom = wavelength[first..end],
            Flux = spectrum.Flux[first..end],
            Sigma = spectrum.Sigma?[first..end],
            TelluricTransmission = spectrum.TelluricTransmission?[first..end],
        };
    }
}
