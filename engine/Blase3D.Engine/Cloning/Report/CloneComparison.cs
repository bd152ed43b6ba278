using Blase3D.Engine.Preprocessing;
using Blase3D.Kernels;
using Blase3D.Kernels.Contracts;

namespace Blase3D.Engine.Cloning.Report;

/// <summary>A spectrum beside its clone, on the pixels that entered the loss.</summary>
/// <param name="Wavelength">Vacuum Angstrom, length P.</param>
/// <param name="Flux">The spectrum, about 1 between its lines.</param>
/// <param name="Model">The clone, evaluated exactly from the stored lines with the windows of the cloning.</param>
/// <param name="Residual">Clone minus spectrum.</param>
public sealed record CloneComparison(double[] Wavelength, double[] Flux, double[] Model, double[] Residual)
{
    /// <summary>Compares.</summary>
    /// <remarks>A velocity that the published recipe trained along is not part of a clones file, so its lack shows in the residual.</remarks>
    /// <param name="wavelength">Vacuum Angstrom, ascending, length P.</param>
    /// <param name="flux">As in the grid, length P.</param>
    /// <param name="teff">In K; not used when the input is normalised.</param>
    /// <param name="clone">Its clone, not a skipped one.</param>
    /// <param name="recipe">How it was made.</param>
    /// <param name="kernels">An instance that nobody else uses meanwhile; exact.</param>
    /// <param name="workers">The threads to use.</param>
    /// <exception cref="EngineException">BadInput: the spectrum cannot be preprocessed.</exception>
    public static CloneComparison Of(
        double[] wavelength, double[] flux, double teff, ClonedSpectrum clone, CloneRecipe recipe, ILineKernels kernels, Workers workers)
    {
        ArgumentNullException.ThrowIfNull(wavelength);
        ArgumentNullException.ThrowIfNull(clone);
        ArgumentNullException.ThrowIfNull(recipe);
        ArgumentNullException.ThrowIfNull(kernels);
        double[] normalized = recipe.InputIsNormalized ? flux : new Preprocessor(recipe.Preprocessing).Preprocess(wavelength, flux, teff).Flux;
        LineWindows windows = recipe.Cloning.PublishedWindows
            ? LineWindows.CreatePublished(clone.InitialCenter, wavelength, recipe.Cloning.WingPixels)
            : LineWindows.Create(clone.InitialCenter, wavelength, recipe.Cloning.WingPixels);
        var model = new double[wavelength.Length];
        kernels.Forward(recipe.Cloning.Model, clone.Lines, windows, wavelength, workers, model);
        double margin = recipe.Cloning.ActiveMarginAngstrom;
        int start = margin == 0 ? 0 : Array.FindIndex(wavelength, l => l > wavelength[0] + margin);
        int end = margin == 0 ? wavelength.Length : Array.FindLastIndex(wavelength, l => l < wavelength[^1] - margin) + 1;
        if (start != 0 || end != wavelength.Length) (wavelength, normalized, model) = (wavelength[start..end], normalized[start..end], model[start..end]);
        return new CloneComparison(wavelength, normalized, model, [.. model.Zip(normalized, (m, f) => m - f)]);
    }
}
