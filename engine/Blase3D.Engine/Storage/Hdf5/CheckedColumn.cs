using Blase3D.Native.Hdf5;

namespace Blase3D.Engine.Storage.Hdf5;

/// <summary>
/// A dataset of one dimension that is read in parts, each verified against /checksum where the file has one. Not for several threads at once.
/// </summary>
internal sealed class CheckedColumn<T> : IDisposable
    where T : unmanaged
{
    private readonly Hdf5Dataset _dataset;
    private readonly uint[]? _sums;
    private readonly string _path;
    private readonly string _name;

    public CheckedColumn(Hdf5File file, string path, string name)
    {
        (_path, _name) = (path, name);
        _dataset = FileHeader.Dataset(file, path, name, 1);
        if (!BlockChecksums.HasFor(file, path, name)) return;
        _sums = FileHeader.Column<uint>(file, path, BlockChecksums.PathOf(name));
        if (_sums.Length != (_dataset.Length + BlockChecksums.BlockElements - 1) / BlockChecksums.BlockElements)
        {
            _dataset.Dispose();
            throw new EngineException(ErrorCode.BadInput, $"{path} has {_sums.Length} checksums for the {_dataset.Length} elements of {name}; it is damaged, so make it again.");
        }
    }

    /// <summary>The number of elements.</summary>
    public long Length => _dataset.Length;

    /// <summary>Whether what is read is verified.</summary>
    public bool IsChecked => _sums is not null;

    /// <summary>Bytes of elements read so far, with those of whole blocks that a checksum needs.</summary>
    public long BytesRead { get; private set; }

    /// <summary>Reads the elements [begin, end).</summary>
    /// <exception cref="EngineException">BadInput: a checksum does not fit.</exception>
    public unsafe T[] Read(long begin, long end)
    {
        const int block = BlockChecksums.BlockElements;
        long from = _sums is null ? begin : begin / block * block, to = _sums is null ? end : Math.Min(Length, (end + block - 1) / block * block);
        if (end <= begin) return [];
        var values = new T[to - from];
        _dataset.Read<T>([from], [to - from], values);
        BytesRead += (to - from) * sizeof(T);
        for (long first = from; _sums is not null && first < to; first += block)
        {
            ReadOnlySpan<T> part = values.AsSpan((int)(first - from), (int)Math.Min(block, to - first));
            if (BlockChecksums.OfBlock(part) != _sums[first / block])
            {
                throw new EngineException(
                    ErrorCode.BadInput,
                    $"{_path} is damaged: the elements {first} to {first + part.Length - 1} of {_name} do not fit their checksum; copy it again from where it came, or make it again.");
            }
        }

        return from == begin && to == end ? values : values[(int)(begin - from)..(int)(end - from)];
    }

    /// <summary>Reads all elements.</summary>
    public T[] ReadAll() => Read(0, Length);

    public void Dispose() => _dataset.Dispose();

    /// <summary>Reads and verifies a whole dataset.</summary>
    public static T[] ReadAll(Hdf5File file, string path, string name)
    {
        using var column = new CheckedColumn<T>(file, path, name);
        return column.ReadAll();
    }
}
