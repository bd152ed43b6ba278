namespace Blase3D.Engine.Grids.Synthesis;

/// <summary>
/// A physical toy grid: spectra of any star, computed when a row is read, with known truth at every point and not only at the nodes.
/// </summary>
/// <remarks>
/// flux = pi B(teff) * trend * product over lines of (1 - V), with the lines of <see cref="TrueLines"/>. The trend is the cubic
/// 1 + 0.05 t - 0.03 t^2 + 0.02 t^3 in t = (wavelength - 10443.5) / 2405.5, which is -1 to 1 over 8038-12849 Angstrom.
/// Line wings are neglected below 1e-7 of the continuum.
/// </remarks>
public sealed class SyntheticGrid : ISpectralGrid
{
    private readonly SyntheticLineList _list;
    private readonly double[] _wavelength;
    private readonly int _teffColumn;
    private readonly int _loggColumn;
    private readonly int _fehColumn;

    /// <summary>A grid of one list of lines.</summary>
    /// <param name="lines">The lines; they may reach beyond the wavelengths.</param>
    /// <param name="points">Axes teff, logg and feh in any order; teff 1500-30000 K, logg -1-8, feh -5-2.</param>
    /// <param name="wavelength">Vacuum wavelengths in Angstrom, positive, strictly ascending, at least one.</param>
    /// <exception cref="EngineException">
    /// BadArguments: axes or wavelengths do not fit. OutOfRange: a point is outside of the formulas.
    /// </exception>
    public SyntheticGrid(SyntheticLineList lines, GridPoints points, double[] wavelength)
    {
        ArgumentNullException.ThrowIfNull(lines);
        ArgumentNullException.ThrowIfNull(points);
        ArgumentNullException.ThrowIfNull(wavelength);
        RequireAscending(wavelength);
        _list = lines;
        _wavelength = wavelength;
        Points = points;
        _teffColumn = points.AxisIndex("teff");
        _loggColumn = points.AxisIndex("logg");
        _fehColumn = points.AxisIndex("feh");
        if (points.Dimensions != 3 || _teffColumn < 0 || _loggColumn < 0 || _fehColumn < 0)
        {
            throw new EngineException(
                ErrorCode.BadArguments,
                $"The axes of the points are {string.Join(", ", points.AxisNames)}; a synthetic grid has the axes teff, logg, feh.");
        }

        for (int row = 0; row < points.Count; row++) Point(row).RequireRange();
    }

    /// <inheritdoc/>
    public IReadOnlyList<double> Wavelength => _wavelength;

    /// <inheritdoc/>
    public GridPoints Points { get; }

    /// <summary>The lines behind every spectrum.</summary>
    public SyntheticLineList Lines => _list;

    /// <summary>The parameters of a row.</summary>
    /// <param name="row">0 to N - 1.</param>
    public SyntheticPoint Point(int row)
    {
        var values = Points[row];
        return new SyntheticPoint(values[_teffColumn], values[_loggColumn], values[_fehColumn]);
    }

    /// <summary>Computes the flux of one spectrum.</summary>
    /// <param name="row">0 to N - 1.</param>
    /// <param name="destination">Length P; surface flux in erg/s/cm2/cm.</param>
    public void ReadFlux(int row, Span<double> destination)
    {
        if (destination.Length != _wavelength.Length)
        {
            throw new ArgumentException(
                $"The destination has {destination.Length} pixels instead of {_wavelength.Length}.",
                nameof(destination));
        }

        var point = Point(row);
        double[] normalized = TrueNormalizedFlux(point, _wavelength);
        for (int i = 0; i < destination.Length; i++)
        {
            destination[i] = normalized[i] * BlackbodyFlux(point.Teff, _wavelength[i]) * Trend(_wavelength[i]);
        }
    }

