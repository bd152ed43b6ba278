using Blase3D.Engine.Association;
using Blase3D.Engine.Cloning;
using Blase3D.Engine.Grids;
using Blase3D.Kernels;
using Blase3D.Kernels.Contracts;
using Xunit;

namespace Blase3D.Engine.Tests.Association;

public class AssociationReportTests
{
    private static readonly double[] Wavelength = [.. Enumerable.Range(0, 4001).Select(i => 8500 + (0.01 * i))];

    [Fact]
    public void Families_births_deaths_and_what_they_cost_are_counted()
    {
        // Along teff: A at all three nodes, B ends strong after the first, C begins weak at the last; D beside A at the first.
        LineClones clones = Clones(
            [[(8510, -3.0), (8510.004, -4.0), (8520, -2.5)], [(8510, -3.0)], [(8510, -3.0), (8530, -9.0)]]);
        var report = AssociationReport.Of(clones, ExactAssociation.Associate(clones));
        Assert.Equal((4, 3, 1.5), (report.Families, report.Singles, report.MeanOccupancy));
        Assert.Equal(1, report.TypicalReach);
        Assert.Equal(2, report.Shared);
        Assert.Equal([1, 0], report.Births);
        Assert.Equal([2, 0], report.Deaths);
        double[] depths = [.. new[] { -4.0, -2.5, -9.0 }.Select(a => LinePeak.Depth(LineProfile.Blase, a, -3.5, -4)).Order()];
        Assert.Equal(depths[1], report.MedianEdgeDepth, 1e-6);
        Assert.Equal(depths.Count(depth => depth >= AssociationReport.MissedDepth) / 3.0, report.MissedShare);
        Assert.Equal(2 / 6.0, report.AmbiguousShare, 1e-12);
        string text = string.Join('\n', report.Sentences(["teff", "logg"]));
        Assert.Contains("4 families of lines, 1.5 nodes each", text, StringComparison.Ordinal);
        Assert.Contains("teff 1 and 2 times, logg 0 and 0 times", text, StringComparison.Ordinal);
        Assert.Contains("33.3 % of the lines have another within a pixel", text, StringComparison.Ordinal);
    }

    [Fact]
    public void One_node_and_no_lines_are_no_trouble()
    {
        LineClones one = Clones([[(8510, -3.0)]]);
        var report = AssociationReport.Of(one, ExactAssociation.Associate(one));
        Assert.True(double.IsNaN(report.MedianEdgeDepth));
        Assert.Single(report.Sentences(["teff", "logg"]));
        LineClones none = Clones([[], []]);
        report = AssociationReport.Of(none, ExactAssociation.Associate(none));
        Assert.Equal((0, 0, 0.0), (report.Families, report.TypicalReach, report.AmbiguousShare));
    }

    private static LineClones Clones((double Center, double LnAmplitude)[][] spectra) => new(
        new GridPoints(["teff", "logg"], [.. spectra.SelectMany((_, k) => (double[])[4000 + (100 * k), 4.5])]),
        Wavelength,
        [.. spectra.Select(lines => new ClonedSpectrum
        {
            Lines = new LineTable(
                [.. lines.Select(l => l.Center)], [.. lines.Select(l => l.LnAmplitude)], [.. lines.Select(_ => -3.5)], [.. lines.Select(_ => -4.0)]),
            InitialCenter = [.. lines.Select(l => l.Center)],
            Rms = 0,
        })],
        new CloneRecipe());
}
