using Blase3D.Engine.Cloning;
using Blase3D.Engine.Preprocessing;
using Blase3D.Engine.Spectra;

namespace Blase3D.Engine.Inference;

/// <summary>
/// The spectrum to be explained, normalised the way the grid was: as it is, or at the candidate's Teff, or (published) once at a label.
/// </summary>
public sealed class ObservedTarget
{
    private readonly double[] _fixedFlux;
    private readonly ObservedNormalization? _normalization;

    private ObservedTarget(double[] wavelength, double[] fixedFlux, ObservedNormalization? normalization, double[]? sigma) =>
        (Wavelength, _fixedFlux, _normalization, Sigma) = (wavelength, fixedFlux, normalization, sigma);

    /// <summary>Vacuum Angstrom, ascending, length P.</summary>
    public double[] Wavelength { get; }

    /// <summary>
    /// The standard deviation of every pixel of the normalised flux, length P; null when the spectrum has none. A flux in its own unit was
    /// normalised at the reference Teff: the continuum takes up what another Teff would change.
    /// </summary>
    public double[]? Sigma { get; }

    /// <summary>Whether nobody said what medium the wavelengths are in.</summary>
    internal bool IsMediumAssumed { get; private init; }

    /// <summary>
    /// The degree of the polynomial that a finish solves for as a factor of the model, or null for none: what the highest pixels of a noisy spectrum say of its
    /// continuum is too high, and the errors of the parameters must know that the continuum has one too.
    /// </summary>
    public int? ContinuumDegree { get; private init; }

    /// <summary>Whether the flux depends on the candidate's Teff.</summary>
    public bool DependsOnTeff => _normalization is not null;

    /// <summary>A spectrum that is about 1 between its lines already.</summary>
    /// <param name="spectrum">The spectrum; NaN pixels do not count.</param>
    public static ObservedTarget Normalized(Spectrum spectrum)
    {
        ArgumentNullException.ThrowIfNull(spectrum);
        return new ObservedTarget(spectrum.WavelengthAngstrom, spectrum.Flux, null, spectrum.Sigma) { IsMediumAssumed = spectrum.IsMediumAssumed };
    }

    /// <summary>A spectrum in flux units, normalised at every candidate's Teff; the continuum's anchors come from a reference Teff.</summary>
    /// <param name="spectrum">The spectrum; NaN pixels do not count.</param>
    /// <param name="recipe">How the grid was normalised.</param>
    /// <param name="referenceTeffKelvin">For example the middle of the prior.</param>
    /// <exception cref="EngineException">The flux cannot be normalised.</exception>
    public static ObservedTarget AtCandidate(Spectrum spectrum, CloneRecipe recipe, double referenceTeffKelvin)
    {
        ArgumentNullException.ThrowIfNull(spectrum);
        ArgumentNullException.ThrowIfNull(recipe);
        return Named(spectrum, () =>
        {
            double noise = NoiseShare(spectrum);
            var normalization = new ObservedNormalization(
                spectrum.WavelengthAngstrom, spectrum.Flux, referenceTeffKelvin, recipe.Preprocessing with { Published = false }, noise);
            double[]? sigma = null;
            if (spectrum.Sigma is { } raw)
            {
                sigma = new double[raw.Length];
                normalization.Scale(referenceTeffKelvin, sigma);
                for (int i = 0; i < raw.Length; i++) sigma[i] *= raw[i];
            }

            return new ObservedTarget(spectrum.WavelengthAngstrom, [], normalization, sigma)
            {
                ContinuumDegree = noise > 0 ? normalization.Degree : null,
                IsMediumAssumed = spectrum.IsMediumAssumed,
            };
        });
    }

    // By its errors, or by the scatter of its pixels where that is more than lines make; 0 for a model.
    private static double NoiseShare(Spectrum spectrum)
    {
        double seen = FluxNoise.Share(spectrum.Flux), said = spectrum.SignalToNoise is { } ratio and > 0 ? 1 / ratio : 0;
        return Math.Max(said, seen < FluxNoise.LeastShare ? 0 : seen);
    }

    /// <summary>A spectrum in flux units, normalised once as the published code does, with the blackbody of the Teff its label gives.</summary>
    /// <param name="spectrum">The spectrum, without NaN.</param>
    /// <param name="recipe">How the grid was normalised.</param>
    /// <param name="labelTeffKelvin">The label.</param>
    /// <exception cref="EngineException">The flux cannot be normalised.</exception>
    public static ObservedTarget AtLabel(Spectrum spectrum, CloneRecipe recipe, double labelTeffKelvin)
    {
        ArgumentNullException.ThrowIfNull(spectrum);
        ArgumentNullException.ThrowIfNull(recipe);
        return Named(spectrum, () => new ObservedTarget(
            spectrum.WavelengthAngstrom,
            new Preprocessor(recipe.Preprocessing).Preprocess(spectrum.WavelengthAngstrom, spectrum.Flux, labelTeffKelvin).Flux,
            null,
            null));
    }

    /// <summary>The normalised flux at a candidate's Teff.</summary>
    /// <param name="teffKelvin">Above 0; not used when the flux does not depend on it.</param>
    /// <param name="scratch">Length P; may be the result.</param>
    /// <returns>The flux, NaN where a pixel does not count; valid until the scratch is used again. Several threads may ask, each with its own scratch.</returns>
    public double[] FluxAt(double teffKelvin, double[] scratch)
    {
        if (_normalization is null) return _fixedFlux;
        _normalization.Normalize(teffKelvin, scratch);
        return scratch;
    }

    private static ObservedTarget Named(Spectrum spectrum, Func<ObservedTarget> make)
    {
        try
        {
            return make();
        }
        catch (EngineException failure)
        {
            throw new EngineException(failure.Code, $"{spectrum.Name} cannot be normalised: {failure.Message}", failure);
        }
    }
}
