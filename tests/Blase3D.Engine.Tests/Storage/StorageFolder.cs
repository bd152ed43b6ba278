namespace Blase3D.Engine.Tests.Storage;

/// <summary>A folder of its own that goes away with the test, and what lies in it.</summary>
internal sealed class StorageFolder : IDisposable
{
    public string Root { get; } = Directory.CreateTempSubdirectory("blase3d-storage-").FullName;

    public string this[string name] => Path.Combine(Root, name);

    /// <summary>All names in the folder and below, hidden ones too.</summary>
    public string[] Names => [.. Directory.EnumerateFileSystemEntries(Root, "*", SearchOption.AllDirectories).Select(entry => Path.GetRelativePath(Root, entry)).Order(StringComparer.Ordinal)];

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
