namespace Blase3D.Native.Hdf5;

/// <summary>A dataset of an open file. Closing the file closes it too.</summary>
public sealed class Hdf5Dataset : IDisposable
{
    private readonly Hdf5Handle _dataset;
    private readonly string _where;
    private readonly Action<Hdf5Handle, string> _close;
    private readonly long[] _shape;

    /// <summary>Takes the handle over and reads the description. Call inside <see cref="Hdf5Library.Enter"/>.</summary>
    internal Hdf5Dataset(Hdf5Handle dataset, string where, Action<Hdf5Handle, string> close)
    {
        _dataset = dataset;
        _where = where;
        _close = close;
        try
        {
            using Hdf5Handle space = FileSpace();
            _shape = Hdf5Space.Shape(space.Id, where);
            Length = Hdf5Space.Product(_shape, where);
            Layout = ReadLayout();
            ElementType = ReadElementType();
        }
        catch
        {
            dataset.Dispose();
            throw;
        }
    }

    /// <summary>One length per dimension; empty for a scalar.</summary>
    public long[] Shape => [.. _shape];

    /// <summary>The number of elements; 1 for a scalar.</summary>
    public long Length { get; }

    /// <summary>
    /// The type of an element: a number of 1 to 8 bytes (floats of 2 bytes count as float), string, or object for anything else.
    /// </summary>
    public Type ElementType { get; }

    /// <summary>How the values lie in the file.</summary>
    public Hdf5Layout Layout { get; }

    /// <summary>The shape of a chunk; null when the dataset is not chunked.</summary>
    public IReadOnlyList<long>? ChunkShape => Layout.Chunk;

    /// <summary>Where the values start in the file, in bytes; null unless they are contiguous and written.</summary>
    public long? ContiguousFileOffset
    {
        get
        {
            using (Hdf5Library.Enter())
            {
                ulong offset = Hdf5Native.H5Dget_offset(_dataset.Id);
                return offset == Hdf5Native.UndefinedAddress || offset > long.MaxValue ? null : (long)offset;
            }
        }
    }

    /// <summary>Reads all values in row-major order; the library converts between number types.</summary>
    /// <typeparam name="T">A number of 1 to 8 bytes.</typeparam>
    /// <exception cref="Hdf5Exception">The values cannot be read: damaged, truncated, not numbers, or too many for one array.</exception>
    public T[] ReadAll<T>()
        where T : unmanaged
    {
        if (Length > Array.MaxLength) throw new Hdf5Exception("H5Dread", _where, $"{Length} values are more than one array can hold");
        T[] values;
        try
        {
            values = new T[Length];
        }
        catch (OutOfMemoryException e)
        {
            throw new Hdf5Exception("H5Dread", _where, $"{Length} values are more than the memory can hold", e);
        }

        Read(new long[_shape.Length], _shape, values.AsSpan());
        return values;
    }

    /// <summary>Reads the block [start, start + count) in row-major order; the library converts between number types.</summary>
    /// <typeparam name="T">A number of 1 to 8 bytes.</typeparam>
    /// <param name="start">First index per dimension.</param>
    /// <param name="count">Number of elements per dimension.</param>
    /// <param name="destination">As long as the product of <paramref name="count"/>.</param>
    /// <exception cref="ArgumentException">The block does not lie inside the shape, or the destination has another length.</exception>
    /// <exception cref="Hdf5Exception">The values cannot be read.</exception>
    public unsafe void Read<T>(ReadOnlySpan<long> start, ReadOnlySpan<long> count, Span<T> destination)
        where T : unmanaged
    {
        CheckBlock(start, count, destination.Length);
        using (Hdf5Library.Enter())
        {
            long memoryType = Hdf5Library.Types.Memory<T>();
            fixed (T* buffer = destination)
            {
                if (destination.IsEmpty) return;
                using Hdf5Handle memory = Hdf5Space.Create(count, _where);
                using Hdf5Handle file = SelectedFileSpace(start, count);
                int result = Hdf5Native.H5Dread(_dataset.Id, memoryType, memory.Id, file.Id, 0, buffer);
                _ = Hdf5Error.Check(result, "H5Dread", _where);
            }
        }
    }

    /// <summary>Writes the block [start, start + count) in row-major order; the library converts between number types.</summary>
    /// <typeparam name="T">A number of 1 to 8 bytes.</typeparam>
    /// <param name="start">First index per dimension.</param>
    /// <param name="count">Number of elements per dimension.</param>
    /// <param name="source">As long as the product of <paramref name="count"/>.</param>
    /// <exception cref="ArgumentException">The block does not lie inside the shape, or the source has another length.</exception>
    /// <exception cref="Hdf5Exception">The values cannot be written, for example because the disk is full.</exception>
    public unsafe void Write<T>(ReadOnlySpan<long> start, ReadOnlySpan<long> count, ReadOnlySpan<T> source)
        where T : unmanaged
    {
        CheckBlock(start, count, source.Length);
        using (Hdf5Library.Enter())
        {
            long memoryType = Hdf5Library.Types.Memory<T>();
            fixed (T* buffer = source)
            {
                if (source.IsEmpty) return;
                using Hdf5Handle memory = Hdf5Space.Create(count, _where);
                using Hdf5Handle file = SelectedFileSpace(start, count);
                int result = Hdf5Native.H5Dwrite(_dataset.Id, memoryType, memory.Id, file.Id, 0, buffer);
                _ = Hdf5Error.Check(result, "H5Dwrite", _where);
            }
        }
    }

