using System.Text;

namespace Blase3D.Engine.Grids.Import;

/// <summary>The names of the axes, in the order in which they appear, and what sources call them.</summary>
internal static class GridAxes
{
    internal const string Teff = "teff";
    internal const string Logg = "logg";
    internal const string Feh = "feh";
    internal const string Alpha = "alpha";

    private static readonly string[] Order = [Teff, Logg, Feh, Alpha];

    /// <summary>The axis that a source's name means; null for a name that means none.</summary>
    internal static string? FromName(string name) => name.Trim().ToLowerInvariant() switch
    {
        "teff" or "t_eff" => Teff,
        "logg" or "log_g" or "log(g)" => Logg,
        "feh" or "fe_h" or "[fe/h]" or "mh" or "m_h" or "[m/h]" or "z" => Feh,
        "alpha" or "alpha_m" or "[alpha/m]" or "[alpha/fe]" or "afe" => Alpha,
        "co" or "c_o" or "c/o" => "co",
        "fsed" or "f_sed" => "fsed",
        "logkzz" or "log_kzz" or "log(kzz)" => "logkzz",
        "vmic" or "vturb" or "v_turb" or "xi" => "vmic",
        _ => null,
    };

    /// <summary>As <see cref="FromName"/>; a name that is not known becomes an axis of its own in small letters, digits and underscores.</summary>
    internal static string FromAnyName(string name)
    {
        if (FromName(name) is { } known) return known;
        var plain = new StringBuilder();
        foreach (char letter in name.Trim().ToLowerInvariant())
        {
            if (char.IsAsciiLetterOrDigit(letter)) plain.Append(letter);
            else if (plain.Length > 0 && plain[^1] != '_') plain.Append('_');
        }

        string axis = plain.ToString().Trim('_');
        return axis.Length > 0 ? axis : "axis";
    }

    /// <summary>Axis names in their usual order; those that are not known follow by their names.</summary>
    internal static string[] Sorted(IEnumerable<string> names) =>
        [.. names.OrderBy(name => Array.IndexOf(Order, name) is >= 0 and var place ? place : Order.Length).ThenBy(name => name, StringComparer.Ordinal)];

    /// <summary>A point for people.</summary>
    internal static string Describe(IReadOnlyDictionary<string, double> point)
    {
        string[] names = Sorted(point.Keys);
        return GridPoints.Describe(names, Array.ConvertAll(names, name => point[name]));
    }
}
