namespace Blase3D.Kernels.Contracts;

/// <summary>
/// Eight Gaussian processes of the same number of observations and inputs, side by side: element e of member m lies at [8 e + m], so that one
/// vector instruction works on all members and no member ever meets another's numbers. Fill the public arrays, then call
/// <see cref="IProcessKernels"/>. A pack is scratch memory for one thread.
/// </summary>
/// <remarks>
/// The covariance is constant * Matern 5/2 with one length per input, plus a variance on the diagonal: c (1 + s + s^2/3) exp(-s),
/// s = sqrt(5 sum_k ((x_k - x'_k) / l_k)^2) (Rasmussen and Williams 2006, equation 4.17).
/// </remarks>
public sealed class ProcessPack
{
    /// <summary>Processes in a pack.</summary>
    public const int Members = 8;

    /// <summary>Rows of a tile of the factor; the order of the matrices is padded to a multiple of it.</summary>
    internal const int Tile = 4;

    /// <summary>Reserves the memory.</summary>
    /// <param name="capacity">Most observations, at least 1.</param>
    /// <param name="dimension">Inputs, at least 1.</param>
    public ProcessPack(int capacity, int dimension)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(dimension, 1);
        (Capacity, Dimension) = (capacity, dimension);
        int rows = Padded(capacity);
        Points = new double[dimension * rows * Members];
        Values = new double[rows * Members];
        InverseLength = new double[dimension * Members];
        Constant = new double[Members];
        Diagonal = new double[Members];
        Weights = new double[rows * Members];
        LogDeterminant = new double[Members];
        Quadratic = new double[Members];
        Scaled = new double[dimension * rows * Members];
        InverseDiagonal = new double[rows * Members];
        Column = new double[2 * rows * Members];
        Covariance = new double[rows * rows * Members];
        Slope = new double[rows * rows * Members];
        Factor = new double[rows * rows * Members];
        Inverse = new double[rows * rows * Members];
    }

    /// <summary>Most observations.</summary>
    public int Capacity { get; }

    /// <summary>Observations that there is room for: the capacity rounded up to a multiple of 4.</summary>
    public int PointStride => Padded(Capacity);

    /// <summary>Inputs d.</summary>
    public int Dimension { get; }

    /// <summary>Observations n of every member, 1 to <see cref="Capacity"/>.</summary>
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

    /// <summary>Inputs: coordinate k of observation i of member m at [8 (k <see cref="PointStride"/> + i) + m], finite.</summary>
    public double[] Points { get; }

    /// <summary>Standardised values y: observation i of member m at [8 i + m].</summary>
    public double[] Values { get; }

    /// <summary>1 / l_k, above 0: input k of member m at [8 k + m].</summary>
    public double[] InverseLength { get; }

    /// <summary>The constants c, above 0.</summary>
    public double[] Constant { get; }

    /// <summary>The variances on the diagonal (noise and jitter), 0 or above.</summary>
    public double[] Diagonal { get; }

    /// <summary>Result of <see cref="IProcessKernels.Condition"/>: K^-1 y, observation i of member m at [8 i + m].</summary>
    public double[] Weights { get; }

    /// <summary>Result: ln det K per member; not finite when its K is not positive definite in double precision.</summary>
    public double[] LogDeterminant { get; }

    /// <summary>Result: y' K^-1 y per member.</summary>
    public double[] Quadratic { get; }

    internal int Rows => Padded(Count);

    internal double[] Scaled { get; }

    internal double[] InverseDiagonal { get; }

    internal double[] Column { get; }

    internal double[] Covariance { get; }

    internal double[] Slope { get; }

    internal double[] Factor { get; }

    internal double[] Inverse { get; }

    private static int Padded(int count) => (count + Tile - 1) / Tile * Tile;
}
