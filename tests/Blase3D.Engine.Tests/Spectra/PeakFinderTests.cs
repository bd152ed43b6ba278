using Blase3D.Engine.Spectra;
using Blase3D.Engine.Storage.Npz;
using Blase3D.Tests;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace Blase3D.Engine.Tests.Spectra;

public class PeakFinderTests
{
    [Fact]
    public void Peaks_are_those_of_scipy()
    {
        NpzReader golden = GoldenFile.Open("04_detect_lines");
        double[] depth = Array.ConvertAll(golden.Doubles("flux"), f => -f);
        Assert.Equal(Agreement.Ints(golden.Longs("peaks_all_no_filter")), PeakFinder.LocalMaxima(depth));
        int[] peaks = PeakFinder.Find(depth, 4);
        Assert.Equal(Agreement.Ints(golden.Longs("peaks_distance4")), peaks);

        PeakProminences all = PeakFinder.Prominences(depth, peaks);
        foreach ((string key, double smallest) in (IEnumerable<(string, double)>)[("p0.005_", 0.005), ("p0.03_", 0.03)])
        {
            int[] kept = [.. Enumerable.Range(0, peaks.Length).Where(k => all.Prominence[k] >= smallest)];
            int[] found = Array.ConvertAll(kept, k => peaks[k]);
            Assert.Equal(Agreement.Ints(golden.Longs(key + "peaks")), found);
            PeakProminences prominences = PeakFinder.Prominences(depth, found);
            Assert.Equal(golden.Doubles(key + "prominences"), prominences.Prominence);
            PeakWidths widths = PeakFinder.Widths(depth, found, prominences);
            Agreement.Relative(golden.Doubles(key + "width_px"), widths.WidthPixels, Tolerances.GoldenLineRelative, "width");
            if (key != "p0.005_")
                continue;
            Assert.Equal(Agreement.Ints(golden.Longs(key + "left_bases")), prominences.LeftBase);
            Assert.Equal(Agreement.Ints(golden.Longs(key + "right_bases")), prominences.RightBase);
            Agreement.Relative(golden.Doubles(key + "width_heights"), widths.Height, Tolerances.GoldenLineRelative, "height");
            Agreement.Relative(golden.Doubles(key + "left_ips"), widths.LeftCrossing, Tolerances.GoldenLineRelative, "left crossing");
            Agreement.Relative(golden.Doubles(key + "right_ips"), widths.RightCrossing, Tolerances.GoldenLineRelative, "right crossing");
        }
    }

    [Fact]
    public void Curves_full_of_ties_have_the_peaks_of_scipy()
    {
        NpzReader golden = GoldenFile.Open("scipy_peaks_ties");
        double[] curves = golden.Doubles("curves");
        int[] table = Agreement.Ints(golden.Longs("length_distance_count"));
        int pitch = golden.Shape("curves")[1];
        var peaks = new List<int>();
        List<double> prominence = [], left = [], right = [], width = [], leftCrossing = [], rightCrossing = [];
        for (int k = 0; k < table.Length / 3; k++)
        {
            double[] x = curves[(k * pitch)..(k * pitch + table[3 * k])];
            int[] found = PeakFinder.Find(x, table[3 * k + 1]);
            Assert.Equal(table[3 * k + 2], found.Length);
            PeakProminences prominences = PeakFinder.Prominences(x, found);
            PeakWidths widths = PeakFinder.Widths(x, found, prominences);
            peaks.AddRange(found);
            prominence.AddRange(prominences.Prominence);
            left.AddRange(Array.ConvertAll(prominences.LeftBase, i => (double)i));
            right.AddRange(Array.ConvertAll(prominences.RightBase, i => (double)i));
            width.AddRange(widths.WidthPixels);
            leftCrossing.AddRange(widths.LeftCrossing);
            rightCrossing.AddRange(widths.RightCrossing);
        }
        Assert.Equal(Agreement.Ints(golden.Longs("peaks")), peaks);
        Assert.Equal(golden.Doubles("prominences"), prominence);
        Assert.Equal(golden.Doubles("left_bases"), left);
        Assert.Equal(golden.Doubles("right_bases"), right);
        Assert.Equal(golden.Doubles("width_px"), width);
        Assert.Equal(golden.Doubles("left_ips"), leftCrossing);
        Assert.Equal(golden.Doubles("right_ips"), rightCrossing);
    }

    [Fact]
    public void Peaks_prominences_and_bases_follow_the_definition() => Check(x =>
    {
        int[] peaks = PeakFinder.LocalMaxima(x);
        if (!peaks.SequenceEqual(NaivePeaks.LocalMaxima(x)))
            return false;
        int[] every = [.. Enumerable.Range(0, x.Length)];
        return Same(peaks) && Same(every);

        bool Same(int[] at)
        {
            PeakProminences fast = PeakFinder.Prominences(x, at);
            for (int k = 0; k < at.Length; k++)
            {
                if (NaivePeaks.Prominence(x, at[k]) != (fast.Prominence[k], fast.LeftBase[k], fast.RightBase[k]))
                    return false;
            }
            return true;
        }
    });

