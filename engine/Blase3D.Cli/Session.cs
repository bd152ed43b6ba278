using System.Text.Json.Nodes;
using Blase3D.Cli.Terminal;
using Blase3D.Engine.Spectra.Reading;
using Blase3D.Engine.Storage;

namespace Blase3D.Cli;

/// <summary>What a verb needs of the outside: the terminal, the command line as typed, the signal to stop.</summary>
internal sealed class Session(IReadOnlyList<string> arguments, bool json, bool quiet, CancellationToken cancellation)
{
    /// <summary>The signal that the user wants to stop.</summary>
    public CancellationToken Cancellation => cancellation;

    /// <summary>What was typed.</summary>
    public string CommandLine => Typed(null);

    private string Typed(string? without) => "blase3d " + string.Join(" ", arguments.Where(a => a != without).Select(a => a.Contains(' ', StringComparison.Ordinal) ? $"\"{a}\"" : a));

    /// <summary>The provenance of an output made now.</summary>
    /// <param name="inputs">The files it was made of.</param>
    /// <param name="without">An option that is left out of the command line, or null.</param>
    public Provenance Provenance(IEnumerable<string> inputs, string? without = null) => Blase3D.Engine.Storage.Provenance.Of(Typed(without), inputs.Select(input =>
    {
        // Hashing a large grid takes long enough to be interrupted.
        cancellation.ThrowIfCancellationRequested();
        return SpectrumReader.FileOf(input);
    }));

    /// <summary>Runs long work under a progress bar.</summary>
    public T Progress<T>(string title, Func<Action<double>, T> work) => ProgressDisplay.Run(title, quiet, work);

    /// <summary>Tells the user something that is no result.</summary>
    public void Note(string sentence)
    {
        if (!quiet) Console.Error.WriteLine(sentence);
    }

    /// <summary>Prints the result: JSON when asked for, otherwise the lines for people.</summary>
    public void Result(JsonNode machine, Action people)
    {
        if (json) Console.Out.WriteLine(machine.ToJsonString());
        else if (!quiet) people();
    }
}
