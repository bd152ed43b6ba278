using System.Numerics;

namespace Blase3D.Engine.Grids.Synthesis;

/// <summary>
/// The product over lines of (1 - V) on a wavelength vector. The pixels are cut into fixed tiles and every tile multiplies its lines in
/// list order, so the result does not depend on the number of threads.
/// </summary>
/// <remarks>
/// With h = f / 2 and q = x^2 + h^2 the Lorentz part of a line is 1 - V = (q - a) / q with a = A eta h / pi: no exponential outside of
/// the core. A line ends where its wing falls below 1e-7; its Gauss part ends where it falls below 1e-12.
/// </remarks>
internal sealed class SyntheticComposition
{
    private const double NeglectedWing = 1e-7;
    private const double NeglectedCore = 1e-12;
    private const int TilePixels = 4096;
    private readonly List<Line> _lines = [];
    private readonly double[] _wavelength;

    /// <summary>An empty composition.</summary>
    /// <param name="wavelength">Strictly ascending, Angstrom.</param>
    public SyntheticComposition(double[] wavelength) => _wavelength = wavelength;

    /// <summary>Adds a line whose central depth is below one.</summary>
    /// <param name="center">Angstrom.</param>
    /// <param name="amplitude">Area in Angstrom, above 0.</param>
    /// <param name="sigma">Standard deviation of the Gauss part in Angstrom.</param>
    /// <param name="gamma">Half width of the Lorentz part in Angstrom.</param>
    public void Add(double center, double amplitude, double sigma, double gamma)
    {
        var shape = PseudoVoigtShape.From(sigma, gamma);
        double half = shape.FullWidth / 2;
        double wing = amplitude * shape.Eta * half / Math.PI;
        double core = amplitude * (1 - shape.Eta) * PseudoVoigtShape.GaussPeak / shape.FullWidth;
        // At |x| = f / 2 the Gauss function is half its peak: exp(-k x^2) with k = 4 ln 2 / f^2.
        double exponent = 4 * Math.Log(2) / (shape.FullWidth * shape.FullWidth);
        double coreReach = core > NeglectedCore ? Math.Sqrt(Math.Log(core / NeglectedCore) / exponent) : 0;
        double reach = Math.Max(coreReach, Math.Sqrt(Math.Max(0, (wing / NeglectedWing) - (half * half))));
        _lines.Add(new Line(
            center, half * half, wing, core, exponent,
            Locate(center - reach), Locate(center - coreReach), Locate(center + coreReach), Locate(center + reach)));
    }

    /// <summary>The composed spectrum, in (0, 1].</summary>
    public double[] Compose()
    {
        var flux = new double[_wavelength.Length];
        Array.Fill(flux, 1);
        Parallel.For(0, (flux.Length + TilePixels - 1) / TilePixels, tile =>
        {
            int begin = tile * TilePixels;
            int end = Math.Min(begin + TilePixels, flux.Length);
            foreach (ref readonly var line in System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_lines))
            {
                if (line.End <= begin || line.Begin >= end) continue;
                int coreBegin = Math.Clamp(line.CoreBegin, begin, end);
                int coreEnd = Math.Clamp(line.CoreEnd, begin, end);
                MultiplyWing(flux, in line, Math.Max(line.Begin, begin), coreBegin);
                MultiplyCore(flux, in line, coreBegin, coreEnd);
                MultiplyWing(flux, in line, coreEnd, Math.Min(line.End, end));
            }
        });
        return flux;
    }

    private void MultiplyWing(double[] flux, in Line line, int begin, int end)
    {
        int width = Vector<double>.Count;
        int i = begin;
        for (; i <= end - width; i += width)
        {
            var x = new Vector<double>(_wavelength, i) - new Vector<double>(line.Center);
            var q = (x * x) + new Vector<double>(line.HalfSquared);
            (new Vector<double>(flux, i) * (q - new Vector<double>(line.Wing)) / q).CopyTo(flux, i);
        }

        for (; i < end; i++)
        {
            double x = _wavelength[i] - line.Center;
            double q = (x * x) + line.HalfSquared;
            flux[i] = flux[i] * (q - line.Wing) / q;
        }
    }

    private void MultiplyCore(double[] flux, in Line line, int begin, int end)
    {
        for (int i = begin; i < end; i++)
        {
            double x = _wavelength[i] - line.Center;
            double q = (x * x) + line.HalfSquared;
            flux[i] *= 1 - (line.Wing / q) - (line.Core * Math.Exp(-line.Exponent * x * x));
        }
    }

    private int Locate(double wavelength)
    {
        int index = Array.BinarySearch(_wavelength, wavelength);
        return index < 0 ? ~index : index;
    }

    private readonly record struct Line(
        double Center, double HalfSquared, double Wing, double Core, double Exponent, int Begin, int CoreBegin, int CoreEnd, int End);
}
