using Blase3D.Engine.Spectra;

namespace Blase3D.Engine.Preprocessing;

/// <summary>
/// Brings a model spectrum to about 1 between its lines: flux / blackbody(Teff) / percentile / continuum. Holds only its options;
/// any thread may use it.
/// </summary>
/// <remarks>
/// The continuum goes through the highest pixels of flux / blackbody: peaks at least
/// min(<see cref="PreprocessingOptions.ContinuumDistancePixels"/>,
/// P / 8) pixels apart, or the highest pixel if there is no peak. Its degree is <see cref="PreprocessingOptions.ContinuumDegree"/>, at most
/// anchors / 2 - 1, at least 0, and is lowered until the polynomial is above 0 at every pixel. In published mode neither distance
/// nor degree adapts.
/// </remarks>
public sealed class Preprocessor
{
    private readonly PreprocessingOptions _options;

    /// <summary>Makes a preprocessor.</summary>
    /// <param name="options">Percentile, continuum, mode.</param>
    /// <exception cref="EngineException"><see cref="ErrorCode.BadArguments"/>: an option is out of its range.</exception>
    public Preprocessor(PreprocessingOptions options)
    {
        options.Check();
        _options = options;
    }

    /// <summary>Preprocesses one spectrum.</summary>
    /// <param name="wavelengthAngstrom">Vacuum wavelengths in Angstrom, strictly ascending, length P of at least 8.</param>
    /// <param name="flux">Flux per wavelength in any unit (the percentile takes the scale away), finite, length P.</param>
    /// <param name="teffKelvin">Effective temperature in K, above 0.</param>
    /// <exception cref="EngineException"><see cref="ErrorCode.BadInput"/>: the arrays or Teff cannot be used; the sentence has the
    /// value and the pixel.</exception>
    public PreprocessedSpectrum Preprocess(ReadOnlySpan<double> wavelengthAngstrom, ReadOnlySpan<double> flux, double teffKelvin)
    {
        SpectrumRules.RequireSameLength(wavelengthAngstrom.Length, flux.Length);
        SpectrumRules.RequireWavelengths(wavelengthAngstrom);
        SpectrumRules.RequireFinite(flux, "flux");
        if (!flux.ContainsAnyExcept(0.0))
            throw SpectrumRules.Bad($"The flux is 0 at all {flux.Length} pixels; a spectrum is needed.");

        double[] blackbody = new double[flux.Length];
        Blackbody.SurfaceFlux(wavelengthAngstrom, teffKelvin, blackbody);
        double[] result = new double[flux.Length];
        for (int i = 0; i < result.Length; i++)
            result[i] = flux[i] / blackbody[i];
        SpectrumRules.RequireFinite(result, $"flux over the blackbody of {FormattableString.Invariant($"{teffKelvin}")} K");
        return _options.Published
            ? DividePublished(wavelengthAngstrom, result, blackbody)
            : Divide(wavelengthAngstrom, result, blackbody);
    }

    private PreprocessedSpectrum Divide(ReadOnlySpan<double> wavelengthAngstrom, double[] values, double[] blackbody)
    {
        double percentile = Percentile.Of(values, _options.Percentile);
        if (!(percentile > 0))
            throw SpectrumRules.Bad(
                $"The percentile {_options.Percentile} of flux over blackbody is {percentile}; it must be above 0: ask for a higher one.");
        for (int i = 0; i < values.Length; i++)
            values[i] /= percentile;

        int[] anchors = ContinuumAnchors.Find(values, _options.ContinuumDistancePixels);
        double[] continuum = new double[values.Length];
        int degree = ContinuumAnchors.Degree(_options.ContinuumDegree, anchors.Length);
        for (; degree >= 0; degree--)
        {
            var polynomial = new ContinuumPolynomial(wavelengthAngstrom, anchors, degree);
            polynomial.Fit(values);
            for (int i = 0; i < continuum.Length; i++)
                continuum[i] = polynomial.At(wavelengthAngstrom[i]);
            if (FirstNotPositive(continuum) < 0)
                break;
        }
        return Finish(values, blackbody, percentile, continuum, anchors, degree);
    }

    private PreprocessedSpectrum DividePublished(ReadOnlySpan<double> wavelengthAngstrom, double[] values, double[] blackbody)
    {
        int[] anchors = PeakFinder.Find(values, _options.ContinuumDistancePixels);
        if (anchors.Length == 0)
            throw SpectrumRules.Bad(
                $"Flux over blackbody has no peak in {values.Length} pixels for the published continuum; use the default one.");
        PublishedContinuum fit = PublishedContinuum.Fit(wavelengthAngstrom, values, anchors, _options.ContinuumDegree);
        double[] continuum = new double[values.Length];
        fit.Evaluate(wavelengthAngstrom, continuum);
        return Finish(values, blackbody, 1, continuum, anchors, _options.ContinuumDegree - 1);
    }

    private static PreprocessedSpectrum Finish(
        double[] values, double[] blackbody, double percentile, double[] continuum, int[] anchors, int degree)
    {
        int bad = FirstNotPositive(continuum);
        if (bad >= 0)
            throw SpectrumRules.Bad(
                $"The continuum through {anchors.Length} anchors is {continuum[bad]} at pixel {bad}, not above 0: is the flux negative?");
        for (int i = 0; i < values.Length; i++)
            values[i] /= continuum[i];
        return new PreprocessedSpectrum(values, blackbody, percentile, continuum, anchors, degree);
    }

    private static int FirstNotPositive(ReadOnlySpan<double> values)
    {
        for (int i = 0; i < values.Length; i++)
        {
            if (!(values[i] > 0))
                return i;
        }
        return -1;
    }
}
