using Blase3D.Engine.Grids;
using Blase3D.Engine.Grids.Synthesis;
using FsCheck;
using FsCheck.Fluent;
using Xunit;
using Xunit.Abstractions;

namespace Blase3D.Engine.Tests.Grids.Synthesis;

/// <summary>The physics of the toy grid: what its lines must do when the star changes.</summary>
public sealed class SyntheticLineTests(ITestOutputHelper output)
{
    private static readonly SyntheticGrid Grid = Make(20_000);

    private static SyntheticGrid Make(int lines, int seed = 3) => new(
        SyntheticLineList.Create(lines, 8038, 12849, seed),
        new GridPoints(["teff", "logg", "feh"], [5000, 4.5, 0]),
        [8038, 12849]);

    private static int[] LinesOf(string species)
    {
        int index = Enumerable.Range(0, SyntheticSpecies.All.Count).Single(i => SyntheticSpecies.All[i].Name == species);
        return [.. Enumerable.Range(0, Grid.Lines.Count).Where(j => Grid.Lines.SpeciesIndex[j] == index)];
    }

    private static int Count(string species, double teff)
    {
        var present = Grid.TrueLines(new(teff, 4.5, 0)).Present;
        return LinesOf(species).Count(j => present[j]);
    }

    private static Arbitrary<SyntheticPoint> AnyPoint() =>
        (from teff in Gen.Choose(2300, 12000)
         from logg in Gen.Choose(200, 600)
         from feh in Gen.Choose(-100, 50)
         select new SyntheticPoint(teff, logg / 100.0, feh / 100.0)).ToArbitrary();

    [Fact]
    public void The_papers_grid_has_its_mean_number_of_lines()
    {
        var grid = new SynthesisOptions { Wavelength = [8038, 12849] }.CreateGrid();
        Assert.Equal(1314, grid.Points.Count);
        Assert.Equal(128_723, grid.Lines.Count);
        int[] counts = [.. Enumerable.Range(0, grid.Points.Count).AsParallel().AsOrdered().Select(row => grid.CountLines(grid.Point(row)))];
        output.WriteLine(FormattableString.Invariant($"mean {counts.Average():0}, least {counts.Min()}, most {counts.Max()}"));
        Assert.InRange(counts.Average(), 0.8 * 9167, 1.2 * 9167);
        Assert.InRange(counts.Min(), 100, 600); // the paper: 252, at 12000 K
        Assert.InRange(counts.Max(), 25_000, 45_000); // the paper: 34,551, at 2300 K
        Assert.True(grid.Point(Array.IndexOf(counts, counts.Min())).Teff > 9000);
        Assert.True(grid.Point(Array.IndexOf(counts, counts.Max())).Teff < 3500);
        // Absence is the normal state of a line: no star has more than a third of the list, and stars differ: together they have more.
        Assert.True(counts.Max() < grid.Lines.Count / 3);
        var everPresent = new bool[grid.Lines.Count];
        for (int row = 0; row < grid.Points.Count; row += 73)
        {
            bool[] present = grid.TrueLines(grid.Point(row)).Present;
            for (int j = 0; j < present.Length; j++) everPresent[j] |= present[j];
        }

        output.WriteLine($"{everPresent.Count(ever => ever)} lines are present at one of 18 points");
        Assert.InRange(everPresent.Count(ever => ever), counts.Max() + 5000, grid.Lines.Count);
    }

    [Fact]
    public void Equal_seeds_give_equal_lines_and_others_do_not()
    {
        var first = Make(1000, 7).TrueLines(new(4321, 3.3, -0.2));
        var second = Make(1000, 7).TrueLines(new(4321, 3.3, -0.2));
        var other = Make(1000, 8).TrueLines(new(4321, 3.3, -0.2));
        Assert.Equal(first.CenterAngstrom, second.CenterAngstrom);
        Assert.Equal(first.LnAmplitude, second.LnAmplitude);
        Assert.Equal(first.LnGamma, second.LnGamma);
        Assert.NotEqual(first.CenterAngstrom, other.CenterAngstrom);
        Assert.Equal(Grid.Lines.CenterAngstrom.Order(), Grid.Lines.CenterAngstrom);
    }

