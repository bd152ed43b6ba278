namespace Blase3D.Native.Hdf5;

/// <content>Datasets.</content>
public sealed partial class Hdf5File
{
    /// <summary>Makes a dataset and writes all its values. Missing groups on the way are made.</summary>
    /// <typeparam name="T">A number of 1 to 8 bytes.</typeparam>
    /// <param name="path">Where in the file; must not exist yet.</param>
    /// <param name="data">Row-major values, as many as the shape says.</param>
    /// <param name="shape">One length per dimension; empty for a scalar.</param>
    /// <param name="layout">Chunks and filters; contiguous when null.</param>
    /// <exception cref="Hdf5Exception">The library refused, for example because the path exists.</exception>
    /// <exception cref="ArgumentException">The number of values does not fit the shape.</exception>
    public void Write<T>(string path, ReadOnlySpan<T> data, ReadOnlySpan<long> shape, Hdf5Layout? layout = null)
        where T : unmanaged
    {
        long expected = Hdf5Space.Product(shape, Where(path));
        if (data.Length != expected)
        {
            throw new ArgumentException(
                $"{data.Length} values do not fill the shape [{string.Join(", ", shape.ToArray())}], which holds {expected}.",
                nameof(data));
        }

        using Hdf5Dataset dataset = CreateDataset<T>(path, shape, layout);
        dataset.WriteAll(data);
    }

