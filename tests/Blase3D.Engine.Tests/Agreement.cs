using Xunit;

namespace Blase3D.Engine.Tests;

/// <summary>Comparisons that say where the largest difference is.</summary>
internal static class Agreement
{
    /// <summary>Asserts |actual - expected| &lt;= tolerance * |expected| for every element, with exact equality of non-finite
    /// ones.</summary>
    public static void Relative(ReadOnlySpan<double> expected, ReadOnlySpan<double> actual, double tolerance, string what)
    {
        Assert.Equal(expected.Length, actual.Length);
        int worst = -1;
        double largest = tolerance;
        for (int i = 0; i < expected.Length; i++)
        {
            double difference = expected[i] == actual[i] ? 0 : Math.Abs(actual[i] - expected[i]) / Math.Abs(expected[i]);
            if (!(difference <= largest))
                (worst, largest) = (i, difference);
        }
        Assert.True(worst < 0, worst < 0 ? "" : FormattableString.Invariant(
            $"{what}[{worst}] is {actual[worst]}, expected {expected[worst]}: relative difference {largest:e2} > {tolerance:e2}"));
    }

    /// <summary>Asserts |actual - expected| &lt;= tolerance for every element.</summary>
    public static void WithinAbsolute(ReadOnlySpan<double> expected, ReadOnlySpan<double> actual, double tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        int worst = -1;
        double largest = tolerance;
        for (int i = 0; i < expected.Length; i++)
        {
            double difference = Math.Abs(actual[i] - expected[i]);
            if (!(difference <= largest))
                (worst, largest) = (i, difference);
        }
        Assert.True(worst < 0, worst < 0 ? "" : FormattableString.Invariant(
            $"[{worst}] is {actual[worst]}, expected {expected[worst]}: difference {largest:e2} > {tolerance:e2}"));
    }

    /// <summary>Every n-th element.</summary>
    public static double[] Every(int n, ReadOnlySpan<double> values)
    {
        double[] result = new double[(values.Length + n - 1) / n];
        for (int i = 0; i < result.Length; i++)
            result[i] = values[i * n];
        return result;
    }

    /// <summary>Longs as ints, for indices.</summary>
    public static int[] Ints(long[] values) => Array.ConvertAll(values, v => checked((int)v));
}
