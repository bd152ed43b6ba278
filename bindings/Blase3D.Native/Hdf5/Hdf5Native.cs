using System.Runtime.InteropServices;

namespace Blase3D.Native.Hdf5;

/// <summary>
/// Raw imports of the HDF5 C library, 1.10 and later: hid_t = long, hsize_t = ulong, herr_t and htri_t = int, size_t = nuint.
/// Only functions whose exported name is the same in 1.10, 1.12 and 1.14 (the one exception says so). Call them inside
/// <see cref="Hdf5Library.Enter"/>.
/// </summary>
internal static unsafe partial class Hdf5Native
{
    internal const string Library = "hdf5";

    internal const uint ReadOnly = 0;
    internal const uint ReadWrite = 1;
    internal const uint Truncate = 2;
    internal const int ScopeGlobal = 1;
    internal const int CloseStrong = 3;
    internal const int FormatV18 = 1;
    internal const int FormatV110 = 2;
    internal const int ScalarSpace = 0;
    internal const int NullSpace = 2;
    internal const int SelectSet = 0;
    internal const int LayoutContiguous = 1;
    internal const int LayoutChunked = 2;
    internal const int ClassInteger = 0;
    internal const int ClassFloat = 1;
    internal const int ClassEnumeration = 8;
    internal const int ClassString = 3;
    internal const int PadZero = 1;
    internal const int PadSpace = 2;
    internal const int CharacterSetUtf8 = 1;
    internal const int FilterDeflate = 1;
    internal const int FilterShuffle = 2;
    internal const int FilterFletcher32 = 3;
    internal const int IndexName = 0;
    internal const int IterateIncreasing = 0;
    internal const ulong UndefinedAddress = ulong.MaxValue;

    [LibraryImport(Library)] internal static partial int H5open();

    [LibraryImport(Library)] internal static partial int H5dont_atexit();

    [LibraryImport(Library)] internal static partial int H5get_libversion(out uint major, out uint minor, out uint release);

    [LibraryImport(Library)] internal static partial int H5Eset_auto2(long stack, void* function, void* data);

    [LibraryImport(Library)]
    internal static partial int H5Ewalk2(
        long stack, int direction, delegate* unmanaged[Cdecl]<uint, Hdf5ErrorRecord*, void*, int> visit, void* data);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial long H5Fcreate(string path, uint flags, long creation, long access);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial long H5Fopen(string path, uint flags, long access);

    [LibraryImport(Library)] internal static partial int H5Fclose(long file);

    [LibraryImport(Library)] internal static partial int H5Fflush(long anyObject, int scope);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial long H5Gopen2(long location, string name, long access);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial long H5Gcreate2(long location, string name, long links, long creation, long access);

    [LibraryImport(Library)] internal static partial int H5Gget_info(long group, out Hdf5GroupRecord info);

    [LibraryImport(Library)] internal static partial int H5Gclose(long group);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int H5Lexists(long location, string name, long access);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial nint H5Lget_name_by_idx(
        long location, string group, int index, int order, ulong n, byte* name, nuint size, long access);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int H5Oexists_by_name(long location, string name, long access);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial long H5Oopen(long location, string name, long access);

    [LibraryImport(Library)] internal static partial int H5Oclose(long anyObject);

    [LibraryImport(Library)] internal static partial long H5Screate(int kind);

    [LibraryImport(Library)] internal static partial long H5Screate_simple(int rank, ulong* dims, ulong* maximum);

    [LibraryImport(Library)] internal static partial int H5Sclose(long space);

    [LibraryImport(Library)] internal static partial int H5Sget_simple_extent_ndims(long space);

    [LibraryImport(Library)] internal static partial int H5Sget_simple_extent_dims(long space, ulong* dims, ulong* maximum);

    [LibraryImport(Library)] internal static partial int H5Sget_simple_extent_type(long space);

    [LibraryImport(Library)]
    internal static partial int H5Sselect_hyperslab(long space, int operation, ulong* start, ulong* stride, ulong* count, ulong* block);

    [LibraryImport(Library)] internal static partial long H5Pcreate(long propertyClass);

    [LibraryImport(Library)] internal static partial int H5Pclose(long list);

    [LibraryImport(Library)] internal static partial int H5Pset_chunk(long list, int rank, ulong* dims);

    [LibraryImport(Library)] internal static partial int H5Pget_chunk(long list, int rank, ulong* dims);

    [LibraryImport(Library)] internal static partial int H5Pset_shuffle(long list);

