using Blase3D.Engine.Inference.Observed;
using Blase3D.Engine.Observation;

namespace Blase3D.Engine.Inference.Standards;

/// <summary>
/// What the model spectra are to be multiplied by, at rest and before any instrument, so that they explain stars whose parameters are known: what is wrong with line lists
/// and atmospheres is much the same in similar stars. It is kept on the places exp(n h / c) of a <see cref="RestLattice"/>, whatever the orders.
/// </summary>
public sealed class ModelCorrection
{
    // Of the information that the standards could give, the share below which a place counts as not covered.
    private const double LeastKnown = 0.5;
    private const double LeastFactor = 0.05;

    private readonly double _stepKmPerS;
    private readonly long _first;
    private readonly double[] _factor;
    private readonly double[] _known;

    /// <summary>Takes a correction.</summary>
    /// <param name="stepKmPerS">h, in km/s.</param>
    /// <param name="first">n of the first place.</param>
    /// <param name="change">By what share the flux changes at each place; the factor is 1 plus it, and 0.05 at least.</param>
    /// <param name="known">How much of it is known at each place, 0 (nothing, the change is that of nothing) to 1; of the same length.</param>
    internal ModelCorrection(double stepKmPerS, long first, double[] change, double[] known) =>
        (_stepKmPerS, _first, _factor, _known) = (stepKmPerS, first, Array.ConvertAll(change, c => Math.Max(LeastFactor, 1 + c)), known);

    private ModelCorrection(ModelCorrection other, double[] axisError)
    {
        (_stepKmPerS, _first, _factor, _known) = (other._stepKmPerS, other._first, other._factor, other._known);
        AxisError = axisError;
    }

    /// <summary>
    /// What a star's parameters may be wrong by because of the standards, one standard error per axis of the manifold; 0 where nothing is known of it. Added to the errors of a fit in squares.
    /// </summary>
    public double[] AxisError { get; } = [];

    /// <summary>The same with what the standards say of its worth.</summary>
    /// <param name="axisError">See <see cref="AxisError"/>.</param>
    internal ModelCorrection WithErrors(double[] axisError) => new(this, axisError);

    /// <summary>The factor on a lattice, 1 where the standards say nothing.</summary>
    /// <param name="lattice">A lattice of the same step.</param>
    /// <returns>One value per place, length N.</returns>
    public double[] On(RestLattice lattice)
    {
        ArgumentNullException.ThrowIfNull(lattice);
        if (lattice.StepKmPerS != _stepKmPerS) throw new ArgumentException("The lattice has another step.", nameof(lattice));
        var result = new double[lattice.WavelengthAngstrom.Length];
        foreach (LatticeStretch stretch in lattice.Stretches)
        {
            for (int k = 0; k < stretch.Count; k++)
            {
                long n = stretch.First + k - _first;
                result[stretch.Offset + k] = n >= 0 && n < _factor.Length ? _factor[n] : 1;
            }
        }

        return result;
    }

    /// <summary>Whether the standards say what a wavelength should look like.</summary>
    /// <param name="restAngstrom">Vacuum Angstrom at rest.</param>
    public bool Covers(double restAngstrom)
    {
        double n = Math.Round(Math.Log(restAngstrom) * DopplerShift.LightSpeedKmPerS / _stepKmPerS) - _first;
        return n >= 0 && n < _known.Length && _known[(int)n] >= LeastKnown;
    }

    /// <summary>A star without the pixels of which the standards say nothing.</summary>
    /// <param name="star">The star.</param>
    /// <param name="velocityKmPerS">About its velocity in the frame of the wavelengths of an exposure.</param>
    /// <param name="note">A sentence about what was left out; null when nothing was.</param>
    /// <exception cref="EngineException"><see cref="ErrorCode.OutOfRange"/>: nothing is left.</exception>
    internal StarObservation CoveredOf(StarObservation star, Func<int, double> velocityKmPerS, out string? note)
    {
        double[] covered = [.. star.Orders.SelectMany((order, n) =>
        {
            double factor = DopplerShift.Factor(velocityKmPerS(star.Exposures[n]));
            return order.WavelengthAngstrom.Select(w => Covers(w / factor) ? 1.0 : 0);
        })];
        int all = star.Flux.Count(double.IsFinite), left = star.Flux.Where((flux, i) => double.IsFinite(flux) && covered[i] > 0).Count();
        if (left == 0) throw new EngineException(ErrorCode.OutOfRange, $"{star.Name} has no pixel at a wavelength that the standard stars cover; give standards of the same wavelengths, or leave out --standards.");
        note = left == all ? null : $"{star.Name}: {all - left} of {all} pixels are at wavelengths that no standard star covers; they do not count.";
        return left == all ? star : star.Reweighted(covered, null);
    }
}
