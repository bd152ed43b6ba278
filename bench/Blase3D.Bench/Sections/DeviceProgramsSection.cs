using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Blase3D.Bench.Report;
using Blase3D.Engine;
using Blase3D.Kernels.Gpu;
using Blase3D.Native.Cuda;

namespace Blase3D.Bench.Sections;

/// <summary>What NVIDIA's assembler makes of the kernels: registers, shared memory, spills. It needs no card.</summary>
internal static partial class DeviceProgramsSection
{
    /// <summary>Assembles every program for every capability, as built in and, where NVRTC is present, as that compiles it.</summary>
    /// <exception cref="EngineException">BadInput: ptxas is not there or does not take a program.</exception>
    public static void Run(BenchReport report, DeviceProgramsOptions options)
    {
        var compilers = new List<(string Name, Func<KernelProgram, int, string> Compile)> { ("clang, built in", BuiltIn) };
        if (RuntimeCompiler.IsPresent) compilers.Add(($"NVRTC {RuntimeCompiler.Version}", (program, capability) => RuntimeCompiler.Compile(program.Text, program.RuntimeCompilerOptions(capability))));
        report.Section("Assembler", $"{Version(options.Assembler)}. A driver has its own, which may differ.");
        var sums = new List<IReadOnlyList<string>>();
        var kernels = new List<IReadOnlyList<string>>();
        foreach ((string compiler, Func<KernelProgram, int, string> compile) in compilers)
        {
            foreach (int capability in KernelProgram.PtxCapabilities)
            {
                foreach (KernelProgram program in KernelProgram.All)
                {
                    Usage[] found = Assemble(options.Assembler, compile(program, capability), capability);
                    sums.Add([compiler, $"{capability / 10}.{capability % 10}", program.Name, $"{found.Length}", $"{found.Max(one => one.Registers)}", $"{found.Max(one => one.SharedBytes)}", $"{found.Sum(one => one.SpilledBytes)}"]);
                    Console.Out.WriteLine(string.Join("  ", sums[^1]));
                    kernels.AddRange(found.Select(one => (IReadOnlyList<string>)[compiler, $"{capability / 10}.{capability % 10}", program.Name, one.Kernel, $"{one.Registers}", $"{one.SharedBytes}", $"{one.SpilledBytes}"]));
                }
            }
        }

        report.Table(["compiler", "capability", "program", "kernels", "most registers", "most shared memory, bytes", "spilled, bytes"], sums);
        report.Section("Kernels", "Those of the published model and of Gaussian processes, as built in for capability 9.0.");
        report.Table(
            ["program", "kernel", "registers", "shared memory, bytes", "spilled, bytes"],
            kernels.Where(row => row[0] == compilers[0].Name && row[1] == "9.0" && row[2] is "lines-double-product-pseudo" or "lines-single-product-pseudo" or "processes-double").Select(row => (IReadOnlyList<string>)[.. row.Skip(2)]));
        report.Write(options.Out, "device-programs");
    }

    private static string BuiltIn(KernelProgram program, int capability) => program.PtxFor(capability) is { } ptx && ptx.Contains($".target sm_{capability}", StringComparison.Ordinal)
        ? ptx
        : throw new EngineException(ErrorCode.BadInput, $"The bench was built without PTX for capability {capability / 10}.{capability % 10}; install clang 16 or newer and build again.");

    private static Usage[] Assemble(string assembler, string ptx, int capability)
    {
        string file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, ptx);
            string said = Ask(assembler, ["-v", $"-arch=sm_{capability}", file, "-o", Path.DirectorySeparatorChar == '/' ? "/dev/null" : "NUL"]);
            return [.. Kernel().Matches(said).Select(match => new Usage(match.Groups["name"].Value, Number(match, "registers"), Number(match, "shared"), Number(match, "stores") + Number(match, "loads")))];
        }
        finally
        {
            File.Delete(file);
        }

        static int Number(Match match, string group) => match.Groups[group].Success ? int.Parse(match.Groups[group].Value, CultureInfo.InvariantCulture) : 0;
    }

    private static string Version(string assembler) => Ask(assembler, ["--version"]).Split('\n').FirstOrDefault(line => line.Contains("release", StringComparison.Ordinal))?.Trim() ?? "ptxas";

    private static string Ask(string assembler, string[] arguments)
    {
        try
        {
            using Process process = Process.Start(new ProcessStartInfo(assembler, arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!;
            Task<string> errors = process.StandardError.ReadToEndAsync();
            string said = process.StandardOutput.ReadToEnd() + errors.Result;
            process.WaitForExit();
            return process.ExitCode == 0 ? said : throw new EngineException(ErrorCode.BadInput, $"{assembler} does not take a program: {said.Trim()}.");
        }
        catch (System.ComponentModel.Win32Exception failure)
        {
            throw new EngineException(ErrorCode.BadInput, $"{assembler} cannot be run ({failure.Message}); it comes with the CUDA toolkit, or give --assembler the full path.", failure);
        }
    }

    [GeneratedRegex(@"Function properties for (?<name>\w+)\s+\d+ bytes stack frame, (?<stores>\d+) bytes spill stores, (?<loads>\d+) bytes spill loads\s+ptxas info\s+: Used (?<registers>\d+) registers(, (?<shared>\d+) bytes smem)?")]
    private static partial Regex Kernel();

    private sealed record Usage(string Kernel, int Registers, int SharedBytes, int SpilledBytes);
}
