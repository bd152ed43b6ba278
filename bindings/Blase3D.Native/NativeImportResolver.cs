using System.Collections.Concurrent;
using System.Runtime.InteropServices;

namespace Blase3D.Native;

/// <summary>
/// Leads the import names of this assembly to the libraries that the loaders found. One resolver for all bindings, because the
/// runtime accepts one per assembly.
/// </summary>
internal static class NativeImportResolver
{
    private static readonly ConcurrentDictionary<string, NativeLibraryLoader> Loaders = Install();

    /// <summary>Serves a loader's import name from now on. A name that is known already keeps its loader.</summary>
    internal static void Register(NativeLibraryLoader loader) => Loaders.TryAdd(loader.ImportName, loader);

    private static ConcurrentDictionary<string, NativeLibraryLoader> Install()
    {
        var loaders = new ConcurrentDictionary<string, NativeLibraryLoader>(StringComparer.Ordinal);
        NativeLibrary.SetDllImportResolver(
            typeof(NativeImportResolver).Assembly,
            (name, _, _) => loaders.TryGetValue(name, out NativeLibraryLoader? loader) ? loader.Load() : 0);
        return loaders;
    }
}
