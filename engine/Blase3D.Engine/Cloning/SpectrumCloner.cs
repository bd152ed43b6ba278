using Blase3D.Engine.Cloning.Adam;
using Blase3D.Engine.Cloning.QuasiNewton;
using Blase3D.Kernels;
using Blase3D.Kernels.Contracts;

namespace Blase3D.Engine.Cloning;

/// <summary>Tunes the lines of one spectrum until the squared residual is small.</summary>
public static class SpectrumCloner
{
    /// <summary>Tunes the four parameters of every line.</summary>
    /// <param name="wavelength">Vacuum Angstrom, ascending, length P.</param>
    /// <param name="flux">Preprocessed, about 1 between the lines, length P.</param>
    /// <param name="initial">The lines to start from; left as they are.</param>
    /// <param name="options">How.</param>
    /// <param name="kernels">An instance that nobody else uses meanwhile.</param>
    /// <param name="workers">The threads to use inside this spectrum.</param>
    /// <param name="epochDone">Called after every step.</param>
    /// <returns>
    /// The clone. With Adam: the last state, or with <see cref="CloneOptions.ReturnBest"/> the best of the last ten and the first. With the quasi-Newton
    /// method: the best, perhaps with more or fewer lines than it began with.
    /// </returns>
    /// <exception cref="EngineException">The spectrum is too short for the margins or the published window.</exception>
    public static ClonedSpectrum Clone(
        double[] wavelength,
        double[] flux,
        LineTable initial,
        CloneOptions options,
        ILineKernels kernels,
        Workers workers,
        Action? epochDone = null)
    {
        ArgumentNullException.ThrowIfNull(initial);
        ActiveSpectrum observed = Prepare(wavelength, flux, options, kernels, workers);
        return options.Optimizer == CloneOptimizer.Adam
            ? new AdamDescent(observed, initial, options, kernels, workers).Run(epochDone)
            : new StagedFit(observed, options, kernels, workers).Run(initial, epochDone);
    }

    /// <summary>Tunes the lines of a neighbour on the grid until they are this spectrum's; they keep their identity.</summary>
    /// <param name="wavelength">Vacuum Angstrom, ascending, length P, the neighbour's too.</param>
    /// <param name="flux">Preprocessed, about 1 between the lines, length P.</param>
    /// <param name="neighbour">The neighbour's clone; left as it is.</param>
    /// <param name="options">How; the optimizer must be quasi-Newton.</param>
    /// <param name="kernels">An instance that nobody else uses meanwhile.</param>
    /// <param name="workers">The threads to use inside this spectrum.</param>
    /// <param name="epochDone">Called after every step.</param>
    /// <returns>
    /// The clone. Lines of the neighbour that have faded are gone, what they cannot explain has new lines; <see cref="ClonedSpectrum.InitialCenter"/>
    /// of a line is that of the neighbour.
    /// </returns>
    /// <exception cref="EngineException">The spectrum is too short for the margins, or the optimizer is another.</exception>
    public static ClonedSpectrum Continue(
        double[] wavelength,
        double[] flux,
        ClonedSpectrum neighbour,
        CloneOptions options,
        ILineKernels kernels,
        Workers workers,
        Action? epochDone = null)
    {
        ArgumentNullException.ThrowIfNull(neighbour);
        ActiveSpectrum observed = Prepare(wavelength, flux, options, kernels, workers);
        return options.Optimizer == CloneOptimizer.QuasiNewton
            ? new StagedFit(observed, options, kernels, workers).Run(neighbour, epochDone)
            : throw new EngineException(ErrorCode.BadArguments, "Only the quasi-Newton optimizer takes over the lines of a neighbour; choose it, or clone every spectrum on its own.");
    }

    /// <summary>
    /// Whether the lines of a neighbour are nearer to a spectrum than no lines at all. When they are not, one of the two is no ordinary spectrum,
    /// and the lines are better found anew.
    /// </summary>
    /// <param name="wavelength">Vacuum Angstrom, ascending, length P, the neighbour's too.</param>
    /// <param name="flux">Preprocessed, about 1 between the lines, length P.</param>
    /// <param name="neighbour">The neighbour's clone.</param>
    /// <param name="options">Model, windows, margin.</param>
    /// <param name="kernels">An instance that nobody else uses meanwhile.</param>
    /// <param name="workers">The threads to use inside this spectrum.</param>
    public static bool Explains(
        double[] wavelength, double[] flux, ClonedSpectrum neighbour, CloneOptions options, ILineKernels kernels, Workers workers)
    {
        ArgumentNullException.ThrowIfNull(neighbour);
        ActiveSpectrum observed = Prepare(wavelength, flux, options, kernels, workers);
        var transmission = new double[wavelength.Length];
        kernels.Forward(
            options.Model, neighbour.Lines, LineWindows.Create(neighbour.InitialCenter, wavelength, options.WingPixels), wavelength, workers, transmission);
        double left = 0, all = 0;
        for (int i = observed.Start; i < observed.End; i++)
        {
            left += (flux[i] - transmission[i]) * (flux[i] - transmission[i]);
            all += (flux[i] - 1) * (flux[i] - 1);
        }

        return left < all;
    }

    private static ActiveSpectrum Prepare(double[] wavelength, double[] flux, CloneOptions options, ILineKernels kernels, Workers workers)
    {
        ArgumentNullException.ThrowIfNull(wavelength);
        ArgumentNullException.ThrowIfNull(flux);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(kernels);
        ArgumentNullException.ThrowIfNull(workers);
        options.Validate();
        ActiveSpectrum observed = ActiveSpectrum.Create(wavelength, flux, options.ActiveMarginAngstrom);
        return options.PublishedWindows && wavelength.Length <= options.WingPixels
            ? throw new EngineException(
                ErrorCode.BadArguments,
                $"The published window of {options.WingPixels} pixels needs a longer spectrum than {wavelength.Length} pixels; give a smaller --wing-pixels.")
            : observed;
    }
}
