using Blase3D.Bench.Measuring;

namespace Blase3D.Bench.Report;

/// <summary>One measurement.</summary>
internal sealed record BenchRow
{
    /// <summary>Which part of the bench: kernels, cloning, manifold, scipy-path ...</summary>
    public required string Section { get; init; }

    /// <summary>What was done: forward, gradient, epoch, single point, batch of 60 ...</summary>
    public required string Operation { get; init; }

    /// <summary>The input, for example log 9167 x 6000.</summary>
    public required string Case { get; init; }

    /// <summary>The profile of the lines, or empty.</summary>
    public string Profile { get; init; } = string.Empty;

    /// <summary>By what: naive, avx512, scipy ...</summary>
    public required string Variant { get; init; }

    /// <summary>Threads used.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>The times of one operation (of one spectrum of a batch).</summary>
    public required Timing Time { get; init; }

    /// <summary>(line, pixel) pairs of one operation; 0 when that is no measure of it.</summary>
    public double Evaluations { get; init; }

    /// <summary>The largest difference to the reference, or null when it was not checked.</summary>
    public double? MaxError { get; init; }

    /// <summary>What else there is to say, above all when a figure is scaled.</summary>
    public string Note { get; init; } = string.Empty;
}
