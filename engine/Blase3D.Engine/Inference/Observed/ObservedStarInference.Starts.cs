using Blase3D.Engine.Manifolds;
using Blase3D.Engine.Reconstruction;
using Blase3D.Kernels;

namespace Blase3D.Engine.Inference.Observed;

/// <content>Where a fit begins: the velocity of the cross-correlation, and points spread over the prior.</content>
public static partial class ObservedStarInference
{
    private const int MostTemplates = 6;
    private const int StartsPerAxis = 3;
    private const int ScanSteps = 26;

    private static (CoarseVelocityResult Best, double Rotation) Velocity(
        LineManifold manifold, StarObservation star, ParameterPrior prior, ObservationOptions observation, ReconstructionOptions reconstruction, KernelSet kernels, Workers workers)
    {
        var correlation = new CoarseVelocity(star, observation, manifold.Wavelength[0], manifold.Wavelength[^1]);
        var reconstructor = new SpectrumReconstructor(manifold, reconstruction, kernels, correlation.TemplateWavelength);
        int dimensions = manifold.Axes.Dimensions, teff = Math.Max(0, manifold.Axes.Names.ToList().IndexOf("teff"));
        double[] template = [];
        CoarseVelocityResult? best = null;
        double rotation = observation.RotationKmPerS ?? Math.Min(5, observation.LargestRotationKmPerS);
        for (int n = 0; n < MostTemplates; n++)
        {
            double[] point = prior.Center[..dimensions], flux = new double[correlation.TemplateWavelength.Length];
            point = manifold.Axes.Clamp(point);
            point[teff] = prior.Lower[teff] + ((prior.Upper[teff] - prior.Lower[teff]) * (n + 0.5) / MostTemplates);
            try
            {
                reconstructor.Reconstruct(point, workers, flux);
            }
            catch (EngineException failure) when (failure.Code == ErrorCode.OutOfRange)
            {
                continue;
            }

            CoarseVelocityResult result = correlation.Correlate(flux, rotation, observation.LimbDarkening, workers);
            if (best is null || result.Gain > best.Gain) (best, template) = (result, flux);
            if (prior.Upper[teff] == prior.Lower[teff]) break;
        }

        if (best is null) throw new EngineException(ErrorCode.OutOfRange, $"No template in the middle of the prior lies in a complete cell of the manifold ({manifold.Axes.DescribeRange()}); narrow the prior.");
        if (observation.RotationKmPerS is not null) return (best, rotation);
        foreach (double faster in new[] { 15.0, 40, 90, 200 })
        {
            if (faster > observation.LargestRotationKmPerS) break;
            CoarseVelocityResult result = correlation.Correlate(template, faster, observation.LimbDarkening, workers);
            if (result.Gain > best.Gain) (best, rotation) = (result, faster);
        }

        return (best, rotation);
    }

    // A few values along every free axis of the star, at the velocity and rotation of the cross-correlation.
    private static IEnumerable<double[]> Starts(ParameterPrior prior, JointAxes joint, double[] velocity, double rotation)
    {
        double[] center = prior.Center;
        for (int n = 0; n < velocity.Length; n++)
        {
            int axis = joint.VelocityAxis(n);
            center[axis] = Math.Clamp(velocity[n], prior.Lower[axis], prior.Upper[axis]);
        }

        center[joint.Stellar + 1] = Math.Clamp(rotation, prior.Lower[joint.Stellar + 1], prior.Upper[joint.Stellar + 1]);
        IEnumerable<double[]> points = [center];
        foreach (int d in prior.FreeAxes.Where(axis => axis < joint.Stellar))
        {
            int count = joint.Axes.Names[d] == "teff" ? MostTemplates : StartsPerAxis;
            points = points.SelectMany(point => Enumerable.Range(0, count).Select(n =>
            {
                double[] moved = [.. point];
                moved[d] = prior.Lower[d] + ((prior.Upper[d] - prior.Lower[d]) * (n + 0.5) / count);
                return moved;
            }));
        }

        return points;
    }

    // Across the whole prior on the axes of the star, the others as the descents left them: of two valleys the starts may have led into the shallower one.
    private static IEnumerable<double[]> Along(ParameterPrior prior, JointAxes joint, double[] point) =>
        from axis in prior.FreeAxes.Where(axis => axis < joint.Stellar)
        from step in Enumerable.Range(0, ScanSteps + 1)
        select (double[])[.. point[..axis], prior.Lower[axis] + ((prior.Upper[axis] - prior.Lower[axis]) * step / ScanSteps), .. point[(axis + 1)..]];
}
