using System.Numerics;
using Blase3D.Kernels.Contracts;
using Blase3D.Kernels.Cpu.Profiles;

namespace Blase3D.Engine.Observation;

/// <summary>One line and what becomes of it when it is widened instead of convolved; lengths in Angstrom, see <see cref="FoldingBound"/>.</summary>
internal sealed class FoldedLine
{
    private const double ReachSigmas = 4.02;

    // Of a Gaussian beyond 4 standard deviations, rounded up.
    private const double TailMass = 6.4e-5;

    // Largest slopes of a Lorentzian and a Gaussian of unit width and area, and where they are.
    private static readonly double LorentzSlope = 3 * Math.Sqrt(3) / (8 * Math.PI);
    private static readonly double GaussSlope = Math.Exp(-0.5) / Math.Sqrt(2 * Math.PI);

    private readonly double _amplitude;
    private readonly bool _isVoigt;
    private readonly Parts _own;
    private readonly Parts _wide;
    private readonly double _steepest;
    private readonly double _turn;

    private FoldedLine(LineProfile profile, double center, double amplitude, double sigma, double gamma, double instrument)
    {
        (Center, _amplitude, Instrument, _isVoigt) = (center, amplitude, instrument, profile == LineProfile.Voigt);
        double widened = Math.Sqrt((sigma * sigma) + (instrument * instrument));
        (_own, _wide) = (Parts.Of(profile, sigma, gamma), Parts.Of(profile, widened, gamma));
        Width = Math.Max(Math.Max(widened, gamma), Math.Max(_own.Lorentz, _wide.Lorentz));
        if (_isVoigt) (_turn, _steepest) = SteepestOfVoigt();
        else _steepest = amplitude * (Term(_own.Share, LorentzSlope, _own.Lorentz) + Term(1 - _own.Share, GaussSlope, _own.Gauss));
        Excess = Math.Max(0, Height(_own) - LineModel.MaxDepth) + Math.Max(0, Height(_wide) - LineModel.MaxDepth);
    }

    /// <summary>Where it is.</summary>
    public double Center { get; }

    /// <summary>The instrument's standard deviation.</summary>
    public double Instrument { get; }

    /// <summary>The widest of all widths.</summary>
    public double Width { get; }

    /// <summary>By how much it is deeper than black, where it is cut off.</summary>
    public double Excess { get; }

    /// <summary>A line of a table; null where it has no defined shape and therefore no effect.</summary>
    public static FoldedLine? Of(LineProfile profile, LineTable lines, int j, double instrumentShare)
    {
        double amplitude = Math.Exp(lines.LnAmplitude[j]), sigma = Math.Exp(lines.LnSigma[j]), gamma = Math.Exp(lines.LnGamma[j]);
        bool isLine = amplitude > 0 && double.IsFinite(amplitude) && double.IsFinite(sigma) && double.IsFinite(gamma) && (sigma > 0 || gamma > 0);
        return isLine ? new FoldedLine(profile, lines.Center[j], amplitude, sigma, gamma, instrumentShare * lines.Center[j]) : null;
    }

    /// <summary>The root of the mean square of the slope of V under the instrument around a place at a distance x, or more.</summary>
    public double Slope(double x)
    {
        double low = x - (ReachSigmas * Instrument), high = x + (ReachSigmas * Instrument);
        double near = _isVoigt ? LargestVoigt(low, high)
            : _amplitude * ((_own.Share > 0 ? _own.Share * LargestLorentz(low, high, _own.Lorentz) : 0) + (_own.Share < 1 ? (1 - _own.Share) * LargestGauss(low, high, _own.Gauss) : 0));
        return Math.Min(_steepest, Math.Sqrt((near * near) + (TailMass * _steepest * _steepest)));
    }

    /// <summary>|E V - V'| at a distance x.</summary>
    public double ProfileError(double x)
    {
        if (_isVoigt) return 0;
        double convolved = (_own.Share * Voigt(x, Instrument, _own.Lorentz)) + ((1 - _own.Share) * Gauss(x, Math.Sqrt((_own.Gauss * _own.Gauss) + (Instrument * Instrument))));
        return _amplitude * Math.Abs(convolved - (_wide.Share * Lorentz(x, _wide.Lorentz)) - ((1 - _wide.Share) * Gauss(x, _wide.Gauss)));
    }

    /// <summary>What the curvature of ln(wavelength) does at a distance x, where the slope is as given.</summary>
    public double Curved(double x, double slope, double wavelength)
    {
        double share = Instrument / Center;
        return 1.01 * slope * ((x * share) + (0.5 * Math.Sqrt(3) * wavelength * share * share));
    }

    /// <summary>The standard deviation of V under the instrument at a distance and beyond; the instrument is as wide as there.</summary>
    public double Spread(double distance) => 1.01 * (1 + (distance / Center)) * Instrument * Slope(distance);

    /// <summary>The rest of the bound far away, at a distance and beyond, up to a wavelength.</summary>
    public double FarError(double distance, double wavelength)
    {
        double curved = Curved(distance, Slope(distance), Math.Max(wavelength, Center));
        if (_isVoigt) return curved;

        // Lorentzians are g / (pi x^2) - g^3 / (pi x^4) + at most g^5 / (pi x^6); smearing one changes it by s^2 / 2 of a second derivative of at most 96 g / (pi x^4)
        // within x / 2.
        double square = distance * distance, g = _own.Share * _own.Lorentz, h = _wide.Share * _wide.Lorentz;
        double own = _own.Lorentz * _own.Lorentz, wide = _wide.Lorentz * _wide.Lorentz;
        double tails = Math.Abs(g - h) + ((Math.Abs((g * own) - (h * wide)) + (48 * g * Instrument * Instrument)) / square) + (((g * own * own) + (h * wide * wide)) / (square * square));
        return curved + (_amplitude * tails / (Math.PI * square));
    }

