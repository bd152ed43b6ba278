using System.Collections.Concurrent;
using Blase3D.Kernels.Contracts;
using Blase3D.Kernels.Gpu.Devices;

namespace Blase3D.Kernels.Gpu;

/// <summary>
/// The kernels of lines on a device, behind the same contracts as those of the processor. Memory and queues are pooled: there are as many as calls
/// run at the same time, however many instances are made.
/// </summary>
public static class GpuKernelSet
{
    /// <summary>Makes the set.</summary>
    /// <remarks>
    /// The kernels are exact in their precision, whatever tolerance is asked for. Small Gaussian processes are computed in doubles in either case;
    /// a device that has none leaves them to the processor.
    /// </remarks>
    /// <param name="device">The device; the caller disposes of it when the work is done.</param>
    /// <param name="precision">Double or single.</param>
    /// <param name="note">Receives a sentence when the processor does what the device has no room for; null when nobody listens.</param>
    /// <exception cref="ComputeDeviceException">The device has no double precision.</exception>
    public static KernelSet Create(IComputeDevice device, GpuPrecision precision, Action<string>? note = null)
    {
        ArgumentNullException.ThrowIfNull(device);
        if (precision == GpuPrecision.Binary64 && !device.HasDoublePrecision)
        {
            throw new ComputeDeviceException(
                DeviceFailure.Unsupported,
                $"The device {device.Name} has no double precision; give --kernels single for results good to 1e-5, choose another device, or give --backend cpu.");
        }

        string name = $"{device.Backend}-{(precision == GpuPrecision.Binary32 ? "single" : "double")}";
        var kernels = new Pool<GpuLineKernels>(() => new GpuLineKernels(name, device, precision));
        var tangents = new Pool<GpuLineTangent>(() => new GpuLineTangent(device, precision));
        return new KernelSet(
            name,
            isSupported: true,
            _ => new PooledKernels(name, kernels, problem => new Resident.GpuLineDescent(device, precision, problem)),
            () => new PooledTangent(tangents),
            device.HasDoublePrecision ? new Processes.GpuProcessKernels(device, KernelSet.Best.Processes, note) : KernelSet.Best.Processes,
            rows => new Resident.GpuResidentRows(device, precision, rows));
    }

    private sealed class Pool<T>(Func<T> create)
    {
        private readonly ConcurrentBag<T> _spare = [];

        public TResult With<TResult>(Func<T, TResult> work)
        {
            T one = _spare.TryTake(out T? known) ? known : create();
            try
            {
                return work(one);
            }
            finally
            {
                _spare.Add(one);
            }
        }
    }

    private sealed class PooledKernels(string name, Pool<GpuLineKernels> pool, Func<DescentProblem, ILineDescent> begin) : ILineKernels, ILineDescents
    {
        public string Name => name;

        public void Forward(LineModel model, LineTable lines, LineWindows windows, double[] wavelength, Workers workers, double[] transmission) =>
            pool.With(one =>
            {
                one.Forward(model, lines, windows, wavelength, workers, transmission);
                return true;
            });

        public (double Sum, int Pixels) SquaredResidual(
            LineModel model, LineTable lines, LineWindows windows, double[] wavelength, double[] data, double[]? weight, Workers workers) =>
            pool.With(one => one.SquaredResidual(model, lines, windows, wavelength, data, weight, workers));

        public void Gradient(
            LineModel model,
            LineTable lines,
            LineWindows windows,
            double[] wavelength,
            double[] transmission,
            double[] cotangent,
            Workers workers,
            LineGradient gradient) =>
            pool.With(one =>
            {
                one.Gradient(model, lines, windows, wavelength, transmission, cotangent, workers, gradient);
                return true;
            });

        public ILineDescent? Begin(DescentProblem problem)
        {
            ArgumentNullException.ThrowIfNull(problem);
            try
            {
                return begin(problem);
            }
            catch (ComputeDeviceException failure) when (failure.Failure == DeviceFailure.OutOfMemory)
            {
                return null;
            }
        }
    }

    private sealed class PooledTangent(Pool<GpuLineTangent> pool) : ILineTangent
    {
        public void Evaluate(
            LineModel model,
            LineTable lines,
            LineWindows windows,
            double[] wavelength,
            double[] transmission,
            IReadOnlyList<LineTable> directions,
            Workers workers,
            IReadOnlyList<double[]> derivatives) =>
            pool.With(one =>
            {
                one.Evaluate(model, lines, windows, wavelength, transmission, directions, workers, derivatives);
                return true;
            });
    }
}
