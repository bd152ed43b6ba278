using BenchmarkDotNet.Attributes;
using Blase3D.Bench.Problems;
using Blase3D.Engine.Manifolds;
using Blase3D.Engine.Reconstruction;
using Blase3D.Kernels;

namespace Blase3D.Bench.Statistics;

/// <summary>Spectra from a manifold of the published size.</summary>
public class ReconstructionBenchmarks
{
    private LineManifold? _manifold;
    private SpectrumReconstructor? _reconstructor;
    private double[] _flux = [];

    /// <summary>Pixels of a window.</summary>
    [Params(1000, 6000)]
    public int Window { get; set; }

    /// <summary>Makes the manifold.</summary>
    [GlobalSetup]
    public void Setup()
    {
        _manifold = ManifoldProblem.Create();
        _reconstructor = new SpectrumReconstructor(_manifold, new ReconstructionOptions { WindowPixels = Window }, KernelSet.Best);
        _flux = new double[_manifold.Wavelength.Length];
    }

    /// <summary>One spectrum on one thread.</summary>
    [Benchmark]
    public void SinglePoint() => _reconstructor!.Reconstruct(ManifoldProblem.Point, Workers.OneThread, _flux);

    /// <summary>Sixty spectra on all threads.</summary>
    [Benchmark(OperationsPerInvoke = 60)]
    public IReadOnlyList<double[]> BatchOf60() => BatchReconstruction.Run(
        _manifold!, ManifoldProblem.Batch(60), new ReconstructionOptions { WindowPixels = Window }, KernelSet.Best, new Workers(Environment.ProcessorCount));
}
