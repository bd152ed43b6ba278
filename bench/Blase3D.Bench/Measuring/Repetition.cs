using System.Diagnostics;

namespace Blase3D.Bench.Measuring;

/// <summary>The times of repeated runs of one thing.</summary>
/// <param name="MinSeconds">The fastest run: the figure that foreign load disturbs least.</param>
/// <param name="MedianSeconds">The run in the middle.</param>
/// <param name="Runs">How many runs were counted.</param>
internal readonly record struct Timing(double MinSeconds, double MedianSeconds, int Runs);

/// <summary>Runs something again and again.</summary>
/// <param name="budgetSeconds">How long one measurement may take, about; three runs are counted at least, unless they take seconds.</param>
internal sealed class Repetition(double budgetSeconds)
{
    private const int MostRuns = 200;
    private const int FewestRuns = 3;

    // Slow things get fewer runs than that once they have taken this long.
    private const double PatienceSeconds = 2;

    // The compiler needs this long to notice what is hot and to compile it again.
    private const double WarmingSeconds = 0.4;

    /// <summary>
    /// Measures. Half the budget goes into runs that only warm up (compiled code, pages, caches), unless a single run takes the whole of it.
    /// </summary>
    public Timing Measure(Action body)
    {
        var seconds = new List<double>();
        double spent = 0, last = 0;
        while (spent < Math.Max(0.5 * budgetSeconds, last < 0.1 * WarmingSeconds ? Math.Min(WarmingSeconds, 2 * budgetSeconds) : 0)) spent += last = Once(body);
        if (spent == last && last > budgetSeconds) seconds.Add(last);
        for (spent = seconds.Sum(); (seconds.Count < FewestRuns && spent < PatienceSeconds) || (spent < budgetSeconds && seconds.Count < MostRuns); spent += seconds[^1])
            seconds.Add(Once(body));

        seconds.Sort();
        return new Timing(seconds[0], 0.5 * (seconds[(seconds.Count - 1) / 2] + seconds[seconds.Count / 2]), seconds.Count);
    }

    private static double Once(Action body)
    {
        long start = Stopwatch.GetTimestamp();
        body();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
