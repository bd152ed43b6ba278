using System.Globalization;

namespace Blase3D.Engine.Spectra;

/// <summary>What every stage asks of the arrays it is given; each breach is one sentence with the value and the pixel.</summary>
public static class SpectrumRules
{
    /// <summary>The fewest pixels of a spectrum.</summary>
    public const int FewestPixels = 8;

    /// <summary>Asks for at least 8 finite, positive, strictly ascending wavelengths.</summary>
    /// <param name="wavelengthAngstrom">Wavelengths in Angstrom.</param>
    /// <exception cref="EngineException"><see cref="ErrorCode.BadInput"/>, with the first offending pixel.</exception>
    public static void RequireWavelengths(ReadOnlySpan<double> wavelengthAngstrom)
    {
        if (wavelengthAngstrom.Length < FewestPixels)
            throw Bad($"The spectrum has {wavelengthAngstrom.Length} pixels; at least {FewestPixels} are needed.");
        double previous = 0;
        for (int i = 0; i < wavelengthAngstrom.Length; i++)
        {
            double here = wavelengthAngstrom[i];
            if (i == 0 && !(here > 0))
                throw Bad($"The wavelength of pixel 0 is {here} Angstrom; it must be positive.");
            if (!(here > previous) || double.IsPositiveInfinity(here))
                throw Bad($"The wavelength of pixel {i} is {here} Angstrom after {previous}; they must be finite and strictly ascending.");
            previous = here;
        }
    }

    /// <summary>Asks for one flux per wavelength.</summary>
    /// <param name="wavelengths">The number of wavelengths.</param>
    /// <param name="fluxes">The number of fluxes.</param>
    /// <exception cref="EngineException"><see cref="ErrorCode.BadInput"/>.</exception>
    public static void RequireSameLength(int wavelengths, int fluxes)
    {
        if (wavelengths != fluxes)
            throw Bad($"There are {wavelengths} wavelengths and {fluxes} fluxes; one flux per wavelength is needed.");
    }

    /// <summary>Asks for finite values.</summary>
    /// <param name="values">The values, one per pixel.</param>
    /// <param name="what">What they are, for the sentence: for example <c>flux</c>.</param>
    /// <exception cref="EngineException"><see cref="ErrorCode.BadInput"/>, with the first offending pixel.</exception>
    public static void RequireFinite(ReadOnlySpan<double> values, string what)
    {
        for (int i = 0; i < values.Length; i++)
        {
            if (!double.IsFinite(values[i]))
                throw Bad($"The {what} of pixel {i} is {values[i]}; it must be finite: cut or mask such pixels.");
        }
    }

    /// <summary>Asks for a positive, finite effective temperature.</summary>
    /// <param name="teffKelvin">Effective temperature in K.</param>
    /// <exception cref="EngineException"><see cref="ErrorCode.BadInput"/>.</exception>
    public static void RequireTeff(double teffKelvin)
    {
        if (!(teffKelvin > 0) || double.IsPositiveInfinity(teffKelvin))
            throw Bad($"The effective temperature is {teffKelvin} K; it must be positive and finite.");
    }

    internal static EngineException Bad(FormattableString sentence) =>
        new(ErrorCode.BadInput, sentence.ToString(CultureInfo.InvariantCulture));
}
