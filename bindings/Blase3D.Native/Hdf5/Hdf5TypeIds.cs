namespace Blase3D.Native.Hdf5;

/// <summary>Identifiers of types and property classes. The library sets them in H5open; they are exported as variables.</summary>
internal sealed class Hdf5TypeIds(Func<string, long> variable)
{
    private readonly Dictionary<Type, (long Memory, long File)> _numbers = new()
    {
        [typeof(float)] = (variable("H5T_NATIVE_FLOAT_g"), variable("H5T_IEEE_F32LE_g")),
        [typeof(double)] = (variable("H5T_NATIVE_DOUBLE_g"), variable("H5T_IEEE_F64LE_g")),
        [typeof(sbyte)] = (variable("H5T_NATIVE_INT8_g"), variable("H5T_STD_I8LE_g")),
        [typeof(byte)] = (variable("H5T_NATIVE_UINT8_g"), variable("H5T_STD_U8LE_g")),
        [typeof(short)] = (variable("H5T_NATIVE_INT16_g"), variable("H5T_STD_I16LE_g")),
        [typeof(ushort)] = (variable("H5T_NATIVE_UINT16_g"), variable("H5T_STD_U16LE_g")),
        [typeof(int)] = (variable("H5T_NATIVE_INT32_g"), variable("H5T_STD_I32LE_g")),
        [typeof(uint)] = (variable("H5T_NATIVE_UINT32_g"), variable("H5T_STD_U32LE_g")),
        [typeof(long)] = (variable("H5T_NATIVE_INT64_g"), variable("H5T_STD_I64LE_g")),
        [typeof(ulong)] = (variable("H5T_NATIVE_UINT64_g"), variable("H5T_STD_U64LE_g")),
    };

    internal long CString { get; } = variable("H5T_C_S1_g");

    internal long FileCreateClass { get; } = variable("H5P_CLS_FILE_CREATE_ID_g");

    internal long GroupCreateClass { get; } = variable("H5P_CLS_GROUP_CREATE_ID_g");

    internal long DatasetCreateClass { get; } = variable("H5P_CLS_DATASET_CREATE_ID_g");

    internal long LinkCreateClass { get; } = variable("H5P_CLS_LINK_CREATE_ID_g");

    internal long FileAccessClass { get; } = variable("H5P_CLS_FILE_ACCESS_ID_g");

    /// <summary>The type of <typeparamref name="T"/> in memory.</summary>
    internal long Memory<T>() => Pair(typeof(T)).Memory;

    /// <summary>The type of <typeparamref name="T"/> in a file: little-endian, the same on every machine.</summary>
    internal long File<T>() => Pair(typeof(T)).File;

    private (long Memory, long File) Pair(Type type) => _numbers.TryGetValue(type, out (long Memory, long File) pair)
        ? pair
        : throw new NotSupportedException($"Values of type {type.Name} cannot be stored in HDF5; use a number of 1 to 8 bytes.");
}
