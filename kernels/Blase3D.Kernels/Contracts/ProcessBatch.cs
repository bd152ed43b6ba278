namespace Blase3D.Kernels.Contracts;

/// <summary>
/// Gaussian processes of the same number of observations and inputs, in packs of eight side by side: element e of member m of pack q lies at
/// [8 (q n + e) + m] of an array with n elements per process, so that one vector instruction works on all members and no member ever meets
/// another's numbers. A process' numbers depend neither on the others nor on which place it has. Fill the public arrays, then call the
/// operations, each of which works on all wanted packs in one go. For one caller at a time.
/// </summary>
/// <remarks>
/// The covariance is constant * Matern 5/2 with one length per input, plus a variance on the diagonal: c (1 + s + s^2/3) exp(-s),
/// s = sqrt(5 sum_k ((x_k - x'_k) / l_k)^2) (Rasmussen and Williams 2006, equation 4.17).
/// </remarks>
public abstract class ProcessBatch : IDisposable
{
    /// <summary>Processes in a pack.</summary>
    public const int Members = 8;

    /// <summary>Rows of a tile of the factor; the order of the matrices is padded to a multiple of it.</summary>
    internal const int Tile = 4;

    private protected ProcessBatch(int packs, int capacity, int dimension)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(packs, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(dimension, 1);
        (Packs, Capacity, Dimension) = (packs, capacity, dimension);
        int rows = PointStride, places = packs * Members;
        Points = new double[dimension * rows * places];
        Values = new double[rows * places];
        InverseLength = new double[dimension * places];
        Constant = new double[places];
        Diagonal = new double[places];
        LogDeterminant = new double[places];
        Quadratic = new double[places];
        LikelihoodSlopes = new double[(dimension + 2) * places];
        Candidate = new double[dimension * places];
        Mean = new double[places];
        Sigma = new double[places];
        MeanSlopes = new double[dimension * places];
        SigmaSlopes = new double[dimension * places];
        Wanted = new bool[packs];
        Array.Fill(Wanted, true);
    }

    /// <summary>Packs of eight.</summary>
    public int Packs { get; }

    /// <summary>Most observations of a process.</summary>
    public int Capacity { get; }

    /// <summary>Observations that there is room for: the capacity rounded up to a multiple of 4.</summary>
    public int PointStride => Padded(Capacity);

    /// <summary>Inputs d.</summary>
    public int Dimension { get; }

