using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using Blase3D.Engine.Storage.Npz;

namespace Blase3D.Engine.Storage.TorchState;

/// <summary>
/// The tensors of a file written by <c>torch.save(module.state_dict(), path)</c> (the zip format of PyTorch 1.6 and later).
/// The pickle inside is read with a whitelist and never executed.
/// </summary>
[SuppressMessage("Naming", "CA1711", Justification = "State dictionary is PyTorch's own word for it.")]
public sealed class TorchStateDictionary
{
    private readonly Dictionary<string, TorchTensor> _tensors;

    private TorchStateDictionary(string path, IReadOnlyList<string> names, Dictionary<string, TorchTensor> tensors) =>
        (Path, Names, _tensors) = (path, names, tensors);

    /// <summary>The file that was read.</summary>
    public string Path { get; }

    /// <summary>The names of the tensors in file order.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>The tensor of a name, or null when there is none.</summary>
    /// <param name="name">For example lam_centers.</param>
    public TorchTensor? Find(string name) => _tensors.GetValueOrDefault(name);

    /// <summary>Reads all tensors: double, float, long and int storages, any strides.</summary>
    /// <param name="path">A .pt file.</param>
    /// <returns>Names with shapes and values.</returns>
    /// <exception cref="EngineException">
    /// BadInput: the file is missing, damaged, not a torch zip file, or its pickle holds anything but a flat dictionary of tensors.
    /// </exception>
    public static TorchStateDictionary Read(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (!File.Exists(path))
        {
            throw new EngineException(ErrorCode.BadInput, $"'{path}' does not exist; give the path of a .pt file.");
        }

        try
        {
            using var archive = new TorchArchive(path);
            return Read(path, archive);
        }
        catch (Exception e) when (e is InvalidDataException or IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw TorchFormat.Refuse(path, "cannot be read as a zip file of torch.save (PyTorch 1.6 or later)", e);
        }
    }

    /// <summary>Takes the arrays of a .npz file that has the names of a state dictionary.</summary>
    /// <param name="path">A .npz file, for example one that <see cref="StateArrays"/> wrote.</param>
    /// <exception cref="EngineException">BadInput: the file is missing or damaged.</exception>
    public static TorchStateDictionary ReadArrays(string path)
    {
        NpzReader arrays = NpzReader.Open(path);
        return new TorchStateDictionary(path, arrays.Names, arrays.Names.ToDictionary(name => name, name => new TorchTensor(arrays.Shape(name), arrays.Doubles(name))));
    }

    private static TorchStateDictionary Read(string path, TorchArchive archive)
    {
        if (PickleMachine.Read(path, archive.ReadPickle()) is not PickleDictionary dictionary)
        {
            throw TorchFormat.Refuse(path, "does not hold a dictionary");
        }

        var names = new List<string>();
        var tensors = new Dictionary<string, TorchTensor>(StringComparer.Ordinal);
        // Views of one storage could repeat it at will; together they must not claim more bytes than the file has.
        long bytesLeft = archive.FileLength;
        foreach (var (name, value) in dictionary.Items)
        {
            if (value is not TensorReference tensor)
            {
                throw TorchFormat.Refuse(path, $"has the entry '{TorchFormat.Shorten(name)}', which is not a tensor");
            }

            bytesLeft -= tensor.Storage.ByteCount;
            if (bytesLeft < 0) throw TorchFormat.Refuse(path, $"claims tensors larger than its own {archive.FileLength} bytes");
            if (!tensors.TryAdd(name, Load(tensor, archive.ReadStorage(tensor.Storage))))
            {
                throw TorchFormat.Refuse(path, $"has the entry '{TorchFormat.Shorten(name)}' twice");
            }

            names.Add(name);
        }

        return new TorchStateDictionary(path, names, tensors);
    }

    private static TorchTensor Load(TensorReference tensor, byte[] bytes)
    {
        var values = new double[tensor.Count];
        var index = new int[tensor.Shape.Length];
        long element = tensor.Offset;
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = Element(tensor.Storage, bytes, element);
            for (int d = index.Length - 1; d >= 0; d--)
            {
                element += tensor.Stride[d];
                if (++index[d] < tensor.Shape[d]) break;
                element -= tensor.Stride[d] * tensor.Shape[d];
                index[d] = 0;
            }
        }

        return new TorchTensor(tensor.Shape, values);
    }

    private static double Element(StorageReference storage, byte[] bytes, long element)
    {
        var at = bytes.AsSpan((int)(element * storage.ItemSize), storage.ItemSize);
        return storage.Type switch
        {
            PickleGlobal.DoubleStorage => BinaryPrimitives.ReadDoubleLittleEndian(at),
            PickleGlobal.FloatStorage => BinaryPrimitives.ReadSingleLittleEndian(at),
            PickleGlobal.LongStorage => BinaryPrimitives.ReadInt64LittleEndian(at),
            _ => BinaryPrimitives.ReadInt32LittleEndian(at),
        };
    }
}
