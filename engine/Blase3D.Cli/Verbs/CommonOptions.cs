using System.Globalization;
using Blase3D.Engine;
using Blase3D.Engine.Devices;
using Blase3D.Engine.Grids;
using Blase3D.Engine.Storage;
using Blase3D.Kernels;
using Blase3D.Kernels.Gpu;
using Blase3D.Kernels.Gpu.Devices;
using CommandLine;

namespace Blase3D.Cli.Verbs;

/// <summary>The options of every verb.</summary>
internal abstract class CommonOptions
{
    private const int MostThreads = 4096;

    // Of a spectrum, where lines are not known yet.
    private const int TypicalLines = 1000;

    private KernelSet? _kernels;
    private IComputeDevice? _device;
    private string? _whyProcessor;

    [Option("backend", Default = "auto", MetaValue = "NAME", HelpText = "Where to compute lines: auto (a graphics card that has double precision, else the processor), cpu, opencl or cuda; see 'blase3d devices'.")]
    public string Backend { get; set; } = "auto";

    [Option("device", MetaValue = "N", HelpText = "The number of the device among those of --backend opencl or cuda; the first that can be used otherwise.")]
    public int? DeviceNumber { get; set; }

    [Option("memory-limit", MetaValue = "SIZE", HelpText = "The most of a device's memory to use, for example 500MB or 2GB; nine tenths of it otherwise.")]
    public string? MemoryLimit { get; set; }

    [Option("kernels", MetaValue = "NAME", HelpText = "Force a variant of the kernels: avx512, avx2, fma128, neon or scalar, the fastest otherwise; on a device double or single, double otherwise.")]
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

    private string _output = string.Empty;
    private WorkFolder? _work;

    /// <summary>What of the work is kept when the run ends before its output is there, and what to do with it; null when nothing is.</summary>
    public string? KeptWork => _work is { Finished: > 0 and var finished }
        ? $"the work on {finished} {(finished == 1 ? "spectrum" : "spectra")} is kept in {_output}.work: give the command again to go on with it"
        : null;

    /// <summary>What to do after Ctrl-C to get the result after all.</summary>
    public string AfterInterruption => KeptWork ?? "give the command again to start anew";

    /// <summary>Refuses what no verb can use.</summary>
    public void Check()
    {
        string[] surplus = [.. Surplus];
        if (surplus.Length > 0)
            throw new EngineException(ErrorCode.BadArguments, $"The argument '{surplus[0]}' is one too many; leave it out, or name the option it belongs to.");
        if (IsAutomatic && !ComputesSpectra) _kernels = ProcessorKernels();
        _ = Kernels;
        if (Threads is < 0 or > MostThreads) throw new EngineException(ErrorCode.BadArguments, $"The number of threads is {Threads}; give 0 to {MostThreads}.");
    }

    /// <summary>Does the work of the verb.</summary>
    public abstract void Run(Session session);

    /// <summary>The kernels that the backend names; the device that they may be on is taken into use at the first call.</summary>
    public KernelSet Kernels => _kernels ??= Backend.ToLowerInvariant() switch
    {
        "auto" => AutomaticKernels(),
        "cpu" => ProcessorKernels(),
        "opencl" => DeviceKernels("opencl"),
        "cuda" => DeviceKernels("cuda"),
        _ => throw new EngineException(ErrorCode.BadArguments, $"The backend '{Backend}' is not known; give auto, cpu, opencl or cuda."),
    };

    /// <summary>Whether the verb has work for a graphics card; others do not wake it.</summary>
    protected virtual bool ComputesSpectra => false;

    private bool IsAutomatic => string.Equals(Backend, "auto", StringComparison.OrdinalIgnoreCase);

    /// <summary>What to tell the user of the device that computes, or why a card that is there does not; null when there is nothing to say.</summary>
    public string? DeviceNote => _device is null
        ? _whyProcessor
        : FormattableString.Invariant($"Lines are computed on {_device.Name} ({Kernels.Name}), with up to {_device.MemoryBytes / 1e6:0} MB of its memory; what needs more is split.");

