using Blase3D.Engine.Storage;

namespace Blase3D.Cli;

/// <summary>The pages of inferred spectra, one SVG each, named after their spectra.</summary>
internal sealed class PageFolder
{
    private readonly string _folder;
    private readonly string[] _names;

    /// <summary>Names the pages of all spectra, so that a name does not depend on which of them a run has done already.</summary>
    public PageFolder(string folder, SpectraInputs inputs)
    {
        _folder = folder;
        _names = new string[inputs.Count];
        var taken = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        for (int row = 0; row < _names.Length; row++)
        {
            string stem = string.Concat(Path.GetFileName(inputs.NameOf(row)).Select(c => char.IsLetterOrDigit(c) || c is '.' or '-' or '_' ? c : '_')), name = stem;
            for (int k = 2; !taken.Add(name); k++) name = $"{stem}-{k}";
            _names[row] = name;
        }
    }

    /// <summary>Draws the page of a spectrum.</summary>
    /// <returns>The same without what only the page needs, which is large.</returns>
    public InferenceJournal.Entry Draw(InferenceJournal.Entry entry)
    {
        if (entry.Result is not { Page: { } page } result) return entry;
        string svg = page.Draw(Path.GetFileName(entry.Name), result).ToSvg();
        AtomicFile.Write(Path.Combine(_folder, $"{_names[entry.Row]}.svg"), temporary => File.WriteAllText(temporary, svg));
        return entry with { Result = result with { Page = null } };
    }
}
