using Blase3D.Kernels;
using Blase3D.Kernels.Contracts;

namespace Blase3D.Engine.Cloning.QuasiNewton;

/// <summary>Drops the lines of one spectrum without which hardly more of it is left over.</summary>
/// <remarks>
/// Each is taken out on its own, the others as they are, the one that shows least first; what the others can take over when they are tuned again comes on top, so
/// rather too few are dropped than too many. Without this a spectrum of hardly any lines keeps all that its neighbours handed on: held to what they are there,
/// they do not fade.
/// </remarks>
internal static class SuperfluousLines
{
    private const double ReachPerWidth = 3;

    // Lines that show more than this many times what is asked are not looked at: no residual lets them go.
    private const double ClearlyNeeded = 10;

    /// <summary>Drops them.</summary>
    /// <param name="lines">The lines of a fit that has ended.</param>
    /// <param name="observed">The spectrum.</param>
    /// <param name="transmission">That of the lines, length P; afterwards that of those that are left.</param>
    /// <param name="leastGain">What a line must lower the sum of the squared residuals by.</param>
    /// <param name="model">The model of the lines.</param>
    /// <returns>The lines that are left.</returns>
    public static FitLines Drop(FitLines lines, ActiveSpectrum observed, double[] transmission, double leastGain, LineModel model)
    {
        LineTable table = lines.Table;
        int[] all = [.. Enumerable.Range(0, table.Count)];
        double[] peak = Array.ConvertAll(all, j => LinePeak.Depth(model.Profile, table.LnAmplitude[j], table.LnSigma[j], table.LnGamma[j]));
        double[] width = Array.ConvertAll(all, j => LinePeak.FullWidth(table.LnSigma[j], table.LnGamma[j]));

        // The sum of the squares of a line is 0.75 (Gaussian) to 0.79 (Lorentzian) times this.
        double[] shown = Array.ConvertAll(all, j => peak[j] * peak[j] * width[j] / observed.PixelAt(table.Center[j]));
        var gone = new HashSet<int>();
        foreach (int j in all.Where(j => shown[j] < ClearlyNeeded * leastGain).OrderBy(j => shown[j]).ThenBy(j => j))
        {
            double reach = ReachPerWidth * width[j];
            int first = Math.Max(observed.Start, LineWindows.SearchSorted(observed.Wavelength, table.Center[j] - reach));
            int end = Math.Min(observed.End, LineWindows.SearchSorted(observed.Wavelength, table.Center[j] + reach));
            var shape = StartingShape.Of(model.Profile, table.Center[j], Math.Exp(table.LnSigma[j]), Math.Exp(table.LnGamma[j]));
            double more = 0;
            for (int i = first; i < end; i++)
            {
                double now = transmission[i] - observed.Flux[i], then = (transmission[i] / Alone(shape, peak[j], i)) - observed.Flux[i];
                more += (then * then) - (now * now);
            }

            if (!(more <= leastGain)) continue;
            gone.Add(j);
            for (int i = first; i < end; i++) transmission[i] /= Alone(shape, peak[j], i);
        }

        return gone.Count == 0 ? lines : lines.Keep(j => !gone.Contains(j));

        double Alone(StartingShape shape, double peak, int i)
        {
            double value = peak * shape.At(observed.Wavelength[i]);
            return model.Composition == Composition.Opacity ? Math.Exp(-value) : 1 - Math.Min(value, LineModel.MaxDepth);
        }
    }
}
