namespace Blase3D.Engine.Storage.TorchState;

/// <summary>The only importable names that the reader knows. A name stands for a rule of ours, never for code of the file.</summary>
internal enum PickleGlobal
{
    OrderedDict,
    RebuildTensor,
    RebuildParameter,
    DoubleStorage,
    FloatStorage,
    LongStorage,
    IntStorage,
}

/// <summary>A tuple of the pickle.</summary>
internal sealed class PickleTuple(object?[] items)
{
    public object?[] Items { get; } = items;
}

/// <summary>A list of the pickle; state dictionaries hold it only inside their metadata.</summary>
internal sealed class PickleList
{
    public List<object?> Items { get; } = [];
}

/// <summary>A dict or OrderedDict of the pickle with text keys, in file order.</summary>
internal sealed class PickleDictionary
{
    public List<KeyValuePair<string, object?>> Items { get; } = [];
}

/// <summary>A named block of numbers in the archive: NAME/data/KEY.</summary>
internal sealed class StorageReference(PickleGlobal type, string key, long count)
{
    public PickleGlobal Type { get; } = type;

    public string Key { get; } = key;

    public long Count { get; } = count;

    public int ItemSize => Type is PickleGlobal.DoubleStorage or PickleGlobal.LongStorage ? 8 : 4;

    public long ByteCount => Count * ItemSize;
}

/// <summary>A view of a storage: offset, sizes and strides are counted in elements and lie inside the storage.</summary>
internal sealed class TensorReference(StorageReference storage, long offset, int[] shape, long[] stride, int count)
{
    public StorageReference Storage { get; } = storage;

    public long Offset { get; } = offset;

    public int[] Shape { get; } = shape;

    public long[] Stride { get; } = stride;

    public int Count { get; } = count;
}
