using Blase3D.Kernels;

namespace Blase3D.Engine.Observation;

/// <summary>
/// Turns the spectrum of a star at rest into what the pixels of a detector see: rotation, instrument profile, velocity and the width of the pixels, with
/// the derivative of each. An instance owns scratch memory: use one per concurrent caller.
/// </summary>
/// <remarks>
/// In x = c ln(wavelength) the velocity is a shift, and rotation and instrument are convolutions. The model is sampled once on a <see cref="RestLattice"/>;
/// its discrete Fourier transform is multiplied by the exact transforms of the kernels and by that of the cubic spline through the samples,
/// 3 / (2 + cos k h), so that going back gives the coefficients of a spline. A pixel is the mean of that spline between its edges, which the velocity
/// moves. Nothing that was observed is resampled, nothing depends on how finely a kernel is sampled, and all limits (no rotation, infinite
/// resolution, pixels without width) are ordinary values of the same formulas. The mean of a pixel is one in ln(wavelength); against the mean
/// in wavelength that is w / (2 c) times the change of the flux along the pixel of width w, about 1e-5 of it.
/// Where the model ends and a pixel sees beyond, the pixel is NaN.
/// </remarks>
public sealed class ExtrinsicModel
{
    private readonly StretchModel[] _stretches;

    /// <summary>Prepares evaluations.</summary>
    /// <param name="lattice">Where the model is sampled, and the orders of the detector.</param>
    /// <param name="profile">The instrument.</param>
    public ExtrinsicModel(RestLattice lattice, InstrumentProfile profile)
    {
        ArgumentNullException.ThrowIfNull(lattice);
        ArgumentNullException.ThrowIfNull(profile);
        Lattice = lattice;
        PixelCount = lattice.Orders.Sum(order => order.Count);
        _stretches = [.. lattice.Stretches.Where(stretch => stretch.Orders.Length > 0).Select(stretch => new StretchModel(lattice, stretch, profile))];
    }

    /// <summary>Where the model is sampled.</summary>
    public RestLattice Lattice { get; }

    /// <summary>The number of pixels P of all orders of the lattice, one after the other.</summary>
    public int PixelCount { get; }

    /// <summary>What the pixels see.</summary>
    /// <param name="extrinsics">Velocity, rotation and the like.</param>
    /// <param name="rest">The model at rest on the lattice, length N.</param>
    /// <param name="workers">The threads to use.</param>
    /// <param name="pixels">Receives one value per pixel, length P; NaN where the model ends.</param>
    /// <exception cref="EngineException">BadArguments: a value of the extrinsics is outside of its range.</exception>
    public void Evaluate(Extrinsics extrinsics, double[] rest, Workers workers, double[] pixels) =>
        Evaluate(extrinsics, rest, [], [], workers, pixels, [], []);

    /// <summary>What the pixels see, and how it changes.</summary>
    /// <param name="extrinsics">Velocity, rotation and the like.</param>
    /// <param name="rest">The model at rest on the lattice, length N.</param>
    /// <param name="restSlopes">Derivatives of the model by whatever it depends on, length N each.</param>
    /// <param name="parameters">The extrinsics to differentiate by.</param>
    /// <param name="workers">The threads to use.</param>
    /// <param name="pixels">Receives one value per pixel, length P; NaN where the model ends, as in all derivatives.</param>
    /// <param name="pixelSlopes">Receives the derivatives that belong to <paramref name="restSlopes"/>, length P each.</param>
    /// <param name="parameterSlopes">Receives the derivatives by <paramref name="parameters"/>, length P each.</param>
    /// <exception cref="EngineException">BadArguments: a value of the extrinsics is outside of its range.</exception>
    public void Evaluate(
        Extrinsics extrinsics, double[] rest, IReadOnlyList<double[]> restSlopes, IReadOnlyList<ExtrinsicParameter> parameters, Workers workers,
        double[] pixels, IReadOnlyList<double[]> pixelSlopes, IReadOnlyList<double[]> parameterSlopes)
    {
        ArgumentNullException.ThrowIfNull(rest);
        ArgumentNullException.ThrowIfNull(restSlopes);
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentNullException.ThrowIfNull(workers);
        ArgumentNullException.ThrowIfNull(pixels);
        ArgumentNullException.ThrowIfNull(pixelSlopes);
        ArgumentNullException.ThrowIfNull(parameterSlopes);
        extrinsics.Check();
        double[][] all = [pixels, .. pixelSlopes, .. parameterSlopes];
        foreach (double[] output in all) Array.Fill(output, double.NaN);
        var job = new ExtrinsicJob(extrinsics, rest, restSlopes, parameters, pixels, pixelSlopes, parameterSlopes);
        foreach (StretchModel stretch in _stretches) stretch.Evaluate(job, workers);
    }

    /// <summary>
    /// The transpose: with what is seen of any rest spectrum x being K x, sum_i pixels_i (K x)_i = sum_n rest_n x_n, but for the ends of the lattice, which no
    /// pixel that is not NaN sees.
    /// </summary>
    /// <param name="extrinsics">Velocity, rotation and the like.</param>
    /// <param name="pixels">One value per pixel, length P; 0 where a pixel does not count.</param>
    /// <param name="workers">The threads to use.</param>
    /// <returns>One value per place of the lattice, length N.</returns>
    /// <exception cref="EngineException">BadArguments: a value of the extrinsics is outside of its range.</exception>
    public double[] Transpose(Extrinsics extrinsics, double[] pixels, Workers workers)
    {
        ArgumentNullException.ThrowIfNull(pixels);
        ArgumentNullException.ThrowIfNull(workers);
        extrinsics.Check();
        var rest = new double[Lattice.WavelengthAngstrom.Length];
        foreach (StretchModel stretch in _stretches) stretch.Transpose(extrinsics, pixels, workers, rest);
        return rest;
    }
}

/// <summary>What is asked of an evaluation and where it goes; arrays as in <see cref="ExtrinsicModel.Evaluate(Extrinsics, double[], IReadOnlyList{double[]}, IReadOnlyList{ExtrinsicParameter}, Workers, double[], IReadOnlyList{double[]}, IReadOnlyList{double[]})"/>.</summary>
internal sealed record ExtrinsicJob(
    Extrinsics Extrinsics, double[] Rest, IReadOnlyList<double[]> RestSlopes, IReadOnlyList<ExtrinsicParameter> Parameters,
    double[] Pixels, IReadOnlyList<double[]> PixelSlopes, IReadOnlyList<double[]> ParameterSlopes);
