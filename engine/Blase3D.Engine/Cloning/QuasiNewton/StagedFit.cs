using Blase3D.Engine.LineFinding;
using Blase3D.Kernels;
using Blase3D.Kernels.Contracts;

namespace Blase3D.Engine.Cloning.QuasiNewton;

/// <summary>Tunes the lines of one spectrum in stages; between two stages faint lines are dropped and the residual gives new ones.</summary>
internal sealed class StagedFit(ActiveSpectrum observed, CloneOptions options, ILineKernels kernels, Workers workers)
{
    private const int LeastPixelsToSearch = 8;

    private readonly List<double> _losses = [];

    /// <summary>Tunes lines that were found in this spectrum.</summary>
    /// <param name="initial">Where they were found; ascending, left as they are.</param>
    /// <param name="iterationDone">Called after every iteration.</param>
    public ClonedSpectrum Run(LineTable initial, Action? iterationDone) => Run(FitLines.Detected(initial), iterationDone);

    /// <summary>Tunes the lines of a neighbour until they are this spectrum's.</summary>
    /// <param name="neighbour">The clone of a neighbour on the grid.</param>
    /// <param name="iterationDone">Called after every iteration.</param>
    public ClonedSpectrum Run(ClonedSpectrum neighbour, Action? iterationDone) => Run(FitLines.Inherited(neighbour), iterationDone);

    private ClonedSpectrum Run(FitLines lines, Action? iterationDone)
    {
        int stages = options.Epochs == 0 ? 1 : options.ResidualPasses + 1;
        for (int stage = 0; ; stage++)
        {
            int iterations = Until(stage + 1, stages) - Until(stage, stages);
            var problem = new FitProblem(
                observed, lines.Table, lines.InitialCenter, lines.Home, lines.Weights(options.Model.Profile, options.StartWeight, options.InheritedWeight), options, kernels, workers);
            new LineFit(problem).Run(iterations, _losses, iterationDone);
            if (stage == stages - 1) return Result(lines, problem.MeanSquare);
            lines = lines.Without(options.Model.Profile, options.SmallestDepth).With(Search(problem.Transmission));
        }
    }

    // The first stage gets half of the iterations: what it has not explained yet would be taken for missing lines.
    private int Until(int stage, int stages) =>
        stage == 0 ? 0 : stage == stages ? options.Epochs : (options.Epochs / 2) + ((options.Epochs - (options.Epochs / 2)) * (stage - 1) / (stages - 1));

    // The lines of what is left over, below 1 where the spectrum is deeper than its lines; only where pixels count.
    private InitialLines Search(double[] transmission)
    {
        int count = observed.End - observed.Start;
        if (count < LeastPixelsToSearch) return new InitialLines(0);
        var left = new double[count];
        for (int i = 0; i < count; i++) left[i] = 1 + observed.Flux[observed.Start + i] - transmission[observed.Start + i];
        return LineFinder.Find(
            observed.Wavelength.AsSpan(observed.Start, count), left,
            new LineFindingOptions { Prominence = options.ResidualProminence, DistancePixels = options.ResidualDistancePixels, EdgeMarginAngstrom = 0 });
    }

    private ClonedSpectrum Result(FitLines lines, double meanSquare) => new()
    {
        Lines = lines.Table,
        InitialCenter = lines.InitialCenter,
        Origin = lines.Origin,
        Rms = Math.Sqrt(meanSquare),
        InitialRms = Math.Sqrt(_losses[0]),
        Loss = [.. _losses],
    };
}
