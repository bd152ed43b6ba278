using Blase3D.Engine.Association;
using Blase3D.Engine.Cloning;
using Blase3D.Engine.Manifolds;
using Blase3D.Engine.Reconstruction;
using Blase3D.Engine.Storage.TorchState;
using Blase3D.Kernels;
using Blase3D.Kernels.Contracts;
using Blase3D.Tests;
using Xunit;
using Xunit.Abstractions;

namespace Blase3D.Engine.Tests.Storage.TorchState;

public sealed class ArchiveClonesTests(ITestOutputHelper output) : IDisposable
{
    private const double LightSpeedKmPerS = 299_792.458;

    private readonly ScratchFolder _scratch = new();

    public void Dispose() => _scratch.Dispose();

    [Fact]
    public void Points_come_from_the_names_and_the_clones_are_sorted_by_them()
    {
        string[] files =
        [
            Write("T4700G4.5Z0.0.pt"), Write("T4700G4.5Z-0.5.pt"), Write("T4100G5.0Z0.0.pt"), Write("T12000G2.0Z0.0.pt"),
        ];
        var told = new List<int>();
        (LineClones clones, IReadOnlyList<string> notes) = Read(files, null, told.Add);
        Assert.Equal(["teff", "logg", "feh"], clones.Points.AxisNames);
        Assert.Equal([4100, 5, 0, 4700, 4.5, -0.5, 4700, 4.5, 0, 12000, 2, 0], clones.Points.Values.ToArray());
        Assert.Equal([0, 1, 2, 3], told);
        Assert.Empty(notes);
        Assert.Equal(338_651, clones.Wavelength.Length);
        Assert.Equal(CloneRecipe.Published, clones.Recipe);
        Assert.All(clones.Spectra, clone => Assert.True(double.IsNaN(clone.Rms)));
    }

    [Fact]
    public void A_given_point_serves_a_single_file_of_any_name()
    {
        string file = Write("model.pt");
        (LineClones clones, _) = Read([file], new ArchivePoint(4100, 3.5, 0.25));
        Assert.Equal([4100, 3.5, 0.25], clones.Points.Values.ToArray());
        Refused(ErrorCode.BadArguments, "for 2 files", [file, Write("other.pt")], new ArchivePoint(4100, 3.5, 0));
        Refused(ErrorCode.BadArguments, "--point teff=T,logg=G,feh=Z", [file], null);
        Refused(ErrorCode.BadArguments, "does not say its point", [Write("clone_T4700g4.5_prom0.01.pt")], null);
        Refused(ErrorCode.BadArguments, "does not say its point", [file], new ArchivePoint(4100, 3.5, null));
        Refused(ErrorCode.BadInput, "No .pt file", [], null);
    }

    [Fact]
    public void Two_files_of_one_point_are_refused_by_name() =>
        Refused(ErrorCode.BadInput, "have the same point", [Write("T4700G4.5Z0.0.pt"), Write("b/T4700G4.50Z0.pt")], null);

    [Fact]
    public void Lines_are_ordered_by_where_they_began()
    {
        double[][] columns = [[8101.5, 8100.5, 8300], [-1, -2, -3], [-4, -5, -6], [-7, -8, -9], [8100, 8200, 8050]];
        ClonedSpectrum clone = Read([Write("T4700G4.5Z0.0.pt", columns)], null).Clones.Spectra[0];
        Assert.Equal([8050, 8100, 8200], clone.InitialCenter);
        Assert.Equal([8300, 8101.5, 8100.5], clone.Lines.Center);
        Assert.Equal([-3, -1, -2], clone.Lines.LnAmplitude);
        Assert.Equal([-6, -4, -5], clone.Lines.LnSigma);
        Assert.Equal([-9, -7, -8], clone.Lines.LnGamma);
    }

    [Fact]
    public void A_saved_velocity_moves_the_centres_and_is_reported()
    {
        (LineClones clones, IReadOnlyList<string> notes) = Read([Write("T4700G4.5Z0.0.pt", velocity: -9.25)], null);
        ClonedSpectrum clone = clones.Spectra[0];
        Assert.Equal([8100, 8200], clone.InitialCenter);
        Assert.Equal(8100 * (1 - (9.25 / LightSpeedKmPerS)), clone.Lines.Center[0]);
        Assert.Equal(-9.25, clone.RadialVelocityKmPerS);
        string note = Assert.Single(notes);
        Assert.Contains("T4700G4.5Z0.0.pt", note, StringComparison.Ordinal);
        Assert.Contains("-9.25 km/s was applied", note, StringComparison.Ordinal);
    }

