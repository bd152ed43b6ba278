using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Xunit;

namespace Blase3D.Cli.Tests.Tidy;

/// <summary>Rules of the house that a machine can check.</summary>
public sealed class TidyTests
{
    private const int MaxLines = 450;

    // Written in pieces, so that this file does not break its own rules.
    private static readonly string[] Unfinished = ["TO" + "DO", "FIX" + "ME", "NotImplemented" + "Exception"];
    private static readonly string[] RegistryHosts = ["nuget" + ".org", "pypi" + ".org", "pythonhosted" + ".org", "conda.anaconda" + ".org", "npmjs" + ".org"];

    // A folder of somebody's machine at the start of a word; a single slash inside a longer path or an address is none.
    private static readonly Regex MachinePath = new(
        """(?<![\w.~:/}\])$*-])(?:/(?:work|home|Users|tmp|mnt|private)/[A-Za-z0-9_.-]|[A-Z]:\\Users\\)""", RegexOptions.CultureInvariant);

    [Fact]
    public void Every_top_folder_has_a_page()
    {
        string[] folders = [.. RepositoryFiles.All.Where(f => f.Contains('/')).Select(f => f[..f.IndexOf('/')]).Where(f => f[0] != '.').Distinct()];
        Assert.Superset(new HashSet<string> { "engine", "kernels", "bindings", "tests" }, new HashSet<string>(folders));
        string[] pages = [.. folders.Select(folder => $"{folder}/README.md"), "README.md"];
        Assert.Equal([], pages.Except(RepositoryFiles.All));
    }

    [Fact]
    public void No_file_names_a_machine_or_a_registry_or_is_unfinished()
    {
        var found = new List<string>();
        foreach (string file in RepositoryFiles.All)
        {
            // Byte by byte as Latin-1, so that strings inside of binary files are seen too.
            string text = Encoding.Latin1.GetString(File.ReadAllBytes(Path.Combine(RepositoryFiles.Root, file)));
            found.AddRange(MachinePath.Matches(text).Select(m => $"{file}: {text.Substring(m.Index, Math.Min(40, text.Length - m.Index))}"));
            found.AddRange(RegistryHosts.Where(host => text.Contains(host, StringComparison.OrdinalIgnoreCase)).Select(host => $"{file}: {host}"));
            if (Path.GetExtension(file) is ".cs" or ".md" or ".sh" or ".py" or ".csproj" or ".props" or ".cl" or ".cu" or "")
                found.AddRange(Unfinished.Where(mark => Regex.IsMatch(text, $@"\b{mark}\b")).Select(mark => $"{file}: {mark}"));
        }

        Assert.Empty(found);
    }

    [Fact]
    public void No_source_file_is_longer_than_one_sitting()
    {
        string[] sources = [.. RepositoryFiles.All.Where(f => f.EndsWith(".cs", StringComparison.Ordinal))];
        Assert.True(sources.Length > 100);
        string[] tooLong = [.. sources.Where(f => File.ReadLines(Path.Combine(RepositoryFiles.Root, f)).Count() > MaxLines)];
        Assert.Equal([], tooLong);
    }

    [Theory]
    [InlineData("bindings/Blase3D.Native")]
    [InlineData("kernels/Blase3D.Kernels")]
    [InlineData("engine/Blase3D.Engine", "Blase3D.Native", "Blase3D.Kernels")]
    [InlineData("engine/Blase3D.Cli", "Blase3D.Engine")]
    public void Projects_know_whom_the_architecture_lets_them_know(string project, params string[] allowed)
    {
        string file = $"{project}/{Path.GetFileName(project)}.csproj";
        string[] known = [.. XDocument.Parse(RepositoryFiles.Text(file)).Descendants("ProjectReference")
            .Select(reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value.Replace('\\', '/')))];
        Assert.Equal(allowed.Order(), known.Order());
    }

    // Storage reads and writes the nouns of all rooms; only the readers of foreign files use it (and Native) from inside.
    [Fact]
    public void Rooms_of_the_engine_use_only_the_rooms_before_them()
    {
        string[] rooms = ["Spectra", "Grids", "Preprocessing", "LineFinding", "Cloning", "Association", "Manifolds", "Reconstruction", "Observation", "Inference"];
        var against = new List<string>();
        int seen = 0;
        foreach (string file in RepositoryFiles.All.Where(f => f.StartsWith("engine/Blase3D.Engine/", StringComparison.Ordinal) && f.EndsWith(".cs", StringComparison.Ordinal)))
        {
            string[] parts = file.Split('/');
            int room = Array.IndexOf(rooms, parts[2]);
            if (room < 0) continue;
            bool readsForeignFiles = parts[3] is "Reading" or "Import";
            foreach (Match use in Regex.Matches(RepositoryFiles.Text(file), @"\bBlase3D\.(?:Engine\.)?(Native|Storage|" + string.Join('|', rooms) + @")\b"))
            {
                seen++;
                string used = use.Groups[1].Value;
                if (used is "Native" or "Storage" ? !readsForeignFiles : Array.IndexOf(rooms, used) > room) against.Add($"{file}: {use.Value}");
            }
        }

        Assert.Equal([], against);
        Assert.True(seen > 50);
    }

    [Fact]
    public void Links_between_pages_lead_somewhere()
    {
        var broken = new List<string>();
        foreach (string page in RepositoryFiles.All.Where(f => f.EndsWith(".md", StringComparison.Ordinal)))
        {
            foreach (Match link in Regex.Matches(RepositoryFiles.Text(page), @"\]\((?!https?://|#)([^)#\s]+)"))
            {
                string target = Path.Combine(RepositoryFiles.Root, Path.GetDirectoryName(page) ?? string.Empty, link.Groups[1].Value);
                if (!Path.Exists(target)) broken.Add($"{page}: {link.Groups[1].Value}");
            }
        }

        Assert.Empty(broken);
    }
}
