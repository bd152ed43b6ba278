using Blase3D.Kernels;
using Blase3D.Kernels.Contracts;

namespace Blase3D.Bench.Measuring;

/// <summary>A kernel variant with the tolerance it may use.</summary>
/// <param name="Set">The variant.</param>
/// <param name="Tolerance">The largest error of S that is allowed; 0 for exact.</param>
internal sealed record KernelChoice(KernelSet Set, double Tolerance)
{
    private static readonly double[] Tolerances = [0, 1e-6, 1e-10];

    /// <summary>Every variant this processor runs, with every tolerance, the fastest exact one first; but for fma128, which is there to be tested.</summary>
    public static IReadOnlyList<KernelChoice> All { get; } =
        [.. from set in KernelSet.All where set.IsSupported && set.Name != "fma128" from tolerance in Tolerances select new KernelChoice(set, tolerance)];

    /// <summary>What a table calls it, for example avx512 or avx512 to 1e-06.</summary>
    public string Name => Tolerance == 0 ? Set.Name : FormattableString.Invariant($"{Set.Name} to {Tolerance:0e-00}");

    /// <summary>Makes the kernels.</summary>
    public ILineKernels Create() => Set.Create(Tolerance);
}
