using System.Diagnostics;
using BenchmarkDotNet.Running;
using Blase3D.Bench;
using Blase3D.Bench.Measuring;
using Blase3D.Bench.Problems;
using Blase3D.Bench.Report;
using Blase3D.Bench.Sections;
using Blase3D.Bench.Statistics;
using Blase3D.Engine;
using Blase3D.Kernels;
using CommandLine;

if (args is ["bdn", ..])
{
    BenchmarkSwitcher.FromAssembly(typeof(TableOptions).Assembly).Run(args[1..], new InProcessConfig());
    return 0;
}

try
{
    return Parser.Default.ParseArguments<TableOptions, PeakOptions, ManifoldOptions, CloneQualityOptions, HeldOutOptions, InferenceStudyOptions, ObservedStudyOptions, DeviceStudyOptions, DeviceProgramsOptions, MachineOptions>(args).MapResult(
        (TableOptions options) => Table(options),
        (PeakOptions _) => Run(() => PeakSection.Run(Begin(string.Empty), new Repetition(0.3))),
        (ManifoldOptions options) => Run(() => ManifoldExport.Write(options.Out, options.Clones)),
        (CloneQualityOptions options) => Quality(options),
        (HeldOutOptions options) => Run(() => HeldOutSection.Run(Begin(options.Remark), options)),
        (InferenceStudyOptions options) => Run(() => InferenceStudySection.Run(Begin(options.Remark), options)),
        (ObservedStudyOptions options) => Run(() => ObservedStudySection.Run(Begin(options.Remark), options)),
        (DeviceStudyOptions options) => Run(() => DeviceStudySection.Run(Begin(options.Remark), options)),
        (DeviceProgramsOptions options) => Run(() => DeviceProgramsSection.Run(Begin(options.Remark), options)),
        (MachineOptions _) => Run(() => Console.Out.WriteLine(MachineDescription.Read().Name)),
        _ => 2);
}
catch (EngineException failure)
{
    Console.Error.WriteLine($"bench: {failure.Message}");
    return 1;
}

static int Run(Action action)
{
    action();
    return 0;
}

static BenchReport Begin(string remark) => new(MachineDescription.Read(), RepositoryFiles.RootOrNull is { } root ? MachineDescription.Commit(root) : MachineDescription.BuiltCommit, remark);

static int Table(TableOptions options)
{
    long start = Stopwatch.GetTimestamp();
    BenchReport report = Begin(options.Remark);
    var repetition = new Repetition(options.Seconds);
    IReadOnlyList<PeakRates> peaks = PeakSection.Run(report, repetition);
    if (Wanted(CloningSection.Name)) CloningSection.Run(report, repetition);
    if (Wanted(ManifoldSection.Name)) ManifoldSection.Run(report, repetition);
    if (Wanted(KernelSection.Name))
    {
        new KernelSection(report, repetition, options.Cases).Run();
        PeakSection.ReportShares(report, peaks);
    }

    RatioSection.Run(report, options.Scipy, Path.Combine(RepositoryFiles.Root, "bench", "results", MachineDescription.Read().Name, "original.csv"));
    report.Write(options.Out, options.Name);
    Console.Out.WriteLine(FormattableString.Invariant($"{Stopwatch.GetElapsedTime(start).TotalSeconds:0} s in all"));
    return 0;

    bool Wanted(string section) => !options.Only.Any() || options.Only.Contains(section);
}

static int Quality(CloneQualityOptions options)
{
    BenchReport report = Begin(options.Remark);
    var workers = new Workers(Environment.ProcessorCount);
    if (Wanted("held-out")) CloneQuality.Run(report, workers);
    if (Wanted("optimisers")) OptimizerStudy.Run(report, new Repetition(1), workers);
    if (Wanted("steps")) StepAblation.Run(report, workers);
    report.Write(options.Out, options.Name);
    return 0;

    bool Wanted(string part) => !options.Only.Any() || options.Only.Contains(part);
}
