using System.Diagnostics;
using Spectre.Console;

namespace Blase3D.Cli.Terminal;

/// <summary>A progress bar with the remaining time on a terminal, plain lines at every tenth otherwise; always on standard error.</summary>
internal static class ProgressDisplay
{
    private static readonly TimeSpan QuietFor = TimeSpan.FromSeconds(2);

    /// <summary>Runs the work, which reports its share done, 0 to 1, from any thread.</summary>
    public static T Run<T>(string title, bool quiet, Func<Action<double>, T> work)
    {
        if (quiet) return work(_ => { });
        return Console.IsErrorRedirected ? RunPlain(title, work) : RunBar(title, work);
    }

    private static T RunBar<T>(string title, Func<Action<double>, T> work)
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        return console.Progress()
            .AutoClear(false)
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new ElapsedTimeColumn(), new RemainingTimeColumn())
            .Start(context =>
            {
                ProgressTask task = context.AddTask(Markup.Escape(title), maxValue: 1);
                T result = work(share => task.Value = Math.Max(task.Value, share));
                task.Value = 1;
                return result;
            });
    }

    private static T RunPlain<T>(string title, Func<Action<double>, T> work)
    {
        long start = Stopwatch.GetTimestamp();
        int tenth = 0;
        var printing = new Lock();
        T result = work(share =>
        {
            int now = (int)(10 * share);
            if (now <= Volatile.Read(ref tenth) || now >= 10) return;
            lock (printing)
            {
                if (now <= tenth) return;
                tenth = now;
                TimeSpan elapsed = Stopwatch.GetElapsedTime(start);
                if (elapsed >= QuietFor) Console.Error.WriteLine($"{title}: {10 * now} %, {Describe(elapsed)} so far, about {Describe(elapsed * ((1 - share) / share))} to go");
            }
        });
        if (Stopwatch.GetElapsedTime(start) >= QuietFor) Console.Error.WriteLine($"{title}: done in {Describe(Stopwatch.GetElapsedTime(start))}");
        return result;
    }

    private static string Describe(TimeSpan time) => time.TotalSeconds < 90
        ? FormattableString.Invariant($"{time.TotalSeconds:0} s")
        : FormattableString.Invariant($"{(int)time.TotalHours}:{time.Minutes:00}:{time.Seconds:00}");
}
