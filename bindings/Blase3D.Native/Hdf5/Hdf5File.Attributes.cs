using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Blase3D.Native.Hdf5;

/// <content>Attributes of any object. A read answers null when the attribute is absent; a missing object is an error.</content>
public sealed partial class Hdf5File
{
    /// <summary>
    /// Sets a string attribute (fixed-length UTF-8, scalar); an attribute of that name is replaced. Fixed length keeps it under the
    /// checksum of the object; variable-length strings lie in a heap whose damage some releases of the library do not survive.
    /// </summary>
    /// <param name="objectPath">"/" for the file itself, else a group or dataset.</param>
    /// <param name="name">Name of the attribute.</param>
    /// <param name="value">A string without zero characters.</param>
    /// <exception cref="Hdf5Exception">There is no such object, or the library refused.</exception>
    public void SetAttribute(string objectPath, string name, string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        SetStrings(objectPath, name, [value], []);
    }

    /// <summary>Sets a one-dimensional attribute of strings, each padded with zeros to the longest.</summary>
    /// <inheritdoc cref="SetAttribute(string, string, string)"/>
    public void SetAttribute(string objectPath, string name, IReadOnlyList<string> value)
    {
        ArgumentNullException.ThrowIfNull(value);
        SetStrings(objectPath, name, value, [value.Count]);
    }

    /// <summary>Sets a 64-bit integer attribute.</summary>
    /// <inheritdoc cref="SetAttribute(string, string, string)"/>
    public void SetAttribute(string objectPath, string name, long value) => SetNumbers<long>(objectPath, name, [value], []);

    /// <summary>Sets a 32-bit integer attribute.</summary>
    /// <inheritdoc cref="SetAttribute(string, string, string)"/>
    public void SetAttribute(string objectPath, string name, int value) => SetNumbers<int>(objectPath, name, [value], []);

    /// <summary>Sets a 64-bit float attribute.</summary>
    /// <inheritdoc cref="SetAttribute(string, string, string)"/>
    public void SetAttribute(string objectPath, string name, double value) => SetNumbers<double>(objectPath, name, [value], []);

    /// <summary>Sets a one-dimensional attribute of 64-bit floats.</summary>
    /// <inheritdoc cref="SetAttribute(string, string, string)"/>
    public void SetAttribute(string objectPath, string name, ReadOnlySpan<double> value) =>
        SetNumbers(objectPath, name, value, [value.Length]);

    /// <summary>Whether an object has an attribute.</summary>
    /// <param name="objectPath">"/" for the file itself, else a group or dataset.</param>
    /// <param name="name">Name of the attribute.</param>
    /// <exception cref="Hdf5Exception">There is no such object.</exception>
    public bool HasAttribute(string objectPath, string name) => OnObject(objectPath, name, (owner, where) => Has(owner, name, where));

    /// <summary>Reads a string attribute of one element, fixed or variable length; null when absent.</summary>
    /// <param name="objectPath">"/" for the file itself, else a group or dataset.</param>
    /// <param name="name">Name of the attribute.</param>
    /// <exception cref="Hdf5Exception">There is no such object, or the attribute is not one string.</exception>
    public string? ReadStringAttribute(string objectPath, string name)
    {
        string[]? values = ReadStringsAttribute(objectPath, name);
        if (values is null) return null;
        return values.Length == 1
            ? values[0]
            : throw new Hdf5Exception("H5Aread", Where(objectPath), $"the attribute {name} has {values.Length} values instead of one");
    }

    /// <summary>Reads an attribute of strings of any shape, in row-major order; null when absent.</summary>
    /// <inheritdoc cref="ReadStringAttribute"/>
    public unsafe string[]? ReadStringsAttribute(string objectPath, string name) =>
        OnAttribute(objectPath, name, (attribute, type, space, where) =>
        Hdf5Strings.Read(type, space, "H5Aread", where, (memory, buffer) => Hdf5Native.H5Aread(attribute, memory, buffer)));

    /// <summary>Reads an integer attribute of one element, of any width, or a truth value of h5py as 0 or 1; null when absent.</summary>
    /// <param name="objectPath">"/" for the file itself, else a group or dataset.</param>
    /// <param name="name">Name of the attribute.</param>
    /// <exception cref="Hdf5Exception">There is no such object, or the attribute is not one integer.</exception>
    public long? ReadInt64Attribute(string objectPath, string name) =>
        Single(ReadNumbers<long>(objectPath, name, integersOnly: true), objectPath, name);

    /// <summary>Reads a number attribute of one element, integer or float; null when absent.</summary>
    /// <param name="objectPath">"/" for the file itself, else a group or dataset.</param>
    /// <param name="name">Name of the attribute.</param>
    /// <exception cref="Hdf5Exception">There is no such object, or the attribute is not one number.</exception>
    public double? ReadDoubleAttribute(string objectPath, string name) =>
        Single(ReadNumbers<double>(objectPath, name, integersOnly: false), objectPath, name);

    /// <summary>Reads an attribute of numbers of any shape, in row-major order; null when absent.</summary>
    /// <inheritdoc cref="ReadDoubleAttribute"/>
    public double[]? ReadDoublesAttribute(string objectPath, string name) => ReadNumbers<double>(objectPath, name, integersOnly: false);

