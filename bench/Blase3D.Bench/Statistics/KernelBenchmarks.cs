using BenchmarkDotNet.Attributes;
using Blase3D.Bench.Measuring;
using Blase3D.Bench.Problems;
using Blase3D.Kernels;
using Blase3D.Kernels.Contracts;

namespace Blase3D.Bench.Statistics;

/// <summary>Forward and gradient of every kernel that this processor runs, on log-spaced pixels, one thread.</summary>
public class KernelBenchmarks
{
    private LineProblem? _problem;
    private LineWindows? _windows;
    private ILineKernels? _kernels;
    private double[] _transmission = [];
    private LineGradient _gradient = new(0);

    /// <summary>The kernels.</summary>
    public static IEnumerable<string> Kernels => KernelChoice.All.Select(choice => choice.Name);

    /// <summary>Which kernels.</summary>
    [ParamsSource(nameof(Kernels))]
    public string Kernel { get; set; } = string.Empty;

    /// <summary>The shape of the lines.</summary>
    [Params(LineProfile.Blase, LineProfile.Thompson)]
    public LineProfile Profile { get; set; }

    /// <summary>The number of lines.</summary>
    [Params(9167, 35_000)]
    public int Lines { get; set; }

    /// <summary>Pixels of a window.</summary>
    [Params(1000, 6000)]
    public int Window { get; set; }

    private LineModel Model => new(Profile, Composition.Product);

    /// <summary>Draws the problem.</summary>
    [GlobalSetup]
    public void Setup()
    {
        _problem = LineProblem.Create(PixelGrid.Log, Lines);
        _windows = _problem.Windows(Window);
        _kernels = KernelChoice.All.First(choice => choice.Name == Kernel).Create();
        _transmission = new double[_problem.Wavelength.Length];
        _gradient = new LineGradient(Lines);
        Forward();
    }

    /// <summary>One spectrum.</summary>
    [Benchmark]
    public void Forward() => _kernels!.Forward(Model, _problem!.Lines, _windows!, _problem.Wavelength, Workers.OneThread, _transmission);

    /// <summary>One gradient.</summary>
    [Benchmark]
    public void Gradient() => _kernels!.Gradient(
        Model, _problem!.Lines, _windows!, _problem.Wavelength, _transmission, _problem.Cotangent, Workers.OneThread, _gradient);
}
