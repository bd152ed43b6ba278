namespace Blase3D.Native.Cfitsio;

/// <summary>A call of CFITSIO failed, or a file holds something that cannot be read as asked.</summary>
public sealed class FitsException : Exception
{
    /// <summary>Makes the exception.</summary>
    /// <param name="call">The function that failed, for example ffdkopn.</param>
    /// <param name="path">The file, followed by the HDU in brackets where there is one.</param>
    /// <param name="status">CFITSIO's status; 0 when the binding itself refuses.</param>
    /// <param name="nativeText">What the library says: the text of the status, then its message stack.</param>
    public FitsException(string call, string path, int status, string nativeText)
        : base($"{path}: {nativeText} ({call}{(status == 0 ? string.Empty : $", status {status}")})")
    {
        Call = call;
        Path = path;
        Status = status;
        NativeText = nativeText;
    }

    /// <summary>The function that failed.</summary>
    public string Call { get; }

    /// <summary>The file, followed by the HDU in brackets where there is one.</summary>
    public string Path { get; }

    /// <summary>CFITSIO's status; 0 when the binding itself refuses.</summary>
    public int Status { get; }

    /// <summary>What the library says.</summary>
    public string NativeText { get; }
}
