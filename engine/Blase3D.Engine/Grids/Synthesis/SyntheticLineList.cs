namespace Blase3D.Engine.Grids.Synthesis;

/// <summary>
/// A seeded list of made-up lines of real species: everything about a line that does not depend on the star. Immutable;
/// one entry per line, ascending in wavelength.
/// </summary>
public sealed class SyntheticLineList
{
    // The hot loops read these arrays; the properties show them to everyone else.
    internal readonly double[] Center;
    internal readonly byte[] Species;
    internal readonly double[] Excitation;
    internal readonly double[] LogGfValues;
    internal readonly double[] Damping;
    internal readonly double[] Shift;

    private SyntheticLineList(double[] center, byte[] species, double[] excitation, double[] logGf, double[] damping, double[] shift) =>
        (Center, Species, Excitation, LogGfValues, Damping, Shift) = (center, species, excitation, logGf, damping, shift);

    /// <summary>The number of lines.</summary>
    public int Count => Center.Length;

    /// <summary>Rest wavelengths in vacuum Angstrom, ascending.</summary>
    public IReadOnlyList<double> CenterAngstrom => Center;

    /// <summary>Index into <see cref="SyntheticSpecies.All"/>.</summary>
    public IReadOnlyList<byte> SpeciesIndex => Species;

    /// <summary>Excitation energy of the lower level in eV.</summary>
    public IReadOnlyList<double> ExcitationEv => Excitation;

    /// <summary>log10 of the statistical weight times the oscillator strength; -2 is the mean of every species.</summary>
    public IReadOnlyList<double> LogGf => LogGfValues;

    /// <summary>Pressure broadening relative to the typical line of the species, above 0, scattered by 0.2 dex.</summary>
    public IReadOnlyList<double> DampingRatio => Damping;

    /// <summary>Pressure shift relative to the largest of all lines, -1 to 1.</summary>
    public IReadOnlyList<double> ShiftCoefficient => Shift;

    /// <summary>Draws a list.</summary>
    /// <param name="lines">How many lines, 1 to 10,000,000.</param>
    /// <param name="lowAngstrom">Shortest wavelength in vacuum Angstrom, above 0.</param>
    /// <param name="highAngstrom">Longest wavelength in vacuum Angstrom, above <paramref name="lowAngstrom"/>.</param>
    /// <param name="seed">Equal seeds give equal lists.</param>
    /// <exception cref="EngineException">BadArguments: a value is outside of its range.</exception>
    public static SyntheticLineList Create(int lines, double lowAngstrom, double highAngstrom, int seed)
    {
        const int MaxLines = 10_000_000;
        if (lines is < 1 or > MaxLines)
        {
            throw new EngineException(ErrorCode.BadArguments, $"The number of lines is {lines}; give 1 to {MaxLines}.");
        }

        if (!(lowAngstrom > 0 && highAngstrom > lowAngstrom && double.IsFinite(highAngstrom)))
        {
            throw new EngineException(
                ErrorCode.BadArguments,
                FormattableString.Invariant($"The lines cannot lie between {lowAngstrom} and {highAngstrom} Angstrom; ")
                + "give two ascending positive wavelengths.");
        }

        var draws = new SplitMix64(unchecked((ulong)seed));
        var center = new double[lines];
        for (int j = 0; j < lines; j++) center[j] = lowAngstrom + ((highAngstrom - lowAngstrom) * draws.NextUniform());
        Array.Sort(center);

        var species = new byte[lines];
        var excitation = new double[lines];
        var logGf = new double[lines];
        var damping = new double[lines];
        var shift = new double[lines];
        double totalShare = SyntheticSpecies.All.Sum(s => s.Share);
        for (int j = 0; j < lines; j++)
        {
            species[j] = Draw(draws.NextUniform() * totalShare);
            var kind = SyntheticSpecies.All[species[j]];
            // The mean of two uniform numbers favours the middle of the term diagram, where most levels lie.
            double level = (draws.NextUniform() + draws.NextUniform()) / 2;
            excitation[j] = kind.LowExcitationEv + ((kind.HighExcitationEv - kind.LowExcitationEv) * level);
            logGf[j] = -2 + (kind.LogGfScatter * draws.NextNormal());
            damping[j] = Math.Pow(10, 0.2 * draws.NextNormal());
            shift[j] = (2 * draws.NextUniform()) - 1;
        }

        return new SyntheticLineList(center, species, excitation, logGf, damping, shift);
    }

    private static byte Draw(double share)
    {
        byte index = 0;
        byte last = (byte)(SyntheticSpecies.All.Count - 1);
        while (index < last && share >= SyntheticSpecies.All[index].Share) share -= SyntheticSpecies.All[index++].Share;
        return index;
    }
}
