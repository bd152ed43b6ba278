using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Blase3D.Engine.Storage;

/// <summary>
/// The hidden temporary files of <see cref="AtomicFile"/>: .NAME.MACHINE-PROCESS-ID.partial.ENDING. The name says who writes it, so that
/// what a killed process left behind can be told from what another process is writing now.
/// </summary>
internal static class PartialFile
{
    private const string Mark = ".partial";

    private static readonly string Machine = MachineTag();

    /// <summary>A new name beside the final one. The ending stays, because some libraries choose the format by it.</summary>
    internal static string NameFor(string finalPath)
    {
        (string head, string tail) = Ends(finalPath);
        return Path.Combine(
            Path.GetDirectoryName(finalPath)!, string.Create(CultureInfo.InvariantCulture, $"{head}{Machine}-{Environment.ProcessId}-{Guid.NewGuid():N}{tail}"));
    }

    /// <summary>Deletes the temporary files of a final name whose process is gone from this machine; leaves all others.</summary>
    internal static void DeleteAbandoned(string finalPath)
    {
        (string head, string tail) = Ends(finalPath);
        foreach (string path in Directory.EnumerateFiles(Path.GetDirectoryName(finalPath)!, ".*"))
        {
            string name = Path.GetFileName(path);
            if (name.Length <= head.Length + tail.Length || !name.StartsWith(head, StringComparison.Ordinal) || !name.EndsWith(tail, StringComparison.Ordinal)) continue;
            string[] writer = name[head.Length..^tail.Length].Split('-');
            bool isOurs = writer.Length == 3 && writer[0] == Machine;
            if (isOurs && int.TryParse(writer[1], CultureInfo.InvariantCulture, out int process) && !IsRunning(process)) DeleteQuietly(path);
        }
    }

    /// <summary>Deletes a file; that it cannot be deleted is not worth a failure of its own.</summary>
    internal static void DeleteQuietly(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // The first failure is the one to report.
        }
    }

    private static (string Head, string Tail) Ends(string finalPath)
    {
        // A name may have 255 bytes; 40 characters of it are enough to recognise what was left behind by a killed process.
        string stem = Path.GetFileNameWithoutExtension(finalPath), ending = Path.GetExtension(finalPath);
        if (stem.Length > 40) stem = stem[..40];
        if (ending.Length > 16) ending = string.Empty;
        return ($".{stem}.", Mark + ending);
    }

    private static bool IsRunning(int process)
    {
        try
        {
            using Process found = Process.GetProcessById(process);
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    // Process numbers mean something on one machine only, and on Linux in one process namespace (a container has its own).
    private static string MachineTag()
    {
        string space = OperatingSystem.IsLinux() ? new FileInfo("/proc/self/ns/pid").LinkTarget ?? string.Empty : string.Empty;
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{Environment.MachineName}|{space}")))[..8];
    }
}
