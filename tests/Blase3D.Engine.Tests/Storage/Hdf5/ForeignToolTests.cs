using System.Diagnostics;
using System.Text.RegularExpressions;
using Blase3D.Engine.Manifolds;
using Blase3D.Engine.Storage.Hdf5;
using Xunit;
using Xunit.Abstractions;

namespace Blase3D.Engine.Tests.Storage.Hdf5;

/// <summary>h5dump and h5py, where they are installed, read the engine's files, and the engine reads h5py's.</summary>
public sealed partial class ForeignToolTests(ITestOutputHelper output) : IDisposable
{
    private readonly StorageFolder _folder = new();

    public static TheoryData<string> Pages => ["grid-spectra.md", "line-clones.md", "line-manifold.md", "spectra.md", "inference-results.md"];

    [Fact]
    public void H5dump_sees_the_header()
    {
        foreach ((string type, Action<string> write) in TinyContent.Writers)
        {
            write(_folder["a.h5"]);
            if (Run("h5dump", "-A", _folder["a.h5"]) is not { } dump)
            {
                Say("NOT RUN: h5dump is not here");
                return;
            }

            Assert.Contains($"(0): \"{type}\"", dump, StringComparison.Ordinal);
            Assert.Contains("(0): \"teff\", \"logg\", \"feh\"", Spaces().Replace(dump.Replace("\\000", string.Empty, StringComparison.Ordinal), " "), StringComparison.Ordinal);
            Assert.Contains("CSET H5T_CSET_UTF8", dump, StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public void The_h5py_example_of_a_page_runs(string page)
    {
        string folder = Path.Combine(GoldenFile.RepositoryRoot, "data-schemas");
        MatchCollection blocks = Blocks().Matches(File.ReadAllText(Path.Combine(folder, page)));
        Assert.Single(blocks);
        string example = blocks[0].Groups[1].Value.Replace("\"samples/", $"\"{folder}/samples/", StringComparison.Ordinal);
        if (Python(example) is not { } printed) return;
        string[] expected = [.. Comments().Matches(example).Select(match => match.Groups[1].Value)];
        Assert.NotEmpty(expected);
        Assert.Equal(expected, printed.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public void A_manifold_of_h5py_with_its_own_types_is_read()
    {
        TinyContent.WriteManifold(_folder["a.h5"]);
        string script = $"""
            with h5py.File("{_folder["a.h5"]}") as a, h5py.File("{_folder["b.h5"]}", "w") as b:
                b.attrs["TYPE"] = "line-manifold"
                b.attrs["REVISION"] = np.int16(1)
                b.attrs["axes"] = ["teff", "logg", "feh"]
                b.attrs["compat"] = "blase"
                for name in ["axis/teff", "axis/logg", "axis/feh", "wavelength", "line_center", "center_shift", "ln_amplitude", "ln_sigma", "ln_gamma"]:
                    b.create_dataset(name, data=a[name][:].astype(">f8"), compression="gzip", maxshape=(None,))
                b["node_offset"] = a["node_offset"][:].astype(">u4")
                b["line_index"] = a["line_index"][:].astype("u1")
                b["node_present"] = a["node_present"][:].astype(bool)
            """;
        if (Python(script) is null) return;
        LineManifold read = LineManifoldFile.Read(_folder["b.h5"]);
        LineManifoldFileTests.AssertEqual(TinyContent.Manifold, read);
    }

    public void Dispose() => _folder.Dispose();

    [GeneratedRegex("```python\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Blocks();

    [GeneratedRegex("^ *print.*  # (.*)$", RegexOptions.Multiline)]
    private static partial Regex Comments();

    [GeneratedRegex("\\s+")]
    private static partial Regex Spaces();

    private static string? Run(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            Task<string> errors = process.StandardError.ReadToEndAsync();
            string text = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0 ? text : throw new InvalidOperationException($"{program} failed: {errors.Result}");
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }

    /// <summary>What a script prints; null, after saying so, when no Python with h5py is here.</summary>
    private string? Python(string script)
    {
        foreach (string python in new[] { "/usr/bin/python3", "python3", "python" })
        {
            if (Run(python, "-c", "import importlib.util as u; print(all(u.find_spec(m) for m in ('h5py', 'numpy')))")?.Trim() == "True")
                return Run(python, "-c", "import h5py\nimport numpy as np\n" + script);
        }

        Say("NOT RUN: no Python with h5py is here");
        return null;
    }

    private void Say(string line)
    {
        output.WriteLine(line);
        Console.WriteLine(line);
    }
}
