using Blase3D.Kernels.Contracts;

namespace Blase3D.Engine.Observation;

/// <summary>
/// What the published code does to a spectrum on its way to the detector (its ExtrinsicModel and InstrumentalModel), for comparison with it: kernels of
/// 901 steps that count as 0.01 Angstrom whatever the pixels are (so twice too broad where they are 0.02 Angstrom), no limb darkening, zeros beyond the
/// ends of the spectrum, and the plain mean of the native pixels that fall between the edges of a detector's pixel.
/// </summary>
public static class PublishedBroadening
{
    /// <summary>What the published rotation adds to exp(ln v sin i), in km/s.</summary>
    public const double LeastRotationKmPerS = 0.9;

    /// <summary>What the published instrument adds to exp(ln sigma), in Angstrom.</summary>
    public const double LeastSigmaAngstrom = 0.01;

    private const int HalfSteps = 450;
    private const double StepAngstrom = 0.01;

    // 2 x 3.1415926654 as the published code has it, in single precision.
    private const double TwoPi = (float)(2 * 3.1415926654);

    /// <summary>Broadens by rotation without limb darkening.</summary>
    /// <param name="flux">One value per native pixel.</param>
    /// <param name="medianAngstrom">The median of the native wavelengths, for which the kernel is made.</param>
    /// <param name="rotationKmPerS">v sin i, above 0; wider kernels than 4.5 Angstrom are cut there.</param>
    public static double[] Rotate(ReadOnlySpan<double> flux, double medianAngstrom, double rotationKmPerS)
    {
        var kernel = new double[(2 * HalfSteps) + 1];
        double sum = 0;
        for (int n = 0; n < kernel.Length; n++)
        {
            double x = DopplerShift.LightSpeedKmPerS * Offset(n) / medianAngstrom / rotationKmPerS, square = Math.Min(x * x, 1);
            sum += kernel[n] = square < 0.99999999 ? 2 * Math.Sqrt(1 - square) : 0;
        }

        for (int n = 0; n < kernel.Length; n++) kernel[n] /= sum;
        return Convolve(flux, kernel);
    }

    /// <summary>Broadens by a Gaussian.</summary>
    /// <param name="flux">One value per native pixel.</param>
    /// <param name="sigmaAngstrom">Standard deviation in Angstrom, above 0.</param>
    public static double[] Smooth(ReadOnlySpan<double> flux, double sigmaAngstrom)
    {
        // The root is one of single precision, as in the published code.
        double scale = 1 / (sigmaAngstrom * MathF.Sqrt((float)TwoPi));
        var kernel = new double[(2 * HalfSteps) + 1];
        for (int n = 0; n < kernel.Length; n++)
        {
            double offset = Offset(n);
            kernel[n] = scale * Math.Exp(-0.5 * offset * offset / (sigmaAngstrom * sigmaAngstrom)) * StepAngstrom;
        }

        return Convolve(flux, kernel);
    }

    /// <summary>The means between the edges of pixels, held between 0 and 1.</summary>
    /// <param name="wavelengthAngstrom">The native wavelengths, ascending, beyond the edges on both sides.</param>
    /// <param name="flux">One value per native pixel.</param>
    /// <param name="edgeAngstrom">The edges, ascending; pixel i is from edge i to edge i + 1.</param>
    /// <exception cref="EngineException"><see cref="ErrorCode.BadInput"/>: a pixel holds no native one.</exception>
    public static double[] Resample(double[] wavelengthAngstrom, ReadOnlySpan<double> flux, double[] edgeAngstrom)
    {
        ArgumentNullException.ThrowIfNull(edgeAngstrom);
        var result = new double[edgeAngstrom.Length - 1];
        for (int i = 0; i < result.Length; i++)
        {
            // searchsorted puts a wavelength that equals an edge into the pixel below it.
            int first = LineWindows.SearchSorted(wavelengthAngstrom, Math.BitIncrement(edgeAngstrom[i]));
            int end = LineWindows.SearchSorted(wavelengthAngstrom, Math.BitIncrement(edgeAngstrom[i + 1]));
            if (end <= first)
                throw new EngineException(ErrorCode.BadInput, FormattableString.Invariant($"Between {edgeAngstrom[i]} and {edgeAngstrom[i + 1]} Angstrom lies no pixel of the model; the published resampling needs at least one, so leave out --compat blase."));
            double sum = 0;
            for (int j = first; j < end; j++) sum += flux[j];
            result[i] = Math.Clamp(sum / (end - first), 0, 1);
        }

        return result;
    }

    private static double Offset(int n) => (-HalfSteps * StepAngstrom) + (n * StepAngstrom);

    private static double[] Convolve(ReadOnlySpan<double> flux, double[] kernel)
    {
        var result = new double[flux.Length];
        for (int i = 0; i < flux.Length; i++)
        {
            double sum = 0;
            for (int j = Math.Max(0, i - HalfSteps); j <= Math.Min(flux.Length - 1, i + HalfSteps); j++) sum += flux[j] * kernel[j - i + HalfSteps];
            result[i] = sum;
        }

        return result;
    }
}
