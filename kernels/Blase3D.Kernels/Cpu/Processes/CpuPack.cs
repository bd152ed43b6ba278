using Blase3D.Kernels.Contracts;

namespace Blase3D.Kernels.Cpu.Processes;

/// <summary>One pack of a batch: where its part of the batch's arrays begins, and matrices of its own, row-major, of the padded order.</summary>
internal sealed class CpuPack
{
    private const int Members = ProcessBatch.Members;
    private readonly ProcessBatch batch;
    private readonly int index;

    public CpuPack(ProcessBatch batch, int index)
    {
        (this.batch, this.index) = (batch, index);
        int rows = batch.PointStride;
        Weights = new double[rows * Members];
        Scaled = new double[batch.Dimension * rows * Members];
        InverseDiagonal = new double[rows * Members];
        Column = new double[2 * rows * Members];
        Covariance = new double[rows * rows * Members];
        Slope = new double[rows * rows * Members];
        Factor = new double[rows * rows * Members];
        Inverse = new double[rows * rows * Members];
    }

    public int Count => batch.Count;

    public int Rows => batch.Rows;

    public int PointStride => batch.PointStride;

    public int Dimension => batch.Dimension;

    public ref double Points => ref batch.Points[index * Dimension * PointStride * Members];

    public ref double Values => ref batch.Values[index * PointStride * Members];

    public ref double InverseLength => ref batch.InverseLength[index * Dimension * Members];

    public ref double Constant => ref batch.Constant[index * Members];

    public ref double Diagonal => ref batch.Diagonal[index * Members];

    public ref double Quadratic => ref batch.Quadratic[index * Members];

    public ref double LikelihoodSlopes => ref batch.LikelihoodSlopes[index * (Dimension + 2) * Members];

    public ref double Candidate => ref batch.Candidate[index * Dimension * Members];

    public ref double Mean => ref batch.Mean[index * Members];

    public ref double Sigma => ref batch.Sigma[index * Members];

    public ref double MeanSlopes => ref batch.MeanSlopes[index * Dimension * Members];

    public ref double SigmaSlopes => ref batch.SigmaSlopes[index * Dimension * Members];

    public Span<double> LogDeterminant => batch.LogDeterminant.AsSpan(index * Members, Members);

    /// <summary>K^-1 y.</summary>
    public double[] Weights { get; }

    /// <summary>Points over lengths.</summary>
    public double[] Scaled { get; }

    public double[] InverseDiagonal { get; }

    public double[] Column { get; }

    public double[] Covariance { get; }

    public double[] Slope { get; }

    public double[] Factor { get; }

    /// <summary>The inverse of the factor.</summary>
    public double[] Inverse { get; }
}
