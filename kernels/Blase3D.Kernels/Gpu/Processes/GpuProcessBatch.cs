using Blase3D.Kernels.Contracts;
using Blase3D.Kernels.Gpu.Devices;

namespace Blase3D.Kernels.Gpu.Processes;

/// <summary>
/// A <see cref="ProcessBatch"/> on a device, a group of work-items per process. Factors, weights and observations stay there from call to call; parameters
/// and candidates go there, and results come back, for the whole batch. What belongs to packs that are not wanted is not touched on either side.
/// </summary>
internal sealed class GpuProcessBatch : ProcessBatch
{
    // Groups of candidates that share a run, each with memory for its solutions: as many as keep a large card busy.
    private const int LargestPredictionGroups = 4096;

    private readonly IComputeCommands _commands;
    private readonly DeviceInts _wanted;
    private readonly List<DeviceReals> _columns = [];
    private readonly DeviceReals _points, _values, _inverseLength, _constant, _diagonal, _logDeterminant, _quadratic, _slopes;
    private readonly DeviceReals _candidate, _mean, _sigma, _meanSlopes, _sigmaSlopes, _candidates, _means, _sigmas;
    private readonly DeviceReals _scaled, _factor, _inverseDiagonal, _weights, _solved;
    private double[] _received = [];
    private int _packs;

    public GpuProcessBatch(IComputeDevice device, int packs, int capacity, int dimension)
        : base(packs, capacity, dimension)
    {
        _commands = device.CreateCommands();
        _wanted = new DeviceInts(_commands);
        (_points, _values, _inverseLength, _constant, _diagonal) = (Column(), Column(), Column(), Column(), Column());
        (_logDeterminant, _quadratic, _slopes) = (Column(), Column(), Column());
        (_candidate, _mean, _sigma, _meanSlopes, _sigmaSlopes) = (Column(), Column(), Column(), Column(), Column());
        (_candidates, _means, _sigmas) = (Column(), Column(), Column());
        (_scaled, _factor, _inverseDiagonal, _weights, _solved) = (Column(), Column(), Column(), Column(), Column());
        try
        {
            long places = (long)packs * Members, rows = PointStride;
            if (places * rows * Math.Max(rows, dimension) > int.MaxValue)
                throw new ComputeDeviceException(DeviceFailure.OutOfMemory, $"{places} Gaussian processes of {rows} observations are more than one batch on {device.Name} can have.");
            _factor.Reserve(places * rows * rows);
            _scaled.Reserve(places * rows * dimension);
            _inverseDiagonal.Reserve(places * rows);
            _weights.Reserve(places * rows);
            foreach (DeviceReals column in new[] { _logDeterminant, _quadratic, _mean, _sigma }) column.Reserve(places);
            foreach (DeviceReals column in new[] { _meanSlopes, _sigmaSlopes }) column.Reserve(places * dimension);
            _slopes.Reserve(places * (dimension + 2));
        }
        catch (ComputeDeviceException)
        {
            Release();
            throw;
        }
    }

    private int Groups => _packs * Members;

    public override void Observe()
    {
        _points.Write(Points);
        _values.Write(Values);
    }

    public override void Condition(Workers workers)
    {
        if (!ChooseWanted(workers)) return;
        _inverseLength.Write(InverseLength);
        _constant.Write(Constant);
        _diagonal.Write(Diagonal);
        Run("condition_processes", Groups,
        [
            Count, PointStride, Dimension, _wanted.Buffer, _points.Buffer, _values.Buffer, _inverseLength.Buffer, _constant.Buffer, _diagonal.Buffer,
            _scaled.Buffer, _factor.Buffer, _inverseDiagonal.Buffer, _weights.Buffer, _logDeterminant.Buffer, _quadratic.Buffer,
        ]);
        Receive(_logDeterminant, LogDeterminant);
        Receive(_quadratic, Quadratic);
    }

    public override void DifferentiateLikelihood(Workers workers)
    {
        if (!ChooseWanted(workers)) return;
        Run("likelihood_slopes", Groups,
        [
            Count, PointStride, Dimension, _wanted.Buffer, _constant.Buffer, _diagonal.Buffer, _scaled.Buffer, _factor.Buffer, _inverseDiagonal.Buffer, _weights.Buffer, _slopes.Buffer,
        ]);
        Receive(_slopes, LikelihoodSlopes);
    }

