using Blase3D.Engine.Observation;
using Blase3D.Kernels;

namespace Blase3D.Engine.Inference.Observed;

/// <summary>What a cross-correlation said.</summary>
/// <param name="VelocityKmPerS">Where it is highest, between the velocities that were tried.</param>
/// <param name="Gain">By how much a template there, of the best depth, lowers chi-square (or the sum of squares without errors).</param>
/// <param name="Correlation">The correlation coefficient of data and template there, 0 to 1.</param>
/// <param name="Significance">The correlation times the root of the number of pixels: chance reaches 4 or 5.</param>
/// <param name="SecondPeak">The largest gain farther away than 40 km/s, as a share of the best one; near 1 the velocity is ambiguous.</param>
public sealed record CoarseVelocityResult(double VelocityKmPerS, double Gain, double Correlation, double Significance, double SecondPeak)
{
    /// <summary>Whether it still rises beyond an end of the velocities that were asked for, so that the right one may lie there.</summary>
    public bool IsAtEnd { get; init; }
}

/// <summary>
/// The velocity of a star by cross-correlation with a template: data and template over their own polynomials, order by order, and at every velocity the
/// depth of the template fitted (the maximum of the likelihood over that depth: Zucker 2003).
/// </summary>
public sealed class CoarseVelocity
{
    private const double StepKmPerS = 1.5;

    // The template's own continuum: its mean over this many km/s.
    private const double SmoothKmPerS = 1500;

    private const double ClipSigma = 5;
    private const int ClipRounds = 5;

    // Velocities nearer to the peak than this are the peak.
    private const double PeakKmPerS = 40;

    private readonly RestLattice _lattice;
    private readonly ExtrinsicModel _broadening;
    private readonly double[] _data;
    private readonly double[] _weight;
    private readonly double[] _velocity;
    private readonly (double Low, double High) _range;
    private readonly double _squares;
    private readonly double[] _lnWavelength;
    private readonly int[] _first;

    /// <summary>Prepares the data.</summary>
    /// <param name="star">The pixels.</param>
    /// <param name="options">Instrument, continuum, and where the velocity is sought.</param>
    /// <param name="shortestAngstrom">Where the model begins, vacuum Angstrom at rest.</param>
    /// <param name="longestAngstrom">Where it ends.</param>
    public CoarseVelocity(StarObservation star, ObservationOptions options, double shortestAngstrom, double longestAngstrom)
    {
        ArgumentNullException.ThrowIfNull(star);
        ArgumentNullException.ThrowIfNull(options);
        _lnWavelength = [.. star.Wavelength.Select(w => Math.Log(w))];
        _first = new int[star.Pixels.Count + 1];
        for (int n = 0; n < star.Pixels.Count; n++) _first[n + 1] = _first[n] + star.Pixels[n].Count;
        (double low, double high) = _range = options.VelocityRangeKmPerS;

        // One step farther on both sides, so that a velocity at an end of the range is told from one beyond.
        _velocity = [.. Enumerable.Range(0, (int)Math.Ceiling((high - low) / StepKmPerS) + 3).Select(n => low + ((n - 1) * StepKmPerS))];
        _lattice = RestLattice.Under(star.Pixels, _velocity[0], _velocity[^1], 0, shortestAngstrom, longestAngstrom);
        DetectorPixels[] points = [.. _lattice.Stretches.Select(stretch => DetectorPixels.Points(_lattice.WavelengthAngstrom.AsSpan(stretch.Offset, stretch.Count).ToArray()))];
        double reach = options.LargestRotationKmPerS + options.Profile.ReachKmPerS(star.Wavelength.Min(), star.Wavelength.Max());
        _broadening = new ExtrinsicModel(RestLattice.Under(points, 0, 0, reach, shortestAngstrom, longestAngstrom), options.Profile);

        // The data over a polynomial through all of them: lines pull it down by about the same everywhere.
        var continuum = new MultiplicativeContinuum(star.Pixels, options.Continuum);
        double[] residual = new double[star.Flux.Length];
        _weight = [.. star.Flux.Select((flux, i) => !double.IsFinite(flux) ? 0 : star.Sigma is { } sigma ? 1 / sigma[i] : 1)];
        continuum.Solve(star.Flux, _weight, star.Transmission, residual);
        for (int round = 0; round < ClipRounds && Clip(residual); round++) continuum.Solve(star.Flux, _weight, star.Transmission, residual);
        _data = new double[star.Flux.Length];
        for (int i = 0; i < _data.Length; i++)
        {
            double level = continuum.Value[i] * star.Transmission[i];
            if (_weight[i] == 0 || !(level > 0))
            {
                _weight[i] = 0;
                continue;
            }

            _data[i] = (star.Flux[i] / level) - 1;
            _weight[i] *= _weight[i] * level * level;
            _squares += _weight[i] * _data[i] * _data[i];
        }
    }

    /// <summary>Where templates are to be evaluated, vacuum Angstrom at rest.</summary>
    public double[] TemplateWavelength => _broadening.Lattice.WavelengthAngstrom;

