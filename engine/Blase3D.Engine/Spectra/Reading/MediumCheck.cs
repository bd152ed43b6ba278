using Blase3D.Native.Cfitsio;

namespace Blase3D.Engine.Spectra.Reading;

/// <summary>In which medium a file says that its wavelengths are, and whether that is what was asked.</summary>
internal static class MediumCheck
{
    /// <summary>What the current HDU says by AIRORVAC or CTYPE1; null when it says nothing.</summary>
    internal static WavelengthMedium? FromHeader(FitsFile fits)
    {
        string word = fits.ReadStringKey("AIRORVAC")?.Trim() ?? string.Empty;
        if (word.StartsWith("air", StringComparison.OrdinalIgnoreCase)) return WavelengthMedium.Air;
        if (word.StartsWith("vac", StringComparison.OrdinalIgnoreCase)) return WavelengthMedium.Vacuum;
        string type = fits.Kind == FitsHduKind.Image ? fits.ReadStringKey("CTYPE1")?.Trim() ?? string.Empty : string.Empty;
        if (type.StartsWith("AWAV", StringComparison.OrdinalIgnoreCase)) return WavelengthMedium.Air;
        return null;
    }

    /// <summary>What a header says by AIRORVAC, MEDIUM, WAVETYPE, VACUUM or CTYPE1; null when it says nothing.</summary>
    internal static WavelengthMedium? FromHeader(SpectrumHeader header)
    {
        string word = header.Text("AIRORVAC") ?? header.Text("MEDIUM") ?? header.Text("WAVETYPE") ?? string.Empty;
        if (word.StartsWith("air", StringComparison.OrdinalIgnoreCase)) return WavelengthMedium.Air;
        if (word.StartsWith("vac", StringComparison.OrdinalIgnoreCase) || header.Text("VACUUM") is "T" or "1") return WavelengthMedium.Vacuum;
        return header.Text("CTYPE1")?.StartsWith("AWAV", StringComparison.OrdinalIgnoreCase) == true ? WavelengthMedium.Air : null;
    }

    /// <summary>What the name of a column or extension says, for example WAVE_AIR or wavelength_vac; null when it says nothing.</summary>
    internal static WavelengthMedium? FromName(string name)
    {
        string[] words = name.ToLowerInvariant().Split('_', ' ', '-', '.', '(', ')', '[', ']');
        if (words.Contains("air")) return WavelengthMedium.Air;
        return words.Contains("vac") || words.Contains("vacuum") ? WavelengthMedium.Vacuum : null;
    }

    /// <summary>Asks that a file does not contradict the user.</summary>
    /// <param name="file">For the sentence.</param>
    /// <param name="said">What the file says; null for nothing.</param>
    /// <param name="asked">What the user says.</param>
    /// <exception cref="EngineException"><see cref="ErrorCode.BadInput"/> when both are known and differ.</exception>
    internal static void Require(string file, WavelengthMedium? said, WavelengthMedium asked)
    {
        if (said is not { } medium || medium == asked) return;
        throw new EngineException(
            ErrorCode.BadInput,
            $"{file} says that its wavelengths are in {Word(medium)}, but {Word(asked)} was asked for; "
            + $"use --medium {Word(medium)}, or correct the file.");
    }

    /// <summary>Converts air wavelengths in Angstrom to vacuum in place; leaves vacuum as it is.</summary>
    internal static void ToVacuum(double[] wavelengthAngstrom, WavelengthMedium medium)
    {
        if (medium == WavelengthMedium.Vacuum) return;
        for (int i = 0; i < wavelengthAngstrom.Length; i++) wavelengthAngstrom[i] = AirVacuum.ToVacuum(wavelengthAngstrom[i]);
    }

    internal static string Word(WavelengthMedium medium) => medium == WavelengthMedium.Air ? "air" : "vacuum";
}
