using Blase3D.Engine;
using Blase3D.Engine.Grids;
using Blase3D.Engine.Storage;
using Blase3D.Kernels;
using CommandLine;

namespace Blase3D.Cli.Verbs;

/// <summary>The options of every verb.</summary>
internal abstract class CommonOptions
{
    private const int MostThreads = 4096;

    [Option("backend", Default = "auto", MetaValue = "NAME", HelpText = "Where to compute: auto or cpu.")]
    public string Backend { get; set; } = "auto";

    [Option("kernels", MetaValue = "NAME", HelpText = "Force a variant of the kernels: avx512, avx2, neon or scalar; the fastest otherwise.")]
    public string? KernelVariant { get; set; }

    [Option("threads", Default = 0, MetaValue = "N", HelpText = "Threads to use; 0 takes one per core. Results do not depend on it.")]
    public int Threads { get; set; }

    [Option("json", HelpText = "Print the result as JSON on standard output.")]
    public bool Json { get; set; }

    [Option("quiet", HelpText = "Print nothing but errors.")]
    public bool Quiet { get; set; }

    [Option("verbose", HelpText = "Show where an error came from.")]
    public bool Verbose { get; set; }

    // Without it the parser drops what is left over in silence.
    [Value(9, Hidden = true)]
    public IEnumerable<string> Surplus { get; set; } = [];

    /// <summary>What to do after Ctrl-C to get the result after all.</summary>
    public virtual string AfterInterruption => "give the command again to start anew";

    /// <summary>Refuses what no verb can use.</summary>
    public void Check()
    {
        string[] surplus = [.. Surplus];
        if (surplus.Length > 0)
            throw new EngineException(ErrorCode.BadArguments, $"The argument '{surplus[0]}' is one too many; leave it out, or name the option it belongs to.");
        _ = Kernels;
        if (Threads is < 0 or > MostThreads) throw new EngineException(ErrorCode.BadArguments, $"The number of threads is {Threads}; give 0 to {MostThreads}.");
    }

    /// <summary>Does the work of the verb.</summary>
    public abstract void Run(Session session);

    /// <summary>The kernels that the backend names.</summary>
    public KernelSet Kernels => Backend.ToLowerInvariant() switch
    {
        "auto" or "cpu" => KernelVariant is null ? KernelSet.Best : ForcedKernels(KernelVariant),
        "opencl" or "cuda" => throw new EngineException(
            ErrorCode.MissingLibrary, $"The backend {Backend} is not part of this version; leave --backend out or give cpu."),
        _ => throw new EngineException(ErrorCode.BadArguments, $"The backend '{Backend}' is not known; give auto or cpu."),
    };

    private static KernelSet ForcedKernels(string name)
    {
        KernelSet set = KernelSet.Find(name)
            ?? throw new EngineException(
                ErrorCode.BadArguments, $"The kernels '{name}' are not known; give {string.Join(", ", KernelSet.All.Select(known => known.Name))}.");
        return set.IsSupported
            ? set
            : throw new EngineException(
                ErrorCode.MissingLibrary, $"This processor cannot run the {name} kernels; leave --kernels out for the fastest that it runs ({KernelSet.Best.Name}).");
    }

    /// <summary>The threads to lend.</summary>
    public Workers Workers(CancellationToken cancellation) => new(Threads == 0 ? Environment.ProcessorCount : Threads, cancellation);

    /// <summary>Whether --compat asks for what the published code does.</summary>
    protected static bool IsPublished(string? compat) => compat switch
    {
        null => false,
        "blase" => true,
        _ => throw new EngineException(ErrorCode.BadArguments, $"The option --compat is '{compat}'; the only other software it knows is blase."),
    };

    /// <summary>What --interpolation asks for; null when it is not given.</summary>
    protected static InterpolationScheme? SchemeOf(string? interpolation) => interpolation switch
    {
        null => null,
        "linear" => InterpolationScheme.Linear,
        "cubic" => InterpolationScheme.Cubic,
        _ => throw new EngineException(ErrorCode.BadArguments, $"The interpolation is '{interpolation}'; give linear or cubic."),
    };

    /// <summary>Refuses an output whose ending says nothing, that is also an input, or that cannot be written; before any work is done.</summary>
    /// <param name="output">The file to write.</param>
    /// <param name="inputs">The files that are read.</param>
    /// <param name="known">The endings that will do.</param>
    /// <returns>The ending in small letters.</returns>
    protected static string CheckOutput(string output, IEnumerable<string?> inputs, params string[] known)
    {
        string ending = Path.GetExtension(output).ToLowerInvariant();
        if (!known.Contains(ending))
            throw new EngineException(ErrorCode.BadArguments, $"The output {output} ends in '{ending}'; give one of {string.Join(", ", known)}.");
        if (inputs.OfType<string>().FirstOrDefault(input => Resolve(input) == Resolve(output)) is { } same)
            throw new EngineException(ErrorCode.BadArguments, $"The output {output} is the input {same}; give another name, so that the input is not lost.");
        AtomicFile.RequireWritable(output);
        return ending;
    }

    private static string Resolve(string path)
    {
        string full = Path.GetFullPath(path);
        return File.Exists(full) && File.ResolveLinkTarget(full, returnFinalTarget: true) is { } target ? target.FullName : full;
    }
}
