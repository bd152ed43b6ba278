namespace Blase3D.Native;

/// <summary>The families of systems whose library names differ.</summary>
internal enum NativePlatform
{
    /// <summary>Linux and other systems with <c>.so</c> names.</summary>
    Linux,

    /// <summary>macOS, <c>.dylib</c>.</summary>
    MacOS,

    /// <summary>Windows, <c>.dll</c>.</summary>
    Windows,
}

/// <summary>Builds the ordered list of file names under which a library may be found.</summary>
internal static class NativeLibraryCandidates
{
    /// <summary>The platform of this process.</summary>
    internal static NativePlatform ThisPlatform =>
        OperatingSystem.IsWindows() ? NativePlatform.Windows : OperatingSystem.IsMacOS() ? NativePlatform.MacOS : NativePlatform.Linux;

    /// <summary>
    /// An override variable, when set, is the only candidate: whoever names a library wants that one or an error. Otherwise the plain
    /// names (the loader's own search path), then the conda environment that is active, then the folders of Homebrew.
    /// </summary>
    /// <param name="platform">Whose names.</param>
    /// <param name="environment">Reads an environment variable; null when it is not set.</param>
    /// <param name="overrideVariable">For example HDF5_LIBRARY.</param>
    /// <param name="names">The file names on that platform, newest first.</param>
    internal static IReadOnlyList<string> For(
        NativePlatform platform, Func<string, string?> environment, string overrideVariable, IReadOnlyList<string> names)
    {
        string? chosen = environment(overrideVariable);
        if (!string.IsNullOrEmpty(chosen)) return [chosen];

        var candidates = new List<string>(names);
        string? conda = environment("CONDA_PREFIX");
        if (!string.IsNullOrEmpty(conda))
        {
            string folder = platform == NativePlatform.Windows ? Path.Combine(conda, "Library", "bin") : Path.Combine(conda, "lib");
            candidates.AddRange(names.Select(name => Path.Combine(folder, name)));
        }

        if (platform == NativePlatform.MacOS)
        {
            candidates.AddRange(names.Select(name => "/opt/homebrew/lib/" + name));
            candidates.AddRange(names.Select(name => "/usr/local/lib/" + name));
        }

        return candidates;
    }
}