    [LibraryImport(Library)] internal static partial int H5Pset_deflate(long list, uint level);

    [LibraryImport(Library)] internal static partial int H5Pset_fletcher32(long list);

    [LibraryImport(Library)] internal static partial int H5Pget_layout(long list);

    [LibraryImport(Library)] internal static partial int H5Pget_nfilters(long list);

    [LibraryImport(Library)]
    internal static partial int H5Pget_filter2(
        long list, uint index, uint* flags, nuint* valueCount, uint* values, nuint nameSize, byte* name, uint* configuration);

    [LibraryImport(Library)] internal static partial int H5Pset_obj_track_times(long list, uint on);

    [LibraryImport(Library)] internal static partial int H5Pset_char_encoding(long list, int encoding);

    [LibraryImport(Library)] internal static partial int H5Pset_fclose_degree(long list, int degree);

    [LibraryImport(Library)] internal static partial int H5Pset_libver_bounds(long list, int low, int high);

    /// <summary>Since 1.10.7 and 1.12.1; ask <see cref="Hdf5Library.HasFileLocking"/> first.</summary>
    [LibraryImport(Library)] internal static partial int H5Pset_file_locking(long list, uint use, uint ignoreWhenDisabled);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial long H5Dcreate2(long location, string name, long type, long space, long links, long creation, long access);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial long H5Dopen2(long location, string name, long access);

    [LibraryImport(Library)] internal static partial int H5Dclose(long dataset);

    [LibraryImport(Library)] internal static partial long H5Dget_space(long dataset);

    [LibraryImport(Library)] internal static partial long H5Dget_type(long dataset);

    [LibraryImport(Library)] internal static partial long H5Dget_create_plist(long dataset);

    [LibraryImport(Library)] internal static partial ulong H5Dget_offset(long dataset);

    [LibraryImport(Library)]
    internal static partial int H5Dread(long dataset, long memoryType, long memorySpace, long fileSpace, long transfer, void* buffer);

    [LibraryImport(Library)]
    internal static partial int H5Dwrite(long dataset, long memoryType, long memorySpace, long fileSpace, long transfer, void* buffer);

    [LibraryImport(Library)] internal static partial int H5Dvlen_reclaim(long type, long space, long transfer, void* buffer);

    [LibraryImport(Library)] internal static partial long H5Tcopy(long type);

    [LibraryImport(Library)] internal static partial int H5Tclose(long type);

    [LibraryImport(Library)] internal static partial int H5Tset_size(long type, nuint size);

    [LibraryImport(Library)] internal static partial int H5Tset_cset(long type, int set);

    [LibraryImport(Library)] internal static partial int H5Tset_strpad(long type, int padding);

    [LibraryImport(Library)] internal static partial int H5Tget_class(long type);

    [LibraryImport(Library)] internal static partial nuint H5Tget_size(long type);

    [LibraryImport(Library)] internal static partial int H5Tget_sign(long type);

    [LibraryImport(Library)] internal static partial int H5Tget_strpad(long type);

    [LibraryImport(Library)] internal static partial int H5Tis_variable_str(long type);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int H5Aexists(long anyObject, string name);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial long H5Acreate2(long anyObject, string name, long type, long space, long creation, long access);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial long H5Aopen(long anyObject, string name, long access);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int H5Adelete(long anyObject, string name);

    [LibraryImport(Library)] internal static partial int H5Aclose(long attribute);

    [LibraryImport(Library)] internal static partial long H5Aget_type(long attribute);

    [LibraryImport(Library)] internal static partial long H5Aget_space(long attribute);

    [LibraryImport(Library)] internal static partial int H5Aread(long attribute, long memoryType, void* buffer);

    [LibraryImport(Library)] internal static partial int H5Awrite(long attribute, long memoryType, void* buffer);

    [LibraryImport(Library)]
    internal static partial int H5Aiterate2(
        long anyObject, int index, int order, ulong* position, delegate* unmanaged[Cdecl]<long, byte*, void*, void*, int> visit,
        void* data);
}

/// <summary>H5E_error2_t.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct Hdf5ErrorRecord
{
    internal long Class;
    internal long Major;
    internal long Minor;
    internal uint Line;
    internal byte* Function;
    internal byte* File;
    internal byte* Description;
}

/// <summary>H5G_info_t.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct Hdf5GroupRecord
{
    internal int StorageType;
    internal ulong LinkCount;
    internal long MaximumCreationOrder;
    internal byte Mounted;
}
