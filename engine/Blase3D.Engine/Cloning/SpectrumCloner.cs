using Blase3D.Engine.Cloning.Adam;
using Blase3D.Engine.Cloning.QuasiNewton;
using Blase3D.Engine.LineFinding;
using Blase3D.Kernels;
using Blase3D.Kernels.Contracts;

namespace Blase3D.Engine.Cloning;

/// <summary>Tunes the lines of one spectrum until the squared residual is small.</summary>
public static class SpectrumCloner
{
    // The depth at which lines begin that those around them seem to explain: about half of the smallest prominence.
    private const double FaintestStart = 0.003;

    /// <summary>The parameters that lines begin with.</summary>
    /// <param name="found">The lines as they were found in the spectrum.</param>
    /// <param name="wavelength">Vacuum Angstrom, ascending, length P.</param>
    /// <param name="flux">Preprocessed, about 1 between the lines, length P.</param>
    /// <param name="options">The optimizer, and the profile of the lines.</param>
    /// <returns>As found with Adam, as published; with the quasi-Newton method every line has the depth that fits best beside those more prominent than it.</returns>
    public static LineTable Start(InitialLines found, double[] wavelength, double[] flux, CloneOptions options)
    {
        ArgumentNullException.ThrowIfNull(found);
        ArgumentNullException.ThrowIfNull(wavelength);
        ArgumentNullException.ThrowIfNull(flux);
        ArgumentNullException.ThrowIfNull(options);
        return options.Optimizer == CloneOptimizer.QuasiNewton
            ? StartingDepth.OfAll(found, wavelength, flux, options, FaintestStart)
            : new LineTable(found.CenterAngstrom, found.LnAmplitude, found.LnSigma, found.LnGamma);
    }

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

    /// <summary>Tries the lines that neighbours on the grid have and a clone lacks, and tunes all of them together.</summary>
    /// <param name="wavelength">Vacuum Angstrom, ascending, length P, the neighbours' too.</param>
    /// <param name="flux">Preprocessed, about 1 between the lines, length P.</param>
    /// <param name="own">The clone of this spectrum; left as it is.</param>
    /// <param name="around">The clones of the neighbours, and whether each is its parent; left as they are.</param>
    /// <param name="options">How; the optimizer must be quasi-Newton.</param>
    /// <param name="kernels">An instance that nobody else uses meanwhile.</param>
    /// <param name="workers">The threads to use inside this spectrum.</param>
    /// <returns>
    /// The clone with those of the neighbours' lines that do not fade, and with the name of its parent where both had found the same line; the very
    /// clone given when there is nothing to try or it does not get better.
    /// </returns>
    internal static ClonedSpectrum TryNeighbours(
        double[] wavelength,
        double[] flux,
        ClonedSpectrum own,
        IEnumerable<(ClonedSpectrum Clone, bool IsParent)> around,
        CloneOptions options,
        ILineKernels kernels,
        Workers workers)
    {
        var more = NeighbourLines.Of(own, around);
        if (more.IsEmpty) return own;
        ActiveSpectrum observed = Prepare(wavelength, flux, options, kernels, workers);
        ClonedSpectrum clone = new StagedFit(observed, options, kernels, workers).Run(own, more);
        return clone.Rms <= own.Rms ? clone : own;
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
