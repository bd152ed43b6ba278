using System.Globalization;
using System.Text.RegularExpressions;

namespace Blase3D.Engine.Storage.TorchState;

/// <summary>The point that a file name of the public archive states.</summary>
/// <param name="Teff">Effective temperature in K.</param>
/// <param name="Logg">Surface gravity in dex of cm/s2.</param>
/// <param name="Feh">Metallicity in dex, or null when the name does not give it.</param>
public readonly record struct ArchivePoint(double Teff, double Logg, double? Feh);

/// <summary>File names of the public archive: <c>T{teff}G{logg}Z{feh}.pt</c>, and the older <c>..._T4700g4p5_....pt</c>.</summary>
public static partial class ArchiveFileName
{
    /// <summary>Reads the point from a file name.</summary>
    /// <param name="path">A path or a file name; the folder does not matter. A decimal point may be written p, and Z be absent.</param>
    /// <param name="point">The point, when the name holds one.</param>
    /// <returns>Whether the name holds a point.</returns>
    public static bool TryParsePoint(string path, out ArchivePoint point)
    {
        ArgumentNullException.ThrowIfNull(path);
        var match = Pattern().Match(Path.GetFileName(path));
        point = match.Success
            ? new ArchivePoint(
                Number(match.Groups["teff"]),
                Number(match.Groups["logg"]),
                match.Groups["feh"].Success ? Number(match.Groups["feh"]) : null)
            : default;
        return match.Success;
    }

    /// <summary>The name of a file of the archive: <c>T4700G4.5Z-0.5</c> and an ending.</summary>
    /// <param name="teff">Effective temperature in K.</param>
    /// <param name="logg">Surface gravity in dex of cm/s2.</param>
    /// <param name="feh">Metallicity in dex.</param>
    /// <param name="ending">For example .npz.</param>
    public static string Of(double teff, double logg, double feh, string ending) =>
        string.Create(CultureInfo.InvariantCulture, $"T{teff:0.######}G{logg:0.0#####}Z{feh:0.0#####}{ending}");

    private static double Number(Group group) =>
        double.Parse(group.Value.Replace('p', '.'), NumberStyles.Float, CultureInfo.InvariantCulture);

    // The groups (?>...) keep what they have matched: without them T4700G4.5Zx.pt would fall back to logg = 4.
    [GeneratedRegex(
        @"(?<![A-Za-z0-9])[Tt](?<teff>(?>[0-9]{3,6}([.p][0-9]+)?))"
        + @"_?[Gg](?<logg>(?>[+-]?[0-9]([.p][0-9]+)?))"
        + @"(_?[Zz](?<feh>(?>[+-]?[0-9]([.p][0-9]+)?)))?(?![A-Za-z0-9])",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Pattern();
}
