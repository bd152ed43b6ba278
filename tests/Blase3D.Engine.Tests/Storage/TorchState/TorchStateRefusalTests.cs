using Blase3D.Engine.Storage.TorchState;
using Xunit;

namespace Blase3D.Engine.Tests.Storage.TorchState;

/// <summary>Files that attack the reader: each ends in one sentence that names the file, and leaves nothing behind.</summary>
public sealed class TorchStateRefusalTests
{
    private static readonly byte[] OneDouble = TorchFile.Doubles(1);

    private static PickleWriter Begin() => new PickleWriter().Proto(2).OrderedDict();

    private static byte[] OneVector() => Begin().Text("x").Vector("0", 1).Op('s').Op('.').ToArray();

    private static byte[] OneTensor(int count, int offset, int[] size, int[] stride) =>
        Begin().Text("x").Tensor("DoubleStorage", "0", count, offset, size, stride).Op('s').Op('.').ToArray();

    public static TheoryData<string, byte[], string> Pickles() => new()
    {
        {
            "os.system",
            new PickleWriter().Proto(2).Global("os", "system").Text("touch HERE").Raw(0x85).Op('R').Op('.').ToArray(),
            "'os.system'"
        },
        {
            "os.system protocol 4",
            new PickleWriter().Proto(4).StackGlobal("posix", "system").ShortText("touch HERE").Raw(0x85).Op('R').Op('.').ToArray(),
            "'posix.system'"
        },
        { "eval", new PickleWriter().Proto(2).Global("builtins", "eval").Op('.').ToArray(), "'builtins.eval'" },
        {
            "control characters in a name",
            new PickleWriter().Proto(2).Global("a\u001b[2J\rb", new string('z', 500)).Op('.').ToArray(),
            "'a?[2J?b.zzz"
        },
        { "REDUCE on a text", new PickleWriter().Proto(2).Text("system").Op(')').Op('R').Op('.').ToArray(), "calls something" },
        {
            "REDUCE on a storage type",
            new PickleWriter().Proto(2).Global("torch", "DoubleStorage").Op(')').Op('R').Op('.').ToArray(),
            "calls DoubleStorage"
        },
        {
            "OrderedDict with arguments",
            new PickleWriter().Proto(2).Global("collections", "OrderedDict").Text("a").Raw(0x85).Op('R').Op('.').ToArray(),
            "calls OrderedDict"
        },
        { "NEWOBJ", new PickleWriter().Proto(2).Global("collections", "OrderedDict").Op(')').Raw(0x81).Op('.').ToArray(), "opcode 0x81" },
        { "INST", new PickleWriter().Proto(2).Op('(').Op('i').Raw("os\nsystem\n"u8.ToArray()).Op('.').ToArray(), "opcode 0x69" },
        { "EXT1", new PickleWriter().Proto(2).Raw(0x82, 1).Op('.').ToArray(), "opcode 0x82" },
        { "PERSID", new PickleWriter().Proto(2).Op('P').Raw("x\n"u8.ToArray()).Op('.').ToArray(), "opcode 0x50" },
        { "protocol 0", new PickleWriter().Op('I').Raw("1\n"u8.ToArray()).Op('.').ToArray(), "opcode 0x49" },
        { "protocol 6", new PickleWriter().Proto(6).Op('N').Op('.').ToArray(), "protocol 6" },
        { "huge memo index", Begin().Op('r').Int32(int.MaxValue).Op('.').ToArray(), "memo index 2147483647" },
        { "memo index never stored", new PickleWriter().Proto(2).Op('h').Raw(7).Op('.').ToArray(), "memo index 7" },
        { "truncated", OneVector()[..40], "ends in the middle" },
        { "truncated in a global", new PickleWriter().Proto(2).Op('c').Raw("torch"u8.ToArray()).ToArray(), "ends in the middle" },
        { "empty", [], "ends in the middle" },
        { "huge text", new PickleWriter().Proto(2).Op('X').Int32(-1).ToArray(), "text of 4294967295 bytes" },
        { "huge integer", new PickleWriter().Proto(2).Raw(0x8a, 200).Raw(new byte[200]).Op('.').ToArray(), "integer of 200 bytes" },
        {
            "stack bomb",
            new PickleWriter().Proto(2).Raw([.. Enumerable.Repeat((byte)'N', 100_000)]).Op('.').ToArray(),
            "more than 65536 values"
        },
        {
            "mark bomb",
            new PickleWriter().Proto(2).Raw([.. Enumerable.Repeat((byte)'(', 100_000)]).Op('.').ToArray(),
            "more than 65536 values"
        },
        { "stack underflow", new PickleWriter().Proto(2).Op('s').Op('.').ToArray(), "empty pickle stack" },
        { "pop through a mark", Begin().Op('(').Text("k").Op('s').Op('.').ToArray(), "empty pickle stack" },
        { "unopened group", new PickleWriter().Proto(2).Op('t').Op('.').ToArray(), "never opened" },
        { "values left", new PickleWriter().Proto(2).Op('N').Op('N').Op('.').ToArray(), "leaves values behind" },
        { "dictionary in itself", Begin().Op('q').Raw(1).Text("x").Op('h').Raw(1).Op('s').Op('.').ToArray(), "'x', which is not a tensor" },
        {
            "list in itself",
            new PickleWriter().Proto(2).Op(']').Op('q').Raw(1).Op('h').Raw(1).Op('a').Op('.').ToArray(),
            "does not hold a dictionary"
        },
        { "nested dictionary", Begin().Text("x").OrderedDict().Op('s').Op('.').ToArray(), "'x', which is not a tensor" },
        { "number key", Begin().Integer(1).Integer(2).Op('s').Op('.').ToArray(), "key that is not a text" },
        {
            "unknown persistent kind",
            Begin().Text("x").Storage("DoubleStorage", "0", 1, "module").Op('s').Op('.').ToArray(),
            "persistent object"
        },
        { "persistent text", new PickleWriter().Proto(2).Text("x").Op('Q').Op('.').ToArray(), "persistent object" },
        { "unknown storage type", Begin().Text("x").Storage("HalfStorage", "0", 1).Op('s').Op('.').ToArray(), "'torch.HalfStorage'" },
        { "storage key with a path", Begin().Text("x").Vector("../0", 1).Op('s').Op('.').ToArray(), "storage '../0'" },
        { "storage absent", Begin().Text("x").Vector("9", 1).Op('s').Op('.').ToArray(), "lacks its storage" },
        { "entry twice", Begin().Text("x").Vector("0", 1).Op('s').Text("x").Vector("0", 1).Op('s').Op('.').ToArray(), "'x' twice" },
        { "storage larger than its entry", OneTensor(2, 0, [2], [1]), "8 bytes in" },
        { "storage of negative size", OneTensor(-1, 0, [0], [1]), "storage of -1 elements" },
        { "storage larger than the file", OneTensor(100_000_000, 0, [1], [1]), "larger than its own" },
        { "storage of absurd size", OneTensor(int.MaxValue, 0, [1], [1]), "storage of 2147483647 elements" },
        { "size beyond the storage", OneTensor(1, 0, [2], [1]), "do not fit" },
        { "stride beyond the storage", OneTensor(3, 0, [2], [3]), "beyond its storage" },
        { "offset beyond the storage", OneTensor(1, 1, [1], [1]), "beyond its storage" },
        { "negative offset", OneTensor(2, -1, [1], [1]), "beyond its storage" },
        { "negative stride", OneTensor(2, 1, [2], [-1]), "do not fit" },
        { "repeated elements", OneTensor(2, 0, [2, 2], [0, 1]), "more elements than its storage" },
        { "size overflow", OneTensor(8, 0, [8, 8, 8, 8, 8, 8, 8, 8], [1, 1, 1, 1, 1, 1, 1, 1]), "more elements than its storage" },
        { "too many dimensions", OneTensor(1, 0, [1, 1, 1, 1, 1, 1, 1, 1, 1], [1, 1, 1, 1, 1, 1, 1, 1, 1]), "9 sizes" },
    };

