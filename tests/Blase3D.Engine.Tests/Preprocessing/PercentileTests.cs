using Blase3D.Engine.Preprocessing;
using Blase3D.Engine.Storage.Npz;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace Blase3D.Engine.Tests.Preprocessing;

public class PercentileTests
{
    [Fact]
    public void It_agrees_with_the_golden_vectors_to_the_last_digit()
    {
        NpzReader golden = GoldenFile.Open("06_preprocess_20000px");
        double[] flux = golden.Doubles("flux");
        foreach (int percent in (int[])[50, 95, 99])
            Assert.Equal(golden.Scalar(FormattableString.Invariant($"percentile_p{percent}")), Percentile.Of(flux, percent));
    }

    [Fact]
    public void It_is_the_value_between_the_sorted_ones()
    {
        Prop.ForAll(
            ArbMap.Default.ArbFor<(int Seed, int Length, int Kinds, int Percent)>(),
            t =>
            {
                var random = new Random(t.Seed);
                double[] values = new double[1 + Math.Abs(t.Length % 400)];
                int kinds = 1 + Math.Abs(t.Kinds % 50);
                for (int i = 0; i < values.Length; i++)
                    values[i] = random.Next(kinds) - 10;
                double percent = Math.Abs(t.Percent % 101);
                double[] sorted = [.. values.Order()];
                double rank = (values.Length - 1) * (percent / 100);
                double low = sorted[(int)rank];
                double high = sorted[Math.Min((int)rank + 1, values.Length - 1)];
                double expected = low + (high - low) * (rank - Math.Floor(rank));
                return Math.Abs(Percentile.Of(values, percent) - expected) < 1e-12;
            }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Sorted_reversed_and_organ_pipe_values_are_selected_too()
    {
        double[] ascending = [.. Enumerable.Range(0, 100_001).Select(i => (double)i)];
        double[] descending = [.. ascending.Reverse()];
        double[] pipe = [.. ascending.Select(v => Math.Min(v, 100_000 - v))];
        Assert.Equal(99_000, Percentile.Of(ascending, 99));
        Assert.Equal(99_000, Percentile.Of(descending, 99));
        Assert.Equal(49_500, Percentile.Of(pipe, 99));
        Assert.Equal(0, Percentile.Of(ascending, 0));
        Assert.Equal(100_000, Percentile.Of(descending, 100));
    }

    [Fact]
    public void Bad_arguments_are_refused()
    {
        Assert.Equal(ErrorCode.BadArguments, Assert.Throws<EngineException>(() => Percentile.Of([1], 101)).Code);
        Assert.Equal(ErrorCode.BadArguments, Assert.Throws<EngineException>(() => Percentile.Of([1], double.NaN)).Code);
        Assert.Equal(ErrorCode.BadInput, Assert.Throws<EngineException>(() => Percentile.Of([], 50)).Code);
        Assert.Equal(ErrorCode.BadInput, Assert.Throws<EngineException>(() => Percentile.Of([1, double.NaN], 50)).Code);
    }
}
