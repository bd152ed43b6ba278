using Blase3D.Kernels.Contracts;

namespace Blase3D.Engine.Cloning;

/// <summary>A preprocessed spectrum and the pixels of it that count.</summary>
internal sealed record ActiveSpectrum(double[] Wavelength, double[] Flux, int Start, int End)
{
    /// <summary>The pixels strictly more than a margin inside of both ends.</summary>
    /// <exception cref="EngineException">The margin leaves nothing.</exception>
    public static ActiveSpectrum Create(double[] wavelength, double[] flux, double marginAngstrom)
    {
        if (wavelength.Length == 0 || marginAngstrom == 0) return new ActiveSpectrum(wavelength, flux, 0, wavelength.Length);
        int start = LineWindows.SearchSorted(wavelength, Math.BitIncrement(wavelength[0] + marginAngstrom));
        int end = LineWindows.SearchSorted(wavelength, wavelength[^1] - marginAngstrom);
        return end > start
            ? new ActiveSpectrum(wavelength, flux, start, end)
            : throw new EngineException(
                ErrorCode.BadArguments,
                FormattableString.Invariant($"A margin of {marginAngstrom} A at both ends leaves nothing of {wavelength[0]} to {wavelength[^1]} A; take a longer spectrum."));
    }

    /// <summary>The step of the wavelengths at a place, in Angstrom; 1 when there is a single pixel.</summary>
    public double PixelAt(double angstrom)
    {
        if (Wavelength.Length < 2) return 1;
        int above = Math.Clamp(LineWindows.SearchSorted(Wavelength, angstrom), 1, Wavelength.Length - 1);
        return Wavelength[above] - Wavelength[above - 1];
    }
}
