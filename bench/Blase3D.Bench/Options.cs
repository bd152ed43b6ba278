using CommandLine;

namespace Blase3D.Bench;

/// <summary>What verbs that write results have in common.</summary>
internal abstract class ResultOptions
{
    [Option("out", Default = "bench/results", HelpText = "Folder of results; a folder of the machine's name is made in it.")]
    public string Out { get; set; } = string.Empty;

    [Option("remark", Default = "", HelpText = "A sentence that readers of the results must know, for example that the machine was busy.")]
    public string Remark { get; set; } = string.Empty;
}

/// <summary>The whole table.</summary>
[Verb("table", HelpText = "Measure peaks, cloning, kernels and manifold; write Markdown and CSV.")]
internal sealed class TableOptions : ResultOptions
{
    [Option("seconds", Default = 0.3, HelpText = "About how long one measurement takes, in seconds.")]
    public double Seconds { get; set; }

    [Option("scipy", HelpText = "The JSON file of bench/scipy-path for the ratios.")]
    public string? Scipy { get; set; }

    [Option("cases", Default = "", HelpText = "Of the kernels only the cases whose name begins so, for example \"log 9167\" or \"phoenix\".")]
    public string Cases { get; set; } = string.Empty;

    [Option("name", Default = "table", HelpText = "The name of the files; parts of the table that are measured apart need one each.")]
    public string Name { get; set; } = string.Empty;

    [Option("only", Separator = ',', HelpText = "Sections to run: kernels, cloning, manifold; all of them by default.")]
    public IEnumerable<string> Only { get; set; } = [];
}

/// <summary>Peaks only.</summary>
[Verb("peaks", HelpText = "Measure the peak rates of one core and print them.")]
internal sealed class PeakOptions;

/// <summary>The manifold for the Python path.</summary>
[Verb("manifold", HelpText = "Write the manifold of the published size for bench/scipy-path.")]
internal sealed class ManifoldOptions
{
    [Option("out", Required = true, HelpText = "Folder for manifold.h5 (about 240 MB) and points.npz.")]
    public string Out { get; set; } = string.Empty;

    [Option("clones", HelpText = "Also write the clones that 'build' makes such a manifold from (about 480 MB).")]
    public bool Clones { get; set; }
}

/// <summary>The study of the recipes.</summary>
[Verb("clone-quality", HelpText = "Compare recipes, associations and step sizes on real spectra; write Markdown.")]
internal sealed class CloneQualityOptions : ResultOptions
{
    [Option("name", Default = "clone-quality", HelpText = "The name of the file; parts that are measured apart need one each.")]
    public string Name { get; set; } = string.Empty;

    [Option("only", Separator = ',', HelpText = "Parts to run: held-out, optimisers, steps; all of them by default.")]
    public IEnumerable<string> Only { get; set; } = [];
}

/// <summary>The machine's name.</summary>
[Verb("machine", HelpText = "Print the name under which results of this machine are kept.")]
internal sealed class MachineOptions;

/// <summary>Held-out predictions.</summary>
[Verb("held-out", HelpText = "Predict held-out spectra in every way; write Markdown and CSV.")]
internal sealed class HeldOutOptions : ResultOptions
{
    [Option("grid", HelpText = "A grid file; by default the real spectra of shared/data/welter beside the repository, or else those of the mini-grid.")]
    public string? Grid { get; set; }

    [Option("clones", HelpText = "The clones of that grid; made with the default recipe when left out.")]
    public string? Clones { get; set; }

    [Option("keep", HelpText = "A folder for the clones that are made without a plane; those that are there already are used.")]
    public string? Keep { get; set; }

    [Option("name", Default = "held-out", HelpText = "The name of the files; parts that are measured apart need one each.")]
    public string Name { get; set; } = string.Empty;

    [Option("only", Separator = ',', HelpText = "Parts to run: planes, scans, sun, synthetic, storage; all of them by default.")]
    public IEnumerable<string> Only { get; set; } = [];
}

