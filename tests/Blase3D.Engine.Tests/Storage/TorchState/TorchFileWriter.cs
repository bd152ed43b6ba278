using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace Blase3D.Engine.Tests.Storage.TorchState;

/// <summary>Writes pickles opcode by opcode and zip files entry by entry, so that a test can write what torch.save never would.</summary>
internal sealed class PickleWriter
{
    private readonly List<byte> _bytes = [];

    public byte[] ToArray() => [.. _bytes];

    public PickleWriter Raw(params byte[] bytes)
    {
        _bytes.AddRange(bytes);
        return this;
    }

    public PickleWriter Op(char opcode) => Raw((byte)opcode);

    public PickleWriter Proto(byte version) => Raw(0x80, version);

    public PickleWriter Global(string module, string name) => Op('c').Raw(Encoding.UTF8.GetBytes($"{module}\n{name}\n"));

    public PickleWriter StackGlobal(string module, string name) => ShortText(module).ShortText(name).Raw(0x93);

    public PickleWriter ShortText(string text)
    {
        byte[] utf8 = Encoding.UTF8.GetBytes(text);
        return Raw(0x8c, (byte)utf8.Length).Raw(utf8);
    }

    public PickleWriter Text(string text)
    {
        byte[] utf8 = Encoding.UTF8.GetBytes(text);
        return Op('X').Int32(utf8.Length).Raw(utf8);
    }

    public PickleWriter Integer(int value) => Op('J').Int32(value);

    public PickleWriter Int32(int value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
        return Raw(bytes);
    }

    public PickleWriter Integers(int[] values)
    {
        Op('(');
        foreach (int value in values) Integer(value);
        return Op('t');
    }

    public PickleWriter OrderedDict() => Global("collections", "OrderedDict").Op(')').Op('R');

    public PickleWriter Storage(string type, string key, int count, string kind = "storage") =>
        Op('(').Text(kind).Global("torch", type).Text(key).Text("cpu").Integer(count).Op('t').Op('Q');

    public PickleWriter Tensor(string type, string key, int count, int offset, int[] size, int[] stride) =>
        Global("torch._utils", "_rebuild_tensor_v2").Op('(').Storage(type, key, count).Integer(offset).Integers(size).Integers(stride)
            .Raw(0x89).OrderedDict().Op('t').Op('R');

    /// <summary>A vector that is a whole storage.</summary>
    public PickleWriter Vector(string key, int count, string type = "DoubleStorage") => Tensor(type, key, count, 0, [count], [1]);
}

/// <summary>A zip file as torch.save lays it out, in a folder of its own that is removed at the end.</summary>
internal sealed class TorchFile : IDisposable
{
    public TorchFile() => Folder = Directory.CreateTempSubdirectory("blase3d-torch-").FullName;

    public string Folder { get; }

    public string Path => System.IO.Path.Combine(Folder, "state.pt");

    public static byte[] Doubles(params double[] values) => [.. values.SelectMany(BitConverter.GetBytes)];

    public string Write(byte[] pickle, params (string Name, byte[] Bytes)[] storages) =>
        WriteEntries(
        [
            ("archive/data.pkl", pickle),
            .. storages.Select(s => ($"archive/data/{s.Name}", s.Bytes)),
            ("archive/version", "3\n"u8.ToArray()),
        ]);

    public string WriteEntries((string Name, byte[] Bytes)[] entries)
    {
        using var zip = new ZipArchive(File.Create(Path), ZipArchiveMode.Create);
        foreach (var (name, bytes) in entries)
        {
            using var stream = zip.CreateEntry(name, CompressionLevel.NoCompression).Open();
            stream.Write(bytes);
        }

        return Path;
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
