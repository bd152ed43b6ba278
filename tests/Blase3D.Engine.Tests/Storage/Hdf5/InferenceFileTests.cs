using Blase3D.Engine.Inference;
using Blase3D.Engine.Inference.Observed;
using Blase3D.Engine.Inference.Standards;
using Blase3D.Engine.Storage.Hdf5;
using Blase3D.Engine.Storage.Tables;
using Blase3D.Native.Hdf5;
using Xunit;

namespace Blase3D.Engine.Tests.Storage.Hdf5;

public sealed class InferenceFileTests : IDisposable
{
    private readonly StorageFolder _folder = new();

    [Fact]
    public void Results_are_written_as_the_page_says()
    {
        TinyContent.WriteResults(_folder["a.h5"]);
        AssertContent(_folder["a.h5"]);
        Assert.Equal(["a.h5"], _folder.Names);
    }

    [Fact]
    public void A_card_has_all_that_JSON_has()
    {
        double[] nine = [.. Enumerable.Range(0, 9).Select(i => (double)i)];
        var card = new ResultCard
        {
            Likelihood = "chi2", Covariance = new ParameterCovariance(nine, [1, 2, 3], nine, [0, 1, 2]), ResidualModel = ResidualModel.Larger, DegreesOfFreedom = 97, NearestNode = [1, 2, 3],
        };
        ResultCard rich = card with
        {
            ModelError = [0.25, 0.5],
            OtherMinima = [new OtherMinimum([5700, 4.5, 0], 12.5)],
            Disagreeing = [new DisagreeingLine(8500.5, 8501.5, -0.125, -7.5), new DisagreeingLine(8503.5, 8504.5, 0.25, 6)],
            Standards = [new StandardResult("s", [5000, 4, 0], -12.5, 0.25, 0.125, [5050, double.NaN, 0.5]), new StandardResult("t", [5100, 4, 0], 3, 0.5, 0.25, null)],
        };
        NamedResult[] results = [new("a", TinyContent.Results[0].Result with { Card = card }), new("b", TinyContent.Results[1].Result with { Card = rich })];
        InferenceFile.Write(_folder["a.h5"], results, TinyContent.Provenance);
        const double none = double.NaN;
        using (Hdf5File file = Hdf5File.OpenRead(_folder["a.h5"]))
        {
            AssertColumn(file, "/model_error", [2, 2], [none, none, 0.25, 0.5]);
            AssertColumn(file, "/other_minimum", [2, 1, 3], [none, none, none, 5700, 4.5, 0]);
            AssertColumn(file, "/other_minimum_delta_chi_square", [2, 1], [none, 12.5]);
            AssertColumn(file, "/disagreeing_line", [2, 2, 4], [.. Enumerable.Repeat(none, 8), 8500.5, 8501.5, -0.125, -7.5, 8503.5, 8504.5, 0.25, 6]);
            Assert.Equal(["s", "t"], file.ReadStrings("/standard_spectrum"));
            AssertColumn(file, "/standard_label", [2, 3], [5000.0, 4, 0, 5100, 4, 0]);
            AssertColumn(file, "/standard_left_out", [2, 3], [5050, none, 0.5, none, none, none]);
            AssertColumn(file, "/standard_fit", [2, 3], [-12.5, 0.25, 0.125, 3, 0.5, 0.25]);
        }

        InferenceFile.Write(_folder["b.h5"], [results[0]], TinyContent.Provenance);
        using Hdf5File plain = Hdf5File.OpenRead(_folder["b.h5"]);
        Assert.DoesNotContain(plain.Children(), name => name is "model_error" or "other_minimum" or "other_minimum_delta_chi_square" or "disagreeing_line" || name.StartsWith("standard", StringComparison.Ordinal));
    }

    [Fact]
    public void No_result_or_results_of_different_axes_are_not_written()
    {
        Assert.Throws<ArgumentException>(() => InferenceFile.Write(_folder["a.h5"], [], TinyContent.Provenance));
        InferenceResult other = TinyContent.Results[0].Result with { AxisNames = ["teff", "logg", "alpha"] };
        NamedResult[] mixed = [TinyContent.Results[0], new("b", other)];
        Assert.Throws<ArgumentException>(() => InferenceFile.Write(_folder["a.h5"], mixed, TinyContent.Provenance));
        Assert.Empty(_folder.Names);
    }

    [Fact]
    public void The_same_results_are_the_same_file()
    {
        TinyContent.WriteResults(_folder["a.h5"]);
        Thread.Sleep(1100);
        TinyContent.WriteResults(_folder["b.h5"]);
        Assert.Equal(File.ReadAllBytes(_folder["a.h5"]), File.ReadAllBytes(_folder["b.h5"]));
    }

    public void Dispose() => _folder.Dispose();

    internal static void AssertContent(string path)
    {
        Assert.Equal("inference-results", FileHeader.TypeOf(path));
        Assert.Equal("blase3d sample", FileHeader.ProvenanceOf(path).Single(fact => fact.Name == "command_line").Value);
        using Hdf5File file = Hdf5File.OpenRead(path);
        Assert.Equal(1, file.ReadInt64Attribute("/", "REVISION"));
        Assert.Equal(TinyContent.Axes, file.ReadStringsAttribute("/", "axes")!);
        Assert.Equal(["error", "evaluations", "flags", "rms", "seconds", "spectrum", "value"], file.Children());
        Assert.Equal(["sun.fits", "stars.h5#7"], file.ReadStrings("/spectrum"));
        Assert.Equal(["", "teff_at_prior_edge;poor_fit"], file.ReadStrings("/flags"));
        AssertColumn(file, "/value", [2, 3], [5772.5, 4.4375, 0.03125, 3900, 4.75, -0.5]);
        AssertColumn(file, "/error", [2, 3], [1.5, 0.25, 0.125, 2.5, 0.5, double.NaN]);
        AssertColumn(file, "/rms", [2], [0.01, 0.02]);
        AssertColumn(file, "/seconds", [2], [12.5, 12.5]);
        AssertColumn(file, "/evaluations", [2], [95L, 101]);
    }

    private static void AssertColumn<T>(Hdf5File file, string name, long[] shape, T[] values)
        where T : unmanaged
    {
        using Hdf5Dataset dataset = file.OpenDataset(name);
        Assert.Equal(typeof(T), dataset.ElementType);
        Assert.Equal(shape, dataset.Shape);
        Assert.Equal(values, dataset.ReadAll<T>());
    }
}
