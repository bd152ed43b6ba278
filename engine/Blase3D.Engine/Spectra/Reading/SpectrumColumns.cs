namespace Blase3D.Engine.Spectra.Reading;

/// <summary>Which columns of a table are wavelength, flux and uncertainty, told by their names.</summary>
/// <param name="Wavelength">Index.</param>
/// <param name="WavelengthUnit">The unit in the column's name; empty when there is none.</param>
/// <param name="Flux">Index.</param>
/// <param name="Uncertainty">Index, or -1.</param>
/// <param name="Kind">What the uncertainty is; <see cref="ErrorKind.None"/> without one.</param>
/// <param name="Mask">Index, or -1.</param>
internal sealed record SpectrumColumns(int Wavelength, string WavelengthUnit, int Flux, int Uncertainty, ErrorKind Kind, int Mask)
{
    private static readonly string[] MaskNames = ["mask", "flag", "flags", "quality", "qual", "dq", "bad", "bitmask"];
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
        ? SpectrumRules.Bad($"{file} has {names.Count} columns without names; give 2 to 4 (wavelength, flux, sigma, anything), or a header line.")
        : SpectrumRules.Bad(
            $"{file} has the columns {string.Join(", ", names)}; one must be called wavelength and one flux (an uncertainty is optional).");

    /// <summary>As <see cref="Find"/>, null instead of an error.</summary>
    internal static SpectrumColumns? TryFind(IReadOnlyList<string> names)
    {
        if (names.All(string.IsNullOrEmpty))
        {
            bool hasErrors = names.Count >= 3;
            return names.Count is 2 or 3 or 4
                ? new SpectrumColumns(0, string.Empty, 1, hasErrors ? 2 : -1, hasErrors ? ErrorKind.StandardDeviation : ErrorKind.None, -1)
                : null;
        }

        int wavelength = -1, flux = -1, uncertainty = -1, mask = -1;
        string unit = string.Empty;
        ErrorKind kind = ErrorKind.None;
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
            else if (mask < 0 && words.Any(MaskNames.Contains))
            {
                mask = c;
            }
        }

        return wavelength >= 0 && flux >= 0 ? new SpectrumColumns(wavelength, unit, flux, uncertainty, kind, mask) : null;
    }

    /// <summary>The names of all columns that are fluxes by their names.</summary>
    internal static IReadOnlyList<string> FluxesOf(IReadOnlyList<string> names) =>
        [.. names.Where(name => Words(name) is var words && FluxNames.Contains(words[0]) && UncertaintyOf(words) is null && !words.Any(MaskNames.Contains))];

    /// <summary>What to say where a table has more than one flux; nothing otherwise.</summary>
    /// <param name="names">All columns.</param>
    internal IEnumerable<string> OtherFluxes(IReadOnlyList<string> names) =>
        FluxesOf(names) is { Count: > 1 } fluxes ? [$"The columns {string.Join(", ", fluxes)} are called like fluxes; {names[Flux]} was taken."] : [];

    /// <summary>Bad pixels of a mask: any value but 0.</summary>
    internal static bool[] ToBad(double[] mask) => Array.ConvertAll(mask, value => value != 0);

    /// <summary>The uncertainty as a standard deviation.</summary>
    internal static double[] ToSigma(double[] values, ErrorKind kind) => kind switch
    {
        ErrorKind.Variance => Array.ConvertAll(values, Math.Sqrt),
        ErrorKind.InverseVariance => Array.ConvertAll(values, v => 1 / Math.Sqrt(v)),
        _ => values,
    };

    private static string[] Words(string name)
    {
        string[] words = name.ToLowerInvariant().Split(Separators, StringSplitOptions.RemoveEmptyEntries);
        return words.Length > 0 ? words : [string.Empty];
    }

    private static ErrorKind? UncertaintyOf(string[] words)
    {
        if (words.Contains("ivar")) return ErrorKind.InverseVariance;
        if (words.Contains("var") || words.Contains("variance")) return ErrorKind.Variance;

        // A lone 'e' counts only in front, as in e_flux; elsewhere it may belong to a unit.
        return SigmaNames.Contains(words[0]) || words.Skip(1).Any(w => w != "e" && SigmaNames.Contains(w)) ? ErrorKind.StandardDeviation : null;
    }
}
