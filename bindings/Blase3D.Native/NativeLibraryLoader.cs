using System.Runtime.InteropServices;

namespace Blase3D.Native;

/// <summary>
/// Loads one native library: the first of its candidates that loads and has the probe symbol. Loads at the first call of
/// <see cref="Load"/>.
/// </summary>
/// <param name="importName">The name in the import attributes, for example hdf5.</param>
/// <param name="title">The name for people, for example HDF5.</param>
/// <param name="candidates">File names or paths, best first.</param>
/// <param name="probeSymbol">A function that tells the wanted library from another one of the same file name.</param>
/// <param name="installSentence">How to install it.</param>
internal sealed class NativeLibraryLoader(
    string importName, string title, IReadOnlyList<string> candidates, string probeSymbol, string installSentence)
{
    private readonly Lock _gate = new();
    private nint _module;

    /// <summary>The name in the import attributes.</summary>
    internal string ImportName { get; } = importName;

    /// <summary>The candidate that was loaded; null before <see cref="Load"/>.</summary>
    internal string? LoadedFrom { get; private set; }

    /// <summary>The module; loads it when this is the first call.</summary>
    /// <exception cref="NativeLibraryMissingException">No candidate can be used. A later call tries again.</exception>
    internal nint Load()
    {
        lock (_gate)
        {
            if (_module != 0) return _module;
            var tried = new List<string>(candidates.Count);
            foreach (string candidate in candidates)
            {
                if (!NativeLibrary.TryLoad(candidate, out nint module))
                {
                    tried.Add(candidate);
                    continue;
                }

                if (!NativeLibrary.TryGetExport(module, probeSymbol, out _))
                {
                    NativeLibrary.Free(module);
                    tried.Add($"{candidate} (has no function {probeSymbol})");
                    continue;
                }

                LoadedFrom = candidate;
                return _module = module;
            }

            throw new NativeLibraryMissingException(title, tried, installSentence);
        }
    }

    /// <summary>The same failure as an absent library, for a library that is there but cannot serve (for example too old).</summary>
    internal NativeLibraryMissingException Unusable(string reason) => new(title, [$"{LoadedFrom} ({reason})"], installSentence);
}
