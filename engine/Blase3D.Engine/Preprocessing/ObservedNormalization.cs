using Blase3D.Engine.Spectra;

namespace Blase3D.Engine.Preprocessing;

/// <summary>
/// Normalises an observed spectrum at any candidate temperature the way a grid is normalised: flux / blackbody(Teff) / continuum.
/// The continuum's anchors are found once, with a reference temperature, and the polynomial is refitted through them at each temperature,
/// so that the result is a smooth function of Teff; a percentile is not needed, since any scale goes into the polynomial.
/// Several threads may ask it; they take turns, because it keeps scratch memory.
/// </summary>
public sealed class ObservedNormalization
{
    /// <summary>By how much of the flux noise may lift an anchor.</summary>
    public const double AnchorError = 0.01;

    // No mean is of more than this share of the pixels, or lines would be no lines any more.
    private const int MostStretches = 128;

    private readonly Lock _turn = new();
    private readonly double[] _wavelengthAngstrom;
    private readonly double[] _flux;
    private readonly double[] _divided;
    private readonly int[] _anchors;
    private readonly int[][] _around;
    private readonly double[] _level;
    private readonly ContinuumPolynomial _polynomial;

    /// <summary>Finds the anchors and the degree with the rule of <see cref="Preprocessor"/>, among the pixels that are not NaN.</summary>
    /// <param name="wavelengthAngstrom">Vacuum wavelengths in Angstrom, strictly ascending, length P; copied.</param>
    /// <param name="flux">Flux per wavelength in any unit; NaN marks pixels to leave out; at least 8 others; copied.</param>
    /// <param name="referenceTeffKelvin">A temperature near the star's, in K, above 0.</param>
    /// <param name="options">Distance and degree of the continuum; published mode is refused.</param>
    /// <param name="noiseShare">
    /// The noise of a pixel over its flux, 0 or more. The highest of many noisy pixels lies some standard deviations too high, so that anchors are sought among
    /// means of as many pixels as bring that below <see cref="AnchorError"/>; 0 takes the pixels as they are.
    /// </param>
    /// <exception cref="EngineException">
    /// <see cref="ErrorCode.BadInput"/>: the arrays or Teff cannot be used; <see cref="ErrorCode.BadArguments"/>: an option is out
    /// of its range.
    /// </exception>
    public ObservedNormalization(
        ReadOnlySpan<double> wavelengthAngstrom, ReadOnlySpan<double> flux, double referenceTeffKelvin, PreprocessingOptions options, double noiseShare = 0)
    {
        options.Check();
        if (options.Published)
            throw new EngineException(
                ErrorCode.BadArguments, "The published continuum is not smooth in Teff; normalise observed spectra with the default one.");
        SpectrumRules.RequireSameLength(wavelengthAngstrom.Length, flux.Length);
        SpectrumRules.RequireWavelengths(wavelengthAngstrom);
        int[] used = Used(flux);
        _wavelengthAngstrom = wavelengthAngstrom.ToArray();
        _flux = flux.ToArray();
        _divided = new double[flux.Length];
        Divide(referenceTeffKelvin);

        // Peaks are sought in the used pixels side by side: a gap is neither a peak nor a wall.
        double[] usedDivided = Array.ConvertAll(used, i => _divided[i]);
        SpectrumRules.RequireFinite(usedDivided, "flux over blackbody");
        int reach = Reach(noiseShare, used.Length);
        int[] anchors = ContinuumAnchors.Find(reach == 0 ? usedDivided : Means(usedDivided, reach), options.ContinuumDistancePixels);
        _anchors = Array.ConvertAll(anchors, k => used[k]);
        _around = Array.ConvertAll(anchors, k => used[Math.Max(0, k - reach)..Math.Min(used.Length, k + reach + 1)]);
        _level = new double[flux.Length];
        _polynomial = FirstPositive(used, ContinuumAnchors.Degree(options.ContinuumDegree, anchors.Length));
    }

    /// <summary>The pixels that the continuum goes through, ascending.</summary>
    public IReadOnlyList<int> Anchors => _anchors;

    /// <summary>The degree of the continuum polynomial.</summary>
    public int Degree => _polynomial.Degree;

    /// <summary>The number of pixels P.</summary>
    public int Count => _flux.Length;

