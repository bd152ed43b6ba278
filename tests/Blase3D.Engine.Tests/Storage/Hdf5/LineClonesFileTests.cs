using Blase3D.Engine.Cloning;
using Blase3D.Engine.Grids;
using Blase3D.Engine.LineFinding;
using Blase3D.Engine.Preprocessing;
using Blase3D.Engine.Storage.Hdf5;
using Blase3D.Kernels.Contracts;
using Blase3D.Native.Hdf5;
using Xunit;

namespace Blase3D.Engine.Tests.Storage.Hdf5;

public sealed class LineClonesFileTests : IDisposable
{
    /// <summary>Lines of every origin, a skipped spectrum, and one of detected lines only.</summary>
    internal static LineClones Odd { get; } = TinyContent.Clones with
    {
        Spectra =
        [
            TinyContent.Clones.Spectra[0] with { Origin = [LineOrigin.Inherited, LineOrigin.Residual] },
            ClonedSpectrum.Skip("The flux is NaN at pixel 17, and that is µ."),
            TinyContent.Clones.Spectra[2],
        ],
    };

    /// <summary>Every value differs from both the default and the published one.</summary>
    private static readonly CloneRecipe OddRecipe = new()
    {
        Preprocessing = new PreprocessingOptions { Percentile = 97.5, ContinuumDegree = 7, ContinuumDistancePixels = 801, Published = true },
        LineFinding = new LineFindingOptions { Prominence = 0.0123, DistancePixels = 6, EdgeMarginAngstrom = 12.5 },
        Cloning = new CloneOptions
        {
            Model = new LineModel(LineProfile.Voigt, Composition.Opacity),
            WingPixels = 512,
            Epochs = 17,
            LearningRate = 0.0625,
            CenterAngstromPerRate = 0.3,
            ActiveMarginAngstrom = 1.75,
            ReturnBest = false,
            ResidualPasses = 3,
            ResidualProminence = 0.031,
            ResidualProminencePerRms = 1.5,
            MergeDegenerate = false,
            DropSuperfluous = false,
            ResidualDistancePixels = 5,
            SmallestDepth = 2e-3,
            StartWeight = 3e-5,
            InheritedWeight = 7e-3,
        },
        Continuation = false,
        InputIsNormalized = true,
    };

    private readonly StorageFolder _folder = new();

    public static TheoryData<string> Recipes => ["default", "published", "odd", "odd with published windows", "thompson"];

    [Fact]
    public void Clones_come_back()
    {
        TinyContent.WriteClones(_folder["a.h5"]);
        AssertEqual(TinyContent.Clones, LineClonesFile.Read(_folder["a.h5"]));
        Assert.Equal("line-clones", FileHeader.TypeOf(_folder["a.h5"]));
    }

    [Fact]
    public void Origins_and_skipped_spectra_come_back_and_are_counted()
    {
        CloneTally written = LineClonesFile.Write(_folder["a.h5"], Odd, TinyContent.Provenance);
        LineClones read = LineClonesFile.Read(_folder["a.h5"]);
        AssertEqual(Odd, read);
        Assert.Equal(Odd.Spectra[0].Origin, read.Spectra[0].Origin);
        Assert.Equal(Enumerable.Repeat(LineOrigin.Detected, 3), read.Spectra[2].Origin);
        Assert.Equal([null, Odd.Spectra[1].SkipReason, null], read.Spectra.Select(clone => clone.SkipReason));
        Assert.Equal([0.1, double.NaN, 0.3], read.Spectra.Select(clone => clone.InitialRms), (a, b) => a.Equals(b) || Math.Abs(a - b) < 1e-12);
        using StoredClones stored = LineClonesFile.Open(_folder["a.h5"]);
        Assert.Equal([3, 1, 1], stored.CountOrigins());
        Assert.Equal([1], stored.Tally.SkippedRows);
        Assert.Equal(written.LineOffset, stored.Tally.LineOffset);
        Assert.Null(stored.Run);
    }

    [Fact]
    public void Clones_that_were_all_detected_have_neither_origins_nor_status()
    {
        TinyContent.WriteClones(_folder["a.h5"]);
        using (Hdf5File file = Hdf5File.OpenRead(_folder["a.h5"])) Assert.Empty(file.Children("/").Intersect(["origin", "status", "status_text"]));
        using StoredClones stored = LineClonesFile.Open(_folder["a.h5"]);
        Assert.Equal([5, 0, 0], stored.CountOrigins());
        Assert.All(LineClonesFile.Read(_folder["a.h5"]).Spectra, clone => Assert.Empty(clone.Origin));
    }

