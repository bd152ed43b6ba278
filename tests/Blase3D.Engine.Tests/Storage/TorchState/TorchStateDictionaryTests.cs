using System.Globalization;
using System.IO.Compression;
using Blase3D.Engine.Storage.TorchState;
using FsCheck;
using FsCheck.Fluent;
using Xunit;
using Xunit.Abstractions;

namespace Blase3D.Engine.Tests.Storage.TorchState;

public sealed class TorchStateDictionaryTests(ITestOutputHelper output)
{
    private static readonly float[] Floats = [0.1f, 0.2f];
    private static readonly long[] Longs = [-5, 1L << 40];

    private static PickleWriter Begin() => new PickleWriter().Proto(2).OrderedDict().Op('(');

    private static byte[] BlasePickle(int lines = 2) => Begin()
        .Text("amplitudes").Vector("0", lines).Text("sigma_widths").Vector("1", lines).Text("gamma_widths").Vector("2", lines)
        .Text("lam_centers").Vector("3", lines).Text("a_coeff").Vector("4", 1).Text("radial_velocity").Vector("5", 1)
        .Op('u').Op('}').Text("_metadata").OrderedDict().Op('s').Op('b').Op('.').ToArray();

    private static (string, byte[])[] BlaseStorages(double amplitude = -2) =>
    [
        ("0", TorchFile.Doubles(amplitude, -3)), ("1", TorchFile.Doubles(-4, -5)), ("2", TorchFile.Doubles(-6, -7)),
        ("3", TorchFile.Doubles(8100.25, 8200.5)), ("4", TorchFile.Doubles(1)), ("5", TorchFile.Doubles(9.67)),
    ];

