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
    /// <exception cref="EngineException">BadInput: a file cannot be read. BadArguments: SOURCE_DATE_EPOCH is not a time.</exception>
    public static Provenance Of(string commandLine, IEnumerable<string> inputFiles)
    {
        ArgumentNullException.ThrowIfNull(inputFiles);
        return new Provenance(
            commandLine, EngineVersion, Now().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture), [.. inputFiles.Select(Describe)]);
    }

    private static DateTimeOffset Now()
    {
        // The last second of the year 9999, beyond which there is no date.
        const long Last = 253_402_300_799;
        string? text = Environment.GetEnvironmentVariable("SOURCE_DATE_EPOCH");
        if (string.IsNullOrEmpty(text)) return DateTimeOffset.UtcNow;
        return long.TryParse(text, CultureInfo.InvariantCulture, out long seconds) && seconds is >= 0 and <= Last
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : throw new EngineException(
                ErrorCode.BadArguments, $"The environment variable SOURCE_DATE_EPOCH is '{text}'; give whole seconds since 1970, 0 to {Last}, or unset it.");
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
