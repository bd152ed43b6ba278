using Blase3D.Kernels.Contracts;
using Xunit;
using Xunit.Abstractions;

namespace Blase3D.Kernels.Tests;

public class KernelSetTests(ITestOutputHelper output)
{
    [Fact]
    public void Best_variant_is_the_first_supported_one_and_scalar_always_runs()
    {
        foreach (KernelSet set in KernelSet.All)
            output.WriteLine(set.IsSupported ? $"{set.Name}: tested" : $"{set.Name}: NOT RUN, this processor lacks the instructions{Instead(set.Name)}");
        Assert.True(KernelSet.Find("scalar")!.IsSupported);
        Assert.Same(KernelSet.All.First(set => set.IsSupported), KernelSet.Best);
    }

    // Both are packs of two: on x86 the text of neon runs, and on Arm that of fma128; what is not seen is what the compiler makes of it.
    private static string Instead(string name) =>
        (name == "neon" && KernelSet.Find("fma128")!.IsSupported) || (name == "fma128" && KernelSet.Find("neon")!.IsSupported)
            ? "; its text is tested with those of the other packs of two"
            : string.Empty;

    [Theory]
    [InlineData("avx512")]
    [InlineData("avx2")]
    [InlineData("fma128")]
    [InlineData("neon")]
    [InlineData("scalar")]
    public void A_forced_variant_is_the_one_that_runs_or_refuses(string name)
    {
        KernelSet set = KernelSet.Find(name)!;
        if (set.IsSupported) Assert.Equal(name, set.Create().Name);
        else Assert.Throws<PlatformNotSupportedException>(() => set.Create());
    }

    [Fact]
    public void Unknown_variant_is_not_found() => Assert.Null(KernelSet.Find("sse9"));

    [Theory]
    [InlineData(-1e-6)]
    [InlineData(double.NaN)]
    [InlineData(0.5e-13)]
    [InlineData(0.02)]
    public void A_tolerance_out_of_range_is_refused_with_the_range(double tolerance)
    {
        ArgumentOutOfRangeException error = Assert.Throws<ArgumentOutOfRangeException>(() => KernelSet.Best.Create(tolerance));
        Assert.Contains("between 1E-13 and 0.01", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Windows_must_belong_to_the_lines()
    {
        LineProblem problem = LineProblem.Random(1, 50, 3, 10);
        LineProblem other = LineProblem.Random(1, 50, 2, 10);
        Assert.Throws<ArgumentException>(() => (problem with { Windows = other.Windows }).Forward(KernelSet.Best.Create(), LineModel.Published));
    }
}
