using Blase3D.Bench.Inference;
using Blase3D.Bench.Report;
using Blase3D.Kernels;

namespace Blase3D.Bench.Sections;

/// <summary>Stars as observed: whether the quoted errors are true when velocity, rotation and continuum are free, and how they go with the noise.</summary>
internal static class ObservedStudySection
{
    private const double PullRatio = 150;

    /// <summary>Runs both parts and writes the results.</summary>
    public static void Run(BenchReport report, ObservedStudyOptions options)
    {
        var workers = new Workers(options.Threads ?? Environment.ProcessorCount);
        var injections = new ObservedInjections(ToyStars.Manifold());
        const string stars = "Random stars (4300 to 6000 K, logg 3.3 to 4.7, [Fe/H] -0.5 to 0.2, velocity -80 to 80 km/s, v sin i 4 to 25 km/s), R = 55,000, two overlapping orders of 2.2 km/s a pixel with a continuum of degree 3 each, white noise; fitted with everything free but R.";

        report.Section("Pulls", $"{stars} Manifold: {ToyStars.Description}. Found minus injected over the quoted error, at a signal to noise of {PullRatio:0}; 1 is right.");
        InjectedStar[] many = injections.Run(options.Injections, PullRatio, 8000, workers);
        report.Table(
            ["axis", "mean", "root mean square", "standard deviation", "within 1 / 2 errors", "largest", "median error"],
            ObservedInjections.AxisNames.Select((name, d) => PullRow(name, [.. many.Select(star => star.Pull(d)).Where(double.IsFinite)], Median([.. many.Select(star => star.Error[d])]))));
        report.Paragraph(FormattableString.Invariant(
            $"{many.Length} of {options.Injections} stars found; {many.Count(star => star.Error.Any(double.IsNaN))} with an axis that is not constrained, {many.Count(star => star.Flags.Count > 0)} with a flag; {Median([.. many.Select(star => star.Seconds)]):0.00} s per star and thread (median, busy machine)."));

        report.Section("Signal to noise", $"{stars} Median absolute errors, and median quoted errors in brackets.");
        report.Table(["SNR", "found", .. ObservedInjections.AxisNames, "root mean square pull"], new[] { 20.0, 50, 100, 300, 1000 }.Select(ratio => LadderRow(ratio, options.Injections / 5, injections.Run(options.Injections / 5, ratio, 9000, workers))));
        report.Write(options.Out, "observed-study");
    }

    private static string[] PullRow(string name, double[] pull, double error)
    {
        double mean = pull.Average(), rms = Math.Sqrt(pull.Average(p => p * p)), deviation = Math.Sqrt(pull.Average(p => (p - mean) * (p - mean)));
        string[] row =
        [
            name,
            FormattableString.Invariant($"{mean:0.000}"),
            FormattableString.Invariant($"{rms:0.000}"),
            FormattableString.Invariant($"{deviation:0.000}"),
            FormattableString.Invariant($"{pull.Count(p => Math.Abs(p) < 1) / (double)pull.Length:0.000} / {pull.Count(p => Math.Abs(p) < 2) / (double)pull.Length:0.000}"),
            FormattableString.Invariant($"{pull.Max(Math.Abs):0.0}"),
            FormattableString.Invariant($"{error:G3}"),
        ];
        Console.Out.WriteLine(string.Join("  ", row));
        return row;
    }

    private static string[] LadderRow(double ratio, int drawn, InjectedStar[] stars)
    {
        if (stars.Length == 0) return [FormattableString.Invariant($"{ratio:0}"), $"0 of {drawn}", .. ObservedInjections.AxisNames.Select(_ => string.Empty), string.Empty];
        int axes = ObservedInjections.AxisNames.Count;
        double[] pulls = [.. Enumerable.Range(0, axes).SelectMany(d => stars.Select(star => star.Pull(d))).Where(double.IsFinite)];
        string[] row =
        [
            FormattableString.Invariant($"{ratio:0}"),
            $"{stars.Length} of {drawn}",
            .. Enumerable.Range(0, axes).Select(d => FormattableString.Invariant(
                $"{Median([.. stars.Select(star => Math.Abs(star.Value[d] - star.Truth[d]))]):G3} ({Median([.. stars.Select(star => star.Error[d]).Where(double.IsFinite)]):G3})")),
            FormattableString.Invariant($"{Math.Sqrt(pulls.Average(p => p * p)):0.00}"),
        ];
        Console.Out.WriteLine(string.Join("  ", row));
        return row;
    }

    private static double Median(double[] values)
    {
        Array.Sort(values);
        return values[values.Length / 2];
    }
}
