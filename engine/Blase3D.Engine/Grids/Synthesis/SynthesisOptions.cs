using System.Globalization;

namespace Blase3D.Engine.Grids.Synthesis;

/// <summary>What <c>grid synthesize</c> makes; the defaults are the grid of the paper.</summary>
public sealed record SynthesisOptions
{
    /// <summary>Nodes of teff in K, ascending; 2300-7000 by 100 and 7200-12000 by 200 by default.</summary>
    public IReadOnlyList<double> Teff { get; init; } = AxisSpecification.Parse("teff", "2300:7000:100,7200:12000:200");

    /// <summary>Nodes of logg in dex of cm/s2, ascending; 2-6 by 0.5 by default.</summary>
    public IReadOnlyList<double> Logg { get; init; } = AxisSpecification.Parse("logg", "2:6:0.5");

    /// <summary>Nodes of feh in dex, ascending; -0.5 and 0 by default.</summary>
    public IReadOnlyList<double> Feh { get; init; } = AxisSpecification.Parse("feh", "-0.5,0");

    /// <summary>Points instead of the product of the axes: stars anywhere between the nodes, from the same lines.</summary>
    public GridPoints? Points { get; init; }

    /// <summary>The shortest wavelength in vacuum Angstrom; the lines are drawn from here on.</summary>
    public double LowAngstrom { get; init; } = 8038;

    /// <summary>The longest wavelength in vacuum Angstrom; the lines are drawn up to here.</summary>
    public double HighAngstrom { get; init; } = 12849;

    /// <summary>
    /// Wavelengths instead of the PHOENIX pixels, vacuum Angstrom, strictly ascending; the lines are then drawn between its ends.
    /// </summary>
    public double[]? Wavelength { get; init; }

    /// <summary>The number of lines in the list, most of which any one star lacks; 128,723 by default, as in the paper.</summary>
    public int Lines { get; init; } = 128_723;

    /// <summary>Seed of the line list: equal seeds, ranges and numbers of lines give equal lines.</summary>
    public int Seed { get; init; }

    /// <summary>Reads a wavelength range.</summary>
    /// <param name="text">LO:HI in vacuum Angstrom, for example 8038:12849.</param>
    /// <returns>Two ascending, positive, finite numbers.</returns>
    /// <exception cref="EngineException">BadArguments: anything else.</exception>
    public static (double LowAngstrom, double HighAngstrom) ParseRange(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        string[] parts = text.Split(':');
        if (parts.Length == 2
            && double.TryParse(parts[0], NumberStyles.Float, CultureInfo.InvariantCulture, out double low)
            && double.TryParse(parts[1], NumberStyles.Float, CultureInfo.InvariantCulture, out double high)
            && low > 0 && low < high && double.IsFinite(high))
        {
            return (low, high);
        }

        throw new EngineException(
            ErrorCode.BadArguments,
            $"The wavelength range '{text}' cannot be read; write LO:HI in Angstrom with 0 < LO < HI, for example 8038:12849.");
    }

    /// <summary>Makes the grid; its spectra are computed when they are read.</summary>
    /// <exception cref="EngineException">
    /// BadArguments or OutOfRange: see <see cref="SyntheticGrid"/> and <see cref="SyntheticLineList.Create"/>.
    /// </exception>
    public SyntheticGrid CreateGrid()
    {
        double[] wavelength = Wavelength ?? PhoenixWavelengths.Create(LowAngstrom, HighAngstrom);
        if (wavelength.Length < 2)
        {
            throw new EngineException(ErrorCode.BadArguments, $"There are {wavelength.Length} wavelengths; give at least 2.");
        }

        var (low, high) = Wavelength is null ? (LowAngstrom, HighAngstrom) : (wavelength[0], wavelength[^1]);
        return new SyntheticGrid(SyntheticLineList.Create(Lines, low, high, Seed), Points ?? ProductOfAxes(), wavelength);
    }

    /// <summary>All combinations of the nodes in C order: feh runs fastest.</summary>
    private GridPoints ProductOfAxes()
    {
        const int MaxPoints = 10_000_000;
        long count = (long)Teff.Count * Logg.Count * Feh.Count;
        if (count is 0 or > MaxPoints)
        {
            throw new EngineException(ErrorCode.BadArguments, $"The axes make {count} points; give 1 to {MaxPoints}.");
        }

        return new GridPoints(
            ["teff", "logg", "feh"],
            [.. from teff in Teff from logg in Logg from feh in Feh from value in new[] { teff, logg, feh } select value]);
    }
}