    [Fact]
    public void Origins_that_are_not_known_and_columns_of_another_length_are_refused()
    {
        foreach ((string name, byte[] values, string words) in new[] { ("origin", new byte[] { 0, 1, 2, 3, 0 }, "/origin 3"), ("origin", [0, 1], "does not fit"), ("status", [0], "does not fit") })
        {
            TinyContent.WriteClones(_folder["a.h5"]);
            using (Hdf5File file = Hdf5File.OpenReadWrite(_folder["a.h5"]))
            {
                file.Write<byte>(name, values, [values.Length]);
                file.Close();
            }

            Refusal.BadInput(() => LineClonesFile.Read(_folder["a.h5"]), "a.h5", words);
        }
    }

    [Theory]
    [MemberData(nameof(Recipes))]
    public void A_recipe_comes_back_with_clones_and_with_manifolds(string name)
    {
        CloneRecipe recipe = name switch
        {
            "default" => new CloneRecipe(),
            "published" => CloneRecipe.Published,
            "odd" => OddRecipe,
            "odd with published windows" => OddRecipe with { Cloning = OddRecipe.Cloning with { Optimizer = CloneOptimizer.Adam, ResidualPasses = 0, PublishedWindows = true, TrainVelocity = true, ReturnBest = true } },
            _ => new CloneRecipe { Cloning = new CloneOptions { Model = new LineModel(LineProfile.Thompson, Composition.Product) } },
        };
        LineClonesFile.Write(_folder["c.h5"], TinyContent.Clones with { Recipe = recipe }, TinyContent.Provenance);
        Assert.Equal(recipe, LineClonesFile.Read(_folder["c.h5"]).Recipe);
        Engine.Manifolds.LineManifold m = TinyContent.Manifold;
        LineManifoldFile.Write(
            _folder["m.h5"], new(m.Axes, m.Wavelength, m.LineCenter, m.NodePresent, m.NodeOffset, m.Entries, recipe), TinyContent.Provenance);
        Assert.Equal(recipe, LineManifoldFile.Read(_folder["m.h5"]).Recipe);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("none")]
    [InlineData("blase")]
    public void A_file_that_says_nothing_but_compat_has_that_recipe(string? compat)
    {
        TinyContent.WriteSpectra(_folder["a.h5"]);
        using (Hdf5File file = Hdf5File.OpenReadWrite(_folder["a.h5"]))
        {
            file.SetAttribute("/", "TYPE", "line-clones");
            file.Write<long>("/line_offset", [0, 0, 0, 0], [4]);
            foreach (string name in new[] { "initial_center", "center", "ln_amplitude", "ln_sigma", "ln_gamma" }) file.Write<double>(name, [], [0]);
            file.Write<double>("rms", [0, 0, 0], [3]);
            if (compat is not null) file.SetAttribute("/", "compat", compat);
            file.Close();
        }

        Assert.Equal(compat == "blase" ? CloneRecipe.Published with { Cloning = CloneOptions.Published with { Tolerance = 0 } } : CloneRecipe.Adam, LineClonesFile.Read(_folder["a.h5"]).Recipe);
    }

    [Theory]
    [InlineData("profile", "lorentz", "known are blase, thompson, voigt")]
    [InlineData("profile", "1", "known are blase, thompson, voigt")]
    [InlineData("composition", "", "known are product, opacity")]
    [InlineData("compat", "BLASE", "known are none and blase")]
    [InlineData("optimizer", "Adam", "known are quasi-newton and adam")]
    public void An_unknown_word_is_refused_with_the_known_ones(string name, string value, string words) =>
        RefuseAttribute(file => file.SetAttribute("/", name, value), name, words);

    [Theory]
    [InlineData("wing_pixels", 0.0)]
    [InlineData("wing_pixels", 1e15)]
    [InlineData("epochs", -1.0)]
    [InlineData("continuum_degree", 31.0)]
    [InlineData("continuum_distance_pixels", 0.0)]
    [InlineData("line_distance_pixels", 0.0)]
    public void A_whole_number_out_of_its_range_is_refused(string name, double value) =>
        RefuseAttribute(file => file.SetAttribute("/", name, (long)value));

