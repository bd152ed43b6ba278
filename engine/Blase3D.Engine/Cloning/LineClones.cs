using Blase3D.Engine.Grids;

namespace Blase3D.Engine.Cloning;

/// <summary>The clones of the spectra of a grid, one at a time: there may be more of them than the memory holds.</summary>
public interface IClonedRows
{
    /// <summary>The parameters of every spectrum, N rows.</summary>
    GridPoints Points { get; }

    /// <summary>The common wavelengths, vacuum Angstrom, ascending, length P.</summary>
    double[] Wavelength { get; }

    /// <summary>How they were made.</summary>
    CloneRecipe Recipe { get; }

    /// <summary>One clone.</summary>
    /// <param name="row">0 to N - 1.</param>
    /// <exception cref="EngineException">BadInput: its source cannot be read.</exception>
    ClonedSpectrum Read(int row);
}

/// <summary>The clones of all spectra of a grid.</summary>
/// <param name="Points">The parameters of every spectrum, N rows.</param>
/// <param name="Wavelength">The common wavelengths, vacuum Angstrom, ascending, length P.</param>
/// <param name="Spectra">One clone per row of <paramref name="Points"/>.</param>
/// <param name="Recipe">How they were made.</param>
public sealed record LineClones(GridPoints Points, double[] Wavelength, IReadOnlyList<ClonedSpectrum> Spectra, CloneRecipe Recipe) : IClonedRows
{
    /// <summary>The number of lines in all spectra together.</summary>
    public long LineCount => Spectra.Sum(spectrum => (long)spectrum.Lines.Count);

    /// <inheritdoc/>
    public ClonedSpectrum Read(int row) => Spectra[row];

    /// <summary>The clones without those that were skipped, whose points are then missing ones; the very clones when none was.</summary>
    public LineClones WithoutSkipped()
    {
        int[] kept = [.. Enumerable.Range(0, Spectra.Count).Where(row => !Spectra[row].IsSkipped)];
        return kept.Length == Spectra.Count ? this : this with { Points = Points.Select(kept), Spectra = [.. kept.Select(row => Spectra[row])] };
    }
}
