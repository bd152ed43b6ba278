namespace Blase3D.Engine.Inference.BayesianOptimization;

/// <summary>How the first points are spread.</summary>
public enum InitialDesign
{
    /// <summary>Independent uniform points.</summary>
    Random,

    /// <summary>Sobol points with a random digital shift (up to ten dimensions).</summary>
    Sobol,
}

/// <summary>Value that stands in for an evaluation that is still running (the constant liar of Ginsbourger et al. 2010).</summary>
public enum ConstantLiar
{
    /// <summary>The lowest value seen: spreads the batch most.</summary>
    Minimum,

    /// <summary>The mean of the values seen.</summary>
    Mean,

    /// <summary>The highest value seen.</summary>
    Maximum,
}

/// <summary>
/// A box around the best point that most candidates come from (the idea of Eriksson et al. 2019): it grows after successes and
/// shrinks after failures. Sides are fractions of the bounds' range, stretched along long length scales.
/// </summary>
/// <param name="InitialSide">Side at the start and after a restart.</param>
/// <param name="SmallestSide">A smaller side restarts from <paramref name="InitialSide"/>.</param>
/// <param name="LargestSide">The side grows no further.</param>
/// <param name="SuccessesToGrow">Improvements in a row that double the side.</param>
/// <param name="FailuresToShrink">Guided evaluations in a row without improvement that halve the side.</param>
/// <param name="FreeShare">Part of the candidates, 0 to 1, that comes from the whole range all the same.</param>
public sealed record TrustRegionOptions(
    double InitialSide = 0.8,
    double SmallestSide = 1e-4,
    double LargestSide = 2,
    int SuccessesToGrow = 3,
    int FailuresToShrink = 3,
    double FreeShare = 0.2);

/// <summary>Settings of a <see cref="BayesianOptimizer"/>; start from <see cref="Default"/> or <see cref="Published"/>.</summary>
public sealed record OptimizerOptions
{
    /// <summary>
    /// What scikit-optimize 0.9 does by default and the published results used: fitted noise, a hedge of EI, LCB and PI with
    /// xi = 0.01 and kappa = 1.96, no trust region.
    /// </summary>
    public static OptimizerOptions Published { get; } = new()
    {
        Noise = NoiseModel.Fitted,
        Acquisitions =
        [
            new Acquisition(AcquisitionKind.ExpectedImprovement),
            new Acquisition(AcquisitionKind.LowerConfidenceBound),
            new Acquisition(AcquisitionKind.ProbabilityOfImprovement),
        ],
        TrustRegion = null,
        CandidateCount = 10_000,

        // The original begins every fit anew from all starts; going on from the last one in between finds the same at a quarter of the time.
        FitsPerFullFit = 5,
        FitLimits = new QuasiNewtonLimits(),
    };

    /// <summary>
    /// For a deterministic objective: no noise, log expected improvement, a trust region, fits that start from the last one.
    /// </summary>
    public static OptimizerOptions Default { get; } = new();

    /// <summary>Noise model.</summary>
    public NoiseModel Noise { get; init; } = NoiseModel.NoiseFree;

    /// <summary>Ranges of the covariance parameters.</summary>
    public KernelBounds KernelBounds { get; init; } = new();

    /// <summary>Random starts of a full fit, besides the default start; 0 or above.</summary>
    public int FitRestarts { get; init; } = 2;

    /// <summary>
    /// Every so many fits all starts are tried, in between only the last fit is continued; 1: always all starts.
    /// </summary>
    public int FitsPerFullFit { get; init; } = 10;

    /// <summary>When a fit stops; the default is coarse since the next fit goes on from it.</summary>
    public QuasiNewtonLimits FitLimits { get; init; } = new(RelativeDecrease: 1e-6, GradientTolerance: 1e-3);

    /// <summary>One acquisition, or several between which a hedge chooses by its gains.</summary>
    public IReadOnlyList<Acquisition> Acquisitions { get; init; } =
        [new Acquisition(AcquisitionKind.LogExpectedImprovement, Xi: 1e-4, XiIsRelative: true)];