    /// <summary>Makes a dataset to be written in parts; what is not written reads as zero. Missing groups on the way are made.</summary>
    /// <typeparam name="T">A number of 1 to 8 bytes.</typeparam>
    /// <param name="path">Where in the file; must not exist yet.</param>
    /// <param name="shape">One length per dimension; empty for a scalar.</param>
    /// <param name="layout">Chunks and filters; contiguous when null. Ignored where it has no meaning: scalars and empty shapes.</param>
    /// <exception cref="Hdf5Exception">The library refused, for example because the path exists.</exception>
    public Hdf5Dataset CreateDataset<T>(string path, ReadOnlySpan<long> shape, Hdf5Layout? layout = null)
        where T : unmanaged
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        layout ??= Hdf5Layout.Contiguous;
        string where = Where(path);
        using (Hdf5Library.Enter())
        {
            using Hdf5Handle space = Hdf5Space.Create(shape, where);
            using Hdf5Handle creation = CreationList(shape, layout, where);
            return new Hdf5Dataset(CreateInside(path, Hdf5Library.Types.File<T>(), space.Id, creation.Id, where), where, CloseDataset);
        }
    }

    /// <summary>Opens a dataset.</summary>
    /// <param name="path">Where in the file.</param>
    /// <exception cref="Hdf5Exception">There is no such dataset, or its description is damaged.</exception>
    public Hdf5Dataset OpenDataset(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        string where = Where(path);
        using (Hdf5Library.Enter())
        {
            return new Hdf5Dataset(OpenInside(path, where), where, CloseDataset);
        }
    }

    /// <summary>
    /// Makes a one-dimensional dataset of UTF-8 strings, each padded with zeros to the longest. Fixed length keeps them in the dataset
    /// itself; variable-length strings lie in a heap whose damage some releases of the library do not survive. Missing groups are made.
    /// </summary>
    /// <param name="path">Where in the file; must not exist yet.</param>
    /// <param name="values">Any number of strings without zero characters.</param>
    /// <exception cref="Hdf5Exception">The library refused, for example because the path exists.</exception>
    public unsafe void WriteStrings(string path, IReadOnlyList<string> values)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(values);
        Hdf5Strings.Validate(values);
        string where = Where(path);
        byte[] packed = Hdf5Strings.Pack(values, out int width);
        using (Hdf5Library.Enter())
        {
            using Hdf5Handle type = Hdf5Strings.FixedType(width, where);
            using Hdf5Handle space = Hdf5Space.Create([values.Count], where);
            using Hdf5Handle creation = Timeless(Hdf5Library.Types.DatasetCreateClass, where);
            using Hdf5Handle dataset = CreateInside(path, type.Id, space.Id, creation.Id, where);
            fixed (byte* first = packed)
            {
                if (packed.Length > 0) _ = Hdf5Error.Check(Hdf5Native.H5Dwrite(dataset.Id, type.Id, 0, 0, 0, first), "H5Dwrite", where);
            }

            CloseDataset(dataset, where);
        }
    }

    /// <summary>Reads a dataset of strings, fixed or variable length, of any shape, in row-major order.</summary>
    /// <param name="path">Where in the file.</param>
    /// <exception cref="Hdf5Exception">There is no such dataset, or it does not hold strings.</exception>
    public unsafe string[] ReadStrings(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        string where = Where(path);
        using (Hdf5Library.Enter())
        {
            using Hdf5Handle dataset = OpenInside(path, where);
            long id = dataset.Id;
            using Hdf5Handle type = Hdf5Handle.Own(Hdf5Native.H5Dget_type(id), Hdf5ObjectKind.Type, "H5Dget_type", where);
            using Hdf5Handle space = Hdf5Handle.Own(Hdf5Native.H5Dget_space(id), Hdf5ObjectKind.Space, "H5Dget_space", where);
            return Hdf5Strings.Read(
                type.Id, space.Id, "H5Dread", where, (memory, buffer) => Hdf5Native.H5Dread(id, memory, 0, 0, 0, buffer));
        }
    }

    private static unsafe Hdf5Handle CreationList(ReadOnlySpan<long> shape, Hdf5Layout layout, string where)
    {
        bool filtered = layout.Shuffle || layout.DeflateLevel != 0 || layout.Fletcher32;
        if (filtered && layout.Chunk is null)
        {
            throw new ArgumentException("Shuffle, deflate and fletcher32 need a chunk shape.", nameof(layout));
        }

        if (layout.DeflateLevel is < 0 or > 9)
        {
            throw new ArgumentException($"The deflate level {layout.DeflateLevel} is not in 0 to 9.", nameof(layout));
        }

        Hdf5Handle list = Timeless(Hdf5Library.Types.DatasetCreateClass, where);
        if (layout.Chunk is null || shape.IsEmpty || shape.Contains(0)) return list;
        if (layout.Chunk.Length != shape.Length)
        {
            throw new ArgumentException($"The chunk has {layout.Chunk.Length} dimensions, the dataset {shape.Length}.", nameof(layout));
        }

        ulong[] chunk = Hdf5Space.Unsigned(layout.Chunk, nameof(layout));
        for (int d = 0; d < chunk.Length; d++) chunk[d] = Math.Min(chunk[d], (ulong)shape[d]);
        fixed (ulong* first = chunk)
        {
            _ = Hdf5Error.Check(Hdf5Native.H5Pset_chunk(list.Id, chunk.Length, first), "H5Pset_chunk", where);
        }

        if (layout.Shuffle) _ = Hdf5Error.Check(Hdf5Native.H5Pset_shuffle(list.Id), "H5Pset_shuffle", where);
        if (layout.DeflateLevel > 0)
        {
            _ = Hdf5Error.Check(Hdf5Native.H5Pset_deflate(list.Id, (uint)layout.DeflateLevel), "H5Pset_deflate", where);
        }

        if (layout.Fletcher32) _ = Hdf5Error.Check(Hdf5Native.H5Pset_fletcher32(list.Id), "H5Pset_fletcher32", where);
        return list;
    }

    private Hdf5Handle CreateInside(string path, long type, long space, long creation, string where)
    {
        using Hdf5Handle links = Hdf5Handle.Own(
            Hdf5Native.H5Pcreate(Hdf5Library.Types.LinkCreateClass), Hdf5ObjectKind.PropertyList, "H5Pcreate", where);
        _ = Hdf5Error.Check(Hdf5Native.H5Pset_char_encoding(links.Id, Hdf5Native.CharacterSetUtf8), "H5Pset_char_encoding", where);
        CreateGroupsAbove(path, links.Id, where);
        long id = Hdf5Native.H5Dcreate2(_file.Id, path, type, space, links.Id, creation, 0);
        return Hdf5Handle.Own(id, Hdf5ObjectKind.Dataset, "H5Dcreate2", where);
    }

    /// <summary>Makes the missing groups on the way to an object. The library would do it too, but with time stamps.</summary>
    private void CreateGroupsAbove(string path, long links, string where)
    {
        string group = string.Empty;
        foreach (string name in path.Split('/', StringSplitOptions.RemoveEmptyEntries).SkipLast(1))
        {
            group += "/" + name;
            if (ExistsInside(group)) continue;
            using Hdf5Handle creation = Timeless(Hdf5Library.Types.GroupCreateClass, where);
            long id = Hdf5Native.H5Gcreate2(_file.Id, group, links, creation.Id, 0);
            Hdf5Handle.Own(id, Hdf5ObjectKind.Group, "H5Gcreate2", where).Dispose();
        }
    }

    private Hdf5Handle OpenInside(string path, string where) =>
        Hdf5Handle.Own(Hdf5Native.H5Dopen2(_file.Id, path, 0), Hdf5ObjectKind.Dataset, "H5Dopen2", where);
}