    /// <summary>The spectrum without blackbody and trend: 1 between lines.</summary>
    /// <param name="point">Any point: teff 1500-30000 K, logg -1-8, feh -5-2.</param>
    /// <param name="wavelength">Any positive, strictly ascending vacuum wavelengths in Angstrom.</param>
    /// <returns>Values in (0, 1], one per wavelength.</returns>
    /// <exception cref="EngineException">OutOfRange: the point. BadArguments: the wavelengths.</exception>
    public double[] TrueNormalizedFlux(SyntheticPoint point, double[] wavelength)
    {
        ArgumentNullException.ThrowIfNull(wavelength);
        RequireAscending(wavelength);
        var model = new SyntheticLineModel(_list, point);
        var composition = new SyntheticComposition(wavelength);
        for (int j = 0; j < _list.Count; j++)
        {
            if (!model.IsPresent(j)) continue;
            var (amplitude, sigma, gamma) = model.Profile(j);
            composition.Add(model.CenterAngstrom(j), amplitude, sigma, gamma);
        }

        return composition.Compose();
    }

    /// <summary>The true parameters of all lines of the list in one star.</summary>
    /// <param name="point">Any point: teff 1500-30000 K, logg -1-8, feh -5-2.</param>
    /// <exception cref="EngineException">OutOfRange: the point.</exception>
    public SyntheticLines TrueLines(SyntheticPoint point)
    {
        var model = new SyntheticLineModel(_list, point);
        int count = _list.Count;
        var lines = new SyntheticLines(new double[count], new double[count], new double[count], new double[count], new bool[count]);
        for (int j = 0; j < count; j++)
        {
            var (amplitude, sigma, gamma) = model.Profile(j);
            lines.CenterAngstrom[j] = model.CenterAngstrom(j);
            lines.LnAmplitude[j] = Math.Log(amplitude);
            lines.LnSigma[j] = Math.Log(sigma);
            lines.LnGamma[j] = Math.Log(gamma);
            lines.Present[j] = model.IsPresent(j);
        }

        return lines;
    }

    /// <summary>How many lines a star has, without computing their profiles.</summary>
    /// <param name="point">Any point: teff 1500-30000 K, logg -1-8, feh -5-2.</param>
    /// <exception cref="EngineException">OutOfRange: the point.</exception>
    public int CountLines(SyntheticPoint point)
    {
        var model = new SyntheticLineModel(_list, point);
        int count = 0;
        for (int j = 0; j < _list.Count; j++) count += model.IsPresent(j) ? 1 : 0;
        return count;
    }

    /// <summary>
    /// pi B_lambda in erg/s/cm2/cm (Planck's law, CODATA 2018 constants). Written here again on purpose: the truth must not share code
    /// with the stage that divides by the blackbody, and Grids does not know Preprocessing.
    /// </summary>
    private static double BlackbodyFlux(double temperatureK, double wavelengthAngstrom)
    {
        const double Planck = 6.62607015e-27; // erg s
        const double Light = 2.99792458e10; // cm/s
        const double Boltzmann = 1.380649e-16; // erg/K
        double centimetre = wavelengthAngstrom * 1e-8;
        double squared = centimetre * centimetre;
        double photon = Math.Exp(Planck * Light / (centimetre * Boltzmann * temperatureK)) - 1;
        return 2 * Math.PI * Planck * Light * Light / (squared * squared * centimetre * photon);
    }

    private static double Trend(double wavelengthAngstrom)
    {
        double t = (wavelengthAngstrom - 10443.5) / 2405.5;
        return 1 + (t * (0.05 + (t * (-0.03 + (t * 0.02)))));
    }

    private static void RequireAscending(double[] wavelength)
    {
        for (int i = 0; i < wavelength.Length; i++)
        {
            if (wavelength[i] > (i == 0 ? 0 : wavelength[i - 1]) && double.IsFinite(wavelength[i])) continue;
            throw new EngineException(
                ErrorCode.BadArguments,
                FormattableString.Invariant($"Wavelength {i} is {wavelength[i]} Angstrom; ")
                + "give finite, positive, strictly ascending wavelengths.");
        }

        if (wavelength.Length == 0) throw new EngineException(ErrorCode.BadArguments, "There are no wavelengths; give at least one.");
    }
}
