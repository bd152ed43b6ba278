using Blase3D.Engine.Inference;
using Blase3D.Engine.Storage;

namespace Blase3D.Cli;

/// <summary>The pages of inferred spectra, one SVG each, named after their spectra.</summary>
internal sealed class PageFolder
{
    private readonly string _folder;
    private readonly string[] _names;

    /// <summary>Names the pages of all spectra, so that a name does not depend on which of them a run has done already.</summary>
    public PageFolder(string folder, IEnumerable<string> spectra)
    {
        _folder = folder;
        _names = [.. spectra];
        var taken = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        for (int row = 0; row < _names.Length; row++)
        {
            string stem = string.Concat(Path.GetFileName(_names[row]).Select(c => char.IsLetterOrDigit(c) || c is '.' or '-' or '_' ? c : '_')), name = stem;
            for (int k = 2; !taken.Add(name); k++) name = $"{stem}-{k}";
            _names[row] = name;
        }
    }

    /// <summary>Draws the page of a spectrum, if its result has one.</summary>
    /// <param name="row">The spectrum's place among the names.</param>
    /// <param name="spectrum">The heading.</param>
    /// <param name="result">What was found.</param>
    /// <returns>The same without what only the page needs, which is large.</returns>
    public InferenceResult Draw(int row, string spectrum, InferenceResult result)
    {
        if (result.Page is not { } page) return result;
        string svg = page.Draw(Path.GetFileName(spectrum), result).ToSvg();
        AtomicFile.Write(Path.Combine(_folder, $"{_names[row]}.svg"), temporary => File.WriteAllText(temporary, svg));
        return result with { Page = null };
    }
}
