namespace Blase3D.Engine.Spectra.Reading;

/// <summary>What the uncertainty column of a table holds.</summary>
internal enum UncertaintyKind
{
    Sigma,
    Variance,
    InverseVariance,
}

/// <summary>Which columns of a table are wavelength, flux and uncertainty, told by their names.</summary>
/// <param name="Wavelength">Index.</param>
/// <param name="WavelengthUnit">The unit in the column's name; empty when there is none.</param>
/// <param name="Flux">Index.</param>
/// <param name="Uncertainty">Index, or -1.</param>
/// <param name="Kind">What the uncertainty is.</param>
internal sealed record SpectrumColumns(int Wavelength, string WavelengthUnit, int Flux, int Uncertainty, UncertaintyKind Kind)
{
    private static readonly string[] WavelengthNames = ["wavelength", "wavelengths", "wave", "wav", "wavl", "lambda", "lam", "wl", "wvl"];
    private static readonly string[] FluxNames = ["flux", "fluxes", "flx", "fl", "flam", "f", "intensity", "spec", "spectrum", "sci"];
    private static readonly string[] SigmaNames = ["sigma", "sig", "error", "err", "e", "uncertainty", "unc", "std", "stdev", "noise"];
    private static readonly char[] Separators = ['_', ' ', '-', '.', '(', ')', '[', ']', '/'];
    private static readonly string[] UnitWords = ["a", "angstrom", "ang", "aa", "nm", "um", "micron", "microns", "mm", "cm", "m"];

    /// <summary>Finds the columns.</summary>
    /// <param name="file">For the sentence.</param>
    /// <param name="names">Column names; all empty when the file has no header: then they are wavelength, flux and, third, sigma.</param>
    /// <exception cref="EngineException">There is no wavelength or no flux.</exception>
    internal static SpectrumColumns Find(string file, IReadOnlyList<string> names) => TryFind(names) ?? throw Unknown(file, names);

    /// <summary>What to say of columns without a wavelength or a flux.</summary>
    internal static EngineException Unknown(string file, IReadOnlyList<string> names) => names.All(string.IsNullOrEmpty)
        ? SpectrumRules.Bad($"{file} has {names.Count} columns without names; give 2 or 3 (wavelength, flux, sigma), or a header line.")
        : SpectrumRules.Bad(
            $"{file} has the columns {string.Join(", ", names)}; one must be called wavelength and one flux (an uncertainty is optional).");

    /// <summary>As <see cref="Find"/>, null instead of an error.</summary>
    internal static SpectrumColumns? TryFind(IReadOnlyList<string> names)
    {
        if (names.All(string.IsNullOrEmpty))
        {
            return names.Count is 2 or 3
                ? new SpectrumColumns(0, string.Empty, 1, names.Count == 3 ? 2 : -1, UncertaintyKind.Sigma)
                : null;
        }

        int wavelength = -1, flux = -1, uncertainty = -1;
        string unit = string.Empty;
        UncertaintyKind kind = UncertaintyKind.Sigma;
        for (int c = 0; c < names.Count; c++)
        {
            string[] words = Words(names[c]);
            if (wavelength < 0 && WavelengthNames.Contains(words[0]) && !words.Any(SigmaNames.Contains))
            {
                wavelength = c;
                unit = words.Skip(1).FirstOrDefault(UnitWords.Contains) ?? string.Empty;
            }
            else if (uncertainty < 0 && UncertaintyOf(words) is { } found)
            {
                uncertainty = c;
                kind = found;
            }
            else if (flux < 0 && FluxNames.Contains(words[0]))
            {
                flux = c;
            }
        }

        return wavelength >= 0 && flux >= 0 ? new SpectrumColumns(wavelength, unit, flux, uncertainty, kind) : null;
    }

    /// <summary>The uncertainty as a standard deviation.</summary>
    internal static double[] ToSigma(double[] values, UncertaintyKind kind) => kind switch
    {
        UncertaintyKind.Variance => Array.ConvertAll(values, Math.Sqrt),
        UncertaintyKind.InverseVariance => Array.ConvertAll(values, v => 1 / Math.Sqrt(v)),
        _ => values,
    };

    private static string[] Words(string name)
    {
        string[] words = name.ToLowerInvariant().Split(Separators, StringSplitOptions.RemoveEmptyEntries);
        return words.Length > 0 ? words : [string.Empty];
    }

    private static UncertaintyKind? UncertaintyOf(string[] words)
    {
        if (words.Contains("ivar")) return UncertaintyKind.InverseVariance;
        if (words.Contains("var") || words.Contains("variance")) return UncertaintyKind.Variance;

        // A lone 'e' counts only in front, as in e_flux; elsewhere it may belong to a unit.
        return SigmaNames.Contains(words[0]) || words.Skip(1).Any(w => w != "e" && SigmaNames.Contains(w)) ? UncertaintyKind.Sigma : null;
    }
}
