using System.Reflection;
using System.Runtime.InteropServices;
using Blase3D.Cli.Verbs;
using Blase3D.Engine;
using Blase3D.Engine.Storage;
using CommandLine;
using CommandLine.Text;

namespace Blase3D.Cli;

/// <summary>Turns arguments into a verb, runs it, and turns failures into one sentence and an exit code.</summary>
internal static class CommandLineRunner
{
    // 128 and the number of the signal, as shells count.
    private const int Interrupted = 130;
    private const int Terminated = 143;

    private static readonly Type[] VerbTypes =
    [
        typeof(DemoVerb), typeof(GridImportVerb), typeof(GridSynthesizeVerb), typeof(CloneVerb), typeof(ImportPtVerb), typeof(BuildVerb),
        typeof(ReconstructVerb), typeof(InferVerb), typeof(InspectVerb), typeof(VerifyVerb),
    ];

    /// <summary>Runs the command line.</summary>
    /// <returns>0, or 2 bad arguments, 3 bad input, 4 missing library, 5 out of range, 130 interrupted, 143 terminated.</returns>
    public static int Run(string[] arguments)
    {
        using var interruption = new CancellationTokenSource();
        int stopped = 0;
        void Stop(PosixSignalContext signal)
        {
            // The second time the process ends at once.
            signal.Cancel = !interruption.IsCancellationRequested;
            stopped = signal.Signal == PosixSignal.SIGINT ? Interrupted : Terminated;
            interruption.Cancel();
        }

        using PosixSignalRegistration control = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using PosixSignalRegistration termination = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        using var parser = new Parser(settings =>
        {
            settings.HelpWriter = null;
            settings.AutoVersion = true;
            settings.CaseInsensitiveEnumValues = true;
            settings.ParsingCulture = System.Globalization.CultureInfo.InvariantCulture;
        });
        ParserResult<object> parsed = parser.ParseArguments(JoinGridVerbs(arguments), VerbTypes);
        return parsed is Parsed<object> { Value: CommonOptions options }
            ? RunVerb(options, arguments, () => stopped, interruption.Token)
            : Explain((NotParsed<object>)parsed, arguments);
    }

    // 'grid import' is one verb of two words.
    private static string[] JoinGridVerbs(string[] arguments) =>
        arguments.Length >= 2 && arguments[0] == "grid" && !arguments[1].StartsWith('-')
            ? [$"grid {arguments[1]}", .. arguments.AsSpan(2)]
            : arguments;

    private static int RunVerb(CommonOptions options, string[] arguments, Func<int> stopped, CancellationToken cancellation)
    {
        try
        {
            if (new ArgumentSentences(arguments, options.GetType()).DescribeLackingValue() is { } lacking) throw new EngineException(ErrorCode.BadArguments, lacking);
            options.Check();
            options.Run(new Session(arguments, options.Json, options.Quiet, cancellation));
            return 0;
        }
        catch (Exception failure) when (FailureOf(failure) is { } known)
        {
            Console.Error.WriteLine($"blase3d: {known.Message}");
            if (options.Verbose) Console.Error.WriteLine(failure);
            return (int)known.Code;
        }
        catch (OperationCanceledException)
        {
            Console.Error.WriteLine($"blase3d: Interrupted; nothing half-written was left behind, and an earlier output is as it was: {options.AfterInterruption}.");
            return stopped();
        }
    }

    private static EngineException? FailureOf(Exception failure) => failure switch
    {
        EngineException known => known,
        AggregateException { InnerException: { } inner } => FailureOf(inner),
        OutOfMemoryException => new EngineException(ErrorCode.BadInput, "The memory does not suffice; take a shorter wavelength range or fewer points at once.", failure),
        IOException or UnauthorizedAccessException => new EngineException(ErrorCode.BadInput, $"{failure.Message.TrimEnd('.')}; check the files and the free space.", failure),
        _ => NativeErrors.Translate("a file of this run", failure),
    };

    private static int Explain(NotParsed<object> failed, string[] arguments)
    {
        List<Error> errors = [.. failed.Errors];
        if (errors.IsVersion())
        {
            Console.Out.WriteLine($"blase3d {Provenance.EngineVersion}");
            return 0;
        }

        if (errors.IsHelp() || arguments.Length == 0)
        {
            Console.Out.WriteLine(Help(failed));
            return arguments.Length == 0 ? (int)ErrorCode.BadArguments : 0;
        }

        Type? verb = errors.Any(e => e is BadVerbSelectedError or NoVerbSelectedError) ? null : failed.TypeInfo.Current;
        Console.Error.WriteLine($"blase3d: {new ArgumentSentences(arguments, verb).Describe(errors).ReplaceLineEndings(" ")}");
        return (int)ErrorCode.BadArguments;
    }

    private static string Usage(VerbAttribute verb, Type options)
    {
        IEnumerable<string> values = options.GetProperties().Select(p => p.GetCustomAttribute<ValueAttribute>()).OfType<ValueAttribute>()
            .Where(value => !value.Hidden).OrderBy(value => value.Index).Select(value => value.MetaName);
        return $"{Environment.NewLine}{verb.HelpText}{Environment.NewLine}Usage: blase3d {string.Join(' ', [verb.Name, .. values])} [options]";
    }

    private static string Help(NotParsed<object> failed)
    {
        HelpText text = HelpText.AutoBuild(
            failed,
            help =>
            {
                help.Heading = $"blase3d {Provenance.EngineVersion}: stellar spectra as lines, lines as manifolds, manifolds as stellar parameters";
                help.Copyright = string.Empty;
                help.AdditionalNewLineAfterOption = false;
                help.AddEnumValuesToHelpText = true;
                help.AddDashesToOption = true;
                if (failed.TypeInfo.Current.GetCustomAttribute<VerbAttribute>() is { } verb) help.AddPreOptionsLine(Usage(verb, failed.TypeInfo.Current));
                return help;
            },
            example => example,
            verbsIndex: true);
        return text.ToString().Trim('\n', '\r');
    }
}
