namespace Blase3D.Engine.Manifolds;

/// <summary>How a line is interpolated when some corners of the cell do not have it.</summary>
public enum AbsenceRule
{
    /// <summary>
    /// Absence is a mask: the centre and the logarithms are averaged over the corners that have the line, and the amplitude is multiplied by
    /// their total weight, so that it goes linearly to zero towards a corner without the line.
    /// </summary>
    Mask,

    /// <summary>
    /// The published code: an absent corner counts as -1000 in all four parameters, and a line is cut where ln a falls to -100 or below.
    /// </summary>
    MinusThousand,
}

/// <summary>The weighted mean of one line's parameters over the corners of a cell.</summary>
public struct LineBlend
{
    /// <summary>What the published code puts where a node does not have a line.</summary>
    public const double PublishedFill = -1000;

    /// <summary>Below or at this ln a the published code drops a line.</summary>
    public const double PublishedCut = -100;

    /// <summary>From here on all corners have the line, but for rounding.</summary>
    internal const double WholeWeight = 1 - 1e-12;

    /// <summary>The same for the published rule, where what is missing counts 1000.</summary>
    internal const double PublishedWholeWeight = 1 - 1e-15;

    private double _weight;
    private double _center;
    private double _lnAmplitude;
    private double _lnSigma;
    private double _lnGamma;

    /// <summary>Sums that were made elsewhere, see <see cref="Add"/>.</summary>
    internal LineBlend(double weight, double center, double lnAmplitude, double lnSigma, double lnGamma) =>
        (_weight, _center, _lnAmplitude, _lnSigma, _lnGamma) = (weight, center, lnAmplitude, lnSigma, lnGamma);

    /// <summary>Whether no corner has the line.</summary>
    public readonly bool IsEmpty => _weight == 0;

    /// <summary>Adds a corner that has the line.</summary>
    /// <param name="weight">Above 0.</param>
    /// <param name="center">Any measure of the centre in Angstrom: a shift with <see cref="AbsenceRule.Mask"/>, mu' itself with the published rule.</param>
    /// <param name="lnAmplitude">ln a.</param>
    /// <param name="lnSigma">ln sigma.</param>
    /// <param name="lnGamma">ln gamma.</param>
    public void Add(double weight, double center, double lnAmplitude, double lnSigma, double lnGamma)
    {
        _weight += weight;
        _center += weight * center;
        _lnAmplitude += weight * lnAmplitude;
        _lnSigma += weight * lnSigma;
        _lnGamma += weight * lnGamma;
    }

    /// <summary>The interpolated parameters.</summary>
    /// <param name="rule">What absent corners do.</param>
    /// <param name="center">In the measure that was added.</param>
    /// <param name="lnAmplitude">ln a.</param>
    /// <param name="lnSigma">ln sigma.</param>
    /// <param name="lnGamma">ln gamma.</param>
    /// <returns>Whether the line is there at all.</returns>
    public readonly bool TryFinish(AbsenceRule rule, out double center, out double lnAmplitude, out double lnSigma, out double lnGamma)
    {
        if (rule == AbsenceRule.MinusThousand)
        {
            double absent = PublishedFill * Math.Max(0, 1 - _weight);
            if (_weight >= PublishedWholeWeight) absent = 0;
            (center, lnAmplitude, lnSigma, lnGamma) = (_center + absent, _lnAmplitude + absent, _lnSigma + absent, _lnGamma + absent);
            return lnAmplitude > PublishedCut;
        }

        // Where all corners have the line the weights add up to 1 but for rounding, and there is nothing to take the logarithm of.
        double scale = 1 / _weight;
        center = _center * scale;
        lnAmplitude = _lnAmplitude * scale;
        if (_weight < WholeWeight) lnAmplitude += Math.Log(_weight);
        lnSigma = _lnSigma * scale;
        lnGamma = _lnGamma * scale;
        return _weight > 0;
    }
}
