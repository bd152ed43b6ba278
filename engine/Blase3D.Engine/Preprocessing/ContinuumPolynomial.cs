namespace Blase3D.Engine.Preprocessing;

/// <summary>
/// The default continuum: a least-squares polynomial through anchors, in Legendre polynomials of the wavelength scaled to -1..1 over the
/// whole spectrum, by QR. The factors depend on the anchors only, so other values at the same anchors are fitted without any allocation.
/// </summary>
internal sealed class ContinuumPolynomial
{
    private readonly int[] _anchors;
    private readonly HouseholderQr _qr;
    private readonly double[] _y;
    private readonly double[] _coefficients;
    private readonly double _middleAngstrom;
    private readonly double _perAngstrom;

    /// <summary>Prepares a fit.</summary>
    /// <param name="wavelengthAngstrom">Strictly ascending wavelengths in Angstrom, length P.</param>
    /// <param name="anchors">Different pixels, more than the degree.</param>
    /// <param name="degree">0 or more.</param>
    public ContinuumPolynomial(ReadOnlySpan<double> wavelengthAngstrom, int[] anchors, int degree)
    {
        _anchors = anchors;
        _middleAngstrom = (wavelengthAngstrom[0] + wavelengthAngstrom[^1]) / 2;
        _perAngstrom = 2 / (wavelengthAngstrom[^1] - wavelengthAngstrom[0]);
        _y = new double[anchors.Length];
        _coefficients = new double[degree + 1];
        double[] matrix = new double[anchors.Length * (degree + 1)];
        for (int i = 0; i < anchors.Length; i++)
        {
            double x = (wavelengthAngstrom[anchors[i]] - _middleAngstrom) * _perAngstrom;
            double before = 0;
            double legendre = 1;
            for (int n = 0; n <= degree; n++)
            {
                matrix[n * anchors.Length + i] = legendre;
                (before, legendre) = (legendre, Next(n, x, legendre, before));
            }
        }
        _qr = new HouseholderQr(matrix, anchors.Length, degree + 1);
    }

    public int Degree => _coefficients.Length - 1;

    /// <summary>Fits the values at the anchors.</summary>
    /// <param name="values">Length P; only the anchors are read.</param>
    public void Fit(ReadOnlySpan<double> values)
    {
        for (int i = 0; i < _anchors.Length; i++)
            _y[i] = values[_anchors[i]];
        _qr.ApplyTransposed(_y);
        _qr.SolveUpper(_y, _coefficients);
    }

    /// <summary>The polynomial last fitted, at one wavelength.</summary>
    public double At(double wavelengthAngstrom)
    {
        double x = (wavelengthAngstrom - _middleAngstrom) * _perAngstrom;
        double sum = 0;
        double before = 0;
        double legendre = 1;
        for (int n = 0; n < _coefficients.Length; n++)
        {
            sum += _coefficients[n] * legendre;
            (before, legendre) = (legendre, Next(n, x, legendre, before));
        }
        return sum;
    }

    // Bonnet's recursion: (n + 1) P(n+1) = (2n + 1) x P(n) - n P(n-1).
    private static double Next(int n, double x, double legendre, double before) =>
        ((2 * n + 1) * x * legendre - n * before) / (n + 1);
}
