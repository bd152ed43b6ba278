using Blase3D.Kernels;
using Blase3D.Kernels.Contracts;

namespace Blase3D.Engine.Cloning;

/// <summary>How a spectrum is recast as lines.</summary>
public sealed record CloneOptions
{
    /// <summary>
    /// The published recipe: paper section 2.3 as its code computes it (Adam with amsgrad, one trained velocity, published windows). Pixels are evaluated to
    /// 1e-10, far below the float32 of the published code; <see cref="Tolerance"/> 0 makes it exact.
    /// </summary>
    public static CloneOptions Published { get; } = new()
    {
        Optimizer = CloneOptimizer.Adam,
        Epochs = 100,
        ResidualPasses = 0,
        LearningRate = 0.05,
        CenterAngstromPerRate = 1,
        TrainVelocity = true,
        PublishedWindows = true,
        ActiveMarginAngstrom = 60,
        ReturnBest = false,
        Tolerance = 1e-10,
        SmallestWidthPixels = 0,
    };

    /// <summary>
    /// Adam with steps that suit it better than the published ones, on the lines that were found (ablation in bench, clone-quality): for comparisons.
    /// </summary>
    public static CloneOptions Adam { get; } = new() { Optimizer = CloneOptimizer.Adam, Epochs = 100, ResidualPasses = 0 };

    /// <summary>No line gets broader than this share of its window, or of a spectrum that is shorter, in sigma and gamma: it would be continuum (quasi-Newton).</summary>
    public const double LargestWidthPerWindow = 0.25;

    /// <summary>
    /// A line with its four parameters is worth having when it lowers the sum of the squared residuals by more than this many mean squares: Akaike's criterion (1974).
    /// </summary>
    public const double MeanSquaresPerLine = 8;

    /// <summary>The profile and composition of the lines.</summary>
    public LineModel Model { get; init; } = LineModel.Published;

    /// <summary>Pixels of the window in which a line is evaluated, all together (the paper's wing cut), at least 2.</summary>
    public int WingPixels { get; init; } = 6000;

    /// <summary>The method that tunes the lines.</summary>
    public CloneOptimizer Optimizer { get; init; } = CloneOptimizer.QuasiNewton;

    /// <summary>
    /// Steps at most, at least 0; with residual passes they are shared out among the stages. The quasi-Newton method ends earlier when nothing
    /// improves any more.
    /// </summary>
    public int Epochs { get; init; } = 24;

    /// <summary>
    /// How often the residual is searched for lines that were missed or hide in others, and the lines are tuned again; 0 to 20, quasi-Newton only.
    /// The first search takes most of what a blend leaves over (bench, clone-quality).
    /// </summary>
    public int ResidualPasses { get; init; } = 2;

    /// <summary>The smallest prominence of a line in the residual; above 0.</summary>
    public double ResidualProminence { get; init; } = 0.02;

    /// <summary>
    /// The same in units of the rms of the residual that is searched; at least 0. The larger of the two counts, up to five times the first: in what a fit has left over far and wide, lines
    /// of 0.02 are its ripples, and every spectrum hands the lines that it made of them to its neighbours.
    /// </summary>
    public double ResidualProminencePerRms { get; init; } = 4;

    /// <summary>The smallest distance of two lines found in the residual in pixels, at least 1: they hide in blends, so they lie close.</summary>
    public int ResidualDistancePixels { get; init; } = 2;

    /// <summary>Lines that have become fainter at their centre than this are dropped between the stages; 0 keeps all.</summary>
    public double SmallestDepth { get; init; } = 5e-4;

    /// <summary>
    /// Whether lines are dropped between the stages without which hardly more is left over, whoever found them: a line that does not show here is none here, and each costs
    /// four parameters in every spectrum that inherits it. Quasi-Newton only.
    /// </summary>
    public bool DropSuperfluous { get; init; } = true;

    /// <summary>
    /// Whether two lines that the spectrum cannot tell from one become one: closer than half of their width, and the best single line leaves no more over than
    /// four parameters explain by chance. Quasi-Newton only; lines that were both taken over from a neighbour stay two.
    /// </summary>
    public bool MergeDegenerate { get; init; } = true;

    /// <summary>
    /// What it costs a line to leave its starting parameters: the weight of the squared distance (centres in pixels, the others as logarithms) beside
    /// the sum of the squared residuals; at least 0, quasi-Newton only. It decides only what the spectrum leaves open.
    /// </summary>
    public double StartWeight { get; init; } = 1e-4;

    /// <summary>The same for a line that was taken over from a neighbour on the grid: there the start is worth more.</summary>
    public double InheritedWeight { get; init; } = 3e-4;

    /// <summary>Adam's step for the logarithms of amplitude and widths; above 0, at most 10.</summary>
    public double LearningRate { get; init; } = 0.1;

