using Blase3D.Engine.Observation;

namespace Blase3D.Engine.Tests.Observation;

/// <summary>
/// A star whose lines are Gaussians in c ln(wavelength), so that every broadening of it is known in closed form or by a quadrature.
/// </summary>
internal static class GaussianStar
{
    // Centre in Angstrom, depth, standard deviation in km/s.
    private static readonly (double Center, double Depth, double Sigma)[] Lines =
    [
        (10_001.3, 0.6, 1.6), (10_002.1, 0.3, 2.4), (10_004.77, 0.8, 1.9), (10_005.0, 0.2, 3.1), (10_009.2, 0.5, 7),
    ];

    /// <summary>The flux at rest at x = c ln(wavelength), after broadening by a Gaussian of a standard deviation in km/s.</summary>
    public static double Flux(double x, double sigma = 0)
    {
        double flux = 1;
        foreach ((double center, double depth, double own) in Lines)
        {
            double wide = Math.Sqrt((own * own) + (sigma * sigma)), t = (x - Place(center)) / wide;
            flux -= depth * own / wide * Math.Exp(-0.5 * t * t);
        }

        return flux;
    }

    /// <summary>The mean flux between two places, after broadening by a Gaussian.</summary>
    public static double Mean(double from, double to, double sigma) => Integrate(x => Flux(x, sigma), from, to) / (to - from);

    /// <summary>The flux after rotation and a Gaussian: x = v sin i cos t takes the infinite slope out of the kernel's ends.</summary>
    public static double Rotated(double x, double rotation, double limb, double sigma) => Integrate(
        t => RotationProfile.Value(Math.Cos(t), limb) * Math.Sin(t) * Flux(x - (rotation * Math.Cos(t)), sigma), 0, Math.PI, 64);

    public static double Place(double angstrom) => DopplerShift.LightSpeedKmPerS * Math.Log(angstrom);

    /// <summary>The flux on a lattice.</summary>
    public static double[] On(RestLattice lattice) => [.. lattice.WavelengthAngstrom.Select(angstrom => Flux(Place(angstrom)))];

    /// <summary>A change of the star: the derivative of its flux when all lines grow.</summary>
    public static double[] GrowthOn(RestLattice lattice) => [.. lattice.WavelengthAngstrom.Select(angstrom => Flux(Place(angstrom)) - 1)];

    // Gauss-Legendre quadrature of 5 points on pieces.
    private static double Integrate(Func<double, double> f, double from, double to, int pieces = 8)
    {
        (double X, double W)[] rule = [(0, 128.0 / 225), (0.538469310105683, 0.478628670499366), (0.906179845938664, 0.236926885056189)];
        double sum = 0, half = 0.5 * (to - from) / pieces;
        for (int n = 0; n < pieces; n++)
        {
            double middle = from + (half * ((2 * n) + 1));
            foreach ((double x, double w) in rule) sum += x == 0 ? w * f(middle) : w * (f(middle - (half * x)) + f(middle + (half * x)));
        }

        return sum * half;
    }
}
