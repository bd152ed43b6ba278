using Blase3D.Engine.Observation;
using Blase3D.Kernels;

namespace Blase3D.Engine.Inference.Observed;

/// <summary>
/// What the detectors of all exposures of a star see: one lattice under all of them, and for every exposure its own instrument and, where the axes have several, its own
/// velocity.
/// </summary>
internal sealed class ExposureViews
{
    private readonly JointAxes _joint;
    private readonly List<View> _views = [];
    private readonly double _widestKmPerS;

    /// <summary>Lays the lattice.</summary>
    /// <param name="star">The pixels.</param>
    /// <param name="joint">The axes; the lattice is laid for their ranges.</param>
    /// <param name="observation">The instruments.</param>
    /// <param name="shortestAngstrom">Where the model begins.</param>
    /// <param name="longestAngstrom">Where it ends.</param>
    /// <param name="profiles">The instrument of every exposure; those that the lines have been widened by already change nothing any more.</param>
    public ExposureViews(
        StarObservation star, JointAxes joint, ObservationOptions observation, double shortestAngstrom, double longestAngstrom, Func<int, InstrumentProfile>? profiles = null)
    {
        _joint = joint;
        int[] velocities = [.. Enumerable.Range(0, joint.Velocities).Select(joint.VelocityAxis)];
        double low = velocities.Min(axis => joint.Axes.Values(axis)[0]), high = velocities.Max(axis => joint.Axes.Values(axis)[^1]);
        int[] exposures = [.. star.Exposures.Distinct()];
        double[] frames = [.. exposures.Select(observation.FrameVelocityOf)];
        double factor = observation.ResolutionFactorRange?.Low ?? 1;
        profiles ??= observation.ProfileOf;
        double widest = exposures.Max(e => observation.ProfileOf(e).ReachKmPerS(star.Wavelength.Min(), star.Wavelength.Max()));
        double reach = joint.Axes.Values(joint.Stellar + 1)[^1] + (widest / factor);
        _widestKmPerS = exposures.Max(e => profiles(e).ReachKmPerS(star.Wavelength.Min(), star.Wavelength.Max()));
        Lattice = RestLattice.Under(star.Pixels, DopplerShift.Sum(low, -frames.Max()), DopplerShift.Sum(high, -frames.Min()), reach, shortestAngstrom, longestAngstrom);
        int first = 0;
        for (int view = 0; view < exposures.Length; view++)
        {
            int exposure = exposures[view];
            int[] orders = [.. Enumerable.Range(0, star.Orders.Count).Where(n => star.Exposures[n] == exposure)];
            RestLattice own = exposures.Length == 1 ? Lattice : Lattice.For(orders);
            _views.Add(new View(view, frames[view], first, new ExtrinsicModel(own, profiles(exposure))));
            first += _views[^1].Model.PixelCount;
        }

        PixelCount = first;
    }

    /// <summary>Where the star at rest is evaluated.</summary>
    public RestLattice Lattice { get; }

    /// <summary>The pixels of all orders of all exposures.</summary>
    public int PixelCount { get; }