    /// <summary>Correlates.</summary>
    /// <param name="template">The model at rest on <see cref="TemplateWavelength"/>.</param>
    /// <param name="rotationKmPerS">v sin i to broaden it with.</param>
    /// <param name="limbDarkening">0 to 1.</param>
    /// <param name="workers">The threads to use.</param>
    public CoarseVelocityResult Correlate(double[] template, double rotationKmPerS, double limbDarkening, Workers workers)
    {
        ArgumentNullException.ThrowIfNull(workers);
        var broad = new double[_lattice.WavelengthAngstrom.Length];
        _broadening.Evaluate(new Extrinsics(0, rotationKmPerS, limbDarkening), template, workers, broad);
        double[] fluctuation = OverItsMean(broad);
        var gain = new double[_velocity.Length];
        workers.For(_velocity.Length, n => gain[n] = Gain(fluctuation, _velocity[n]));

        int best = Array.IndexOf(gain, gain.Max());
        double second = gain.Where((_, n) => Math.Abs(_velocity[n] - _velocity[best]) > PeakKmPerS).DefaultIfEmpty(0).Max();
        double velocity = _velocity[best];
        if (best > 0 && best < gain.Length - 1)
        {
            double curvature = gain[best - 1] - (2 * gain[best]) + gain[best + 1];
            if (curvature < 0) velocity += 0.5 * StepKmPerS * (gain[best - 1] - gain[best + 1]) / curvature;
        }

        double correlation = _squares > 0 ? Math.Sqrt(Math.Min(1, gain[best] / _squares)) : 0;
        return new CoarseVelocityResult(Math.Clamp(velocity, _range.Low, _range.High), gain[best], correlation, correlation * Math.Sqrt(_weight.Count(w => w > 0)), gain[best] > 0 ? second / gain[best] : 1) { IsAtEnd = best == 0 || best == gain.Length - 1 };
    }

    // Takes out what is far above everything, like cosmic rays and lines of the sky: a star has lines below its continuum only.
    private bool Clip(double[] residual)
    {
        double[] sizes = [.. residual.Where((_, i) => _weight[i] > 0).Select(Math.Abs).Order()];
        double limit = sizes.Length == 0 ? 0 : ClipSigma * 1.4826 * sizes[sizes.Length / 2];
        bool clipped = false;
        for (int i = 0; i < residual.Length; i++)
        {
            if (_weight[i] == 0 || !(residual[i] > limit)) continue;
            (_weight[i], clipped) = (0, true);
        }

        return clipped;
    }

    // By how much chi-square falls when the template, of any positive depth and with any constant, is taken, added over the orders.
    private double Gain(double[] fluctuation, double velocity)
    {
        double shift = DopplerShift.LnFactor(velocity), perLn = DopplerShift.LightSpeedKmPerS / _lattice.StepKmPerS, gain = 0;
        foreach (LatticeStretch stretch in _lattice.Stretches)
        {
            foreach (int order in stretch.Orders)
            {
                double w = 0, wt = 0, wd = 0, wtt = 0, wtd = 0;
                for (int i = _first[order]; i < _first[order + 1]; i++)
                {
                    double weight = _weight[i];
                    if (weight == 0) continue;
                    double place = ((_lnWavelength[i] - shift) * perLn) - stretch.First;
                    int at = (int)place;
                    if (!(place >= 0) || at >= stretch.Count - 1) continue;
                    double share = place - at, t = ((1 - share) * fluctuation[stretch.Offset + at]) + (share * fluctuation[stretch.Offset + at + 1]);
                    if (double.IsNaN(t)) continue;
                    double d = _data[i];
                    w += weight;
                    wt += weight * t;
                    wd += weight * d;
                    wtt += weight * t * t;
                    wtd += weight * t * d;
                }

                double product = wtd - (wt * wd / w), square = wtt - (wt * wt / w);
                if (w > 0 && product > 0 && square > 0) gain += product * product / square;
            }
        }

        return gain;
    }

    private double[] OverItsMean(double[] broad)
    {
        var result = new double[broad.Length];
        int half = (int)(0.5 * SmoothKmPerS / _lattice.StepKmPerS);
        foreach (LatticeStretch stretch in _lattice.Stretches)
        {
            var sum = new double[stretch.Count + 1];
            var count = new int[stretch.Count + 1];
            for (int n = 0; n < stretch.Count; n++)
            {
                double value = broad[stretch.Offset + n];
                (sum[n + 1], count[n + 1]) = double.IsNaN(value) ? (sum[n], count[n]) : (sum[n] + value, count[n] + 1);
            }

            for (int n = 0; n < stretch.Count; n++)
            {
                (int from, int to) = (Math.Max(0, n - half), Math.Min(stretch.Count, n + half + 1));
                result[stretch.Offset + n] = (broad[stretch.Offset + n] * (count[to] - count[from]) / (sum[to] - sum[from])) - 1;
            }
        }

        return result;
    }
}