    /// <summary>
    /// Adam's step for the centres in Angstrom, as a multiple of <see cref="LearningRate"/>; above 0, at most 10. The published code
    /// steps 0.05 A, five pixels, at once; half a pixel leaves a residual about 6 % smaller after 100 epochs (bench, clone-quality).
    /// </summary>
    public double CenterAngstromPerRate { get; init; } = 0.05;

    /// <summary>Whether one radial velocity is trained along with the lines, as the published code does (and later forgets).</summary>
    public bool TrainVelocity { get; init; }

    /// <summary>Whether windows leave out one pixel as in the published code.</summary>
    public bool PublishedWindows { get; init; }

    /// <summary>Pixels within this distance of either end do not enter the loss, in Angstrom (the published code: 60).</summary>
    public double ActiveMarginAngstrom { get; init; }

    /// <summary>
    /// No line gets narrower than this while it is tuned, in sigma and gamma, in units of the pixel at its starting place; at least 0. Narrower
    /// ones do not show in the spectrum, but between the nodes, and in float32, they would.
    /// </summary>
    public double SmallestWidthPixels { get; init; } = 0.05;

    /// <summary>
    /// The largest error of a pixel that the evaluation of the lines may make while they are tuned: 0 for the exact kernels, else
    /// 1e-13 to 0.01 (<see cref="KernelSet.Create"/>). It is far below the residual and makes the steps several times faster.
    /// </summary>
    public double Tolerance { get; init; } = 1e-8;

    /// <summary>
    /// Whether the best of the last states is returned rather than the very last (Adam's loss still jitters at a constant rate).
    /// </summary>
    public bool ReturnBest { get; init; } = true;

    /// <summary>What a line must lower the sum of the squared residuals by, <see cref="MeanSquaresPerLine"/> times the mean square.</summary>
    /// <param name="meanSquare">
    /// Of the residuals; it counts at least as much as the depth below which lines are dropped, as models without noise would tell any two lines apart.
    /// </param>
    internal double LeastGain(double meanSquare) => MeanSquaresPerLine * Math.Max(meanSquare, SmallestDepth * SmallestDepth);

    /// <summary>Refuses values that make no sense.</summary>
    /// <exception cref="EngineException">BadArguments, with the value and its range.</exception>
    public void Validate()
    {
        if (WingPixels < 2) throw Refuse("wing-pixels", WingPixels, "at least 2");
        if (Epochs is < 0 or > 1_000_000) throw Refuse("epochs", Epochs, "0 to 1,000,000");
        if (!(LearningRate > 0 && LearningRate <= 10)) throw Refuse("learning-rate", LearningRate, "above 0, at most 10");
        if (!(CenterAngstromPerRate > 0 && CenterAngstromPerRate <= 10)) throw Refuse("centre step", CenterAngstromPerRate, "above 0, at most 10");
        if (Optimizer != CloneOptimizer.Adam && (TrainVelocity || PublishedWindows))
            throw new EngineException(ErrorCode.BadArguments, "A trained velocity and published windows need the optimizer adam; choose it, or leave them out.");
        if (ResidualPasses is < 0 or > 20) throw Refuse("residual-passes", ResidualPasses, "0 to 20");
        if (ResidualPasses > 0 && Optimizer == CloneOptimizer.Adam)
            throw Refuse("residual-passes", ResidualPasses, "0 with the optimizer adam, which tunes the lines it is given");
        if (!(ResidualProminence > 0 && double.IsFinite(ResidualProminence))) throw Refuse("residual-prominence", ResidualProminence, "a number above 0");
        if (!(ResidualProminencePerRms >= 0 && double.IsFinite(ResidualProminencePerRms)))
            throw Refuse("residual prominence per rms", ResidualProminencePerRms, "0 or more");
        if (ResidualDistancePixels < 1) throw Refuse("residual distance", ResidualDistancePixels, "1 pixel or more");
        if (!(SmallestDepth is >= 0 and < 1)) throw Refuse("smallest depth", SmallestDepth, "0 to below 1");
        if (!(StartWeight >= 0 && double.IsFinite(StartWeight))) throw Refuse("start weight", StartWeight, "0 or more");
        if (!(InheritedWeight >= 0 && double.IsFinite(InheritedWeight))) throw Refuse("inherited weight", InheritedWeight, "0 or more");
        if (!(SmallestWidthPixels is >= 0 and <= 10)) throw Refuse("smallest width", SmallestWidthPixels, "0 to 10 pixels");
        if (Tolerance != 0 && !(Tolerance >= KernelSet.LeastTolerance && Tolerance <= KernelSet.LargestTolerance))
            throw Refuse("tolerance", Tolerance, FormattableString.Invariant($"0 or {KernelSet.LeastTolerance} to {KernelSet.LargestTolerance}"));
        if (!(ActiveMarginAngstrom >= 0)) throw Refuse("active margin", ActiveMarginAngstrom, "0 A or more");

        static EngineException Refuse(string option, double value, string range) =>
            new(ErrorCode.BadArguments, FormattableString.Invariant($"The option {option} is {value}; give {range}."));
    }
}
