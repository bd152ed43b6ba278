using Blase3D.Bench.Problems;
using Blase3D.Engine;
using Blase3D.Engine.Grids;
using Blase3D.Engine.Inference;
using Blase3D.Engine.Inference.Observed;
using Blase3D.Engine.Manifolds;
using Blase3D.Engine.Observation;
using Blase3D.Engine.Reconstruction;
using Blase3D.Engine.Spectra;
using Blase3D.Kernels;

namespace Blase3D.Bench.Inference;

/// <summary>Stars of a manifold put on the pixels of two orders of a spectrograph, and their fits with everything free that a telescope adds.</summary>
/// <param name="manifold">The manifold that the stars are made with and fitted by.</param>
internal sealed class ObservedInjections(LineManifold manifold)
{
    private const double ResolvingPower = 55_000;
    private const double LargestRotationKmPerS = 60;

    // Away from the ends of the grid, so that no prior cuts the errors off.
    private static readonly (double Low, double High)[] Drawn = [(4300, 6000), (3.3, 4.7), (-0.5, 0.2), (-80, 80), (4, 25)];

    private readonly double[][] _centers = OrdersOf(manifold.Wavelength[0], manifold.Wavelength[^1]);

    /// <summary>The axes in the order of the values.</summary>
    public static IReadOnlyList<string> AxisNames { get; } = ["teff", "logg", "feh", JointAxes.Velocity, JointAxes.Rotation];

    /// <summary>What all fits have in common.</summary>
    public static ObservationOptions Options { get; } = new()
    {
        Profile = InstrumentProfile.Gaussian(ResolvingPower),
        RotationKmPerS = null,
        LargestRotationKmPerS = LargestRotationKmPerS,
        VelocityRangeKmPerS = (-100, 100),
        Continuum = ContinuumBasis.Chebyshev(3),
        Loss = RobustLoss.Square,
    };

    /// <summary>Draws stars and fits them.</summary>
    /// <param name="count">How many.</param>
    /// <param name="signalToNoise">Of every pixel at the continuum.</param>
    /// <param name="seed">Star n is of seed + n, whatever the other stars are.</param>
    /// <param name="workers">The threads, one star each.</param>
    /// <returns>The stars that were found at all: one that correlates nowhere is refused.</returns>
    public InjectedStar[] Run(int count, double signalToNoise, int seed, Workers workers)
    {
        var stars = new InjectedStar?[count];
        workers.For(count, n => stars[n] = Fit(signalToNoise, new Random(seed + n)));
        return [.. stars.OfType<InjectedStar>()];
    }

    private InjectedStar? Fit(double signalToNoise, Random random)
    {
        double[] truth = [.. Drawn.Select(range => range.Low + (random.NextDouble() * (range.High - range.Low)))];
        StarObservation star = StarObservation.Of("star", Observe(truth, signalToNoise, random), manifold.Wavelength[0], manifold.Wavelength[^1], Options);
        var options = new InferenceOptions { Likelihood = new LikelihoodOptions { ModelError = 0 }, Scheme = InterpolationScheme.Cubic, DecidingLines = 0 };
        try
        {
            InferenceResult result = ObservedStarInference.Infer(manifold, star, [], Options, options, KernelSet.Best, Workers.OneThread).Inference;
            return new InjectedStar(truth, result.Value, result.Error, result.Seconds, result.Flags);
        }
        catch (EngineException failure) when (failure.Code == ErrorCode.BadInput)
        {
            return null;
        }
    }

    // Every order has a continuum of its own, and the noise of its counts.
    private List<Spectrum> Observe(double[] truth, double signalToNoise, Random random)
    {
        DetectorPixels[] pixels = [.. _centers.Select(DetectorPixels.FromCenters)];
        RestLattice lattice = RestLattice.Under(pixels, -100, 100, LargestRotationKmPerS + 40, manifold.Wavelength[0], manifold.Wavelength[^1]);
        var rest = new double[lattice.WavelengthAngstrom.Length];
        new SpectrumReconstructor(manifold, new ReconstructionOptions { Scheme = InterpolationScheme.Cubic }, KernelSet.Best, lattice.WavelengthAngstrom)
            .Reconstruct(truth.AsSpan(0, 3), Workers.OneThread, rest);
        var model = new ExtrinsicModel(lattice, Options.Profile);
        var seen = new double[model.PixelCount];
        model.Evaluate(new Extrinsics(truth[3], truth[4]), rest, Workers.OneThread, seen);
        var orders = new List<Spectrum>();
        int first = 0;
        for (int order = 0; order < _centers.Length; order++)
        {
            double[] center = _centers[order], flux = new double[center.Length], sigma = new double[center.Length];
            double slope = random.NextDouble() - 0.5, bend = 0.4 * random.NextDouble();
            for (int i = 0; i < center.Length; i++)
            {
                double t = (2.0 * i / center.Length) - 1, level = 2e4 * (order + 1) * (1 + (slope * t) - (bend * t * t));
                sigma[i] = level / signalToNoise;
                flux[i] = (level * seen[first + i]) + (sigma[i] * LineProblem.NextNormal(random));
            }

            first += center.Length;
            orders.Add(new Spectrum(center, flux, sigma, "star") { Order = order });
        }

        return orders;
    }

    // Two orders that overlap, of pixels of 2.2 km/s, far enough inside that no velocity or rotation leads out of the manifold.
    private static double[][] OrdersOf(double low, double high)
    {
        double margin = 1.0007, middle = 0.5 * (low + high), overlap = 0.05 * (high - low), step = 2.2 / DopplerShift.LightSpeedKmPerS;
        return [Order(low * margin, middle + overlap), Order(middle - overlap, high / margin)];

        double[] Order(double from, double to) => [.. Enumerable.Range(0, (int)(Math.Log(to / from) / step)).Select(i => from * Math.Exp(i * step))];
    }
}

/// <summary>One star and what was found.</summary>
/// <param name="Truth">The injected values.</param>
/// <param name="Value">Those found.</param>
/// <param name="Error">Their quoted errors.</param>
/// <param name="Seconds">What the fit took.</param>
/// <param name="Flags">What the fit said.</param>
internal sealed record InjectedStar(double[] Truth, double[] Value, double[] Error, double Seconds, IReadOnlyList<string> Flags)
{
    /// <summary>Found minus injected over the quoted error.</summary>
    /// <param name="axis">The axis.</param>
    public double Pull(int axis) => (Value[axis] - Truth[axis]) / Error[axis];
}