    /// <summary>Says before a run what its spectra take of a device's memory and whether they are made in slices; nothing when the processor computes.</summary>
    /// <param name="session">Receives the sentence.</param>
    /// <param name="pixels">Pixels of a spectrum.</param>
    /// <param name="spectra">How many spectra there are.</param>
    protected void NoteDeviceMemory(Session session, int pixels, int spectra)
    {
        if (_device is null) return;
        var memory = SpectrumMemory.Of(KernelVariant == "single" ? GpuPrecision.Binary32 : GpuPrecision.Binary64);
        int together = Math.Max(1, Math.Min(spectra, Workers(CancellationToken.None).Threads));
        long slices = memory.Slices(pixels, TypicalLines, _device.MemoryBytes / together);
        session.Note(
            FormattableString.Invariant($"A spectrum of {pixels} pixels takes {memory.Bytes(pixels, 0) / 1e6:0.##} MB of the device and {memory.Bytes(0, 1000) / 1e6:0.##} MB for 1000 lines")
            + (together > 1 ? FormattableString.Invariant($", {together} times side by side") : string.Empty)
            + slices switch
            {
                0 => "; that hardly fits, so fewer --threads, or a larger --memory-limit, may be needed.",
                1 => "; that fits as a whole.",
                _ => FormattableString.Invariant($"; it is made in about {slices} slices."),
            });
    }

    /// <summary>Gives a device back.</summary>
    public void ReleaseDevice()
    {
        _device?.Dispose();
        (_device, _kernels) = (null, null);
    }

    private KernelSet AutomaticKernels()
    {
        KernelSet processor = ProcessorKernels();
        if (KernelVariant is not null) return processor;
        (_device, _whyProcessor) = AutomaticDevice.Choose(DeviceCatalog.List(), entry => DeviceCatalog.Open(entry.Backend, entry.Index, null));
        return _device is null ? processor : GpuKernelSet.Create(_device, GpuPrecision.Binary64, Say);
    }

    private KernelSet ProcessorKernels()
    {
        string? given = DeviceNumber is not null ? "--device" : MemoryLimit is not null ? "--memory-limit" : null;
        if (given is not null) throw new EngineException(ErrorCode.BadArguments, $"The option {given} belongs to a device; add --backend opencl or cuda, or leave it out.");
        return KernelVariant is null ? KernelSet.Best : ForcedKernels(KernelVariant);
    }

    private KernelSet DeviceKernels(string backend)
    {
        GpuPrecision precision = KernelVariant switch
        {
            null or "double" => GpuPrecision.Binary64,
            "single" => GpuPrecision.Binary32,
            _ => throw new EngineException(ErrorCode.BadArguments, $"The kernels '{KernelVariant}' are not known to --backend {backend}; give double or single."),
        };
        _device = DeviceCatalog.Open(backend, DeviceNumber, MemoryLimit is null ? null : BytesOf(MemoryLimit));
        return GpuKernelSet.Create(_device, precision, Say);
    }

    private void Say(string sentence)
    {
        if (!Quiet) Console.Error.WriteLine(sentence);
    }

    private static long BytesOf(string size)
    {
        string text = size.ToUpperInvariant();
        (string unit, double factor) = new[] { ("GB", 1e9), ("MB", 1e6), ("KB", 1e3), ("B", 1.0) }.FirstOrDefault(known => text.EndsWith(known.Item1, StringComparison.Ordinal));
        return unit is not null && double.TryParse(text[..^unit.Length].Trim(), NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && value > 0 && value * factor < 1e15
            ? (long)(value * factor)
            : throw new EngineException(ErrorCode.BadArguments, $"The memory limit is '{size}'; give a number above 0 with KB, MB or GB, for example 500MB.");
    }

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

    /// <summary>Says what a run begins with, and remembers where its work is kept.</summary>
    protected void NoteKeptWork(Session session, string output, WorkFolder? work)
    {
        (_output, _work) = (output, work);
        if (work is null) return;
        if (work.Resumed > 0) session.Note($"Going on with the work of an interrupted run on {work.Resumed} {(work.Resumed == 1 ? "spectrum" : "spectra")} (in {output}.work).");
        if (work.RowsSetAside == 0) return;
        string old = output + work.SetAsideIn![(WorkFolder.Of(output).Length - ".work".Length)..];
        session.Note($"The work of an interrupted run with other input, options or version on {work.RowsSetAside} spectra was put aside in {old}; to go on with that instead, stop, delete {output}.work, rename {old} to {output}.work, and give its command again.");
    }

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
        if (inputs.OfType<string>().FirstOrDefault(input => RealPath.Of(input) == RealPath.Of(output)) is { } same)
            throw new EngineException(ErrorCode.BadArguments, $"The output {output} is the input {same}; give another name, so that the input is not lost.");
        AtomicFile.RequireWritable(output);
        return ending;
    }
}
