using Blase3D.Engine.Grids;
using Blase3D.Engine.Reconstruction.Resident;
using Blase3D.Kernels;
using Blase3D.Kernels.Gpu.Devices;

namespace Blase3D.Engine.Reconstruction;

public sealed partial class BatchReconstruction
{
    // One point does not repay bringing its nodes to a device.
    private const int LeastResidentPoints = 2;

    private readonly Lock _residing = new();
    private ResidentManifold? _resident;
    private ResidentReconstruction? _device;
    private bool _isTooLarge;

    /// <summary>Receives a sentence about the memory of a device before it is used, or why it is not.</summary>
    public Action<string>? Note { get; init; }

    /// <summary>Frees the memory of a device.</summary>
    public void Dispose()
    {
        _device?.Dispose();
        _resident?.Dispose();
        (_device, _resident) = (null, null);
    }

    // False when there is no device, or its memory does not suffice; whatever was written is then made again.
    private bool TryFillResident(GridPoints points, Workers workers, IReadOnlyList<double[]> spectra, Action<double>? progress)
    {
        if (!ResidentManifold.Serves(_manifold, _options, _kernels)) return false;
        lock (_residing)
        {
            if (_isTooLarge) return false;
            try
            {
                FillResident(points, workers, spectra, progress);
                return true;
            }
            catch (ComputeDeviceException failure) when (failure.Failure == DeviceFailure.OutOfMemory)
            {
                _isTooLarge = true;
                Dispose();
                Note?.Invoke($"The lines are interpolated on the processor, because the manifold does not stay on the device: {failure.Message}");
                return false;
            }
        }
    }

    private void FillResident(GridPoints points, Workers workers, IReadOnlyList<double[]> spectra, Action<double>? progress)
    {
        int[] order = [.. Pieces(points, points.Count).SelectMany(piece => piece)];
        int[] nodes = ResidentReconstruction.NodesOf(_manifold, _options.Scheme ?? _manifold.Scheme, order.Select(n => points[n].ToArray()));
        if (_resident is null || nodes.Any(node => _resident.RowOf(node) < 0))
        {
            int[] known = [.. Enumerable.Range(0, _manifold.NodePresent.Length).Where(node => _resident?.RowOf(node) >= 0)];
            Dispose();
            _resident = new ResidentManifold(_manifold, _kernels, [.. known.Union(nodes).Order()]);
            _device = new ResidentReconstruction(_resident, _options, _wavelength ?? _manifold.Wavelength);
            Note?.Invoke(_device.Prediction);
        }

        double[][] ordered = [.. order.Select(n => points[n].ToArray())];
        _device!.ForBatches(
            ordered,
            (from, to) =>
            {
                for (int n = from; n < to; n++) _device.Read(n - from, spectra[order[n]]);
                progress?.Invoke((double)to / order.Length);
            },
            workers.Cancellation);
    }
}
