using System.IO.Compression;
using System.Runtime.InteropServices;

namespace Blase3D.Engine.Storage.Npz;

/// <summary>
/// Writes a NumPy <c>.npz</c> file: a zip of <c>.npy</c> arrays (version 1, little endian, C order). Disposing it completes the file.
/// </summary>
public sealed class NpzWriter : IDisposable
{
    // The earliest that a zip file knows: the same content makes the same bytes.
    private static readonly DateTimeOffset Timeless = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly ZipArchive _zip;
    private readonly CompressionLevel _level;
    private readonly HashSet<string> _names = [];

    /// <summary>Begins a file.</summary>
    /// <param name="stream">Where it goes; stays open.</param>
    /// <param name="deflate">Whether the arrays are compressed.</param>
    public NpzWriter(Stream stream, bool deflate = false)
    {
        _zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true);
        _level = deflate ? CompressionLevel.Optimal : CompressionLevel.NoCompression;
    }

    /// <summary>Adds an array of f8.</summary>
    /// <param name="name">The name without <c>.npy</c>, once per file.</param>
    /// <param name="values">All elements in C order.</param>
    /// <param name="shape">The lengths of the axes; none means one axis.</param>
    /// <exception cref="EngineException"><see cref="ErrorCode.BadArguments"/>: name used twice, or the shape does not fit.</exception>
    public void Add(string name, ReadOnlySpan<double> values, params ReadOnlySpan<int> shape) => Write(name, "<f8", values, shape);

    /// <inheritdoc cref="Add(string, ReadOnlySpan{double}, ReadOnlySpan{int})"/>
    public void Add(string name, ReadOnlySpan<float> values, params ReadOnlySpan<int> shape) => Write(name, "<f4", values, shape);

    /// <inheritdoc cref="Add(string, ReadOnlySpan{double}, ReadOnlySpan{int})"/>
    public void Add(string name, ReadOnlySpan<long> values, params ReadOnlySpan<int> shape) => Write(name, "<i8", values, shape);

    /// <inheritdoc cref="Add(string, ReadOnlySpan{double}, ReadOnlySpan{int})"/>
    public void Add(string name, ReadOnlySpan<int> values, params ReadOnlySpan<int> shape) => Write(name, "<i4", values, shape);

    /// <inheritdoc cref="Add(string, ReadOnlySpan{double}, ReadOnlySpan{int})"/>
    public void Add(string name, ReadOnlySpan<byte> values, params ReadOnlySpan<int> shape) => Write(name, "|u1", values, shape);

    /// <summary>Adds a single f8 without axes.</summary>
    /// <param name="name">The name without <c>.npy</c>, once per file.</param>
    /// <param name="value">The value.</param>
    /// <exception cref="EngineException"><see cref="ErrorCode.BadArguments"/>: name used twice.</exception>
    public void AddScalar(string name, double value) => WriteShaped<double>(name, "<f8", [value], []);

    /// <summary>Completes the file.</summary>
    public void Dispose() => _zip.Dispose();

    private void Write<T>(string name, string descr, ReadOnlySpan<T> values, ReadOnlySpan<int> shape)
        where T : unmanaged => WriteShaped(name, descr, values, shape.IsEmpty ? new int[] { values.Length } : shape);

    private void WriteShaped<T>(string name, string descr, ReadOnlySpan<T> values, ReadOnlySpan<int> shape)
        where T : unmanaged
    {
        if (!_names.Add(name))
            throw new EngineException(ErrorCode.BadArguments, $"The array '{name}' is already in the .npz file; use another name.");
        long count = 1;
        foreach (int length in shape)
            count *= length;
        if (count != values.Length)
            throw new EngineException(
                ErrorCode.BadArguments, $"The array '{name}' has {values.Length} elements, its shape asks for {count}.");

        ZipArchiveEntry made = _zip.CreateEntry(name + ".npy", _level);
        made.LastWriteTime = Timeless;
        using Stream entry = made.Open();
        entry.Write(NpyHeader.Format(descr, shape));
        entry.Write(MemoryMarshal.AsBytes(values));
    }
}
