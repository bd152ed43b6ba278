using System.Globalization;
using System.Text.RegularExpressions;

namespace Blase3D.Engine.Grids.Import;

/// <summary>
/// The file names of the PHOENIX grid of Husser et al. (2013, A&amp;A 553, A6): lteTTTTT-G.GG-Z.Z, where the sign before logg is the
/// opposite of its own (-4.50 means logg 4.50), the sign before Z belongs to [M/H], and .Alpha=+A.AA follows where alpha is not 0.
/// </summary>
internal static partial class PhoenixName
{
    /// <summary>teff, logg, feh and alpha of a name; null when it is not called so.</summary>
    internal static Dictionary<string, double>? Parse(string file)
    {
        Match match = Pattern().Match(Path.GetFileName(file));
        if (!match.Success) return null;
        double Number(string group) => double.Parse(match.Groups[group].Value, NumberStyles.Float, CultureInfo.InvariantCulture);
        double logg = match.Groups["gsign"].Value == "-" ? Number("g") : -Number("g");
        return new Dictionary<string, double>
        {
            [GridAxes.Teff] = Number("t"),
            [GridAxes.Logg] = logg,
            [GridAxes.Feh] = Plain(Number("z")),
            [GridAxes.Alpha] = match.Groups["a"].Success ? Plain(Number("a")) : 0,
        };
    }

    // -0.0 is how the grid writes solar; it must not differ from 0 in a file or a sentence.
    private static double Plain(double value) => value == 0 ? 0 : value;

    [GeneratedRegex(
        @"^lte(?<t>\d{5})(?<gsign>[-+])(?<g>\d\.\d+)(?<z>[-+]\d\.\d+)(?:\.Alpha=(?<a>[-+]\d\.\d+))?\.", RegexOptions.IgnoreCase)]
    private static partial Regex Pattern();
}
