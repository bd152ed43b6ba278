namespace Blase3D.Bench.Report;

/// <summary>Numbers as the tables show them.</summary>
internal static class Numbers
{
    /// <summary>A time with three digits and a unit that suits it.</summary>
    public static string Seconds(double seconds) => seconds switch
    {
        >= 100 => FormattableString.Invariant($"{seconds:0} s"),
        >= 1 => FormattableString.Invariant($"{seconds:0.00} s"),
        >= 0.1 => FormattableString.Invariant($"{seconds * 1e3:0} ms"),
        >= 1e-3 => FormattableString.Invariant($"{seconds * 1e3:0.00} ms"),
        _ => FormattableString.Invariant($"{seconds * 1e6:0.0} us"),
    };

    /// <summary>Nanoseconds with three digits.</summary>
    public static string Nanoseconds(double seconds) => FormattableString.Invariant($"{seconds * 1e9:G3}");

    /// <summary>An error, or empty when there is none.</summary>
    public static string Error(double? error) => error is { } value ? FormattableString.Invariant($"{value:0.0e+00}") : string.Empty;

    /// <summary>How many times faster.</summary>
    public static string Ratio(double ratio) => ratio >= 100 ? FormattableString.Invariant($"{ratio:0}") : FormattableString.Invariant($"{ratio:G3}");

    /// <summary>A large count with separators.</summary>
    public static string Count(double count) => FormattableString.Invariant($"{count:#,0}");
}
