using Blase3D.Engine.Storage.Hdf5;
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
        Assert.Equal(TinyContent.Writers.Keys.Append("inference-results").Append("line-clones-1-origins.h5").Select(type => type.EndsWith(".h5", StringComparison.Ordinal) ? type : $"{type}-1.h5").Order(StringComparer.Ordinal), files);
    }

    public void Dispose() => _folder.Dispose();

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