    /// <summary>The names of all attributes of an object.</summary>
    /// <param name="objectPath">"/" for the file itself, else a group or dataset.</param>
    /// <exception cref="Hdf5Exception">There is no such object.</exception>
    public unsafe IReadOnlyList<string> AttributeNames(string objectPath) => OnObject(objectPath, string.Empty, (owner, where) =>
    {
        var names = new List<string>();
        GCHandle list = GCHandle.Alloc(names);
        try
        {
            int result = Hdf5Native.H5Aiterate2(
                owner, Hdf5Native.IndexName, Hdf5Native.IterateIncreasing, null, &CollectName, (void*)GCHandle.ToIntPtr(list));
            _ = Hdf5Error.Check(result, "H5Aiterate2", where);
        }
        finally
        {
            list.Free();
        }

        return names;
    });

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static unsafe int CollectName(long owner, byte* name, void* info, void* data)
    {
        ((List<string>)GCHandle.FromIntPtr((nint)data).Target!).Add(Marshal.PtrToStringUTF8((nint)name) ?? string.Empty);
        return 0;
    }

    private static bool Has(long owner, string name, string where) =>
        Hdf5Error.Check(Hdf5Native.H5Aexists(owner, name), "H5Aexists", where) > 0;

    private static Hdf5Handle Replace(long owner, string name, long type, long space, string where)
    {
        if (Has(owner, name, where)) _ = Hdf5Error.Check(Hdf5Native.H5Adelete(owner, name), "H5Adelete", where);
        return Hdf5Handle.Own(
            Hdf5Native.H5Acreate2(owner, name, type, space, 0, 0), Hdf5ObjectKind.Attribute, "H5Acreate2", where);
    }

    private T? Single<T>(T[]? values, string objectPath, string name)
        where T : struct
    {
        if (values is null) return null;
        return values.Length == 1
            ? values[0]
            : throw new Hdf5Exception("H5Aread", Where(objectPath), $"the attribute {name} has {values.Length} values instead of one");
    }

    private unsafe void SetStrings(string objectPath, string name, IReadOnlyList<string> values, long[] shape)
    {
        Hdf5Strings.Validate(values);
        _ = OnObject(objectPath, name, (owner, where) =>
        {
            byte[] packed = Hdf5Strings.Pack(values, out int width);
            using Hdf5Handle type = Hdf5Strings.FixedType(width, where);
            using Hdf5Handle space = Hdf5Space.Create(shape, where);
            using Hdf5Handle attribute = Replace(owner, name, type.Id, space.Id, where);
            fixed (byte* first = packed)
            {
                if (packed.Length > 0) _ = Hdf5Error.Check(Hdf5Native.H5Awrite(attribute.Id, type.Id, first), "H5Awrite", where);
            }

            return true;
        });
    }

    private unsafe void SetNumbers<T>(string objectPath, string name, ReadOnlySpan<T> values, ReadOnlySpan<long> shape)
        where T : unmanaged
    {
        T[] copy = values.ToArray();
        long[] lengths = shape.ToArray();
        _ = OnObject(objectPath, name, (owner, where) =>
        {
            using Hdf5Handle space = Hdf5Space.Create(lengths, where);
            using Hdf5Handle attribute = Replace(owner, name, Hdf5Library.Types.File<T>(), space.Id, where);
            fixed (T* first = copy)
            {
                if (copy.Length > 0)
                {
                    _ = Hdf5Error.Check(Hdf5Native.H5Awrite(attribute.Id, Hdf5Library.Types.Memory<T>(), first), "H5Awrite", where);
                }
            }

            return true;
        });
    }

    private unsafe T[]? ReadNumbers<T>(string objectPath, string name, bool integersOnly)
        where T : unmanaged => OnAttribute(objectPath, name, (attribute, type, space, where) =>
    {
        int kind = Hdf5Native.H5Tget_class(type);
        bool isWhole = kind is Hdf5Native.ClassInteger or Hdf5Native.ClassEnumeration; // h5py stores truth values as enumerations
        if (!isWhole && (integersOnly || kind != Hdf5Native.ClassFloat))
        {
            throw new Hdf5Exception("H5Aread", where, $"the attribute is not {(integersOnly ? "an integer" : "a number")}");
        }

        long count = Hdf5Space.Product(Hdf5Space.Shape(space, where), where);
        if (count > Array.MaxLength) throw new Hdf5Exception("H5Aread", where, $"{count} values are more than one array can hold");
        var values = new T[count];
        fixed (T* first = values)
        {
            if (count > 0) _ = Hdf5Error.Check(Hdf5Native.H5Aread(attribute, Hdf5Library.Types.Memory<T>(), first), "H5Aread", where);
        }

        return values;
    });

    private T OnObject<T>(string objectPath, string name, Func<long, string, T> act)
    {
        ArgumentException.ThrowIfNullOrEmpty(objectPath);
        ArgumentNullException.ThrowIfNull(name);
        string where = name.Length == 0 ? Where(objectPath) : $"{Where(objectPath)}@{name}";
        using (Hdf5Library.Enter())
        {
            using Hdf5Handle owner = Hdf5Handle.Own(
                Hdf5Native.H5Oopen(_file.Id, objectPath, 0), Hdf5ObjectKind.Any, "H5Oopen", where);
            return act(owner.Id, where);
        }
    }

    private T? OnAttribute<T>(string objectPath, string name, Func<long, long, long, string, T> act)
        where T : class => OnObject(objectPath, name, (owner, where) =>
    {
        if (!Has(owner, name, where)) return null;
        using Hdf5Handle attribute = Hdf5Handle.Own(
            Hdf5Native.H5Aopen(owner, name, 0), Hdf5ObjectKind.Attribute, "H5Aopen", where);
        using Hdf5Handle type = Hdf5Handle.Own(Hdf5Native.H5Aget_type(attribute.Id), Hdf5ObjectKind.Type, "H5Aget_type", where);
        using Hdf5Handle space = Hdf5Handle.Own(Hdf5Native.H5Aget_space(attribute.Id), Hdf5ObjectKind.Space, "H5Aget_space", where);
        return act(attribute.Id, type.Id, space.Id, where);
    });
}