    [Theory]
    [InlineData("learning_rate", double.NaN)]
    [InlineData("center_angstrom_per_rate", 0.0)]
    [InlineData("active_margin_angstrom", -1.0)]
    [InlineData("prominence", 0.0)]
    [InlineData("line_edge_margin_angstrom", double.PositiveInfinity)]
    [InlineData("percentile", 101.0)]
    [InlineData("residual_prominence", 0.0)]
    [InlineData("inherited_weight", -1.0)]
    public void A_number_out_of_its_range_is_refused(string name, double value) => RefuseAttribute(file => file.SetAttribute("/", name, value));

    [Theory]
    [InlineData(0, 9, 2, 5)]
    [InlineData(1, 2, 2, 5)]
    [InlineData(0, 3, 2, 5)]
    [InlineData(0, 2, 2, 4)]
    [InlineData(0, 2, 2, 6)]
    [InlineData(0, -1, 2, 5)]
    [InlineData(0, long.MaxValue, 2, 5)]
    public void Offsets_that_do_not_ascend_to_the_number_of_lines_are_refused(long a, long b, long c, long d)
    {
        TinyContent.WriteClones(_folder["a.h5"]);
        using (Hdf5File file = Hdf5File.OpenReadWrite(_folder["a.h5"]))
        {
            using (Hdf5Dataset dataset = file.OpenDataset("line_offset")) dataset.Write<long>([0], [4], [a, b, c, d]);
            file.Close();
        }

        Refusal.BadInput(() => LineClonesFile.Read(_folder["a.h5"]), "a.h5");
    }

    [Fact]
    public void Clones_without_points_are_refused_and_clones_that_do_not_fit_are_not_written()
    {
        LineClones none = TinyContent.Clones with { Points = new GridPoints(["teff"], []), Spectra = [] };
        LineClonesFile.Write(_folder["a.h5"], none, TinyContent.Provenance);
        Refusal.BadInput(() => LineClonesFile.Read(_folder["a.h5"]), "a.h5", "no point");
        Assert.Throws<ArgumentException>(() => LineClonesFile.Write(_folder["b.h5"], TinyContent.Clones with { Spectra = [] }, TinyContent.Provenance));
        Refusal.BadInput(() => LineClonesFile.Write(_folder["b.h5"], TinyContent.Clones with { Wavelength = [1, 1] }, TinyContent.Provenance), "b.h5", "ascending");
        Assert.Equal(["a.h5"], _folder.Names);
    }

    [Fact]
    public void Only_the_lines_in_use_of_a_table_are_written()
    {
        var table = new LineTable([8500.1, 1], [-4, 1], [-3, 1], [-2, 1]) { Count = 1 };
        ClonedSpectrum spectrum = new() { Lines = table, InitialCenter = [8500], Rms = 0.5 };
        LineClonesFile.Write(
            _folder["a.h5"], TinyContent.Clones with { Points = new GridPoints(["teff"], [4000]), Spectra = [spectrum] }, TinyContent.Provenance);
        ClonedSpectrum read = Assert.Single(LineClonesFile.Read(_folder["a.h5"]).Spectra);
        Assert.Equal([8500.1], read.Lines.Center);
    }

    public void Dispose() => _folder.Dispose();

    internal static void AssertEqual(LineClones expected, LineClones read)
    {
        Assert.Equal(expected.Points.AxisNames, read.Points.AxisNames);
        Assert.Equal(expected.Points.Values.ToArray(), read.Points.Values.ToArray());
        Assert.Equal(expected.Wavelength, read.Wavelength);
        Assert.Equal(expected.Recipe, read.Recipe);
        Assert.Equal(expected.Spectra.Count, read.Spectra.Count);
        foreach ((ClonedSpectrum a, ClonedSpectrum b) in expected.Spectra.Zip(read.Spectra))
        {
            Assert.Equal(a.InitialCenter, b.InitialCenter);
            Assert.Equal(a.Lines.Center, b.Lines.Center);
            Assert.Equal(a.Lines.LnAmplitude, b.Lines.LnAmplitude);
            Assert.Equal(a.Lines.LnSigma, b.Lines.LnSigma);
            Assert.Equal(a.Lines.LnGamma, b.Lines.LnGamma);
            Assert.Equal(a.Rms, b.Rms);
        }
    }

    private void RefuseAttribute(Action<Hdf5File> change, params string[] words)
    {
        TinyContent.WriteClones(_folder["a.h5"]);
        using (Hdf5File file = Hdf5File.OpenReadWrite(_folder["a.h5"]))
        {
            change(file);
            file.Close();
        }

        Refusal.BadInput(() => LineClonesFile.Read(_folder["a.h5"]), ["a.h5", .. words]);
    }
}
