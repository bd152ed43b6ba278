using Blase3D.Engine.Grids.Synthesis;
using Blase3D.Kernels.Contracts;

namespace Blase3D.Bench.Problems;

/// <summary>The pixels of a test problem.</summary>
internal enum PixelGrid
{
    /// <summary>234,600 pixels, log-spaced, 8038 to 12849 A (R = 500,000).</summary>
    Log,

    /// <summary>The 338,651 pixels of the PHOENIX library in the same range.</summary>
    Phoenix,
}

/// <summary>A seeded list of lines on a wavelength grid: what the kernels are measured on.</summary>
/// <param name="Grid">The pixels.</param>
/// <param name="Wavelength">Vacuum Angstrom, ascending, length P.</param>
/// <param name="Lines">The lines, ascending in their centre.</param>
/// <param name="Cotangent">dLoss/dS for the gradient, length P: random signs of about one residual's size.</param>
internal sealed record LineProblem(PixelGrid Grid, double[] Wavelength, LineTable Lines, double[] Cotangent)
{
    private const int LogPixels = 234_600;
    private const double LowAngstrom = 8038;
    private const double HighAngstrom = 12849;

    /// <summary>The whole spectrum as a window.</summary>
    public const int WholeSpectrum = int.MaxValue;

    /// <summary>
    /// Draws lines: sigma log-normal about 0.025 A, gamma about 0.02 A, 3 % of the lines with 5 to 25 times the gamma, central depth
    /// 0.01 plus an exponential of mean 0.12, at most 0.98.
    /// </summary>
    /// <param name="grid">The pixels.</param>
    /// <param name="lines">The number of lines.</param>
    public static LineProblem Create(PixelGrid grid, int lines)
    {
        double[] wavelength = Pixels(grid);
        var random = new Random(20260412);
        var table = new LineTable(lines) { Count = lines };
        double[] centers = [.. Enumerable.Range(0, lines).Select(_ => LowAngstrom + 30 + ((HighAngstrom - LowAngstrom - 60) * random.NextDouble())).Order()];
        for (int j = 0; j < lines; j++)
        {
            double sigma = 0.025 * Math.Exp(0.35 * NextNormal(random)), gamma = 0.02 * Math.Exp(0.6 * NextNormal(random));
            if (random.NextDouble() < 0.03) gamma *= 5 + (20 * random.NextDouble());
            double depth = Math.Min(0.98, 0.01 - (0.12 * Math.Log(1 - random.NextDouble())));
            double amplitude = depth / Reference.NaiveProfile.Blase(0, 1, sigma, gamma);
            table.Center[j] = centers[j];
            table.LnAmplitude[j] = Math.Log(amplitude);
            table.LnSigma[j] = Math.Log(sigma);
            table.LnGamma[j] = Math.Log(gamma);
        }

        double[] cotangent = [.. Enumerable.Range(0, wavelength.Length).Select(_ => 0.01 * NextNormal(random))];
        return new LineProblem(grid, wavelength, table, cotangent);
    }

    /// <summary>The windows of the problem's lines.</summary>
    /// <param name="width">Pixels, or <see cref="WholeSpectrum"/>.</param>
    public LineWindows Windows(int width) => LineWindows.Create(Lines.Center.AsSpan(0, Lines.Count), Wavelength, Math.Min(width, Wavelength.Length));

    /// <summary>A standard normal number (Box and Muller 1958).</summary>
    public static double NextNormal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    private static double[] Pixels(PixelGrid grid)
    {
        if (grid == PixelGrid.Phoenix) return PhoenixWavelengths.Create(LowAngstrom, HighAngstrom);
        double step = Math.Log(HighAngstrom / LowAngstrom) / (LogPixels - 1);
        return [.. Enumerable.Range(0, LogPixels).Select(i => LowAngstrom * Math.Exp(i * step))];
    }
}
