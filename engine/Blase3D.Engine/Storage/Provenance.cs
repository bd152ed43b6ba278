using System.Globalization;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;

namespace Blase3D.Engine.Storage;

/// <summary>How a file came to be; every file carries it in its root attributes.</summary>
/// <param name="CommandLine">What the user typed.</param>
/// <param name="Version">The version of the engine.</param>
/// <param name="TimeUtc">ISO 8601, seconds.</param>
/// <param name="Inputs">
/// One entry per input: name, two spaces, SHA-256 in hexadecimal; of more than 32 one entry "N files" with the SHA-256 of all entries.
/// </param>
public sealed record Provenance(string CommandLine, string Version, string TimeUtc, IReadOnlyList<string> Inputs)
{
    // An attribute holds 64 KiB, and nobody compares more files than this by eye.
    private const int MostEntries = 32;

    /// <summary>The version of this engine.</summary>
    public static string EngineVersion { get; } =
        typeof(Provenance).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";

    /// <summary>The provenance of a file made now.</summary>
    /// <remarks>
    /// The time is that of the environment variable SOURCE_DATE_EPOCH (seconds since 1970) when it is set, so that a build can be repeated
    /// bit for bit.
    /// </remarks>
    /// <param name="commandLine">What the user typed.</param>
    /// <param name="inputFiles">
    /// Files to hash; a folder is named without a hash. More than 32 are given as one entry: "N files", two spaces, and the SHA-256 of
    /// their entries, sorted by bytes, each ended by a line feed.
    /// </param>
    /// <exception cref="EngineException">BadInput: a file cannot be read. BadArguments: SOURCE_DATE_EPOCH is not a time.</exception>
    public static Provenance Of(string commandLine, IEnumerable<string> inputFiles)
    {
        ArgumentNullException.ThrowIfNull(inputFiles);
        string time = Now().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        string[] entries = [.. inputFiles.Select(Describe)];
        return new Provenance(commandLine, EngineVersion, time, entries.Length > MostEntries ? [Combine(entries)] : entries);
    }

    private static string Combine(string[] entries)
    {
        byte[] all = Encoding.UTF8.GetBytes(string.Concat(entries.Order(StringComparer.Ordinal).Select(entry => entry + "\n")));
        return FormattableString.Invariant($"{entries.Length} files  {Convert.ToHexStringLower(SHA256.HashData(all))}");
    }

    /// <summary>Whether SOURCE_DATE_EPOCH is set: what is written is to depend on nothing but the input.</summary>
    public static bool IsRepeatable => !string.IsNullOrEmpty(Environment.GetEnvironmentVariable("SOURCE_DATE_EPOCH"));

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