/// <summary>The study of inference.</summary>
[Verb("inference-study", HelpText = "Infer stars whose parameters are known: closure, noise, priors, seeds, coverage, speed; write Markdown.")]
internal sealed class InferenceStudyOptions : ResultOptions
{
    [Option("paper", HelpText = "Use the manifold of the published size (338,651 pixels) instead of 80 A of it; takes hours.")]
    public bool Paper { get; set; }

    [Option("injections", Default = 200, HelpText = "Injections of the coverage, a multiple of ten; 1000 for the full one.")]
    public int Injections { get; set; }

    [Option("stars", Default = 1000, HelpText = "Stars in the largest batch, at least 100.")]
    public int Stars { get; set; }

    [Option("published", HelpText = "The table of published runs; by default that of shared/data/blase beside the repository.")]
    public string? Published { get; set; }

    [Option("grid", HelpText = "The grid of the part held-out; by default as in the verb held-out.")]
    public string? Grid { get; set; }

    [Option("clones", HelpText = "The clones of that grid; when left out they are made with the default recipe, for every plane without it.")]
    public string? Clones { get; set; }

    [Option("keep", HelpText = "A folder for the clones that are made, without a plane or for the tests; those that are there already are used.")]
    public string? Keep { get; set; }

    [Option("name", Default = "inference-study", HelpText = "The name of the results; parts that are run apart need one each, for example inference-speed.")]
    public string Name { get; set; } = string.Empty;

    [Option("threads", HelpText = "Threads; one per processor by default.")]
    public int? Threads { get; set; }

    [Option("only", Separator = ',', HelpText = "Parts to run: speed, published, noise, nodes, seeds, coverage, all of them by default; and for themselves one-star, many-stars, scaling, tests (the published ones with clones), held-out.")]
    public IEnumerable<string> Only { get; set; } = [];
}

/// <summary>The study of stars as observed.</summary>
[Verb("observed-study", HelpText = "Fit injected stars with velocity, v sin i and continuum free: pulls, signal to noise; write Markdown.")]
internal sealed class ObservedStudyOptions : ResultOptions
{
    [Option("injections", Default = 500, HelpText = "Injections at a signal to noise of 150; a fifth as many for every step of the ladder.")]
    public int Injections { get; set; }

    [Option("threads", HelpText = "Threads; one per processor by default.")]
    public int? Threads { get; set; }
}

/// <summary>The study of a device.</summary>
[Verb("device-study", HelpText = "On an OpenCL or CUDA device: correctness, then what it can do at most, then kernels and whole jobs against that and beside the processor; write Markdown and CSV.")]
internal sealed class DeviceStudyOptions : ResultOptions
{
    [Option("backend", Default = "cuda", HelpText = "opencl or cuda.")]
    public string Backend { get; set; } = string.Empty;

    [Option("device", HelpText = "Its number; the first that can be used by default.")]
    public int? Device { get; set; }

    [Option("seconds", Default = 1.0, HelpText = "About how long one measurement takes, in seconds.")]
    public double Seconds { get; set; }

    [Option("lines", Default = 9167, HelpText = "Lines of a spectrum; the manifolds get fewer in proportion.")]
    public int Lines { get; set; }

    [Option("points", Default = 256, HelpText = "Points that are reconstructed together, at least 4.")]
    public int Points { get; set; }

    [Option("epochs", Default = 100, HelpText = "Steps of a clone.")]
    public int Epochs { get; set; }

    [Option("stars", Default = 1024, HelpText = "Stars that are searched in step, and Gaussian processes; the processor gets a sixteenth of the stars.")]
    public int Stars { get; set; }

    [Option("only", Separator = ',', HelpText = "Parts to run behind the test of correctness: kernels, resident, cloning, processes, stars; all of them by default.")]
    public IEnumerable<string> Only { get; set; } = [];
}

/// <summary>What NVIDIA's assembler makes of the kernels.</summary>
[Verb("device-programs", HelpText = "Registers and spills of all CUDA kernels by NVIDIA's assembler, without a card; write Markdown.")]
internal sealed class DeviceProgramsOptions : ResultOptions
{
    [Option("assembler", Default = "ptxas", HelpText = "NVIDIA's ptxas, of the CUDA toolkit.")]
    public string Assembler { get; set; } = string.Empty;
}