    [Fact]
    public void A_blase_state_has_its_lines_and_velocity()
    {
        using var file = new TorchFile();
        var state = BlaseState.Read(file.Write(BlasePickle(), BlaseStorages()));
        Assert.Equal(2, state.LineCount);
        Assert.Equal([8100.25, 8200.5], state.CenterAngstrom);
        Assert.Equal([-2.0, -3.0], state.LnAmplitude);
        Assert.Equal([-4.0, -5.0], state.LnSigma);
        Assert.Equal([-6.0, -7.0], state.LnGamma);
        Assert.Null(state.InitialCenterAngstrom);
        Assert.Equal((1.0, 0.0, 0.0), state.ContinuumCoefficients);
        Assert.Equal(9.67, state.RadialVelocityKmPerS);
        Assert.Equal(0, state.NonFiniteLineCount);
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.NegativeInfinity)]
    public void Diverged_lines_are_counted_and_kept(double amplitude)
    {
        using var file = new TorchFile();
        var state = BlaseState.Read(file.Write(BlasePickle(), BlaseStorages(amplitude)));
        Assert.Equal(1, state.NonFiniteLineCount);
        Assert.Equal(2, state.LineCount);
    }

    [Fact]
    public void A_state_without_a_required_tensor_names_it()
    {
        using var file = new TorchFile();
        file.Write(Begin().Text("lam_centers").Vector("0", 1).Op('u').Op('.').ToArray(), ("0", TorchFile.Doubles(1)));
        var error = Assert.Throws<EngineException>(() => BlaseState.Read(file.Path));
        Assert.Contains("no tensor amplitudes", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Columns_of_different_lengths_are_refused()
    {
        using var file = new TorchFile();
        byte[] pickle = Begin().Text("lam_centers").Vector("0", 1).Text("amplitudes").Vector("1", 2).Op('u').Op('.').ToArray();
        file.Write(pickle, ("0", TorchFile.Doubles(1)), ("1", TorchFile.Doubles(1, 2)));
        var error = Assert.Throws<EngineException>(() => BlaseState.Read(file.Path));
        Assert.Contains("amplitudes of shape [2] where [1]", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Strides_offsets_and_types_are_followed()
    {
        using var file = new TorchFile();
        byte[] ints = [.. Enumerable.Range(-1, 7).SelectMany(BitConverter.GetBytes)];
        byte[] floats = [.. Floats.SelectMany(BitConverter.GetBytes)];
        byte[] longs = [.. Longs.SelectMany(BitConverter.GetBytes)];
        byte[] pickle = Begin().Text("t").Tensor("IntStorage", "0", 7, 1, [3, 2], [1, 3])
            .Text("f").Vector("1", 2, "FloatStorage").Text("l").Vector("2", 2, "LongStorage")
            .Text("scalar").Tensor("LongStorage", "2", 2, 1, [], []).Text("empty").Tensor("LongStorage", "2", 2, 0, [0], [1])
            .Op('u').Op('.').ToArray();
        var state = TorchStateDictionary.Read(file.Write(pickle, ("0", ints), ("1", floats), ("2", longs)));
        Assert.Equal(["t", "f", "l", "scalar", "empty"], state.Names);
        Assert.Equal([3, 2], state.Find("t")!.Shape);
        Assert.Equal([0.0, 3, 1, 4, 2, 5], state.Find("t")!.Values); // the transpose of [[0,1,2],[3,4,5]]
        Assert.Equal(Floats.Select(f => (double)f), state.Find("f")!.Values);
        Assert.Equal(Longs.Select(l => (double)l), state.Find("l")!.Values);
        Assert.Equal([1L << 40], state.Find("scalar")!.Values);
        Assert.Empty(state.Find("empty")!.Values);
        Assert.Null(state.Find("absent"));
    }

    [Fact]
    public void Protocol_4_and_parameters_are_read()
    {
        using var file = new TorchFile();
        byte[] pickle = new PickleWriter().Proto(4).Raw(0x95, 1, 0, 0, 0, 0, 0, 0, 0)
            .StackGlobal("collections", "OrderedDict").Raw(0x94).Op(')').Op('R').ShortText("p")
            .StackGlobal("torch._utils", "_rebuild_parameter").Op('(').Vector("0", 1).Raw(0x88)
            .Op('h').Raw(0).Op(')').Op('R').Op('t').Op('R').Op('s').Op('.').ToArray();
        Assert.Equal([4.5], TorchStateDictionary.Read(file.Write(pickle, ("0", TorchFile.Doubles(4.5)))).Find("p")!.Values);
    }

    // State dictionaries of two tensors with their _metadata, as CPython's pickle module writes them.
    [Theory]
    [InlineData(
        2,
        "gAJjY29sbGVjdGlvbnMKT3JkZXJlZERpY3QKcQApUnEBKFgLAAAAbGFtX2NlbnRlcnNxAmN0b3JjaC5fdXRpbHMKX3JlYnVpbGRfdGVuc29yX3"
        + "YyCnEDKChYBwAAAHN0b3JhZ2VxBGN0b3JjaApEb3VibGVTdG9yYWdlCnEFWAEAAAAwcQZYAwAAAGNwdXEHSwJ0cQhRSwBLAoVxCUsBhXEKiWgA"
        + "KVJxC3RxDFJxDVgKAAAAYW1wbGl0dWRlc3EOaAMoKGgEaAVYAQAAADFxD2gHSwJ0cRBRSwBLAoVxEWgKiWgAKVJxEnRxE1JxFHV9cRVYCQAAAF"
        + "9tZXRhZGF0YXEWaAApUnEXKFgAAAAAcRh9cRlYBwAAAHZlcnNpb25xGksBc1gHAAAAY25uLnN1YnEbfXEcaBpNLAFzdXNiLg==")]
    [InlineData(
        3,
        "gANjY29sbGVjdGlvbnMKT3JkZXJlZERpY3QKcQApUnEBKFgLAAAAbGFtX2NlbnRlcnNxAmN0b3JjaC5fdXRpbHMKX3JlYnVpbGRfdGVuc29yX3"
        + "YyCnEDKChYBwAAAHN0b3JhZ2VxBGN0b3JjaApEb3VibGVTdG9yYWdlCnEFWAEAAAAwcQZYAwAAAGNwdXEHSwJ0cQhRSwBLAoVxCUsBhXEKiWgA"
        + "KVJxC3RxDFJxDVgKAAAAYW1wbGl0dWRlc3EOaAMoKGgEaAVYAQAAADFxD2gHSwJ0cRBRSwBLAoVxEWgKiWgAKVJxEnRxE1JxFHV9cRVYCQAAAF"
        + "9tZXRhZGF0YXEWaAApUnEXKFgAAAAAcRh9cRlYBwAAAHZlcnNpb25xGksBc1gHAAAAY25uLnN1YnEbfXEcaBpNLAFzdXNiLg==")]
    [InlineData(
        4,
        "gASVDgEAAAAAAACMC2NvbGxlY3Rpb25zlIwLT3JkZXJlZERpY3SUk5QpUpQojAtsYW1fY2VudGVyc5SMDHRvcmNoLl91dGlsc5SMEl9yZWJ1aW"
        + "xkX3RlbnNvcl92MpSTlCgojAdzdG9yYWdllIwFdG9yY2iUjA1Eb3VibGVTdG9yYWdllJOUjAEwlIwDY3B1lEsCdJRRSwBLAoWUSwGFlIloAilS"
        + "lHSUUpSMCmFtcGxpdHVkZXOUaAcoKGgIaAuMATGUaA1LAnSUUUsASwKFlGgQiWgCKVKUdJRSlHV9lIwJX21ldGFkYXRhlGgCKVKUKIwAlH2UjA"
        + "d2ZXJzaW9ulEsBc4wHY25uLnN1YpR9lGggTSwBc3VzYi4=")]
    [InlineData(
        5,
        "gAWVDgEAAAAAAACMC2NvbGxlY3Rpb25zlIwLT3JkZXJlZERpY3SUk5QpUpQojAtsYW1fY2VudGVyc5SMDHRvcmNoLl91dGlsc5SMEl9yZWJ1aW"
        + "xkX3RlbnNvcl92MpSTlCgojAdzdG9yYWdllIwFdG9yY2iUjA1Eb3VibGVTdG9yYWdllJOUjAEwlIwDY3B1lEsCdJRRSwBLAoWUSwGFlIloAilS"
        + "lHSUUpSMCmFtcGxpdHVkZXOUaAcoKGgIaAuMATGUaA1LAnSUUUsASwKFlGgQiWgCKVKUdJRSlHV9lIwJX21ldGFkYXRhlGgCKVKUKIwAlH2UjA"
        + "d2ZXJzaW9ulEsBc4wHY25uLnN1YpR9lGggTSwBc3VzYi4=")]
    public void Every_protocol_of_python_is_read(byte protocol, string base64)
    {
        byte[] pickle = Convert.FromBase64String(base64);
        Assert.Equal([0x80, protocol], pickle[..2]);
        using var file = new TorchFile();
        file.Write(pickle, ("0", TorchFile.Doubles(8100, 8200)), ("1", TorchFile.Doubles(-2, -3)));
        var state = TorchStateDictionary.Read(file.Path);
        Assert.Equal(["lam_centers", "amplitudes"], state.Names);
        Assert.Equal([8100.0, 8200], state.Find("lam_centers")!.Values);
        Assert.Equal([-2.0, -3], state.Find("amplitudes")!.Values);
    }

    [Fact]
    public void Damaged_files_end_in_a_sentence_and_nothing_else()
    {
        using var source = new TorchFile();
        byte[] whole = File.ReadAllBytes(source.Write(BlasePickle(), BlaseStorages()));
        using var file = new TorchFile();
        var change = Gen.Choose(0, whole.Length - 1).Zip(ArbMap.Default.GeneratorFor<byte>());
        var property = Prop.ForAll(change.ListOf(3).ToArbitrary(), changes =>
        {
            var bytes = (byte[])whole.Clone();
            foreach (var (at, value) in changes) bytes[at] = value;
            File.WriteAllBytes(file.Path, bytes);
            return ReadsOrRefuses(file.Path);
        });
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(2000), property);
        for (int at = 0; at < whole.Length; at++)
        {
            var bytes = (byte[])whole.Clone();
            bytes[at] ^= 0xff;
            File.WriteAllBytes(file.Path, bytes);
            Assert.True(ReadsOrRefuses(file.Path));
        }

        for (int length = 0; length < whole.Length; length++)
        {
            File.WriteAllBytes(file.Path, whole[..length]);
            Assert.Equal(ErrorCode.BadInput, Assert.Throws<EngineException>(() => BlaseState.Read(file.Path)).Code);
        }
    }

    [Fact]
    public void Damaged_pickles_end_in_a_sentence_and_nothing_else()
    {
        using var file = new TorchFile();
        byte[] pickle = BlasePickle();
        for (int at = 0; at < pickle.Length; at++)
        {
            foreach (byte value in new byte[] { 0, 0x80, 0xff, (byte)'R', (byte)'t', (byte)'(', (byte)'.' })
            {
                var bytes = (byte[])pickle.Clone();
                bytes[at] = value;
                file.Write(bytes, BlaseStorages());
                Assert.True(ReadsOrRefuses(file.Path));
            }
        }
    }

    [Fact]
    public void The_published_sample_equals_its_table_bit_by_bit()
    {
        string folder = Path.Combine(RepositoryRoot(), "..", "shared", "data", "blase");
        string sample = Path.Combine(folder, "emulator_T4700g4p5_prom0p01_HPF.pt");
        if (!File.Exists(sample))
        {
            const string Missing = "NOT RUN: ../shared/data/blase/emulator_T4700g4p5_prom0p01_HPF.pt is not here";
            output.WriteLine(Missing);
            Console.WriteLine(Missing);
            return;
        }

        var state = BlaseState.Read(sample);
        var table = File.OpenRead(Path.Combine(folder, "clone_T4700g4.5_prom0.01.csv.gz"));
        using var reader = new StreamReader(new GZipStream(table, CompressionMode.Decompress));
        reader.ReadLine();
        reader.ReadLine();
        int line = 0;
        for (; reader.ReadLine() is { } row; line++)
        {
            double[] expected = [.. row.Split(',').Select(field => double.Parse(field, CultureInfo.InvariantCulture))];
            double[] actual = [state.CenterAngstrom[line], state.LnAmplitude[line], state.LnSigma[line], state.LnGamma[line]];
            Assert.Equal(expected.Select(BitConverter.DoubleToInt64Bits), actual.Select(BitConverter.DoubleToInt64Bits));
        }

        Assert.Equal(9028, line);
        Assert.Equal(line, state.LineCount);
        Assert.Equal((1.0, 0.0, 0.0), state.ContinuumCoefficients);
        Assert.Equal(0, state.RadialVelocityKmPerS);
        Assert.Equal(0, state.NonFiniteLineCount);
        Assert.Equal(
            ["amplitudes", "sigma_widths", "gamma_widths", "lam_centers", "a_coeff", "b_coeff", "c_coeff", "radial_velocity"],
            TorchStateDictionary.Read(sample).Names);
    }

    private static bool ReadsOrRefuses(string path)
    {
        try
        {
            BlaseState.Read(path);
            return true;
        }
        catch (EngineException e)
        {
            return e.Code == ErrorCode.BadInput;
        }
    }

    private static string RepositoryRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Blase3D.Engine.sln")))
        {
            folder = folder.Parent ?? throw new DirectoryNotFoundException();
        }

        return folder.FullName;
    }
}