    [Theory]
    [MemberData(nameof(Pickles))]
    public void A_pickle_that_is_no_state_dictionary_is_refused(string what, byte[] pickle, string expected)
    {
        Assert.NotEmpty(what);
        using var file = new TorchFile();
        AssertRefused(file, file.Write(pickle, ("0", OneDouble)), expected);
    }

    [Theory]
    [InlineData("../escape")]
    [InlineData("/root/escape")]
    [InlineData("archive/../../escape")]
    [InlineData("archive\\escape")]
    [InlineData("C:escape")]
    public void An_entry_with_an_unsafe_path_is_refused(string name)
    {
        using var file = new TorchFile();
        AssertRefused(file, file.WriteEntries([("a/data.pkl", OneVector()), ("a/data/0", OneDouble), (name, OneDouble)]), "unsafe name");
    }

    [Fact]
    public void A_repeated_entry_is_refused()
    {
        using var file = new TorchFile();
        AssertRefused(file, file.WriteEntries([("a/data.pkl", OneVector()), ("a/data/0", OneDouble), ("a/data/0", OneDouble)]), "twice");
    }

    [Fact]
    public void A_file_without_or_with_two_pickles_is_refused()
    {
        using var file = new TorchFile();
        AssertRefused(file, file.WriteEntries([("archive/data/0", OneDouble)]), "0 entries NAME/data.pkl");
        AssertRefused(file, file.WriteEntries([("a/data.pkl", OneVector()), ("b/data.pkl", OneVector())]), "2 entries NAME/data.pkl");
    }

