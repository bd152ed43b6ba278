using Blase3D.Engine.Grids;

namespace Blase3D.Engine.Cloning;

/// <summary>The clones of all spectra of a grid.</summary>
/// <param name="Points">The parameters of every spectrum, N rows.</param>
/// <param name="Wavelength">The common wavelengths, vacuum Angstrom, ascending, length P.</param>
/// <param name="Spectra">One clone per row of <paramref name="Points"/>.</param>
/// <param name="Recipe">How they were made.</param>
public sealed record LineClones(GridPoints Points, double[] Wavelength, IReadOnlyList<ClonedSpectrum> Spectra, CloneRecipe Recipe)
{
    /// <summary>The number of lines in all spectra together.</summary>
    public long LineCount => Spectra.Sum(spectrum => (long)spectrum.Lines.Count);
}
