using Spectre.Console;

namespace Blase3D.Cli.Terminal;

/// <summary>Numbers and tables as people read them.</summary>
internal static class ResultText
{
    private const int WidthWhenRedirected = 160;

    /// <summary>A value with its error, both to the decimals that the error allows.</summary>
    public static string ValueAndError(double value, double error)
    {
        int decimals = double.IsFinite(error) && error > 0 ? Math.Clamp(1 - (int)Math.Floor(Math.Log10(error)), 0, 5) : 3;
        string text = value.ToString($"F{decimals}", System.Globalization.CultureInfo.InvariantCulture);
        return double.IsFinite(error) ? $"{text} +- {error.ToString($"F{decimals}", System.Globalization.CultureInfo.InvariantCulture)}" : text;
    }

    /// <summary>Writes a table to standard output; wide enough for its columns when that is no terminal.</summary>
    public static void Write(Table table)
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Out) });
        if (Console.IsOutputRedirected) console.Profile.Width = WidthWhenRedirected;
        console.Write(table);
    }
}
