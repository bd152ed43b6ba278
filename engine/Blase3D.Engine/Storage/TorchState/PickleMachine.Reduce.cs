namespace Blase3D.Engine.Storage.TorchState;

/// <summary>The rules behind the importable names: what a call of each of them would have built.</summary>
internal sealed partial class PickleMachine
{
    private PickleGlobal Global(string module, string name) => (module, name) switch
    {
        ("collections", "OrderedDict") => PickleGlobal.OrderedDict,
        ("torch._utils", "_rebuild_tensor_v2") => PickleGlobal.RebuildTensor,
        ("torch._utils", "_rebuild_parameter") => PickleGlobal.RebuildParameter,
        ("torch", "DoubleStorage") => PickleGlobal.DoubleStorage,
        ("torch", "FloatStorage") => PickleGlobal.FloatStorage,
        ("torch", "LongStorage") => PickleGlobal.LongStorage,
        ("torch", "IntStorage") => PickleGlobal.IntStorage,
        _ => throw Refuse($"asks for the Python object '{TorchFormat.Shorten(module)}.{TorchFormat.Shorten(name)}'"),
    };

    /// <summary>A persistent id: ('storage', type, key, device, element count). The device is where the tensor once lived.</summary>
    private StorageReference Storage(object? identity)
    {
        if (identity is not PickleTuple { Items: ["storage", PickleGlobal type, string key, string, long count] }
            || type is not (PickleGlobal.DoubleStorage or PickleGlobal.FloatStorage or PickleGlobal.LongStorage or PickleGlobal.IntStorage))
        {
            throw Refuse("refers to a persistent object that is not a double, float, long or int storage");
        }

        if (key.Length is 0 or > 10 || key.AsSpan().ContainsAnyExceptInRange('0', '9'))
        {
            throw Refuse($"names a storage '{TorchFormat.Shorten(key)}' (a number is expected)");
        }

        const int MaxElements = int.MaxValue / 16;
        if (count is < 0 or > MaxElements) throw Refuse($"claims a storage of {count} elements (0 to {MaxElements} are read)");
        return new StorageReference(type, key, count);
    }

    private void Reduce()
    {
        object?[] call = PopMany(2);
        if (call is not [PickleGlobal function, PickleTuple { Items: var arguments }])
        {
            throw Refuse("calls something that is not one of the functions of a state dictionary");
        }

        _stack.Add(function switch
        {
            PickleGlobal.OrderedDict when arguments.Length == 0 => new PickleDictionary(),
            PickleGlobal.RebuildTensor when arguments
                is [StorageReference storage, long offset, PickleTuple size, PickleTuple stride, ..] =>
                Tensor(storage, offset, size.Items, stride.Items),
            PickleGlobal.RebuildParameter when arguments is [TensorReference tensor, ..] => tensor,
            _ => throw Refuse($"calls {function} with arguments that a state dictionary does not have"),
        });
    }

    /// <summary>BUILD sets attributes: a state dictionary carries its module versions (_metadata) so; they are not needed.</summary>
    private void Build()
    {
        Pop();
        if (Peek() is not PickleDictionary) throw Refuse("sets attributes of something that is not a dictionary");
    }

    private TensorReference Tensor(StorageReference storage, long offset, object?[] size, object?[] stride)
    {
        const int MaxDimensions = 8;
        if (size.Length != stride.Length || size.Length > MaxDimensions)
        {
            throw Refuse($"has a tensor of {size.Length} sizes and {stride.Length} strides (equal, at most {MaxDimensions})");
        }

        var shape = new int[size.Length];
        var steps = new long[size.Length];
        Int128 count = 1;
        Int128 last = offset;
        for (int d = 0; d < shape.Length; d++)
        {
            if (size[d] is not long extent || stride[d] is not long step || extent < 0 || step < 0 || extent > storage.Count)
            {
                throw Refuse($"has a tensor whose sizes do not fit into its storage of {storage.Count} elements");
            }

            shape[d] = (int)extent;
            steps[d] = step;
            count *= extent;
            last += (extent - 1) * (Int128)step;
            // Keeps the products far from overflow; a tensor with more elements than its storage only repeats them.
            if (count > storage.Count) throw Refuse($"has a tensor with more elements than its storage of {storage.Count}");
        }

        if (offset < 0 || (count > 0 && last >= storage.Count))
        {
            throw Refuse($"has a tensor that reaches beyond its storage of {storage.Count} elements");
        }

        return new TensorReference(storage, offset, shape, steps, (int)count);
    }
}
