using Blase3D.Engine.Manifolds;
using Blase3D.Engine.Storage.Hdf5;
using Blase3D.Kernels;
using Xunit;

namespace Blase3D.Engine.Tests.Storage.Hdf5;

/// <summary>
/// The samples of data-schemas/samples: one file of each TYPE and REVISION, kept for ever and readable for ever. A new revision adds
/// files; none is written anew. To make the files of a new revision, run these tests with BLASE3D_WRITE_SAMPLES naming a folder.
/// </summary>
public sealed class SampleTests : IDisposable
{
    private readonly StorageFolder _folder = new();

    private static string Samples { get; } = Path.Combine(GoldenFile.RepositoryRoot, "data-schemas", "samples");

    private string Target => Environment.GetEnvironmentVariable("BLASE3D_WRITE_SAMPLES") is { Length: > 0 } wanted ? wanted : _folder.Root;

    public static TheoryData<string> Revision1 => [.. TinyContent.Writers.Keys];

    [Theory]
    [MemberData(nameof(Revision1))]
    public void The_sample_of_revision_1_is_read(string type) => AssertContent(type, Path.Combine(Samples, $"{type}-1.h5"));

    [Theory]
    [MemberData(nameof(Revision1))]
    public void What_is_written_today_holds_the_same(string type)
    {
        string path = Path.Combine(Target, $"{type}-{FileHeader.Revision}.h5");
        TinyContent.Writers[type](path);
        AssertContent(type, path);
        Assert.InRange(new FileInfo(path).Length, 1000, 20_000);
    }

    [Fact]
    public void What_is_written_of_inference_results_today_holds_the_same()
    {
        string path = Path.Combine(Target, $"inference-results-{FileHeader.Revision}.h5");
        TinyContent.WriteResults(path);
        InferenceFileTests.AssertContent(path);
    }

    [Fact]
    public void The_sample_of_inference_results_revision_1_is_read() =>
        InferenceFileTests.AssertContent(Path.Combine(Samples, "inference-results-1.h5"));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Origins_and_skipped_spectra_of_the_sample_and_of_today_are_read(bool today)
    {
        string path = Path.Combine(today ? Target : Samples, "line-clones-1-origins.h5");
        if (today) LineClonesFile.Write(path, LineClonesFileTests.Odd, TinyContent.Provenance, new Engine.Cloning.CloneRun(new string('b', 64), "avx2", null));
        using StoredClones stored = LineClonesFile.Open(path);
        LineClonesFileTests.AssertEqual(LineClonesFileTests.Odd, LineClonesFile.Read(path));
        Assert.Equal([3, 1, 1], stored.CountOrigins());
        Assert.Equal(LineClonesFileTests.Odd.Spectra.Select(clone => clone.SkipReason), stored.Tally.SkipReason);
        Assert.Equal((new string('b', 64), "avx2"), (stored.Run!.Fingerprint, stored.Run.Kernels));
    }

    [Fact]
    public void Every_sample_has_its_test()
    {
        string[] files = [.. Directory.EnumerateFiles(Samples).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];
        IEnumerable<string> types = [.. TinyContent.Writers.Keys, "inference-results", "line-surfaces"];
        string[] later = ["line-clones-1-origins.h5", "line-manifold-1-errors.h5", "line-manifold-1-residual.h5"];
        Assert.Equal(types.Select(type => $"{type}-1.h5").Concat(later).Order(StringComparer.Ordinal), files);
    }

    // Other forms of a manifold: fitted surfaces, and one with residuals.
    public static TheoryData<string> Forms => ["line-surfaces-1", "line-manifold-1-residual", "line-manifold-1-errors"];

    [Theory]
    [MemberData(nameof(Forms))]
    public void The_sample_of_a_form_of_a_manifold_is_read(string form) => AssertForm(form, Path.Combine(Samples, $"{form}.h5"));

    [Theory]
    [MemberData(nameof(Forms))]
    public void A_form_of_a_manifold_that_is_written_today_holds_the_same(string form)
    {
        string path = Path.Combine(Target, $"{form}.h5");
        LineManifoldFile.Write(path, Form(form), TinyContent.Provenance);
        AssertForm(form, path);
        Assert.InRange(new FileInfo(path).Length, 1000, 30_000);
    }

    public void Dispose() => _folder.Dispose();

    private static LineManifold Form(string form) => form switch
    {
        "line-surfaces-1" => SurfaceFit.Fit(TinyContent.Manifold, 1, Workers.OneThread),
        "line-manifold-1-errors" => TinyContent.Manifold.With(Errors),
        _ => TinyContent.Manifold.With(new ResidualTerm(new Ramp(), 1e-5, [0.5f])),
    };

    // Regions of 10 and 6 pixels; 4 nodes, one of them missing, and one cell along teff and feh.
    private static ErrorMap Errors { get; } = new(
        TinyContent.Manifold.Axes, TinyContent.Wavelength, 10, [0.001f, 0.002f, 0.003f, 0.004f, float.NaN, float.NaN, 0.005f, 0.006f], [0.01f, 0.02f, float.NaN, float.NaN, 0.03f, 0.04f]);

    private static void AssertForm(string form, string path)
    {
        LineManifold expected = Form(form), read = LineManifoldFile.Read(path);
        LineManifoldFileTests.AssertEqual(expected, read);
        Assert.Equal(form == "line-surfaces-1" ? "line-surfaces" : "line-manifold", FileHeader.TypeOf(path));
        Assert.Equal(expected.Surfaces is null, read.Surfaces is null);
        if (expected.Surfaces is not null)
        {
            Assert.Equal(expected.Surfaces.Box, read.Surfaces!.Box);
            for (int i = 0; i < expected.Surfaces.Coefficient.Length; i++) Assert.Equal(expected.Surfaces.Coefficient[i], read.Surfaces.Coefficient[i], 1e-5);
            return;
        }

        Assert.Equal(expected.ErrorMap?.AtNode, read.ErrorMap?.AtNode);
        Assert.Equal(expected.ErrorMap?.Between, read.ErrorMap?.Between);
        if (read.ErrorMap is { } map)
        {
            Assert.Equal((10, 2), (map.RegionPixels, map.Regions));
            Assert.Equal(0.005, map.ExpectedError([4100, 4.5, 0], 8500.05), 1e-6);
            return;
        }

        var row = new double[16];
        read.Residual!.Reader.Read(3, 0, row);
        for (int i = 0; i < 16; i++) Assert.Equal((0.01 * 3) + (0.001 * i), row[i], 1.1e-5);
        Assert.Equal([0.5f], read.Residual.LineShare);
    }

    private sealed class Ramp : IResidualReader
    {
        public void Read(int node, int firstPixel, Span<double> destination)
        {
            for (int i = 0; i < destination.Length; i++) destination[i] = (0.01 * node) + (0.001 * (firstPixel + i));
        }
    }

    private static void AssertContent(string type, string path)
    {
        Assert.Equal(type, FileHeader.TypeOf(path));
        switch (type)
        {
            case "grid-spectra": SpectraFileTests.AssertIsTiny(path, normalized: false); break;
            case "spectra": SpectraFileTests.AssertIsTiny(path, normalized: true); break;
            case "line-clones": LineClonesFileTests.AssertEqual(TinyContent.Clones, LineClonesFile.Read(path)); break;
            case "line-manifold": LineManifoldFileTests.AssertEqual(TinyContent.Manifold, LineManifoldFile.Read(path)); break;
            default: Assert.Fail($"There is no content for {type}."); break;
        }
    }
}
