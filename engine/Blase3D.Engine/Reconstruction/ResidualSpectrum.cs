using Blase3D.Engine.Grids;
using Blase3D.Engine.Manifolds;
using Blase3D.Kernels.Contracts;

namespace Blase3D.Engine.Reconstruction;

/// <summary>
/// The residual term of a manifold at any point and on any wavelengths. An instance owns scratch memory: use one per concurrent caller.
/// </summary>
public sealed partial class ResidualSpectrum
{
    private readonly ResidualTerm _residual;
    private readonly bool[] _nodePresent;
    private readonly double[] _own;
    private readonly double[] _wanted;
    private readonly CellStencil _stencil;
    private readonly double[] _weight;
    private readonly int _first;
    private readonly bool _sameSteps;
    private readonly double[] _row;
    private readonly double[] _sum;
    private readonly double[] _slope;
    private readonly double[][] _slopeSum;

    /// <summary>Prepares the wavelengths.</summary>
    /// <param name="manifold">A manifold with a residual term.</param>
    /// <param name="scheme">How it is interpolated between the nodes.</param>
    /// <param name="wavelength">
    /// Vacuum Angstrom, ascending. Where these are pixels of the manifold their values are taken; elsewhere the cubic through the four nearest
    /// pixels. Outside of the manifold's range the lines stand alone.
    /// </param>
    public ResidualSpectrum(LineManifold manifold, InterpolationScheme scheme, double[] wavelength)
    {
        ArgumentNullException.ThrowIfNull(manifold);
        ArgumentNullException.ThrowIfNull(wavelength);
        _residual = manifold.Residual ?? throw new ArgumentException("The manifold has no residual term.", nameof(manifold));
        (_nodePresent, _own, _wanted) = (manifold.NodePresent, manifold.Wavelength, wavelength);
        _stencil = new CellStencil(manifold.Axes, scheme);
        _weight = new double[_stencil.Node.Length];
        int length = 0;
        if (wavelength.Length > 0)
        {
            _first = LineWindows.SearchSorted(_own, wavelength[0]);
            _sameSteps = wavelength.AsSpan().SequenceEqual(_own.AsSpan(_first, Math.Min(wavelength.Length, _own.Length - _first)));
            if (_sameSteps) length = wavelength.Length;
            else
            {
                int end = Math.Min(_own.Length, LineWindows.SearchSorted(_own, wavelength[^1]) + 3);
                _first = Math.Max(0, _first - 3);
                length = Math.Max(0, end - _first);
            }
        }

        _row = new double[length];
        _sum = new double[length];
        _slope = new double[manifold.Axes.Dimensions * _stencil.Node.Length];
        _slopeSum = new double[manifold.Axes.Dimensions][];
    }

    /// <summary>Adds the residual at a point to the spectrum of the lines there.</summary>
    /// <param name="point">One value per axis.</param>
    /// <param name="flux">The spectrum of the lines; receives the prediction, length of the wavelengths.</param>
    /// <exception cref="EngineException">OutOfRange, as the reconstruction; BadInput: what is stored is damaged.</exception>
    public void AddTo(ReadOnlySpan<double> point, Span<double> flux)
    {
        if (_sum.Length == 0) return;
        _stencil.Locate(point, _nodePresent);
        _stencil.Weights(_weight, []);
        Array.Clear(_sum);
        for (int n = 0; n < _stencil.Count; n++)
        {
            double weight = _weight[n];
            if (weight == 0) continue;
            _residual.Reader.Read(_stencil.Node[n], _first, _row);
            for (int i = 0; i < _sum.Length; i++) _sum[i] += weight * _row[i];
        }

        if (_sameSteps)
        {
            for (int i = 0; i < flux.Length; i++) flux[i] = 1 + (_residual.ShareAt(_first + i) * (flux[i] - 1)) + _sum[i];
            return;
        }

        int at = 0;
        for (int i = 0; i < _wanted.Length; i++)
        {
            if (!(_wanted[i] >= _own[_first] && _wanted[i] <= _own[_first + _sum.Length - 1])) continue;
            double residual = Between(_sum, _wanted[i], ref at);
            flux[i] = 1 + (_residual.ShareAt(_first + at) * (flux[i] - 1)) + residual;
        }
    }

    /// <summary>Turns the derivatives of the lines' spectrum with respect to the axes into those of the prediction.</summary>
    /// <param name="point">One value per axis.</param>
    /// <param name="derivatives">One array per axis, length of the wavelengths.</param>
    /// <exception cref="EngineException">OutOfRange, as the reconstruction; BadInput: what is stored is damaged.</exception>
    internal void AddTo(ReadOnlySpan<double> point, IReadOnlyList<double[]> derivatives)
    {
        if (_sum.Length == 0) return;
        _stencil.Locate(point, _nodePresent, oneSided: true);
        _stencil.Weights(_weight, _slope);
        for (int d = 0; d < derivatives.Count; d++) Array.Clear(_slopeSum[d] ??= new double[_sum.Length]);
        for (int n = 0; n < _stencil.Count; n++)
        {
            _residual.Reader.Read(_stencil.Node[n], _first, _row);
            for (int d = 0; d < derivatives.Count; d++)
            {
                double slope = _slope[(d * _stencil.Count) + n];
                double[] sum = _slopeSum[d];
                for (int i = 0; slope != 0 && i < sum.Length; i++) sum[i] += slope * _row[i];
            }
        }

        for (int d = 0; d < derivatives.Count; d++)
        {
            double[] derivative = derivatives[d], sum = _slopeSum[d];
            int at = 0;
            for (int i = 0; i < derivative.Length; i++)
            {
                if (_sameSteps) derivative[i] = (_residual.ShareAt(_first + i) * derivative[i]) + sum[i];
                else if (_wanted[i] >= _own[_first] && _wanted[i] <= _own[_first + sum.Length - 1])
                {
                    double residual = Between(sum, _wanted[i], ref at);
                    derivative[i] = (_residual.ShareAt(_first + at) * derivative[i]) + residual;
                }
            }
        }
    }

    // The Lagrange cubic through the two pixels on either side; near the ends fewer pixels and a lower degree.
    private double Between(double[] values, double wavelength, ref int at)
    {
        (int from, int to) = Neighbours(wavelength, ref at);
        double sum = 0;
        for (int j = from; j <= to; j++) sum += Basis(j, from, to, wavelength) * values[j];
        return sum;
    }

    private (int From, int To) Neighbours(double wavelength, ref int at)
    {
        ReadOnlySpan<double> own = _own.AsSpan(_first, _sum.Length);
        while (at < own.Length - 2 && own[at + 1] <= wavelength) at++;
        return (Math.Max(0, at - 1), Math.Min(own.Length - 1, at + 2));
    }

    private double Basis(int j, int from, int to, double wavelength)
    {
        ReadOnlySpan<double> own = _own.AsSpan(_first, _sum.Length);
        double basis = 1;
        for (int k = from; k <= to; k++)
        {
            if (k != j) basis *= (wavelength - own[k]) / (own[j] - own[k]);
        }

        return basis;
    }
}
