namespace Blase3D.Engine.Spectra.Reading;

/// <summary>Asks for finite, positive, strictly ascending wavelengths, and says what is wrong with others.</summary>
internal static class WavelengthOrder
{
    /// <exception cref="EngineException"><see cref="ErrorCode.BadInput"/>, with the file and the first offending pixel.</exception>
    internal static void Require(string file, ReadOnlySpan<double> wavelength)
    {
        if (wavelength.Length < SpectrumRules.FewestPixels)
        {
            throw SpectrumRules.Bad($"{file} has {wavelength.Length} pixels; at least {SpectrumRules.FewestPixels} are needed.");
        }

        int rising = 0, falling = 0, firstBreach = -1;
        for (int i = 0; i < wavelength.Length; i++)
        {
            if (!double.IsFinite(wavelength[i]) || wavelength[i] <= 0)
            {
                throw SpectrumRules.Bad($"{file}: the wavelength of pixel {i} is {wavelength[i]}; it must be a positive number.");
            }

            if (i == 0) continue;
            if (wavelength[i] > wavelength[i - 1]) rising++;
            else if (firstBreach < 0) firstBreach = i;
            if (wavelength[i] < wavelength[i - 1]) falling++;
        }

        if (firstBreach < 0) return;
        if (falling > 0 && rising == 0)
        {
            throw SpectrumRules.Bad(
                $"{file}: the wavelengths are descending, from {wavelength[0]} to {wavelength[^1]}; store them ascending.");
        }

        throw new EngineException(
            ErrorCode.BadInput,
            $"{file}: the wavelengths are not strictly ascending: pixel {firstBreach} has {wavelength[firstBreach]} after "
            + $"{wavelength[firstBreach - 1]}; sort the spectrum and drop repeated wavelengths.");
    }
}