    /// <summary>Observations n of every process, 1 to <see cref="Capacity"/>.</summary>
    public int Count
    {
        get;
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, Capacity);
            field = value;
        }
    } = 1;

    /// <summary>The packs that the operations work on, all at first; what belongs to the others stays as it is.</summary>
    public bool[] Wanted { get; }

    /// <summary>
    /// Inputs: coordinate k of observation i is element k <see cref="PointStride"/> + i of d <see cref="PointStride"/>, finite. Read by
    /// <see cref="Observe"/>.
    /// </summary>
    public double[] Points { get; }

    /// <summary>Standardised values y: element i of <see cref="PointStride"/>. Read by <see cref="Observe"/>.</summary>
    public double[] Values { get; }

    /// <summary>1 / l_k, above 0: element k of d. Read by <see cref="Condition"/>.</summary>
    public double[] InverseLength { get; }

    /// <summary>The constants c, above 0, one per process. Read by <see cref="Condition"/>.</summary>
    public double[] Constant { get; }

    /// <summary>The variances on the diagonal (noise and jitter), 0 or above. Read by <see cref="Condition"/>.</summary>
    public double[] Diagonal { get; }

    /// <summary>Result of <see cref="Condition"/>: ln det K; not finite when K is not positive definite in double precision.</summary>
    public double[] LogDeterminant { get; }

    /// <summary>Result of <see cref="Condition"/>: y' K^-1 y.</summary>
    public double[] Quadratic { get; }

    /// <summary>
    /// Result of <see cref="DifferentiateLikelihood"/>: the derivatives of the log marginal likelihood by ln c, ln l_1 .. ln l_d and
    /// ln diagonal, elements 0 to d + 1 of d + 2.
    /// </summary>
    public double[] LikelihoodSlopes { get; }

    /// <summary>Where <see cref="PredictWithGradient"/> predicts: coordinate k is element k of d.</summary>
    public double[] Candidate { get; }

    /// <summary>Result of <see cref="PredictWithGradient"/>: the standardised means.</summary>
    public double[] Mean { get; }

    /// <summary>Result of <see cref="PredictWithGradient"/>: the standardised deviations of the noise-free functions, 0 or above.</summary>
    public double[] Sigma { get; }

    /// <summary>Result of <see cref="PredictWithGradient"/>: derivatives of the means by the coordinates, elements 0 to d - 1 of d.</summary>
    public double[] MeanSlopes { get; }

    /// <summary>Result of <see cref="PredictWithGradient"/>: derivatives of the deviations; 0 where these are 0.</summary>
    public double[] SigmaSlopes { get; }

    internal int Rows => Padded(Count);

    /// <summary>Where an element of a process lies in an array.</summary>
    /// <param name="place">The process: 8 times its pack plus its member.</param>
    /// <param name="elements">Elements per process of that array.</param>
    /// <param name="element">Which.</param>
    public static int At(int place, int elements, int element) => ((((place / Members) * elements) + element) * Members) + (place % Members);

    /// <summary>Takes points and values as they are now; to be called when they or <see cref="Count"/> have changed, before <see cref="Condition"/>.</summary>
    /// <exception cref="Gpu.Devices.ComputeDeviceException">The device fails.</exception>
    public abstract void Observe();

    /// <summary>
    /// Fills the covariances, factors K = L L' and solves for the weights, the log determinants and the quadratic forms
    /// (Rasmussen and Williams 2006, algorithm 2.1).
    /// </summary>
    /// <param name="workers">The threads to use on this machine.</param>
    /// <exception cref="Gpu.Devices.ComputeDeviceException">The device fails.</exception>
    public abstract void Condition(Workers workers);

    /// <summary>The derivatives of the likelihood after <see cref="Condition"/>: 1/2 tr((w w' - K^-1) dK/dtheta) with w the weights (equation 5.9).</summary>
    /// <param name="workers">The threads to use on this machine.</param>
    /// <exception cref="Gpu.Devices.ComputeDeviceException">The device fails.</exception>
    public abstract void DifferentiateLikelihood(Workers workers);

    /// <summary>The posterior at m candidates of every process, after <see cref="Condition"/>.</summary>
    /// <param name="candidates">Coordinate k of candidate j is element j d + k of m d.</param>
    /// <param name="means">Receives the standardised means, element j of m.</param>
    /// <param name="sigmas">Receives the standardised deviations of the noise-free functions, 0 or above, element j of m.</param>
    /// <param name="workers">The threads to use on this machine.</param>
    /// <exception cref="Gpu.Devices.ComputeDeviceException">The device fails.</exception>
    public abstract void Predict(double[] candidates, double[] means, double[] sigmas, Workers workers);

    /// <summary>The posterior at <see cref="Candidate"/> of every process and its gradient, after <see cref="Condition"/>.</summary>
    /// <param name="workers">The threads to use on this machine.</param>
    /// <exception cref="Gpu.Devices.ComputeDeviceException">The device fails.</exception>
    public abstract void PredictWithGradient(Workers workers);

    /// <summary>Gives back what is not this process' memory.</summary>
    public void Dispose()
    {
        Release();
        GC.SuppressFinalize(this);
    }

    /// <summary>Gives back the memory of a device; nothing to do without one.</summary>
    private protected virtual void Release()
    {
    }

    /// <summary>The candidates per process of a call of <see cref="Predict"/>.</summary>
    private protected int CandidatesOf(double[] candidates, double[] means, double[] sigmas)
    {
        int count = means.Length / (Packs * Members);
        ArgumentOutOfRangeException.ThrowIfNotEqual(means.Length, count * Packs * Members);
        ArgumentOutOfRangeException.ThrowIfNotEqual(sigmas.Length, means.Length);
        ArgumentOutOfRangeException.ThrowIfNotEqual(candidates.Length, means.Length * Dimension);
        return count;
    }

    private static int Padded(int count) => (count + Tile - 1) / Tile * Tile;
}