    /// <summary>Sharpness of the hedge: probability proportional to exp(eta gain).</summary>
    public double HedgeEta { get; init; } = 1;

    /// <summary>Points that are told or asked for before the model guides; at least 1.</summary>
    public int InitialPoints { get; init; } = 10;

    /// <summary>How the first points are spread.</summary>
    public InitialDesign InitialDesign { get; init; } = InitialDesign.Random;

    /// <summary>Stand-in value of pending points.</summary>
    public ConstantLiar Liar { get; init; } = ConstantLiar.Minimum;

    /// <summary>Random candidates per proposal, at least 1.</summary>
    public int CandidateCount { get; init; } = 2_000;

    /// <summary>Best candidates that are polished by a bounded quasi-Newton method.</summary>
    public int PolishCount { get; init; } = 5;

    /// <summary>Most iterations of a polish.</summary>
    public int PolishIterations { get; init; } = 20;

    /// <summary>The box that candidates come from; null: always the whole range.</summary>
    public TrustRegionOptions? TrustRegion { get; init; } = new();

    /// <summary>
    /// A proposal differs from all earlier and pending points by more than this fraction of the range in at least one coordinate.
    /// </summary>
    public double MinimumSeparation { get; init; } = 1e-7;

    internal void Check()
    {
        Require(FitRestarts >= 0, nameof(FitRestarts), FitRestarts, "0 or above");
        Require(FitsPerFullFit >= 1, nameof(FitsPerFullFit), FitsPerFullFit, "1 or above");
        Require(Acquisitions.Count >= 1, nameof(Acquisitions) + ".Count", Acquisitions.Count, "1 or above");
        Require(InitialPoints >= 1, nameof(InitialPoints), InitialPoints, "1 or above");
        Require(CandidateCount >= 1, nameof(CandidateCount), CandidateCount, "1 or above");
        Require(PolishCount >= 0, nameof(PolishCount), PolishCount, "0 or above");
        Require(PolishIterations >= 0, nameof(PolishIterations), PolishIterations, "0 or above");
        Require(MinimumSeparation is >= 0 and <= 1e-3, nameof(MinimumSeparation), MinimumSeparation, "0 to 0.001");
        Require(HedgeEta >= 0, nameof(HedgeEta), HedgeEta, "0 or above");
        RequireRange(nameof(KernelBounds.ConstantLow), KernelBounds.ConstantLow, KernelBounds.ConstantHigh);
        RequireRange(nameof(KernelBounds.LengthLow), KernelBounds.LengthLow, KernelBounds.LengthHigh);
        RequireRange(nameof(KernelBounds.NoiseLow), KernelBounds.NoiseLow, KernelBounds.NoiseHigh);
        if (TrustRegion is not null)
        {
            Require(TrustRegion.SmallestSide > 0, nameof(TrustRegion.SmallestSide), TrustRegion.SmallestSide, "above 0");
            Require(
                TrustRegion.InitialSide >= TrustRegion.SmallestSide,
                nameof(TrustRegion.InitialSide),
                TrustRegion.InitialSide,
                "the smallest side or above");
            Require(TrustRegion.FreeShare is >= 0 and <= 1, nameof(TrustRegion.FreeShare), TrustRegion.FreeShare, "0 to 1");
            Require(TrustRegion.SuccessesToGrow >= 1, nameof(TrustRegion.SuccessesToGrow), TrustRegion.SuccessesToGrow, "1 or above");
            Require(TrustRegion.FailuresToShrink >= 1, nameof(TrustRegion.FailuresToShrink), TrustRegion.FailuresToShrink, "1 or above");
        }
    }

    private static void RequireRange(string name, double low, double high) =>
        Require(low > 0 && low <= high && double.IsFinite(high), name, low, FormattableString.Invariant($"above 0 to {high}, finite"));

    private static void Require(bool holds, string name, double value, string range)
    {
        if (!holds)
        {
            throw new EngineException(
                ErrorCode.BadArguments,
                FormattableString.Invariant($"The optimiser option {name} is {value}; the range is {range}: correct it."));
        }
    }
}
