using Blase3D.Engine.LineFinding;
using Blase3D.Kernels;
using Blase3D.Kernels.Contracts;

namespace Blase3D.Engine.Cloning.QuasiNewton;

/// <summary>Tunes the lines of one spectrum in stages; between two stages faint lines are dropped and the residual gives new ones.</summary>
internal sealed class StagedFit(ActiveSpectrum observed, CloneOptions options, ILineKernels kernels, Workers workers)
{
    private const int LeastPixelsToSearch = 8;

    // A neighbour that is quite another spectrum leaves lines over and no ripples: the least prominence is raised by this factor at most.
    private const double MostRaised = 5;

    // The steps that the lines of neighbours get, as a share of those of a spectrum: the start is a fit already.
    private const double BackShare = 0.4;

    // Lines of the residual begin narrower than they are seen: what is missing lies between lines that have taken over its wings.
    private const double ResidualSigma = 0.8;
    private const double ResidualGamma = 0.5;

    private readonly List<double> _losses = [];
    private readonly DegeneratePairs _pairs = new(observed, options, kernels, workers);
    private int _merged;

    /// <summary>Tunes lines that were found in this spectrum.</summary>
    /// <param name="initial">Where they were found; ascending, left as they are.</param>
    /// <param name="iterationDone">Called after every iteration.</param>
    public ClonedSpectrum Run(LineTable initial, Action? iterationDone) => Run(FitLines.Detected(initial), iterationDone);

    /// <summary>Tunes the lines of a neighbour until they are this spectrum's.</summary>
    /// <param name="neighbour">The clone of a neighbour on the grid.</param>
    /// <param name="iterationDone">Called after every iteration.</param>
    public ClonedSpectrum Run(ClonedSpectrum neighbour, Action? iterationDone) => Run(FitLines.Inherited(neighbour), iterationDone);

    /// <summary>Tries lines that neighbours have and a clone of this spectrum lacks: one stage, after which what has faded is gone.</summary>
    /// <param name="own">The clone of this spectrum.</param>
    /// <param name="more">What the neighbours know.</param>
    public ClonedSpectrum Run(ClonedSpectrum own, NeighbourLines more)
    {
        var lines = FitLines.Around(own, more);
        FitProblem problem = Problem(lines);
        new LineFit(problem).Run((int)(options.Epochs * BackShare), _losses, null);
        FitLines joined = options.MergeDegenerate ? _pairs.Join(lines, problem.Transmission, problem.MeanSquare) : lines;
        _merged = own.MergedLines + lines.Table.Count - joined.Table.Count;
        FitLines left = joined.Without(options.Model.Profile, options.SmallestDepth);
        return Result(left, MeanSquare(left)) with { InitialRms = own.InitialRms, Loss = own.Loss, RadialVelocityKmPerS = own.RadialVelocityKmPerS };
    }

    private ClonedSpectrum Run(FitLines lines, Action? iterationDone)
    {
        int stages = options.Epochs == 0 ? 1 : options.ResidualPasses + 1;
        for (int stage = 0; ; stage++)
        {
            int iterations = Until(stage + 1, stages) - Until(stage, stages);
            FitProblem problem = Problem(lines);
            new LineFit(problem).Run(iterations, _losses, iterationDone);
            FitLines joined = options.MergeDegenerate && iterations > 0 ? _pairs.Join(lines, problem.Transmission, problem.MeanSquare) : lines;
            _merged += lines.Table.Count - joined.Table.Count;
            if (stage == stages - 1) return Result(joined, joined == lines ? problem.MeanSquare : MeanSquare(joined));
            lines = joined.Without(options.Model.Profile, options.SmallestDepth);
            if (options.DropSuperfluous && iterations > 0)
                lines = SuperfluousLines.Drop(lines, observed, problem.Transmission, options.LeastGain(problem.MeanSquare), options.Model);
            lines = lines.With(Search(problem.Transmission));
        }
    }

    private FitProblem Problem(FitLines lines) => new(
        observed, lines.Table, lines.InitialCenter, lines.Home, lines.Weights(options.Model.Profile, options.StartWeight, options.InheritedWeight), options, kernels, workers);

    // What the loss is after lines were joined at the very end.
    private double MeanSquare(FitLines lines)
    {
        FitProblem problem = Problem(lines);
        var place = new double[4 * lines.Table.Count];
        problem.Pack(place);
        problem.Evaluate(place);
        _losses.Add(problem.MeanSquare);
        return problem.MeanSquare;
    }

    // The first stage gets half of the iterations: what it has not explained yet would be taken for missing lines.
    private int Until(int stage, int stages) =>
        stage == 0 ? 0 : stage == stages ? options.Epochs : (options.Epochs / 2) + ((options.Epochs - (options.Epochs / 2)) * (stage - 1) / (stages - 1));

    // The lines of what is left over, below 1 where the spectrum is deeper than its lines; only where pixels count.
    private LineTable Search(double[] transmission)
    {
        int count = observed.End - observed.Start;
        if (count < LeastPixelsToSearch) return new LineTable(0);
        var left = new double[count];
        double square = 0;
        for (int i = 0; i < count; i++)
        {
            double residual = observed.Flux[observed.Start + i] - transmission[observed.Start + i];
            square += residual * residual;
            left[i] = 1 + residual;
        }

        double prominence = Math.Clamp(options.ResidualProminencePerRms * Math.Sqrt(square / count), options.ResidualProminence, MostRaised * options.ResidualProminence);
        InitialLines found = LineFinder.Find(
            observed.Wavelength.AsSpan(observed.Start, count), left,
            new LineFindingOptions { Prominence = prominence, DistancePixels = options.ResidualDistancePixels, EdgeMarginAngstrom = 0 });
        for (int k = 0; k < found.Count; k++)
        {
            found.LnSigma[k] += Math.Log(ResidualSigma);
            found.LnGamma[k] += Math.Log(ResidualGamma);
        }

        return StartingDepth.OfMissing(found, observed, transmission, options);
    }

    private ClonedSpectrum Result(FitLines lines, double meanSquare) => new()
    {
        Lines = lines.Table,
        InitialCenter = lines.InitialCenter,
        Origin = lines.Origin,
        Rms = Math.Sqrt(meanSquare),
        InitialRms = Math.Sqrt(_losses[0]),
        MergedLines = _merged,
        Loss = [.. _losses],
    };
}
