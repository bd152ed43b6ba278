namespace Blase3D.Native;

/// <summary>A native library that is needed now could not be loaded. Raised at the first use, never when a type is loaded.</summary>
public sealed class NativeLibraryMissingException : Exception
{
    /// <summary>Makes the exception.</summary>
    /// <param name="libraryName">The library as a person calls it, for example HDF5.</param>
    /// <param name="namesTried">Every file name that was tried, in order, with what was wrong with it where that is known.</param>
    /// <param name="installSentence">How to install the library on the systems that are supported.</param>
    public NativeLibraryMissingException(string libraryName, IReadOnlyList<string> namesTried, string installSentence)
        : base($"The native library {libraryName} could not be loaded. {installSentence} Tried: {string.Join(", ", namesTried)}.")
    {
        LibraryName = libraryName;
        NamesTried = namesTried;
        InstallSentence = installSentence;
    }

    /// <summary>The library as a person calls it.</summary>
    public string LibraryName { get; }

    /// <summary>Every file name that was tried, in order.</summary>
    public IReadOnlyList<string> NamesTried { get; }

    /// <summary>How to install the library.</summary>
    public string InstallSentence { get; }
}
