using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using System.Text.RegularExpressions;

namespace Blase3D.Bench.Measuring;

/// <summary>What results depend on besides the sources: processor, system, runtime.</summary>
/// <param name="Processor">The processor's own name.</param>
/// <param name="Name">The name of the folder of results, made of processor, generation and cores: amd-epyc-zen5-2c.</param>
/// <param name="Cores">Logical processors.</param>
/// <param name="VectorBits">Width of the vectors that the runtime uses.</param>
/// <param name="System">The operating system.</param>
/// <param name="Runtime">The .NET version.</param>
internal sealed partial record MachineDescription(string Processor, string Name, int Cores, int VectorBits, string System, string Runtime)
{
    /// <summary>Asks this machine.</summary>
    public static MachineDescription Read()
    {
        Dictionary<string, string> cpu = ProcInfo();
        string processor = cpu.GetValueOrDefault("model name") ?? Ask("sysctl", "-n machdep.cpu.brand_string")
            ?? Environment.GetEnvironmentVariable("PROCESSOR_IDENTIFIER") ?? RuntimeInformation.ProcessArchitecture.ToString();
        int cores = Environment.ProcessorCount;
        string plain = Noise().Replace(processor.ToLowerInvariant(), " ");
        string? generation = Generation(cpu);
        if (generation is not null && !plain.Contains(generation, StringComparison.Ordinal)) plain += " " + generation;
        string name = NoWord().Replace(plain, "-").Trim('-') + FormattableString.Invariant($"-{cores}c");
        int bits = Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : 128;
        return new MachineDescription(processor.Trim(), name, cores, bits, RuntimeInformation.OSDescription, RuntimeInformation.FrameworkDescription);
    }

    /// <summary>How busy other programs keep the machine: the load average of the last minute, or null where the system does not tell.</summary>
    public static double? LoadAverage() =>
        File.Exists("/proc/loadavg") && double.TryParse(File.ReadAllText("/proc/loadavg").Split(' ')[0], CultureInfo.InvariantCulture, out double load) ? load : null;

    /// <summary>The commit of the sources, with a plus when they were changed since; unknown without git.</summary>
    public static string Commit(string repository)
    {
        string? commit = Ask("git", $"-C \"{repository}\" rev-parse --short HEAD");
        string? changed = Ask("git", $"-C \"{repository}\" status --porcelain --untracked-files=no");
        return commit is null ? "unknown" : changed is { Length: > 0 } ? commit + "+" : commit;
    }

    /// <summary>The commit that this program was built from, for copies that were carried away from the repository.</summary>
    public static string BuiltCommit =>
        typeof(MachineDescription).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+') is [_, { Length: >= 7 } commit] ? commit[..7] : "unknown";

    // AMD's server processors may hide their generation in the name; the family number tells it.
    private static string? Generation(Dictionary<string, string> cpu) =>
        cpu.GetValueOrDefault("vendor_id") != "AuthenticAMD" ? null : cpu.GetValueOrDefault("cpu family") switch
        {
            "23" => "zen",
            "25" => Avx512F.IsSupported ? "zen4" : "zen3",
            "26" => "zen5",
            _ => null,
        };

    private static Dictionary<string, string> ProcInfo()
    {
        var info = new Dictionary<string, string>();
        if (!File.Exists("/proc/cpuinfo")) return info;
        foreach (string line in File.ReadLines("/proc/cpuinfo").TakeWhile(line => line.Length > 0))
        {
            string[] parts = line.Split(':', 2);
            if (parts.Length == 2) info[parts[0].Trim()] = parts[1].Trim();
        }

        return info;
    }

    private static string? Ask(string program, string arguments)
    {
        try
        {
            using Process? process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true });
            string? answer = process?.StandardOutput.ReadToEnd().Trim();
            process?.WaitForExit();
            return process?.ExitCode == 0 ? answer : null;
        }
        catch (global::System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }

    // Trade marks, clock rates and words that every name has.
    [GeneratedRegex(@"\((r|tm)\)|@.*|\bcpu\b|\bprocessor\b|\b\d+-core\b|\bwith .*")]
    private static partial Regex Noise();

    [GeneratedRegex("[^a-z0-9]+")]
    private static partial Regex NoWord();
}
