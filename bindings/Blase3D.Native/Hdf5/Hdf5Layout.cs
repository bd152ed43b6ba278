namespace Blase3D.Native.Hdf5;

/// <summary>How the values of a dataset lie in the file. The filters need chunks.</summary>
public sealed record Hdf5Layout
{
    /// <summary>All values in one piece, no filter: the fastest to write, and the file can be memory-mapped.</summary>
    public static Hdf5Layout Contiguous { get; } = new();

    /// <summary>The shape of a chunk, one length per dimension (each clipped to the dataset); null for one contiguous piece.</summary>
    public long[]? Chunk { get; init; }

    /// <summary>Reorders the bytes of a chunk so that it compresses better.</summary>
    public bool Shuffle { get; init; }

    /// <summary>0 for no compression, else 1 (fast) to 9 (small).</summary>
    public int DeflateLevel { get; init; }

    /// <summary>Stores a checksum with every chunk and verifies it at every read.</summary>
    public bool Fletcher32 { get; init; }
}
