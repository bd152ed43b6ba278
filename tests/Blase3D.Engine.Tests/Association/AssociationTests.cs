using Blase3D.Engine.Association;
using Blase3D.Engine.Cloning;
using Blase3D.Engine.Tests.Manifolds;
using Xunit;

namespace Blase3D.Engine.Tests.Association;

public class AssociationTests
{
    [Fact]
    public void Same_starting_pixels_are_one_family_in_both()
    {
        LineClones clones = ToyClones.Lattice(ToyClones.Smooth);
        foreach (LineFamilies families in new[] { ExactAssociation.Associate(clones), TrackedAssociation.Associate(clones) })
        {
            Assert.Equal(40, families.Center.Length);
            Assert.Equal(12, families.MeanOccupancy);
            Assert.All(families.FamilyOfLine, lines => Assert.Equal(Enumerable.Range(0, 40), lines));
        }
    }

    [Fact]
    public void Two_clones_of_one_point_are_refused()
    {
        LineClones clones = ToyClones.Lattice(ToyClones.Smooth);
        int[] rows = [0, 0, .. Enumerable.Range(1, clones.Spectra.Count - 1)];
        LineClones twice = clones with { Points = clones.Points.Select(rows), Spectra = [.. rows.Select(row => clones.Spectra[row])] };
        EngineException failure = Assert.Throws<EngineException>(() => TrackedAssociation.Associate(twice));
        Assert.Equal(ErrorCode.BadInput, failure.Code);
        Assert.Contains(clones.Points.Describe(0), failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_line_that_moves_by_two_pixels_from_node_to_node_is_followed()
    {
        // Two lines five pixels apart drift together by two pixels a step: exact association breaks them up, tracking does not.
        LineClones clones = ToyClones.Lattice(point =>
        {
            int drift = point[0] switch { 4000 => 0, 4100 => 2, _ => 4 };
            return [At(1000 + drift), At(1005 + drift)];
        });
        Assert.Equal(6, ExactAssociation.Associate(clones).Center.Length);
        LineFamilies tracked = TrackedAssociation.Associate(clones);
        Assert.Equal(2, tracked.Center.Length);
        Assert.All(tracked.FamilyOfLine, lines => Assert.Equal([0, 1], lines));
    }

    [Fact]
    public void A_line_beyond_the_tolerance_is_another_line()
    {
        LineClones clones = ToyClones.Lattice(point => [At(point[0] == 4300 ? 1004 : 1000)]);
        Assert.Equal(2, TrackedAssociation.Associate(clones).Center.Length);
        Assert.Single(TrackedAssociation.Associate(clones, tolerancePixels: 5).Center);
    }

    [Fact]
    public void A_merger_joins_one_of_its_parents_and_no_family_has_two_lines_in_a_node()
    {
        LineClones clones = ToyClones.Lattice(point => point[0] == 4100 ? [At(1002)] : [At(1000), At(1004)]);
        LineFamilies families = TrackedAssociation.Associate(clones);
        Assert.All(families.FamilyOfLine, lines => Assert.Equal(lines.Length, lines.Distinct().Count()));
        Assert.InRange(families.Center.Length, 2, 4);
    }

    [Fact]
    public void A_missing_node_is_bridged()
    {
        LineClones clones = ToyClones.Lattice(ToyClones.Smooth, point => point[0] != 4100 || point[1] != 4.0);
        Assert.Equal(40, TrackedAssociation.Associate(clones).Center.Length);
    }

    [Fact]
    public void Two_lines_with_one_starting_pixel_are_refused_by_the_exact_association()
    {
        LineClones clones = ToyClones.Lattice(_ => [At(1000), At(1000)]);
        Assert.Equal(ErrorCode.BadInput, Assert.Throws<EngineException>(() => ExactAssociation.Associate(clones)).Code);
    }

    [Theory]
    [InlineData(1.1, 0, 0, 2)]
    [InlineData(0, -1.1, 0, 2)]
    [InlineData(0, 0, 1.1, 2)]
    [InlineData(0.9, -0.9, 0.9, 1)]
    [InlineData(double.NaN, 0, 0, 2)]
    public void Lines_of_another_shape_are_other_lines(double lnAmplitude, double lnSigma, double lnGamma, int families)
    {
        LineClones clones = ToyClones.Lattice(point => point[0] == 4300
            ? [At(1000) with { LnAmplitude = -4 + lnAmplitude, LnSigma = -3 + lnSigma, LnGamma = -3 + lnGamma }]
            : [At(1000)]);
        // A line that is not a number is like nothing, so each of the four is its own family.
        Assert.Equal(double.IsNaN(lnAmplitude) ? 5 : families, TrackedAssociation.Associate(clones).Center.Length);
    }

    [Fact]
    public void A_tolerance_of_zero_is_refused()
    {
        LineClones clones = ToyClones.Lattice(ToyClones.Smooth);
        Assert.Equal(ErrorCode.BadArguments, Assert.Throws<EngineException>(() => TrackedAssociation.Associate(clones, 0)).Code);
        EngineException failure = Assert.Throws<EngineException>(() => TrackedAssociation.Associate(clones, shapeTolerance: double.NaN));
        Assert.Equal(ErrorCode.BadArguments, failure.Code);
    }

    private static ToyLine At(int pixel) => new(ToyClones.Wavelength[pixel], ToyClones.Wavelength[pixel], -4, -3, -3);
}