    // The slope of a Voigt function grows up to one place and falls behind it: the second derivative of a Lorentzian changes its sign twice, and a convolution
    // with a Gaussian has no more changes of sign than what is convolved (Schoenberg 1951, J. Anal. Math. 1, 331).
    private double LargestVoigt(double low, double high)
    {
        const double sure = 1e-3;
        double inner = (1 - sure) * _turn, outer = (1 + sure) * _turn;
        if (low <= outer && high >= -outer && !(low > -inner && high < inner)) return _steepest;
        return Math.Max(VoigtSlope(low), VoigtSlope(high));
    }

    // By golden sections, after the place is between 0 and an end where the slope falls.
    private (double Turn, double Slope) SteepestOfVoigt()
    {
        const double golden = 0.6180339887498949, accuracy = 1e-5;
        double low = 0, high = _own.Gauss + _own.Lorentz;
        while (VoigtSlope(2 * high) > VoigtSlope(high)) high *= 2;
        high *= 2;
        while (high - low > accuracy * high)
        {
            double left = high - (golden * (high - low)), right = low + (golden * (high - low));
            if (VoigtSlope(left) < VoigtSlope(right)) low = left;
            else high = right;
        }

        // The maximum is flat: this is nearer to it than 1e-9 of it.
        double turn = 0.5 * (low + high);
        return (turn, (1 + 1e-9) * VoigtSlope(turn));
    }

    // |dV/dx| = a |Re w'(z)| / (2 sqrt(pi) sigma^2) with z = (x + i gamma) / (sqrt(2) sigma).
    private double VoigtSlope(double x)
    {
        double sigma = _own.Gauss, gamma = _own.Lorentz;
        if (sigma == 0) return _amplitude * LorentzSlopeAt(x, gamma);
        if (gamma == 0) return _amplitude * GaussSlopeAt(x, sigma);
        double scale = 1 / (sigma * Math.Sqrt(2));
        return _amplitude * Math.Abs(Faddeeva.EvaluateWithDerivative(new Complex(x * scale, gamma * scale)).Derivative.Real) * scale * scale / Math.Sqrt(Math.PI);
    }

    private static double LargestLorentz(double low, double high, double gamma)
    {
        double turn = gamma / Math.Sqrt(3);
        if (low <= turn && high >= -turn && !(low > -turn && high < turn)) return LorentzSlope / (gamma * gamma);
        return Math.Max(LorentzSlopeAt(low, gamma), LorentzSlopeAt(high, gamma));
    }

    private static double LargestGauss(double low, double high, double sigma)
    {
        if (low <= sigma && high >= -sigma && !(low > -sigma && high < sigma)) return GaussSlope / (sigma * sigma);
        return Math.Max(GaussSlopeAt(low, sigma), GaussSlopeAt(high, sigma));
    }

    private static double LorentzSlopeAt(double x, double gamma) => 2 * gamma * Math.Abs(x) / (Math.PI * Math.Pow((x * x) + (gamma * gamma), 2));

    private static double GaussSlopeAt(double x, double sigma) => Math.Abs(x) / (sigma * sigma) * Gauss(x, sigma);

    private static double Lorentz(double x, double gamma) => gamma > 0 ? gamma / (Math.PI * ((x * x) + (gamma * gamma))) : 0;

    private static double Gauss(double x, double sigma) => sigma > 0 ? Math.Exp(-0.5 * x * x / (sigma * sigma)) / (Math.Sqrt(2 * Math.PI) * sigma) : 0;

    private static double Voigt(double x, double sigma, double gamma)
    {
        if (gamma == 0) return Gauss(x, sigma);
        double scale = 1 / (sigma * Math.Sqrt(2));
        return scale / Math.Sqrt(Math.PI) * Faddeeva.Evaluate(new Complex(x * scale, gamma * scale)).Real;
    }

    private static double Divide(double value, double by) => by > 0 ? value / by : double.PositiveInfinity;

    private static double Term(double share, double slope, double width) => share > 0 ? share * Divide(slope, width * width) : 0;

    private double Height(Parts parts) => _isVoigt
        ? parts.Gauss > 0 ? _amplitude * Voigt(0, parts.Gauss, parts.Lorentz) : _amplitude * Lorentz(0, parts.Lorentz)
        : _amplitude * ((parts.Share * Lorentz(0, parts.Lorentz)) + ((1 - parts.Share) * Gauss(0, parts.Gauss)));

    // The share of the Lorentzian and the widths of both parts; for the Voigt profile the widths that are convolved.
    private readonly record struct Parts(double Share, double Lorentz, double Gauss)
    {
        public static Parts Of(LineProfile profile, double sigma, double gamma)
        {
            if (profile == LineProfile.Voigt) return new Parts(1, gamma, sigma);

            // As in LineProfile.
            double perSigma = 2 * Math.Sqrt(2 * Math.Log(2)), g = perSigma * sigma, l = 2 * gamma;
            double f = Math.Pow(Math.Pow(g, 5) + (2.69269 * Math.Pow(g, 4) * l) + (2.42843 * g * g * g * l * l) + (4.47163 * g * g * l * l * l) + (0.07842 * g * Math.Pow(l, 4)) + Math.Pow(l, 5), 0.2);
            double r = l / f, share = r * (1.36603 + (r * (-0.47719 + (0.11116 * r))));
            return profile == LineProfile.Blase ? new Parts(share, gamma, sigma) : new Parts(share, 0.5 * f, f / perSigma);
        }
    }
}
