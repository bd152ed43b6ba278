namespace Blase3D.Engine.Plotting;

/// <summary>Colours of plots, as SVG writes them. Lines have those of Okabe and Ito (2008), which the colour-blind can tell apart.</summary>
public static class PlotColors
{
    /// <summary>Data.</summary>
    public const string Black = "#222222";

    /// <summary>A model.</summary>
    public const string Vermilion = "#d55e00";

    /// <summary>A second model, residuals.</summary>
    public const string Blue = "#0072b2";

    /// <summary>A third one.</summary>
    public const string Green = "#009e73";

    /// <summary>A fourth one.</summary>
    public const string Purple = "#cc79a7";

    /// <summary>Rules and what is not important.</summary>
    public const string Grey = "#999999";

    /// <summary>A cell without a value.</summary>
    public const string Absent = "#e8e8e8";

    // Dark blue over teal to pale yellow: lightness rises evenly, so it also reads in grey.
    private static readonly (double R, double G, double B)[] Rising =
        [(32, 24, 90), (44, 70, 140), (36, 114, 150), (44, 155, 139), (106, 193, 108), (183, 221, 84), (253, 240, 150)];

    // Blue over white to red.
    private static readonly (double R, double G, double B)[] TwoSided = [(33, 80, 156), (120, 170, 215), (246, 246, 246), (230, 150, 120), (168, 30, 45)];

    /// <summary>A colour for an amount, dark to light.</summary>
    /// <param name="share">0 to 1; what lies outside is taken as the end, NaN as <see cref="Absent"/>.</param>
    public static string Sequential(double share) => Mix(Rising, share);

    /// <summary>A colour for a difference, blue over white to red.</summary>
    /// <param name="share">0 to 1, 0.5 being no difference; otherwise as <see cref="Sequential"/>.</param>
    public static string Diverging(double share) => Mix(TwoSided, share);

    private static string Mix((double R, double G, double B)[] ramp, double share)
    {
        if (double.IsNaN(share)) return Absent;
        double at = Math.Clamp(share, 0, 1) * (ramp.Length - 1);
        int below = Math.Min((int)at, ramp.Length - 2);
        double f = at - below;
        ((double r0, double g0, double b0), (double r1, double g1, double b1)) = (ramp[below], ramp[below + 1]);
        return FormattableString.Invariant($"#{Part(r0, r1):x2}{Part(g0, g1):x2}{Part(b0, b1):x2}");

        int Part(double from, double to) => (int)Math.Round(from + (f * (to - from)));
    }
}
