using Blase3D.Engine.Spectra;
using Blase3D.Engine.Spectra.Reading;

namespace Blase3D.Engine.Grids.Import;

/// <summary>The part of a wavelength vector that is wanted, in vacuum Angstrom.</summary>
internal sealed class WavelengthCut
{
    /// <summary>How far an end of the wanted range may lie outside of the data, in Angstrom.</summary>
    internal const double SlackAngstrom = 1;

    private WavelengthCut(double[] wavelength, int first)
    {
        Wavelength = wavelength;
        First = first;
    }

    /// <summary>Vacuum wavelengths in Angstrom, strictly ascending.</summary>
    internal double[] Wavelength { get; }

    /// <summary>The index of the first kept pixel in the source.</summary>
    internal int First { get; }

    /// <summary>Checks, converts and cuts. Returns null when the source and the range do not overlap at all.</summary>
    /// <param name="file">For sentences.</param>
    /// <param name="wavelength">All wavelengths of the source, in its medium, Angstrom; not changed.</param>
    /// <param name="options">Range and medium.</param>
    /// <exception cref="EngineException">
    /// <see cref="ErrorCode.BadInput"/> when the wavelengths are not ascending, <see cref="ErrorCode.OutOfRange"/> when they cover only a
    /// part of the range.
    /// </exception>
    internal static WavelengthCut? Apply(string file, double[] wavelength, GridImportOptions options)
    {
        WavelengthOrder.Require(file, wavelength);
        (double low, double high) = options.WavelengthRange ?? (double.NegativeInfinity, double.PositiveInfinity);

        // Far pixels need no conversion, and the formula does not reach them all: in air a wavelength is shorter by less than 0.05 %.
        double margin = options.Medium == WavelengthMedium.Air ? 5e-4 : 0;
        int first = FirstNotBelow(wavelength, low * (1 - margin));
        int end = FirstAbove(wavelength, high * (1 + margin));
        double[] kept = wavelength[first..Math.Max(first, end)];
        MediumCheck.ToVacuum(kept, options.Medium);
        int skip = FirstNotBelow(kept, low), stop = FirstAbove(kept, high);
        if (stop <= skip) return null;
        RequireCover(file, wavelength, low, high, options.Medium);
        kept = kept[skip..stop];
        if (kept.Length < SpectrumRules.FewestPixels)
        {
            throw new EngineException(
                ErrorCode.OutOfRange,
                $"{file} has {kept.Length} pixels between {low} and {high} Angstrom; choose a range with at least "
                + $"{SpectrumRules.FewestPixels}.");
        }

        return new WavelengthCut(kept, first + skip);
    }

    /// <summary>The vacuum range that a source covers, for sentences.</summary>
    internal static (double Low, double High) Covered(double[] wavelength, WavelengthMedium medium)
    {
        double[] ends = [wavelength[0], wavelength[^1]];
        for (int i = 0; i < ends.Length; i++)
        {
            bool convertible = ends[i] is >= AirVacuum.ShortestAngstrom and <= AirVacuum.LongestAngstrom;
            if (medium == WavelengthMedium.Air && convertible) ends[i] = AirVacuum.ToVacuum(ends[i]);
        }

        return (ends[0], ends[1]);
    }

    private static void RequireCover(string file, double[] wavelength, double low, double high, WavelengthMedium medium)
    {
        (double from, double to) = Covered(wavelength, medium);
        bool below = double.IsFinite(low) && low < from - SlackAngstrom, above = double.IsFinite(high) && high > to + SlackAngstrom;
        if (!below && !above) return;
        throw new EngineException(
            ErrorCode.OutOfRange,
            $"{file} covers {from} to {to} Angstrom (vacuum), which is only a part of {low} to {high}; ask for a range inside of it.");
    }

    private static int FirstNotBelow(double[] ascending, double value)
    {
        int index = Array.BinarySearch(ascending, value);
        return index < 0 ? ~index : index;
    }

    private static int FirstAbove(double[] ascending, double value)
    {
        int index = Array.BinarySearch(ascending, value);
        return index < 0 ? ~index : index + 1;
    }
}
