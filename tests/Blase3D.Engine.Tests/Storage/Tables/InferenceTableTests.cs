using System.Text.Json.Nodes;
using Blase3D.Engine.Inference;
using Blase3D.Engine.Storage;
using Blase3D.Engine.Storage.Hdf5;
using Blase3D.Engine.Storage.Tables;
using Blase3D.Native.Hdf5;
using Xunit;

namespace Blase3D.Engine.Tests.Storage.Tables;

public sealed class InferenceTableTests : IDisposable
{
    private static readonly string[] Axes = ["teff", "feh"];
    private static readonly NamedResult[] Results =
    [
        new("stars.h5#0", Result([4321.5, -0.25], [12.25, double.NaN], ["feh_unconstrained", "poor_fit"])),
        new("a \"b\", c.fits", Result([1e5, 0], [0.001, 1e-20], [])),
    ];

    private readonly ScratchFolder _scratch = new();

    public void Dispose() => _scratch.Dispose();

    [Fact]
    public void Csv_has_a_column_for_everything()
    {
        InferenceTable.WriteCsv(_scratch["out.csv"], Results);
        Assert.Equal(
            "spectrum,teff,teff_err,feh,feh_err,rms,evaluations,seconds,flags\n"
            + "stars.h5#0,4321.5,12.25,-0.25,nan,0.0125,127,1.5,feh_unconstrained;poor_fit\n"
            + "\"a \"\"b\"\", c.fits\",100000,0.001,0,1E-20,0.0125,127,1.5,\n",
            File.ReadAllText(_scratch["out.csv"]));
    }

    [Fact]
    public void Json_has_null_for_what_is_not_a_number()
    {
        InferenceTable.WriteJson(_scratch["out.json"], Results);
        JsonArray array = JsonNode.Parse(File.ReadAllText(_scratch["out.json"]))!.AsArray();
        Assert.Equal(2, array.Count);
        JsonNode first = array[0]!;
        Assert.Equal("stars.h5#0", (string)first["spectrum"]!);
        Assert.Equal(4321.5, (double)first["teff"]!);
        Assert.Equal(12.25, (double)first["teff_err"]!);
        Assert.True(first.AsObject().ContainsKey("feh_err"));
        Assert.Null(first["feh_err"]);
        Assert.Equal(127, (int)first["evaluations"]!);
        Assert.Equal(99, (int)first["pixels"]!);
        Assert.Equal(["feh_unconstrained", "poor_fit"], first["flags"]!.AsArray().Select(flag => (string)flag!));
        Assert.Equal("a \"b\", c.fits", (string)array[1]!["spectrum"]!);
    }

    [Fact]
    public void Hdf5_holds_the_same_and_says_what_it_is()
    {
        string path = _scratch["out.h5"];
        InferenceFile.Write(path, Results, new Provenance("blase3d infer", "1.2.3", "2030-01-02T03:04:05Z", ["m.h5  00ff"]));
        Assert.Equal(InferenceFile.Type, FileHeader.TypeOf(path));
        Assert.Equal(
            [("command_line", "blase3d infer"), ("version", "1.2.3"), ("time_utc", "2030-01-02T03:04:05Z"), ("inputs", "m.h5  00ff")],
            FileHeader.ProvenanceOf(path));
        using Hdf5File file = Hdf5File.OpenRead(path);
        Assert.Equal(Axes, file.ReadStringsAttribute("/", "axes"));
        Assert.Equal(Results.Select(r => r.Spectrum), file.ReadStrings("/spectrum"));
        Assert.Equal([4321.5, -0.25, 1e5, 0], Read<double>(file, "/value"));
        Assert.Equal([12.25, double.NaN, 0.001, 1e-20], Read<double>(file, "/error"));
        Assert.Equal([0.0125, 0.0125], Read<double>(file, "/rms"));
        Assert.Equal([127L, 127], Read<long>(file, "/evaluations"));
        Assert.Equal([1.5, 1.5], Read<double>(file, "/seconds"));
        Assert.Equal(["feh_unconstrained;poor_fit", ""], file.ReadStrings("/flags"));
    }

    private static T[] Read<T>(Hdf5File file, string path)
        where T : unmanaged
    {
        using Hdf5Dataset dataset = file.OpenDataset(path);
        return dataset.ReadAll<T>();
    }

    private static InferenceResult Result(double[] value, double[] error, string[] flags) => new()
    {
        AxisNames = Axes, Value = value, Error = error, Rms = 0.0125, Evaluations = 127, Seconds = 1.5, Flags = flags, Pixels = 99,
    };
}
