namespace Blase3D.Engine.Spectra;

/// <summary>
/// Smooths pixel values to a resolving power R = wavelength / FWHM, nearly as a Gaussian instrument would, in a time that does not depend on
/// R. An instance belongs to one caller at a time.
/// </summary>
/// <remarks>
/// Four running means, each over w(l) = sqrt(3 (s^2 - p^2 / 3)) with s = l / (2 R sqrt(2 ln 2)) and the local pixel p: a mean over w adds
/// w^2 / 12 to the variance and so does the pixel itself, so that all together have the variance s^2 of the Gaussian; by the central limit
/// theorem four of them are its shape to within 4 % of its height. At the ends the mean is over what is there. Where the pixels are coarser
/// than R, nothing is smoothed.
/// </remarks>
public sealed class ResolutionSmoother
{
    private const int Means = 4;
    private readonly double[] _edge;
    private readonly double[] _half;
    private readonly double[] _integral;
    private readonly double[] _wavelength;

    /// <summary>Prepares the smoothing.</summary>
    /// <param name="wavelength">Angstrom, ascending, length P, at least 2.</param>
    /// <param name="resolution">R, above 0.</param>
    public ResolutionSmoother(double[] wavelength, double resolution)
    {
        ArgumentNullException.ThrowIfNull(wavelength);
        ArgumentOutOfRangeException.ThrowIfLessThan(wavelength.Length, 2);
        if (!(resolution > 0)) throw new ArgumentOutOfRangeException(nameof(resolution), resolution, "A resolving power is above 0.");
        int pixels = wavelength.Length;
        (_wavelength, _edge, _half, _integral) = (wavelength, new double[pixels + 1], new double[pixels], new double[pixels + 1]);
        for (int i = 1; i < pixels; i++) _edge[i] = 0.5 * (wavelength[i - 1] + wavelength[i]);
        _edge[0] = (2 * wavelength[0]) - _edge[1];
        _edge[pixels] = (2 * wavelength[^1]) - _edge[pixels - 1];
        double sigmaPerAngstrom = 1 / (2 * resolution * Math.Sqrt(2 * Math.Log(2)));
        for (int i = 0; i < pixels; i++)
        {
            double sigma = wavelength[i] * sigmaPerAngstrom, pixel = _edge[i + 1] - _edge[i];
            _half[i] = 0.5 * Math.Sqrt(3 * Math.Max(0, (sigma * sigma) - (pixel * pixel / 3)));
        }
    }

    /// <summary>Smooths.</summary>
    /// <param name="values">One per pixel, finite; left as they are.</param>
    /// <param name="smoothed">Receives the result, length P.</param>
    public void Apply(ReadOnlySpan<double> values, Span<double> smoothed)
    {
        values.CopyTo(smoothed);
        for (int mean = 0; mean < Means; mean++)
        {
            for (int i = 0; i < _half.Length; i++) _integral[i + 1] = _integral[i] + (smoothed[i] * (_edge[i + 1] - _edge[i]));
            int below = 0, above = 0;
            for (int i = 0; i < _half.Length; i++)
            {
                if (_half[i] == 0) continue;
                double from = Math.Max(_edge[0], _wavelength[i] - _half[i]), to = Math.Min(_edge[^1], _wavelength[i] + _half[i]);
                below = Reach(from, below);
                above = Reach(to, above);
                smoothed[i] = (IntegralTo(to, above) - IntegralTo(from, below)) / (to - from);
            }
        }
    }

    // The pixel that holds a place; places ascend nearly, but a step of the pixels' width may set one back a little.
    private int Reach(double place, int near)
    {
        while (near > 0 && _edge[near] > place) near--;
        while (near < _half.Length - 1 && _edge[near + 1] < place) near++;
        return near;
    }

    private double IntegralTo(double place, int pixel) =>
        _integral[pixel] + ((_integral[pixel + 1] - _integral[pixel]) * (place - _edge[pixel]) / (_edge[pixel + 1] - _edge[pixel]));
}
