using System.IO.Compression;
using System.Text;

namespace Blase3D.Engine.Storage.TorchState;

/// <summary>
/// The zip file around a state dictionary: NAME/data.pkl, NAME/data/K (raw little-endian numbers), NAME/version and an optional
/// NAME/byteorder. Entries are read into memory only; nothing is ever extracted to disk.
/// </summary>
internal sealed class TorchArchive : IDisposable
{
    private readonly string _path;
    private readonly FileStream _stream;
    private readonly ZipArchive _zip;
    private readonly Dictionary<string, ZipArchiveEntry> _entries = new(StringComparer.Ordinal);
    private readonly string _root;

    /// <summary>Opens the file and checks its table of contents.</summary>
    /// <param name="path">The file.</param>
    public TorchArchive(string path)
    {
        _path = path;
        _stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        try
        {
            _zip = new ZipArchive(_stream, ZipArchiveMode.Read, leaveOpen: true);
            foreach (var entry in _zip.Entries) Register(entry);
            var pickles = _entries.Keys.Where(name => name.Split('/') is [_, "data.pkl"]).ToList();
            if (pickles.Count != 1) throw TorchFormat.Refuse(path, $"holds {pickles.Count} entries NAME/data.pkl instead of one");
            _root = pickles[0][..^"data.pkl".Length];
            RequireLittleEndian();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The length of the file in bytes.</summary>
    public long FileLength => _stream.Length;

    /// <summary>The bytes of data.pkl.</summary>
    public byte[] ReadPickle()
    {
        var entry = _entries[_root + "data.pkl"];
        if (entry.Length > PickleMachine.MaxPickleBytes)
        {
            throw TorchFormat.Refuse(_path, $"holds a pickle of {entry.Length} bytes (at most {PickleMachine.MaxPickleBytes} are read)");
        }

        return ReadEntry(entry);
    }

    /// <summary>The bytes of one storage; the size of its entry must be that of its elements.</summary>
    /// <param name="storage">What the pickle says about it; the caller has bounded its size by that of the file.</param>
    public byte[] ReadStorage(StorageReference storage)
    {
        string name = $"{_root}data/{storage.Key}";
        if (!_entries.TryGetValue(name, out var entry)) throw TorchFormat.Refuse(_path, $"lacks its storage '{name}'");
        if (entry.Length != storage.ByteCount)
        {
            throw TorchFormat.Refuse(_path, $"has {entry.Length} bytes in '{name}' where its pickle needs {storage.ByteCount}");
        }

        return ReadEntry(entry);
    }

    public void Dispose()
    {
        _zip?.Dispose();
        _stream.Dispose();
    }

    private void Register(ZipArchiveEntry entry)
    {
        string name = entry.FullName;
        if (name.Contains('\\', StringComparison.Ordinal) || name.Contains(':', StringComparison.Ordinal)
            || name.Split('/').Any(part => part is "" or "." or ".."))
        {
            throw TorchFormat.Refuse(_path, $"holds an entry with the unsafe name '{TorchFormat.Shorten(name)}'");
        }

        if (!_entries.TryAdd(name, entry)) throw TorchFormat.Refuse(_path, $"holds the entry '{TorchFormat.Shorten(name)}' twice");
    }

    private void RequireLittleEndian()
    {
        if (!_entries.TryGetValue(_root + "byteorder", out var entry)) return;
        string order = entry.Length <= 16 ? Encoding.ASCII.GetString(ReadEntry(entry)) : "";
        if (order != "little") throw TorchFormat.Refuse(_path, $"has the byte order '{TorchFormat.Shorten(order)}' ('little' is read)");
    }

    private byte[] ReadEntry(ZipArchiveEntry entry)
    {
        var bytes = new byte[entry.Length];
        using var stream = entry.Open();
        stream.ReadExactly(bytes);
        if (Crc32.Of(bytes) == entry.Crc32) return bytes;
        throw TorchFormat.Refuse(_path, $"is damaged: the check sum of '{entry.FullName}' does not fit");
    }
}