    /// <summary>What the pixels see, and how it changes.</summary>
    /// <param name="point">One value per axis.</param>
    /// <param name="rest">The star at rest.</param>
    /// <param name="restSlopes">Derivatives of it.</param>
    /// <param name="axes">The axes behind those of the manifold to differentiate by.</param>
    /// <param name="workers">The threads to use.</param>
    /// <param name="seen">Receives one value per pixel, NaN where the model ends.</param>
    /// <param name="slopes">Receives the derivatives that belong to <paramref name="restSlopes"/>.</param>
    /// <param name="axisSlopes">Receives the derivatives by <paramref name="axes"/>.</param>
    public void Evaluate(
        ReadOnlySpan<double> point, double[] rest, IReadOnlyList<double[]> restSlopes, IReadOnlyList<int> axes, Workers workers,
        double[] seen, IReadOnlyList<double[]> slopes, IReadOnlyList<double[]> axisSlopes)
    {
        if (_views.Count == 1)
        {
            _views[0].Model.Evaluate(At(point, _views[0]), rest, restSlopes, [.. axes.Select(_joint.ParameterOf)], workers, seen, slopes, axisSlopes);
            return;
        }

        foreach (View view in _views)
        {
            // The velocities of other exposures change nothing here.
            int velocity = _joint.VelocityAxis(view.Velocity);
            int[] own = [.. Enumerable.Range(0, axes.Count).Where(k => axes[k] == velocity || _joint.ParameterOf(axes[k]) != ExtrinsicParameter.Velocity)];
            double[][] part = [.. Enumerable.Range(0, 1 + slopes.Count + own.Length).Select(_ => new double[view.Model.PixelCount])];
            double[][] stellar = part[1..(1 + slopes.Count)], others = part[(1 + slopes.Count)..];
            view.Model.Evaluate(At(point, view), rest, restSlopes, [.. own.Select(k => _joint.ParameterOf(axes[k]))], workers, part[0], stellar, others);
            part[0].CopyTo(seen, view.First);
            for (int k = 0; k < slopes.Count; k++) stellar[k].CopyTo(slopes[k], view.First);
            for (int k = 0; k < axes.Count; k++)
            {
                int at = Array.IndexOf(own, k);
                if (at >= 0) others[at].CopyTo(axisSlopes[k], view.First);
                else Array.Clear(axisSlopes[k], view.First, view.Model.PixelCount);
            }
        }
    }

    /// <summary>The transpose of what the pixels see, see <see cref="ExtrinsicModel.Transpose"/>.</summary>
    /// <param name="point">One value per axis.</param>
    /// <param name="pixels">One value per pixel.</param>
    /// <param name="workers">The threads to use.</param>
    /// <param name="velocity">The exposures of this velocity alone; null for all.</param>
    public double[] Transpose(ReadOnlySpan<double> point, double[] pixels, Workers workers, int? velocity = null)
    {
        var sum = new double[Lattice.WavelengthAngstrom.Length];
        foreach (View view in _views)
        {
            if (velocity is { } axis && _joint.VelocityAxis(view.Velocity) != axis) continue;
            double[] part = view.Model.Transpose(At(point, view), pixels.AsSpan(view.First, view.Model.PixelCount).ToArray(), workers);
            for (int n = 0; n < sum.Length; n++) sum[n] += part[n];
        }

        return sum;
    }

    /// <summary>The velocity of the star in the frame of every pixel's wavelength, in km/s.</summary>
    /// <param name="point">One value per axis.</param>
    public double[] VelocityOfPixels(ReadOnlySpan<double> point)
    {
        var velocity = new double[PixelCount];
        foreach (View view in _views) velocity.AsSpan(view.First, view.Model.PixelCount).Fill(At(point, view).VelocityKmPerS);
        return velocity;
    }

    /// <summary>About the standard deviation of what rotation and instrument do to a line, in km/s; of the widest instrument.</summary>
    /// <param name="point">One value per axis.</param>
    public double BroadeningKmPerS(ReadOnlySpan<double> point)
    {
        Extrinsics extrinsics = _joint.ExtrinsicsOf(point);
        double instrument = _widestKmPerS / (GaussianProfile.ReachSigma * extrinsics.ResolutionFactor);
        return Math.Sqrt((instrument * instrument) + (0.25 * extrinsics.RotationKmPerS * extrinsics.RotationKmPerS));
    }

    // The derivative by the velocity in the wanted frame is that by the velocity in the exposure's to one in a million, which nothing here depends on.
    private Extrinsics At(ReadOnlySpan<double> point, View view)
    {
        Extrinsics extrinsics = _joint.ExtrinsicsOf(point, view.Velocity);
        return extrinsics with { VelocityKmPerS = DopplerShift.Sum(extrinsics.VelocityKmPerS, -view.FrameKmPerS) };
    }

    private sealed record View(int Velocity, double FrameKmPerS, int First, ExtrinsicModel Model);
}
