using System.Runtime.InteropServices;
using Blase3D.Cli.Verbs;
using Blase3D.Engine;
using Blase3D.Engine.Storage;
using CommandLine;

namespace Blase3D.Cli;

/// <summary>Turns arguments into a verb, runs it, and turns failures into one sentence and an exit code.</summary>
internal static class CommandLineRunner
{
    private const int Bug = 1;

    // 128 and the number of the signal, as shells count.
    private const int Interrupted = 130;
    private const int Terminated = 143;

    private static readonly Type[] GridVerbTypes = [typeof(GridImportVerb), typeof(GridSynthesizeVerb)];

    private static readonly Type[] VerbTypes =
    [
        typeof(DemoVerb), .. GridVerbTypes, typeof(CloneVerb), typeof(MergeVerb), typeof(ReportVerb), typeof(ExportVerb), typeof(ImportPtVerb), typeof(BuildVerb),
        typeof(ReconstructVerb), typeof(InferVerb), typeof(InspectVerb), typeof(DevicesVerb), typeof(VerifyVerb),
    ];

    /// <summary>Runs the command line.</summary>
    /// <returns>0, or 1 a bug, 2 bad arguments, 3 bad input, 4 missing library or device, 5 out of range, 130 interrupted, 143 terminated.</returns>
    public static int Run(string[] arguments)
    {
        string[] arranged = TypedArguments.Arrange(arguments);
        if (arranged is ["grid", ..]) return ExplainGrid(arranged);
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
        ParserResult<object> parsed = parser.ParseArguments(arranged, VerbTypes);
        return parsed is Parsed<object> { Value: CommonOptions options }
            ? RunVerb(options, arguments, () => stopped, interruption.Token)
            : Explain((NotParsed<object>)parsed, arguments);
    }

    /// <summary>Runs a verb whose options are parsed.</summary>
    /// <param name="options">The verb.</param>
    /// <param name="arguments">What was typed.</param>
    /// <param name="stopped">The exit code when a signal stopped it.</param>
    /// <param name="cancellation">The signal.</param>
    internal static int RunVerb(CommonOptions options, string[] arguments, Func<int> stopped, CancellationToken cancellation)
    {
        try
        {
            var sentences = new ArgumentSentences(arguments, options.GetType());
            if ((sentences.DescribeLackingValue() ?? sentences.DescribeEmptyValue(options)) is { } lacking) throw new EngineException(ErrorCode.BadArguments, lacking);
            options.Check();
            var session = new Session(arguments, options.Json, options.Quiet, cancellation);
            if (options.DeviceNote is { } note) session.Note(note);
            options.Run(session);
            return 0;
        }
        catch (Exception failure) when (FailureOf(failure) is { } known)
        {
            Console.Error.WriteLine(Printable(options.KeptWork is { } kept ? $"blase3d: {known.Message.TrimEnd('.')}; {kept}." : $"blase3d: {known.Message}"));
            if (options.Verbose) Console.Error.WriteLine(failure);
            return (int)known.Code;
        }
        catch (OperationCanceledException)
        {
            Console.Error.WriteLine($"blase3d: Interrupted; nothing half-written was left behind, and an earlier output is as it was: {options.AfterInterruption}.");
            return stopped();
        }
        catch (Exception failure)
        {
            Console.Error.WriteLine($"blase3d: This is a bug of blase3d: {failure.GetBaseException().Message.ReplaceLineEndings(" ").TrimEnd('.')}; run again with --verbose and report it.");
            if (options.Verbose) Console.Error.WriteLine(failure);
            return Bug;
        }
        finally
        {
            options.ReleaseDevice();
        }
    }

    // What a file holds may be quoted in a sentence; bytes that steer a terminal are not passed on.
    private static string Printable(string sentence) => string.Concat(sentence.ReplaceLineEndings(" ").Select(c => char.IsControl(c) || c == '\uFFFD' ? '?' : c));

    private static EngineException? FailureOf(Exception failure) => failure switch
    {
        EngineException known => known,
        AggregateException { InnerException: { } inner } => FailureOf(inner),
        OutOfMemoryException => new EngineException(ErrorCode.BadInput, "The memory does not suffice; take a shorter wavelength range or fewer points at once.", failure),
        IOException or UnauthorizedAccessException => new EngineException(ErrorCode.BadInput, $"{failure.Message.TrimEnd('.')}; check the files and the free space.", failure),
        _ => NativeErrors.Translate("a file of this run", failure),
    };

    // 'grid' alone is no verb, but half of two.
    private static int ExplainGrid(string[] arguments)
    {
        if (arguments is ["grid", "--help", ..])
        {
            Console.Out.WriteLine(HelpPages.OfGroup(GridVerbTypes));
            return 0;
        }

        Console.Error.WriteLine("blase3d: The verb 'grid' lacks its second word; give 'grid import' or 'grid synthesize', and see 'blase3d grid --help'.");
        return (int)ErrorCode.BadArguments;
    }

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
            Console.Out.WriteLine(HelpPages.Of(failed));
            return arguments.Length == 0 ? (int)ErrorCode.BadArguments : 0;
        }

        Type? verb = errors.Any(e => e is BadVerbSelectedError or NoVerbSelectedError) ? null : failed.TypeInfo.Current;
        Console.Error.WriteLine($"blase3d: {new ArgumentSentences(arguments, verb).Describe(errors).ReplaceLineEndings(" ")}");
        return (int)ErrorCode.BadArguments;
    }
}
