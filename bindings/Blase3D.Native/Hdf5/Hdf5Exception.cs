namespace Blase3D.Native.Hdf5;

/// <summary>A call of the HDF5 library failed, or a file holds something that cannot be read as asked.</summary>
public sealed class Hdf5Exception : Exception
{
    /// <summary>Makes the exception.</summary>
    /// <param name="call">The function that failed, for example H5Fopen.</param>
    /// <param name="path">The file, followed by the object inside it where there is one.</param>
    /// <param name="nativeText">What the library says, innermost reason first; or a sentence of the binding.</param>
    /// <param name="inner">The cause, if it is an exception.</param>
    public Hdf5Exception(string call, string path, string nativeText, Exception? inner = null)
        : base($"{path}: {nativeText} ({call})", inner)
    {
        Call = call;
        Path = path;
        NativeText = nativeText;
    }

    /// <summary>The function that failed.</summary>
    public string Call { get; }

    /// <summary>The file, followed by the object inside it where there is one.</summary>
    public string Path { get; }

    /// <summary>What the library says.</summary>
    public string NativeText { get; }
}