    /// <summary>Closes the dataset. When its last values cannot be written, <see cref="Hdf5File.Close"/> of the file says so.</summary>
    public void Dispose() => _close(_dataset, _where);

    /// <summary>Writes all values.</summary>
    internal void WriteAll<T>(ReadOnlySpan<T> source)
        where T : unmanaged => Write(new long[_shape.Length], _shape, source);

    private Hdf5Handle FileSpace() =>
        Hdf5Handle.Own(Hdf5Native.H5Dget_space(_dataset.Id), Hdf5ObjectKind.Space, "H5Dget_space", _where);

    private Hdf5Handle SelectedFileSpace(ReadOnlySpan<long> start, ReadOnlySpan<long> count)
    {
        Hdf5Handle space = FileSpace();
        if (_shape.Length > 0) Hdf5Space.Select(space.Id, start, count, _where);
        return space;
    }

    private void CheckBlock(ReadOnlySpan<long> start, ReadOnlySpan<long> count, int length)
    {
        if (start.Length != _shape.Length || count.Length != _shape.Length)
        {
            throw new ArgumentException(
                $"The block has {start.Length} and {count.Length} dimensions, {_where} has {_shape.Length}.", nameof(start));
        }

        for (int d = 0; d < _shape.Length; d++)
        {
            if (start[d] < 0 || count[d] < 0 || start[d] > _shape[d] - count[d])
            {
                throw new ArgumentOutOfRangeException(
                    nameof(start), $"Dimension {d} of {_where}: {count[d]} elements from {start[d]} do not lie in 0 to {_shape[d]}.");
            }
        }

        long product = Hdf5Space.Product(count, _where);
        if (product != length) throw new ArgumentException($"The block holds {product} values, the buffer {length}.", nameof(count));
    }

    private unsafe Hdf5Layout ReadLayout()
    {
        using Hdf5Handle list = Hdf5Handle.Own(
            Hdf5Native.H5Dget_create_plist(_dataset.Id), Hdf5ObjectKind.PropertyList, "H5Dget_create_plist", _where);
        if (Hdf5Native.H5Pget_layout(list.Id) != Hdf5Native.LayoutChunked) return Hdf5Layout.Contiguous;

        var dims = new ulong[_shape.Length];
        fixed (ulong* first = dims) _ = Hdf5Error.Check(Hdf5Native.H5Pget_chunk(list.Id, dims.Length, first), "H5Pget_chunk", _where);
        var layout = new Hdf5Layout { Chunk = Array.ConvertAll(dims, d => (long)d) };
        int filters = Hdf5Error.Check(Hdf5Native.H5Pget_nfilters(list.Id), "H5Pget_nfilters", _where);
        for (uint i = 0; i < filters; i++)
        {
            uint flags = 0, level = 0, configuration = 0;
            nuint valueCount = 1;
            int filter = Hdf5Native.H5Pget_filter2(list.Id, i, &flags, &valueCount, &level, 0, null, &configuration);
            layout = filter switch
            {
                Hdf5Native.FilterDeflate => layout with { DeflateLevel = (int)level },
                Hdf5Native.FilterShuffle => layout with { Shuffle = true },
                Hdf5Native.FilterFletcher32 => layout with { Fletcher32 = true },
                _ => layout,
            };
        }

        return layout;
    }

    private Type ReadElementType()
    {
        using Hdf5Handle type = Hdf5Handle.Own(Hdf5Native.H5Dget_type(_dataset.Id), Hdf5ObjectKind.Type, "H5Dget_type", _where);
        nuint size = Hdf5Native.H5Tget_size(type.Id);
        switch (Hdf5Native.H5Tget_class(type.Id))
        {
            case Hdf5Native.ClassFloat:
                return size <= 4 ? typeof(float) : typeof(double);
            case Hdf5Native.ClassString:
                return typeof(string);
            case Hdf5Native.ClassInteger:
                bool signed = Hdf5Native.H5Tget_sign(type.Id) != 0;
                return size switch
                {
                    1 => signed ? typeof(sbyte) : typeof(byte),
                    2 => signed ? typeof(short) : typeof(ushort),
                    <= 4 => signed ? typeof(int) : typeof(uint),
                    _ => signed ? typeof(long) : typeof(ulong),
                };
            default:
                return typeof(object);
        }
    }
}