    [Fact]
    public void Many_files_are_summed_up_in_two_sentences()
    {
        double[][] broken = [[8100.1, 8200.1], [-1, double.NaN], [-4, -5], [-7, -8], [8100, 8200]];
        string[] files = [.. Enumerable.Range(0, 40).Select(k => Write($"T{4000 + (100 * k)}G4.5Z0.0.pt", k < 6 ? broken : null, k < 35 ? k - 10.5 : 0))];
        (LineClones clones, IReadOnlyList<string> notes) = Read(files, null);
        Assert.Equal(40, clones.Spectra.Count);
        Assert.Equal(2, notes.Count);
        Assert.Contains("35 of 40 files have a saved velocity, -10.5 to 23.5 km/s (median 6.5)", notes[0], StringComparison.Ordinal);
        Assert.Contains("6 of 40 files have lines with a parameter that is not finite, 6 in all", notes[1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, double.NaN)]
    [InlineData(1, double.NegativeInfinity)]
    [InlineData(2, double.NaN)]
    [InlineData(4, double.NaN)]
    public void Lines_that_are_not_finite_are_left_out_and_counted(int column, double value)
    {
        double[][] columns = [[8100.1, 8200.1, 8300.1], [-1, -2, -3], [-4, -5, -6], [-7, -8, -9], [8100, 8200, 8300]];
        columns[column][1] = value;
        string whole = Write("T4800G4.5Z0.0.pt"), broken = Write("T4700G4.5Z0.0.pt", columns);
        (LineClones clones, IReadOnlyList<string> notes) = Read([broken, whole], null);
        Assert.Equal([8100.1, 8300.1], clones.Spectra[0].Lines.Center);
        Assert.Equal([8100, 8300], clones.Spectra[0].InitialCenter);
        Assert.Contains("1 of 3 lines", Assert.Single(notes), StringComparison.Ordinal);

        // What is left makes a manifold.
        foreach (LineFamilies families in new[] { ExactAssociation.Associate(clones), TrackedAssociation.Associate(clones) })
            Assert.Equal(4, ManifoldBuilder.Build(clones, families).Entries.LineIndex.Length);
    }

    [Theory]
    [InlineData("clone_T4700g4.5_prom0.01.csv.gz", 9028, 0)]
    [InlineData("clone_T4100g3.5_prom0.01.csv.gz", 11759, 9.6782102213600751)]
    public void The_authors_tables_give_the_same_spectrum_as_pt_files(string table, int lines, double velocity)
    {
        if (SharedData.PathOrSay("blase/" + table, output) is not { } path) return;
        (double[][] columns, double saved) = BlaseStateFile.ReadTable(path);
        Assert.Equal(lines, columns[0].Length);
        Assert.Equal(velocity, saved);
        (LineClones clones, _) = Read([Write("state.pt", columns, saved)], new ArchivePoint(4100, 3.5, 0));
        AssertSameSpectra(columns, saved, clones);
    }

    [Fact]
    public void The_authors_pt_file_gives_the_spectrum_of_its_table()
    {
        if (SharedData.PathOrSay("blase/emulator_T4700g4p5_prom0p01_HPF.pt", output) is not { } path) return;
        if (SharedData.PathOrSay("blase/clone_T4700g4.5_prom0.01.csv.gz", output) is not { } table) return;
        (double[][] columns, double saved) = BlaseStateFile.ReadTable(table);
        (LineClones clones, _) = Read([path], new ArchivePoint(4700, 4.5, 0));
        AssertSameSpectra(columns, saved, clones);
    }

    private void AssertSameSpectra(double[][] columns, double velocity, LineClones clones)
    {
        double[] moved = Array.ConvertAll(columns[0], center => center * (1 + (velocity / LightSpeedKmPerS)));
        var table = new LineTable(moved, columns[1], columns[2], columns[3]);
        foreach (int window in (int[])[1000, 6000])
        {
            double[] expected = Evaluate(table, clones.Wavelength, window);
            double[] actual = Evaluate(clones.Spectra[0].Lines, clones.Wavelength, window);
            Agreement.WithinAbsolute(expected, actual, Tolerances.GoldenReconstruction);
            Assert.InRange(actual.Min(), 0, 0.3);
            double worst = expected.Zip(actual, (e, a) => Math.Abs(e - a)).Max();
            output.WriteLine(FormattableString.Invariant($"window {window}: largest difference {worst:E1}"));
        }
    }

    private static double[] Evaluate(LineTable lines, double[] wavelength, int window)
    {
        var flux = new double[wavelength.Length];
        new LineSpectrum(wavelength, wavelength, window, isPublished: true)
            .Evaluate(LineModel.Published, lines, KernelSet.Best.Create(), new Workers(2), flux);
        return flux;
    }

    private static void Refused(ErrorCode code, string part, string[] files, ArchivePoint? point)
    {
        EngineException failure = Assert.Throws<EngineException>(() => Read(files, point));
        Assert.Equal(code, failure.Code);
        Assert.Contains(part, failure.Message, StringComparison.Ordinal);
    }

    private static (LineClones Clones, IReadOnlyList<string> Notes) Read(string[] files, ArchivePoint? point, Action<int>? told = null)
    {
        ArchiveClones archive = ArchiveClones.Open(files, point);
        ClonedSpectrum[] read = [.. Enumerable.Range(0, archive.Points.Count).Select(row =>
        {
            told?.Invoke(row);
            return archive.Read(row);
        })];
        return (new LineClones(archive.Points, archive.Wavelength, read, archive.Recipe), [.. archive.Notes]);
    }

    private string Write(string name, double[][]? columns = null, double velocity = 0) =>
        BlaseStateFile.Write(_scratch[name], columns ?? [[8100, 8200], [-3, -4], [-3, -3], [-3, -3]], velocity);
}
