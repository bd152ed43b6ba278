using System.Globalization;
using System.Reflection;
using System.Security.Cryptography;

namespace Blase3D.Engine.Storage;

/// <summary>How a file came to be; every file carries it in its root attributes.</summary>
/// <param name="CommandLine">What the user typed.</param>
/// <param name="Version">The version of the engine.</param>
/// <param name="TimeUtc">ISO 8601, seconds.</param>
/// <param name="Inputs">One entry per input: name, two spaces, SHA-256 in hexadecimal.</param>
public sealed record Provenance(string CommandLine, string Version, string TimeUtc, IReadOnlyList<string> Inputs)
{
    /// <summary>The version of this engine.</summary>
    public static string EngineVersion { get; } =
        typeof(Provenance).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";

    /// <summary>The provenance of a file made now.</summary>
    /// <remarks>
    /// The time is that of the environment variable SOURCE_DATE_EPOCH (seconds since 1970) when it is set, so that a build can be repeated
    /// bit for bit.
    /// </remarks>
    /// <param name="commandLine">What the user typed.</param>
    /// <param name="inputFiles">Files to hash; a folder is named without a hash.</param>
    public static Provenance Of(string commandLine, IEnumerable<string> inputFiles)
    {
        ArgumentNullException.ThrowIfNull(inputFiles);
        DateTimeOffset time = long.TryParse(Environment.GetEnvironmentVariable("SOURCE_DATE_EPOCH"), CultureInfo.InvariantCulture, out long seconds)
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : DateTimeOffset.UtcNow;
        return new Provenance(
            commandLine, EngineVersion, time.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture), [.. inputFiles.Select(Describe)]);
    }

    private static string Describe(string path)
    {
        string name = Path.GetFileName(Path.TrimEndingDirectorySeparator(path));
        if (!File.Exists(path)) return name;
        return NativeErrors.Guard(path, () =>
        {
            using FileStream stream = File.OpenRead(path);
            return $"{name}  {Convert.ToHexStringLower(SHA256.HashData(stream))}";
        });
    }
}
