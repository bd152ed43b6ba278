namespace Blase3D.Native.Hdf5;

/// <summary>Shapes as dataspaces of the library. Call inside <see cref="Hdf5Library.Enter"/>.</summary>
internal static unsafe class Hdf5Space
{
    /// <summary>A space of a shape; a scalar when the shape is empty.</summary>
    internal static Hdf5Handle Create(ReadOnlySpan<long> shape, string path)
    {
        if (shape.IsEmpty) return Hdf5Handle.Own(Hdf5Native.H5Screate(Hdf5Native.ScalarSpace), Hdf5ObjectKind.Space, "H5Screate", path);
        ulong[] dims = Unsigned(shape, nameof(shape));
        fixed (ulong* first = dims)
        {
            long id = Hdf5Native.H5Screate_simple(dims.Length, first, null);
            return Hdf5Handle.Own(id, Hdf5ObjectKind.Space, "H5Screate_simple", path);
        }
    }

    /// <summary>The shape of a space; empty for a scalar, { 0 } for a null space, which holds no value.</summary>
    internal static long[] Shape(long space, string path)
    {
        int kind = Hdf5Error.Check(Hdf5Native.H5Sget_simple_extent_type(space), "H5Sget_simple_extent_type", path);
        if (kind == Hdf5Native.NullSpace) return [0];
        int rank = Hdf5Error.Check(Hdf5Native.H5Sget_simple_extent_ndims(space), "H5Sget_simple_extent_ndims", path);
        if (rank == 0) return [];
        var dims = new ulong[rank];
        fixed (ulong* first = dims)
        {
            _ = Hdf5Error.Check(Hdf5Native.H5Sget_simple_extent_dims(space, first, null), "H5Sget_simple_extent_dims", path);
        }

        var shape = new long[rank];
        for (int d = 0; d < rank; d++)
        {
            if (dims[d] > long.MaxValue)
            {
                throw new Hdf5Exception("H5Sget_simple_extent_dims", path, $"dimension {d} has {dims[d]} elements");
            }

            shape[d] = (long)dims[d];
        }

        return shape;
    }

    /// <summary>Selects the block [start, start + count) of a space.</summary>
    internal static void Select(long space, ReadOnlySpan<long> start, ReadOnlySpan<long> count, string path)
    {
        ulong[] first = Unsigned(start, nameof(start)), lengths = Unsigned(count, nameof(count));
        fixed (ulong* s = first)
        fixed (ulong* c = lengths)
        {
            int result = Hdf5Native.H5Sselect_hyperslab(space, Hdf5Native.SelectSet, s, null, c, null);
            _ = Hdf5Error.Check(result, "H5Sselect_hyperslab", path);
        }
    }

    /// <summary>The number of elements of a shape; 1 for a scalar.</summary>
    /// <exception cref="Hdf5Exception">The product is beyond 64 bits, as only a damaged file can say.</exception>
    internal static long Product(ReadOnlySpan<long> shape, string path)
    {
        try
        {
            long product = 1;
            foreach (long n in shape) product = checked(product * n);
            return product;
        }
        catch (OverflowException e)
        {
            throw new Hdf5Exception(
                "H5Sget_simple_extent_dims", path, $"the shape [{string.Join(", ", shape.ToArray())}] has too many elements", e);
        }
    }

    internal static ulong[] Unsigned(ReadOnlySpan<long> values, string name)
    {
        var result = new ulong[values.Length];
        for (int d = 0; d < result.Length; d++)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(values[d], name);
            result[d] = (ulong)values[d];
        }

        return result;
    }
}
