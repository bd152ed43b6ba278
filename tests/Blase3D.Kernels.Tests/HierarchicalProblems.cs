using Blase3D.Kernels.Contracts;

namespace Blase3D.Kernels.Tests;

/// <summary>Random problems that try to break the error estimate of the hierarchical kernels.</summary>
internal static class HierarchicalProblems
{
    public static readonly double[] Tolerances = [1e-2, 1e-3, 1e-4, 1e-6, 1e-8, 1e-10, 1e-12, 1e-13];

    /// <summary>A problem and the model to evaluate it with; the seed decides everything.</summary>
    public static (LineProblem Problem, LineModel Model, double Tolerance) Create(int seed, bool cheap = false)
    {
        var random = new Random(seed);
        double[] wavelength = Grid(random, random.Next(4) == 0 ? random.Next(1, 40) : random.Next(40, cheap ? 600 : 6000));
        int count = random.Next(1, random.Next(3) == 0 ? (cheap ? 30 : 400) : 30);
        LineTable lines = Lines(random, wavelength, count);
        var profile = (LineProfile)(random.Next(8) switch { 0 => 2, < 4 => 1, _ => 0 });
        if (cheap) profile = (LineProfile)random.Next(3);
        var model = new LineModel(profile, (Composition)random.Next(2));
        var problem = new LineProblem(wavelength, lines, Windows(random, lines.Center, wavelength));
        return (problem, model, Tolerances[random.Next(Tolerances.Length)]);
    }

    /// <summary>Logarithmic grids, steps that double, gaps, uneven steps, repeated values.</summary>
    public static double[] Grid(Random random, int pixels)
    {
        var wavelength = new double[pixels];
        double now = 3000 + (9000 * random.NextDouble()), step = Math.Pow(10, -3 + (3 * random.NextDouble()));
        int kind = random.Next(5);
        for (int i = 0; i < pixels; i++)
        {
            wavelength[i] = now;
            now += kind switch
            {
                0 => now * 2e-6,
                1 => i < pixels / 2 ? 0.01 : 0.02,
                2 => random.Next(200) == 0 ? step * 3000 * random.NextDouble() : step,
                3 => step * Math.Exp(4 * random.NextDouble()),
                _ => step,
            };
        }

        return wavelength;
    }

    private static LineTable Lines(Random random, double[] wavelength, int count)
    {
        var lines = new LineTable(new double[count], new double[count], new double[count], new double[count]);
        double range = wavelength[^1] - wavelength[0], step = range / wavelength.Length;
        double widthScale = random.Next(3) == 0 ? Math.Max(step, 1e-6) : 0.02;
        double strength = -5 + (6 * random.NextDouble());
        double blend = wavelength[0] + (range * random.NextDouble());
        for (int j = 0; j < count; j++)
        {
            lines.Center[j] = random.Next(12) switch
            {
                0 => blend,
                1 => blend + (1e-3 * random.NextDouble()),
                2 => wavelength[random.Next(wavelength.Length)],
                3 => Math.Round(blend) + (random.Next(-8, 9) / 8.0),
                4 => wavelength[0] - (range * random.NextDouble()),
                5 => wavelength[^1] + (range * random.NextDouble()),
                _ => wavelength[0] + (range * random.NextDouble()),
            };
            double sigma = widthScale * Math.Exp(random.NextDouble()), gamma = widthScale * Math.Exp((2 * random.NextDouble()) - 1);
            switch (random.Next(10))
            {
                case 0: gamma *= 5 + (245 * random.NextDouble()); break;
                case 1: (sigma, gamma) = (5 * random.NextDouble(), 5 * random.NextDouble()); break;
                case 2: (sigma, gamma) = (sigma * 1e-3, gamma * 1e-3); break;
                case 3: sigma *= 1e-6; break;
                case 4: gamma *= 1e-6; break;
                default: break;
            }

            lines.LnSigma[j] = Math.Log(sigma);
            lines.LnGamma[j] = Math.Log(gamma);

            // A central depth around exp(strength); now and then saturated far out.
            double depth = strength + (3 * random.NextDouble()) + (random.Next(15) == 0 ? 5 * random.NextDouble() : 0);
            lines.LnAmplitude[j] = depth + Math.Log(Math.Max(sigma, gamma) * 2.5);
            if (random.Next(60) == 0) lines.LnAmplitude[j] = -99;
            if (random.Next(60) == 0) lines.LnSigma[j] = double.NegativeInfinity;
            if (random.Next(60) == 0) lines.LnGamma[j] = double.NegativeInfinity;
            if (random.Next(60) == 0) lines.LnSigma[j] = -120;
            if (random.Next(80) == 0) lines.LnAmplitude[j] = double.NaN;
        }

        return lines;
    }

    private static LineWindows Windows(Random random, double[] center, double[] wavelength)
    {
        int pixels = wavelength.Length;
        int width = random.Next(3) == 0 ? pixels : random.Next(2, pixels + 3);
        return random.Next(3) == 0 && width >= 2 && width < pixels
            ? LineWindows.CreatePublished(center, wavelength, width)
            : LineWindows.Create(center, wavelength, width);
    }
}
