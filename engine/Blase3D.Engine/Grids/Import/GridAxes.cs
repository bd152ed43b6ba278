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
        "logg" or "log_g" => Logg,
        "feh" or "fe_h" or "[fe/h]" or "mh" or "m_h" or "[m/h]" or "z" => Feh,
        "alpha" or "alpha_m" or "[alpha/m]" or "afe" => Alpha,
        _ => null,
    };

    /// <summary>Axis names in their usual order.</summary>
    internal static string[] Sorted(IEnumerable<string> names) => [.. names.OrderBy(name => Array.IndexOf(Order, name))];

    /// <summary>A point for people.</summary>
    internal static string Describe(IReadOnlyDictionary<string, double> point)
    {
        string[] names = Sorted(point.Keys);
        return GridPoints.Describe(names, Array.ConvertAll(names, name => point[name]));
    }
}
