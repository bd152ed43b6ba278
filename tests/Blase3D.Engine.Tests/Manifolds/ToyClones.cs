using Blase3D.Engine.Cloning;
using Blase3D.Engine.Grids;
using Blase3D.Kernels.Contracts;

namespace Blase3D.Engine.Tests.Manifolds;

/// <summary>Small sets of clones with lines that move, die and are born.</summary>
internal static class ToyClones
{
    public static double[] Wavelength { get; } = [.. Enumerable.Range(0, 4001).Select(i => (850000 + i) / 100.0)];

    /// <summary>A 3 x 2 x 2 lattice; the spectrum of each point comes from a function of the point.</summary>
    public static LineClones Lattice(Func<double[], IEnumerable<ToyLine>> lines, Func<double[], bool>? keep = null, int wingPixels = 1000)
    {
        var values = new List<double>();
        var spectra = new List<ClonedSpectrum>();
        foreach (double teff in new[] { 4000.0, 4100, 4300 })
        {
            foreach (double logg in new[] { 4.0, 4.5 })
            {
                foreach (double feh in new[] { -0.5, 0.0 })
                {
                    double[] point = [teff, logg, feh];
                    if (keep?.Invoke(point) == false) continue;
                    values.AddRange(point);
                    spectra.Add(Spectrum(lines(point)));
                }
            }
        }

        var recipe = CloneRecipe.Adam with { Cloning = CloneOptions.Adam with { WingPixels = wingPixels } };
        return new LineClones(new GridPoints(["teff", "logg", "feh"], [.. values]), Wavelength, spectra, recipe);
    }

    public static ClonedSpectrum Spectrum(IEnumerable<ToyLine> lines)
    {
        ToyLine[] all = [.. lines];
        return new ClonedSpectrum
        {
            Lines = new LineTable(
                [.. all.Select(l => l.Center)], [.. all.Select(l => l.LnAmplitude)], [.. all.Select(l => l.LnSigma)], [.. all.Select(l => l.LnGamma)]),
            InitialCenter = [.. all.Select(l => l.Start)],
            Rms = 0.001,
        };
    }

    /// <summary>Forty lines that strengthen with feh and weaken with teff; the starting pixel is the same everywhere.</summary>
    public static IEnumerable<ToyLine> Smooth(double[] point)
    {
        for (int k = 0; k < 40; k++)
        {
            double start = Wavelength[50 + (97 * k)];
            double t = (point[0] - 4000) / 300, z = point[2];
            yield return new ToyLine(start, start + (0.003 * Math.Sin(k + t)), -4 + (0.3 * Math.Cos(k)) - (0.5 * t) + (0.7 * z), -3.3 + (0.2 * t), -3 - (0.1 * (point[1] - 4)));
        }
    }
}

internal sealed record ToyLine(double Start, double Center, double LnAmplitude, double LnSigma, double LnGamma);