    [Fact]
    public void Kept_peaks_are_apart_and_dropped_ones_are_near_a_higher_one() => Check(x =>
    {
        int[] all = PeakFinder.LocalMaxima(x);
        for (int distance = 1; distance < 12; distance += 3)
        {
            int[] kept = PeakFinder.KeepDistant(all, x, distance);
            if (kept.Zip(kept.Skip(1), (a, b) => b - a).Any(d => d < distance))
                return false;
            if (!all.Except(kept).All(p => kept.Any(q => Math.Abs(p - q) < distance && (x[q] > x[p] || (x[q] == x[p] && q > p)))))
                return false;
        }
        return true;
    });

    [Fact]
    public void Crossings_lie_between_the_bases_at_the_height() => Check(x =>
    {
        int[] peaks = PeakFinder.LocalMaxima(x);
        PeakProminences prominences = PeakFinder.Prominences(x, peaks);
        PeakWidths widths = PeakFinder.Widths(x, peaks, prominences);
        for (int k = 0; k < peaks.Length; k++)
        {
            double left = widths.LeftCrossing[k];
            double right = widths.RightCrossing[k];
            bool inside = prominences.LeftBase[k] <= left && left <= peaks[k] && peaks[k] <= right && right <= prominences.RightBase[k];
            double offLeft = Math.Abs(Interpolated(x, left) - widths.Height[k]);
            double offRight = Math.Abs(Interpolated(x, right) - widths.Height[k]);
            if (!inside || offLeft > 1e-9 || offRight > 1e-9)
                return false;
        }
        return true;
    });

    [Fact]
    public void A_falling_sawtooth_of_a_whole_spectrum_needs_no_quadratic_time()
    {
        // From each tooth one may walk right to the very end: sample by sample that is 3e10 steps, here it is one pass.
        const int length = 338_651;
        double[] x = new double[length];
        for (int i = 0; i < length; i++)
            x[i] = (i % 2) * 16 - i;
        int[] peaks = PeakFinder.Find(x);
        Assert.Equal(length / 2, peaks.Length);
        PeakProminences prominences = PeakFinder.Prominences(x, peaks);
        for (int k = 0; k < peaks.Length; k++)
        {
            Assert.Equal(peaks[k] - 1, prominences.LeftBase[k]);
            Assert.Equal(length - 1, prominences.RightBase[k]);
            Assert.Equal(15, prominences.Prominence[k]);
        }
        Assert.All(PeakFinder.Widths(x, peaks, prominences).WidthPixels, w => Assert.InRange(w, 0.5, 2));
    }

    [Fact]
    public void All_lengths_from_0_to_256_work()
    {
        var random = new Random(3);
        for (int length = 0; length <= 256; length++)
        {
            double[] x = new double[length];
            for (int i = 0; i < length; i++)
                x[i] = random.Next(6);
            int[] peaks = PeakFinder.Find(x);
            Assert.Equal(NaivePeaks.LocalMaxima(x), peaks);
            PeakProminences fast = PeakFinder.Prominences(x, peaks);
            for (int k = 0; k < peaks.Length; k++)
                Assert.Equal(NaivePeaks.Prominence(x, peaks[k]), (fast.Prominence[k], fast.LeftBase[k], fast.RightBase[k]));
        }
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void Samples_that_are_not_finite_are_refused(double value)
    {
        EngineException e = Assert.Throws<EngineException>(() => PeakFinder.Find([0, 1, 0, value, 0]));
        Assert.Equal(ErrorCode.BadInput, e.Code);
        Assert.Contains("pixel 3", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_distance_of_0_is_refused() =>
        Assert.Equal(ErrorCode.BadArguments, Assert.Throws<EngineException>(() => PeakFinder.Find([0, 1, 0], 0)).Code);

    /// <summary>Random curves of few whole values, so that plateaus and ties are everywhere.</summary>
    private static void Check(Func<double[], bool> law) =>
        Prop.ForAll(
            ArbMap.Default.ArbFor<(int Seed, int Length, int Kinds)>(),
            t =>
            {
                var random = new Random(t.Seed);
                double[] x = new double[Math.Abs(t.Length % 70)];
                int kinds = 2 + Math.Abs(t.Kinds % 7);
                for (int i = 0; i < x.Length; i++)
                    x[i] = random.Next(kinds);
                return law(x);
            }).Check(Config.QuickThrowOnFailure.WithMaxTest(500).WithEndSize(500));

    private static double Interpolated(double[] x, double at)
    {
        int i = Math.Min((int)at, x.Length - 2);
        return x[i] + (at - i) * (x[i + 1] - x[i]);
    }
}