    public override void Predict(double[] candidates, double[] means, double[] sigmas, Workers workers)
    {
        ArgumentNullException.ThrowIfNull(candidates);
        ArgumentNullException.ThrowIfNull(means);
        ArgumentNullException.ThrowIfNull(sigmas);
        int count = CandidatesOf(candidates, means, sigmas);
        if (count == 0 || !ChooseWanted(workers)) return;
        _candidates.Write(candidates);
        _means.Reserve(means.Length);
        _sigmas.Reserve(sigmas.Length);
        int chunks = (count + KernelProgram.GroupSize - 1) / KernelProgram.GroupSize, groups = Groups * chunks;
        int together = ReserveSolutions(Math.Min(groups, LargestPredictionGroups));
        for (int from = 0; from < groups; from += together)
        {
            workers.Cancellation.ThrowIfCancellationRequested();
            Run("predict_processes", Math.Min(together, groups - from),
            [
                Count, PointStride, Dimension, _wanted.Buffer, count, from, _constant.Buffer, _inverseLength.Buffer, _scaled.Buffer, _factor.Buffer, _inverseDiagonal.Buffer,
                _weights.Buffer, _candidates.Buffer, _solved.Buffer, _means.Buffer, _sigmas.Buffer,
            ]);
        }

        Receive(_means, means);
        Receive(_sigmas, sigmas);
    }

    public override void PredictWithGradient(Workers workers)
    {
        if (!ChooseWanted(workers)) return;
        _candidate.Write(Candidate);
        Run("predict_slopes", Groups,
        [
            Count, PointStride, Dimension, _wanted.Buffer, _constant.Buffer, _inverseLength.Buffer, _scaled.Buffer, _factor.Buffer, _inverseDiagonal.Buffer, _weights.Buffer,
            _candidate.Buffer, _mean.Buffer, _sigma.Buffer, _meanSlopes.Buffer, _sigmaSlopes.Buffer,
        ]);
        Receive(_mean, Mean);
        Receive(_sigma, Sigma);
        Receive(_meanSlopes, MeanSlopes);
        Receive(_sigmaSlopes, SigmaSlopes);
    }

    private protected override void Release()
    {
        foreach (DeviceReals column in _columns) column.Release();
        _wanted.Release();
        _commands.Dispose();
    }

    // Fewer groups share a run where the memory does not suffice.
    private int ReserveSolutions(int groups)
    {
        while (true)
        {
            try
            {
                _solved.Reserve((long)groups * PointStride * KernelProgram.GroupSize);
                return groups;
            }
            catch (ComputeDeviceException failure) when (failure.Failure == DeviceFailure.OutOfMemory && groups > 1)
            {
                groups /= 2;
            }
        }
    }

    private void Run(string kernel, int groups, ReadOnlySpan<ComputeArgument> arguments) =>
        _commands.Run(_commands.Kernel(KernelProgram.Processes, kernel), groups, arguments);

    // False when no pack is wanted.
    private bool ChooseWanted(Workers workers)
    {
        ArgumentNullException.ThrowIfNull(workers);
        workers.Cancellation.ThrowIfCancellationRequested();
        int[] wanted = [.. Enumerable.Range(0, Packs).Where(pack => Wanted[pack])];
        _packs = wanted.Length;
        if (_packs > 0) _wanted.Write(wanted);
        return _packs > 0;
    }

    private void Receive(DeviceReals column, double[] target)
    {
        if (_packs == Packs)
        {
            column.Read(target);
            return;
        }

        if (_received.Length < target.Length) _received = new double[target.Length];
        column.Read(_received.AsSpan(0, target.Length));
        int length = target.Length / Packs;
        for (int pack = 0; pack < Packs; pack++)
        {
            if (Wanted[pack]) _received.AsSpan(pack * length, length).CopyTo(target.AsSpan(pack * length));
        }
    }

    private DeviceReals Column()
    {
        var column = new DeviceReals(_commands, GpuPrecision.Binary64);
        _columns.Add(column);
        return column;
    }
}
