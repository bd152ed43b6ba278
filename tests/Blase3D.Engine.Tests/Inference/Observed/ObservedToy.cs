using Blase3D.Engine.Inference.Observed;
using Blase3D.Engine.Manifolds;
using Blase3D.Engine.Observation;
using Blase3D.Engine.Reconstruction;
using Blase3D.Engine.Spectra;
using Blase3D.Kernels;
using Xunit;

namespace Blase3D.Engine.Tests.Inference.Observed;

/// <summary>Stars of the toy manifold as an echelle spectrograph with two overlapping orders sees them.</summary>
internal static class ObservedToy
{
    // Pixels of 2.7 km/s; the second order has a gap.
    private static readonly double[][] Centers =
    [
        [.. Enumerable.Range(0, 80).Select(i => 8501.5 + (0.077 * i))],
        [.. Enumerable.Range(0, 96).Where(i => i is < 30 or > 35).Select(i => 8506 + (0.078 * i))],
    ];

    public static InstrumentProfile Profile { get; } = InstrumentProfile.Gaussian(55_000);

    // The toy's lines are 17 km/s apart and all alike, so that it correlates at every 17 km/s.
    public static ObservationOptions Options { get; } = new()
    {
        Profile = Profile, RotationKmPerS = null, LargestRotationKmPerS = 40, Continuum = ContinuumBasis.Chebyshev(3), VelocityRangeKmPerS = (-46, -29), Loss = RobustLoss.Square,
    };

    /// <summary>The orders; the signal to noise is infinite without a seed.</summary>
    public static List<Spectrum> Orders(double[] point, Extrinsics at, double signalToNoise, int? seed, double moved = 1) =>
        See(ToyManifold.Whole, [.. Centers.Select(order => Array.ConvertAll(order, w => w * moved))], point, at, signalToNoise, seed, 4 * moved);

    /// <summary>Orders of any pixels of a star of any manifold, on a continuum that bends over so many Angstrom; its spectrum at rest is the manifold's times a factor.</summary>
    public static List<Spectrum> See(
        LineManifold manifold, double[][] centers, double[] point, Extrinsics at, double signalToNoise, int? seed, double bendAngstrom, Func<double, double>? factor = null)
    {
        DetectorPixels[] pixels = [.. centers.Select(DetectorPixels.FromCenters)];
        RestLattice lattice = RestLattice.Under(pixels, -160, 160, 80, manifold.Wavelength[0], manifold.Wavelength[^1], 0.25);
        var reconstructor = new SpectrumReconstructor(manifold, new ReconstructionOptions(), KernelSet.Best, lattice.WavelengthAngstrom);
        var rest = new double[lattice.WavelengthAngstrom.Length];
        reconstructor.Reconstruct(point, Workers.OneThread, rest);
        for (int n = 0; factor is not null && n < rest.Length; n++) rest[n] *= factor(lattice.WavelengthAngstrom[n]);
        var model = new ExtrinsicModel(lattice, Profile);
        var seen = new double[model.PixelCount];
        model.Evaluate(at, rest, Workers.OneThread, seen);

        var random = new Random(seed ?? 0);
        var orders = new List<Spectrum>();
        int first = 0;
        for (int n = 0; n < centers.Length; n++)
        {
            double[] flux = new double[centers[n].Length], sigma = new double[flux.Length];
            for (int i = 0; i < flux.Length; i++)
            {
                double t = (centers[n][i] - centers[n][40]) / bendAngstrom, level = 4e-13 * (n + 1) * (1 + (0.3 * t) - (0.5 * t * t));
                sigma[i] = level / signalToNoise;
                flux[i] = (level * seen[first + i]) + (seed is null ? 0 : sigma[i] * Normal(random));
            }

            first += flux.Length;
            orders.Add(new Spectrum(centers[n], flux, sigma, "toy") { Order = n });
        }

        return orders;
    }

    public static StarObservation Star(IReadOnlyList<Spectrum> orders, ObservationOptions? options = null) =>
        StarObservation.Of("toy", orders, ToyManifold.Wavelength[0], ToyManifold.Wavelength[^1], options ?? Options);

    /// <summary>Compares the derivatives of the squares of a misfit along all axes with central differences.</summary>
    public static void AssertDerivatives(JointMisfit misfit, double[] point, double[] step, (double[] Lower, double[] Upper) box)
    {
        ArgumentNullException.ThrowIfNull(misfit);
        Assert.True(misfit.TryDerivatives(point, box, [.. Enumerable.Range(0, point.Length)], out double[] residual, out double[][] jacobian));
        double[] analytic = [.. jacobian.Select(column => 2 * Enumerable.Range(0, residual.Length).Where(i => !double.IsNaN(residual[i])).Sum(i => column[i] * residual[i]))];
        for (int d = 0; d < point.Length; d++)
        {
            double difference = (Squares(d, step[d]) - Squares(d, -step[d])) / (2 * step[d]);
            Assert.Equal(difference, analytic[d], (1e-4 * Math.Abs(analytic[d])) + 1e-7);
            Assert.NotEqual(0, analytic[d]);
        }

        double Squares(int d, double by)
        {
            double[] moved = [.. point];
            moved[d] += by;
            Assert.True(misfit.TrySquares(moved, out double squares, out _));
            return squares;
        }
    }

    private static double Normal(Random random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
