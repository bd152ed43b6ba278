using Blase3D.Engine.Reconstruction.Resident;
using Blase3D.Kernels;
using Blase3D.Kernels.Contracts;
using Blase3D.Kernels.Gpu.Devices;

namespace Blase3D.Engine.Inference.Batches;

public sealed partial class ReconstructedObjectives
{
    private readonly Lock _residing = new();
    private readonly Dictionary<int, (IResidentColumn Data, IResidentColumn? Weight)> _stars = [];
    private readonly ManifoldResidence _residence;
    private readonly bool _ownsResidence;
    private bool _isTooLarge;

    /// <summary>Receives a sentence about the memory of a device before it is used, or why it is not.</summary>
    public Action<string>? Note { get; init; }

    /// <summary>Frees the memory of a device, but for a manifold that the caller keeps there.</summary>
    public void Dispose()
    {
        ForgetStars();
        if (_ownsResidence) _residence.Dispose();
        else _residence.Trim();
    }

    // False when there is no device, or its memory does not suffice.
    private bool TryEvaluateResident(List<Model> models, IReadOnlyList<ObjectiveRequest> requests, Workers workers, Span<double> values)
    {
        if (!_residence.Serves) return false;
        lock (_residing)
        {
            if (_isTooLarge) return false;
            var found = new double[values.Length];
            try
            {
                foreach (IGrouping<int, Model> frame in models.GroupBy(model => model.Frame)) EvaluateResident(frame.Key, [.. frame], requests, workers, found);
                found.CopyTo(values);
                return true;
            }
            catch (ComputeDeviceException failure) when (failure.Failure == DeviceFailure.OutOfMemory)
            {
                _isTooLarge = true;
                ForgetStars();
                _residence.Dispose();
                Note?.Invoke($"The lines are interpolated on the processor, because the manifold does not stay on the device: {failure.Message}");
                return false;
            }
        }
    }

    private void EvaluateResident(int frame, List<Model> models, IReadOnlyList<ObjectiveRequest> requests, Workers workers, double[] values)
    {
        ResidentReconstruction device = _residence.On(_frames[frame], Note);
        List<Model> inside = models.FindAll(model => device.IsInside(model.Point));
        foreach (int request in models.Except(inside).SelectMany(model => model.Requests)) values[request] = double.NaN;
        device.ForBatches(
            [.. inside.Select(model => model.Point)],
            (from, to) =>
            {
                (int Request, int Point)[] pairs = [.. Enumerable.Range(from, to - from).SelectMany(n => inside[n].Requests.Select(request => (request, n - from)))];
                Compare(device, [.. pairs.Where(pair => !_targets[requests[pair.Request].Star].DependsOnTeff)], requests, values);
                foreach ((int Request, int Point) pair in pairs.Where(pair => _targets[requests[pair.Request].Star].DependsOnTeff)) Compare(device, [pair], requests, values);
            },
            workers.Cancellation);
    }

    // Stars stay on the device. When they have no room any more, all make way, and fewer are compared at a time.
    private void Compare(ResidentReconstruction device, (int Request, int Point)[] pairs, IReadOnlyList<ObjectiveRequest> requests, double[] values)
    {
        if (pairs.Length == 0) return;
        try
        {
            CompareTogether(device, pairs, requests, values);
        }
        catch (ComputeDeviceException failure) when (failure.Failure == DeviceFailure.OutOfMemory && _stars.Count > 0)
        {
            ForgetStars();
            if (pairs.Length == 1)
            {
                CompareTogether(device, pairs, requests, values);
                return;
            }

            Compare(device, pairs[..(pairs.Length / 2)], requests, values);
            Compare(device, pairs[(pairs.Length / 2)..], requests, values);
        }
    }

    private void CompareTogether(ResidentReconstruction device, (int Request, int Point)[] pairs, IReadOnlyList<ObjectiveRequest> requests, double[] values)
    {
        // A spectrum that the temperature of the point normalises is another one every time.
        var passing = new List<IResidentColumn>();
        try
        {
            var columns = new (int Point, IResidentColumn Data, IResidentColumn? Weight)[pairs.Length];
            for (int n = 0; n < pairs.Length; n++)
            {
                ObjectiveRequest request = requests[pairs[n].Request];
                (IResidentColumn? data, IResidentColumn? weight) = StarOn(device, request.Star);
                if (data is null)
                {
                    data = device.Upload(_targets[request.Star].FluxAt(request.Point[_teffAxis], new double[_frames[_frameOf[request.Star]].Length]));
                    passing.Add(data);
                }

                columns[n] = (pairs[n].Point, data, weight);
            }

            var sums = new double[3 * pairs.Length];
            device.Compare(columns, sums);
            for (int n = 0; n < pairs.Length; n++) values[pairs[n].Request] = ValueOf(sums[3 * n], sums[(3 * n) + 1]);
        }
        finally
        {
            foreach (IResidentColumn column in passing) column.Dispose();
        }
    }

    private (IResidentColumn? Data, IResidentColumn? Weight) StarOn(ResidentReconstruction device, int star)
    {
        if (_stars.TryGetValue(star, out (IResidentColumn Data, IResidentColumn? Weight) known))
            return _targets[star].DependsOnTeff ? (null, known.Weight) : (known.Data, known.Weight);
        IResidentColumn data = device.Upload(_targets[star].DependsOnTeff ? [] : _targets[star].FluxAt(0, []));
        try
        {
            _stars.Add(star, (data, _weights[star] is { } weight ? device.Upload(weight) : null));
        }
        catch (ComputeDeviceException)
        {
            data.Dispose();
            throw;
        }

        return StarOn(device, star);
    }

    private void ForgetStars()
    {
        foreach ((IResidentColumn data, IResidentColumn? weight) in _stars.Values)
        {
            data.Dispose();
            weight?.Dispose();
        }

        _stars.Clear();
    }
}
