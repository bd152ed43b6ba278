using Blase3D.Engine;
using Blase3D.Kernels;
using CommandLine;

namespace Blase3D.Cli.Verbs;

/// <summary>The options of every verb.</summary>
internal abstract class CommonOptions
{
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
    public Workers Workers(CancellationToken cancellation)
    {
        if (Threads is < 0 or > 4096) throw new EngineException(ErrorCode.BadArguments, $"The number of threads is {Threads}; give 0 to 4096.");
        return new Workers(Threads == 0 ? Environment.ProcessorCount : Threads, cancellation);
    }

    /// <summary>Whether --compat asks for what the published code does.</summary>
    protected static bool IsPublished(string? compat) => compat switch
    {
        null => false,
        "blase" => true,
        _ => throw new EngineException(ErrorCode.BadArguments, $"The option --compat is '{compat}'; the only other software it knows is blase."),
    };

    /// <summary>Refuses an output whose ending says nothing.</summary>
    protected static string Ending(string output, params string[] known)
    {
        string ending = Path.GetExtension(output).ToLowerInvariant();
        return known.Contains(ending)
            ? ending
            : throw new EngineException(ErrorCode.BadArguments, $"The output {output} ends in '{ending}'; give one of {string.Join(", ", known)}.");
    }
}