    [Fact]
    public void Draws_are_those_of_the_published_generator()
    {
        // The first output of SplitMix64 for the seed 1234567, as published with the generator's reference code.
        const ulong FirstBits = 6457827717110365317;
        double expected = 1 + ((FirstBits >> 11) / (double)(1UL << 53));
        Assert.Equal(expected, SyntheticLineList.Create(1, 1, 2, 1234567).CenterAngstrom[0]);
    }

    [Theory]
    [InlineData("TiO")]
    [InlineData("CN")]
    [InlineData("H2O")]
    public void Molecules_vanish_in_warm_stars(string species)
    {
        int[] counts = [.. Enumerable.Range(0, 44).Select(i => Count(species, 3400 + (200 * i)))];
        for (int i = 1; i < counts.Length; i++) Assert.True(counts[i] <= counts[i - 1], $"{3400 + (200 * i)} K");
        Assert.True(counts[0] > 100);
        Assert.Equal(0, counts[^1]);
    }

    [Fact]
    public void Ionised_lines_appear_and_strengthen_with_teff()
    {
        Assert.Equal(0, Count("Fe II", 3000));
        int[] counts = [.. Enumerable.Range(0, 18).Select(i => Count("Fe II", 4000 + (200 * i)))];
        for (int i = 1; i < counts.Length; i++) Assert.True(counts[i] >= counts[i - 1], $"{4000 + (200 * i)} K");
        var cool = Grid.TrueLines(new(5000, 4.5, 0));
        var warm = Grid.TrueLines(new(6500, 4.5, 0));
        int[] present = [.. LinesOf("Fe II").Where(j => cool.Present[j])];
        Assert.NotEmpty(present);
        Assert.All(present, j => Assert.True(warm.LnAmplitude[j] > cool.LnAmplitude[j]));
    }

    [Fact]
    public void Every_species_is_present_somewhere_and_helium_only_in_hot_stars()
    {
        double[] teffs = [2500, 4000, 5800, 8000, 12000];
        Assert.All(SyntheticSpecies.All, species => Assert.Contains(teffs, teff => Count(species.Name, teff) > 0));
        Assert.Equal(0, Count("He I", 5800));
        Assert.True(Count("He I", 12000) > 0);
    }

    [Fact]
    public void Metal_lines_strengthen_with_feh_and_strong_ones_less_than_weak_ones()
    {
        var poor = Grid.TrueLines(new(5000, 4.5, -0.3));
        var rich = Grid.TrueLines(new(5000, 4.5, 0));
        var lines = LinesOf("Fe I").Where(j => poor.Present[j]).OrderBy(j => poor.LnAmplitude[j]).ToArray();
        Assert.All(lines, j => Assert.True(rich.LnAmplitude[j] > poor.LnAmplitude[j]));
        double Gain(IEnumerable<int> some) => some.Average(j => rich.LnAmplitude[j] - poor.LnAmplitude[j]);
        // Between fade and saturation a line gains nearly in proportion, at the strong end much less.
        double weak = Gain(lines.Where(j => Depth(poor, j) is > 0.006 and < 0.03));
        double strong = Gain(lines.Where(j => Depth(poor, j) > 0.8));
        Assert.InRange(weak, 0.3, 0.3 * Math.Log(10));
        Assert.InRange(strong, 0.0, 0.7 * weak);
    }

    [Fact]
    public void Strong_lines_are_wider_than_weak_ones()
    {
        var lines = Grid.TrueLines(new(5000, 4.5, 0));
        int[] iron = [.. LinesOf("Fe I").Where(j => lines.Present[j])];
        int[] weak = [.. iron.Where(j => Depth(lines, j) < 0.05)];
        int[] strong = [.. iron.Where(j => Depth(lines, j) > 0.8)];
        Assert.InRange(strong.Average(j => lines.LnSigma[j]) - weak.Average(j => lines.LnSigma[j]), 0.2, 1);
        Assert.InRange(strong.Average(j => lines.LnGamma[j]) - weak.Average(j => lines.LnGamma[j]), 0.5, 3);
    }