    [Fact]
    public void Big_endian_numbers_are_refused_and_little_ones_read()
    {
        using var file = new TorchFile();
        file.WriteEntries([("a/data.pkl", OneVector()), ("a/data/0", OneDouble), ("a/byteorder", "big"u8.ToArray())]);
        AssertRefused(file, file.Path, "byte order 'big'");
        file.WriteEntries([("a/data.pkl", OneVector()), ("a/data/0", OneDouble), ("a/byteorder", "little"u8.ToArray())]);
        Assert.Equal([1.0], TorchStateDictionary.Read(file.Path).Find("x")!.Values);
    }

    [Fact]
    public void A_flipped_bit_in_the_numbers_is_refused()
    {
        using var file = new TorchFile();
        byte[] bytes = File.ReadAllBytes(file.Write(OneVector(), ("0", TorchFile.Doubles(Math.PI))));
        int at = bytes.AsSpan().IndexOf(BitConverter.GetBytes(Math.PI));
        bytes[at] ^= 1;
        File.WriteAllBytes(file.Path, bytes);
        AssertRefused(file, file.Path, "check sum of 'archive/data/0'");
    }

    [Fact]
    public void A_pickle_over_the_limit_is_refused_before_it_is_read()
    {
        using var file = new TorchFile();
        AssertRefused(file, file.Write(new byte[(4 << 20) + 1]), "pickle of 4194305 bytes");
    }

    [Theory]
    [InlineData("")]
    [InlineData("\u0080\u0002legacy format without zip")]
    [InlineData("PK\u0003\u0004 and then nothing")]
    public void A_file_that_is_no_zip_is_refused(string content)
    {
        using var file = new TorchFile();
        File.WriteAllText(file.Path, content, System.Text.Encoding.Latin1);
        AssertRefused(file, file.Path, "cannot be read as a zip file");
    }

    [Fact]
    public void A_missing_file_is_refused()
    {
        var error = Assert.Throws<EngineException>(() => TorchStateDictionary.Read("no/such/file.pt"));
        Assert.Equal(ErrorCode.BadInput, error.Code);
        Assert.Contains("'no/such/file.pt' does not exist", error.Message, StringComparison.Ordinal);
    }

    private static void AssertRefused(TorchFile file, string path, string expected)
    {
        var error = Assert.Throws<EngineException>(() => TorchStateDictionary.Read(path));
        Assert.Equal(ErrorCode.BadInput, error.Code);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.Contains(path, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
        Assert.DoesNotContain('\u001b', error.Message);
        Assert.Equal([path], Directory.GetFileSystemEntries(file.Folder)); // nothing was written
    }
}
