using Blase3D.Bench.Report;

namespace Blase3D.Bench.Sections;

/// <summary>What a large card is to reach, beside what was measured.</summary>
/// <param name="isFullSize">Whether the sizes are those of the targets.</param>
internal sealed class DeviceTargets(bool isFullSize)
{
    private readonly List<Target> _targets =
    [
        new("share", "exact forward in single precision, share of the bound", 0.40, IsLeast: true, share => FormattableString.Invariant($"{100 * share:0} %")),
        new("misfits", "residual norms per second, 9,167 lines x 6,000 of 234,600 pixels", 10_000, IsLeast: true, rate => FormattableString.Invariant($"{rate:#,0}")),
        new("clones", "1,314 clones of 100 steps (estimated from those made)", 60, IsLeast: false, seconds => Numbers.Seconds(seconds)),
        new("stars", "stars per second at 120 evaluations", 200, IsLeast: true, rate => FormattableString.Invariant($"{rate:0.0}")),
    ];

    private readonly Dictionary<string, (double Value, string By)> _best = new(StringComparer.Ordinal);

    /// <summary>Keeps a measurement; the best of a target counts.</summary>
    /// <param name="name">share, misfits, clones or stars.</param>
    /// <param name="value">In the target's unit.</param>
    /// <param name="by">The kernels, and on what.</param>
    public void Reached(string name, double value, string by)
    {
        Target target = _targets.Single(known => known.Name == name);
        if (!_best.TryGetValue(name, out (double Value, string By) known) || (target.IsLeast ? value > known.Value : value < known.Value)) _best[name] = (value, by);
    }

    /// <summary>Writes the table.</summary>
    public void Write(BenchReport report)
    {
        report.Section(
            "Targets",
            "For an NVIDIA H200 or A100." + (isFullSize ? string.Empty : " **This run has smaller sizes than the targets: nothing here says whether they are met.**"));
        var rows = new List<IReadOnlyList<string>>();
        foreach (Target target in _targets)
        {
            string wanted = $"{(target.IsLeast ? "at least" : "at most")} {target.Text(target.Value)}";
            if (!_best.TryGetValue(target.Name, out (double Value, string By) found)) rows.Add([target.Title, wanted, "not run", string.Empty, string.Empty]);
            else rows.Add([target.Title, wanted, target.Text(found.Value), found.By, !isFullSize ? "-" : (target.IsLeast ? found.Value >= target.Value : found.Value <= target.Value) ? "met" : "MISSED"]);
            Console.Out.WriteLine(string.Join("  ", rows[^1]));
        }

        report.Table(["target", "wanted", "found", "by", "met"], rows);
    }

    private sealed record Target(string Name, string Title, double Value, bool IsLeast, Func<double, string> Text);
}