    [Fact]
    public void Hydrogen_does_not_strengthen_with_feh()
    {
        var poor = Grid.TrueLines(new(8000, 4.5, -0.5));
        var rich = Grid.TrueLines(new(8000, 4.5, 0));
        Assert.All(LinesOf("H I").Where(j => poor.Present[j]), j => Assert.True(rich.LnAmplitude[j] <= poor.LnAmplitude[j] + 0.02));
    }

    [Fact]
    public void Pressure_broadens_and_shifts()
    {
        var giant = Grid.TrueLines(new(5000, 2, 0));
        var dwarf = Grid.TrueLines(new(5000, 5.5, 0));
        int[] both = [.. Enumerable.Range(0, Grid.Lines.Count).Where(j => giant.Present[j] && dwarf.Present[j])];
        Assert.True(both.Average(j => dwarf.LnGamma[j] - giant.LnGamma[j]) > 1);
        double[] moved = [.. both.Select(j => Math.Abs(dwarf.CenterAngstrom[j] - giant.CenterAngstrom[j]))];
        Assert.InRange(moved.Average(), 0.0005, 0.01);
        Assert.True(moved.Max() < 0.03);
    }

    [Theory]
    [InlineData(3000, 4.5, 0)]
    [InlineData(7000, 2.0, -0.5)]
    [InlineData(9000, 5.0, 0)]
    public void Truth_is_smooth_through_nodes_and_where_lines_vanish(double teff, double logg, double feh)
    {
        // Of a twice differentiable function, second differences fall by 4 when the step is halved; of a kink by 2, of a jump by 1.
        double coarse = LargestSecondDifference(teff, logg, feh, 20);
        double fine = LargestSecondDifference(teff, logg, feh, 10);
        Assert.InRange(coarse / fine, 3.2, 4.8);
    }

    [Fact]
    public void Depths_and_widths_stay_in_their_ranges_everywhere()
    {
        var small = Make(300);
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(200), Prop.ForAll(AnyPoint(), point =>
        {
            var lines = small.TrueLines(point);
            for (int j = 0; j < small.Lines.Count; j++)
            {
                double depth = Depth(lines, j);
                if (lines.Present[j] ? !(depth is > 0 and <= 0.9500001) : !double.IsNegativeInfinity(lines.LnAmplitude[j])) return false;
                if (Math.Exp(lines.LnSigma[j]) is not (> 0.005 and < 2)) return false;
                if (Math.Exp(lines.LnGamma[j]) is not (> 1e-4 and < 60)) return false;
                if (Math.Abs(lines.CenterAngstrom[j] - small.Lines.CenterAngstrom[j]) > 0.03) return false;
            }

            return lines.PresentCount == small.CountLines(point);
        }));
    }

    private static double LargestSecondDifference(double teff, double logg, double feh, double step)
    {
        double[] below = Amplitudes(teff - step, logg, feh), here = Amplitudes(teff, logg, feh), above = Amplitudes(teff + step, logg, feh);
        return Enumerable.Range(0, here.Length).Max(j => Math.Abs(above[j] - (2 * here[j]) + below[j]) / (here[j] + 1e-4));
    }

    private static double[] Amplitudes(double teff, double logg, double feh) =>
        [.. Grid.TrueLines(new(teff, logg, feh)).LnAmplitude.Select(Math.Exp)];

    /// <summary>The central depth, from the printed formula of the pseudo-Voigt function.</summary>
    private static double Depth(SyntheticLines lines, int j)
    {
        var (width, eta) = PseudoVoigtOracle.Shape(Math.Exp(lines.LnSigma[j]), Math.Exp(lines.LnGamma[j]));
        return Math.Exp(lines.LnAmplitude[j]) * PseudoVoigtOracle.Value(0, width, eta);
    }
}