    /// <summary>Normalises at a temperature, without any allocation.</summary>
    /// <param name="teffKelvin">Effective temperature in K, above 0.</param>
    /// <param name="destination">
    /// Length P; about 1 between lines. NaN where the flux is NaN, and where the continuum is not above 0 (far from the reference
    /// temperature only).
    /// </param>
    /// <exception cref="EngineException"><see cref="ErrorCode.BadInput"/>: the temperature is not positive and finite.</exception>
    public void Normalize(double teffKelvin, Span<double> destination)
    {
        using Lock.Scope turn = _turn.EnterScope();
        Divide(teffKelvin);
        Fit(_polynomial);
        for (int i = 0; i < _divided.Length; i++)
        {
            double continuum = _polynomial.At(_wavelengthAngstrom[i]);
            destination[i] = continuum > 0 ? _divided[i] / continuum : double.NaN;
        }
    }

    /// <summary>What a flux is multiplied by at a temperature, for example to normalise its errors.</summary>
    /// <param name="teffKelvin">Effective temperature in K, above 0.</param>
    /// <param name="destination">Length P; receives 1 / (blackbody x continuum), NaN where the continuum is not above 0.</param>
    /// <exception cref="EngineException"><see cref="ErrorCode.BadInput"/>: the temperature is not positive and finite.</exception>
    public void Scale(double teffKelvin, Span<double> destination)
    {
        using Lock.Scope turn = _turn.EnterScope();
        Divide(teffKelvin);
        Fit(_polynomial);
        Blackbody.SurfaceFlux(_wavelengthAngstrom, teffKelvin, destination);
        for (int i = 0; i < destination.Length; i++)
        {
            double continuum = _polynomial.At(_wavelengthAngstrom[i]);
            destination[i] = continuum > 0 ? 1 / (destination[i] * continuum) : double.NaN;
        }
    }

    // Of n pixels of noise s the highest is about sqrt(2 ln n), 3.5 for the usual stretches, standard deviations too high.
    private static int Reach(double noiseShare, int pixels)
    {
        const double highest = 3.5;
        double wanted = Math.Pow(highest * noiseShare / AnchorError, 2);
        return noiseShare > 0 ? (int)Math.Min(0.5 * wanted, pixels / MostStretches) : 0;
    }

    private static double[] Means(double[] values, int reach)
    {
        var mean = new double[values.Length];
        for (int i = 0; i < mean.Length; i++) mean[i] = MeanOf(values.AsSpan(Math.Max(0, i - reach)..Math.Min(values.Length, i + reach + 1)));
        return mean;
    }

    private static double MeanOf(ReadOnlySpan<double> values)
    {
        double sum = 0;
        foreach (double value in values) sum += value;
        return sum / values.Length;
    }

    // One pixel is its own mean to the last bit.
    private void Fit(ContinuumPolynomial polynomial)
    {
        for (int k = 0; k < _anchors.Length; k++)
        {
            double sum = 0;
            foreach (int i in _around[k]) sum += _divided[i];
            _level[_anchors[k]] = sum / _around[k].Length;
        }

        polynomial.Fit(_level);
    }

    private static int[] Used(ReadOnlySpan<double> flux)
    {
        var used = new List<int>(flux.Length);
        bool anything = false;
        for (int i = 0; i < flux.Length; i++)
        {
            if (double.IsInfinity(flux[i]))
                throw SpectrumRules.Bad($"The flux of pixel {i} is {flux[i]}; it must be finite, or NaN to leave the pixel out.");
            if (double.IsNaN(flux[i]))
                continue;
            used.Add(i);
            anything |= flux[i] != 0;
        }
        if (used.Count < SpectrumRules.FewestPixels)
            throw SpectrumRules.Bad(
                $"The flux is a number at {used.Count} of {flux.Length} pixels; at least {SpectrumRules.FewestPixels} are needed.");
        if (!anything)
            throw SpectrumRules.Bad($"The flux is 0 at all {used.Count} pixels that are not NaN; a spectrum is needed.");
        return [.. used];
    }

    private void Divide(double teffKelvin)
    {
        Blackbody.SurfaceFlux(_wavelengthAngstrom, teffKelvin, _divided);
        for (int i = 0; i < _divided.Length; i++)
            _divided[i] = _flux[i] / _divided[i];
    }

    private ContinuumPolynomial FirstPositive(int[] used, int degree)
    {
        for (; degree >= 0; degree--)
        {
            var polynomial = new ContinuumPolynomial(_wavelengthAngstrom, _anchors, degree);
            Fit(polynomial);
            if (Array.TrueForAll(used, i => polynomial.At(_wavelengthAngstrom[i]) > 0))
                return polynomial;
        }
        throw SpectrumRules.Bad($"No continuum above 0 goes through the {_anchors.Length} anchors; is the flux mostly negative?");
    }
}
