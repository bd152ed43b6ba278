using Blase3D.Kernels;
using Blase3D.Kernels.Contracts;

namespace Blase3D.Engine.Cloning.QuasiNewton;

/// <summary>
/// Joins two lines of one spectrum where the spectrum cannot tell them from one: their centres are closer than half of their width, and the best single line
/// in their place leaves hardly more over.
/// </summary>
/// <remarks>
/// "Hardly more" is <see cref="CloneOptions.LeastGain"/>. A line of a neighbour on the grid is held to what it is there, so two of them are told apart by more
/// than this spectrum and stay.
/// </remarks>
internal sealed class DegeneratePairs(ActiveSpectrum observed, CloneOptions options, ILineKernels kernels, Workers workers)
{
    private const double ClosestPerWidth = 0.5;
    private const double ReachPerWidth = 3;

    // Broader pairs are no lines of one spectrum that was found twice, and many others lie within them.
    private const int MostReachPixels = 60;

    /// <summary>Joins what can be joined, from low to high wavelengths.</summary>
    /// <param name="lines">The lines of a fit that has ended.</param>
    /// <param name="transmission">Their spectrum, length P; changed along.</param>
    /// <param name="meanSquare">Their mean squared residual.</param>
    /// <returns>The lines that are left: of a pair the one of the neighbour, else the stronger one, with the parameters of the single line.</returns>
    public FitLines Join(FitLines lines, double[] transmission, double meanSquare)
    {
        LineTable table = lines.Table;
        double mostLoss = options.LeastGain(meanSquare);
        int[] byCenter = [.. Enumerable.Range(0, table.Count).OrderBy(j => table.Center[j]).ThenBy(j => j)];
        var gone = new HashSet<int>();
        int left = -1;
        foreach (int right in byCenter)
        {
            if (left >= 0 && IsCandidate(lines, left, right) && SingleLineFit.Of(table, left, right) is { } start
                && Fits(table, left, right, start, transmission, mostLoss))
            {
                int kept = Keeps(lines, left, right) ? left : right, lost = kept == left ? right : left;
                gone.Add(lost);
                (table.Center[kept], table.LnAmplitude[kept]) = (start.Parameters[0], start.Parameters[1]);
                (table.LnSigma[kept], table.LnGamma[kept]) = (start.Parameters[2], start.Parameters[3]);
                left = kept;
            }
            else
            {
                left = right;
            }
        }

        return gone.Count == 0 ? lines : lines.Keep(j => !gone.Contains(j));
    }

    private static bool IsCandidate(FitLines lines, int left, int right) =>
        !(lines.Origin[left] == LineOrigin.Inherited && lines.Origin[right] == LineOrigin.Inherited)
        && lines.Table.Center[right] - lines.Table.Center[left] < ClosestPerWidth * Math.Min(Width(lines.Table, left), Width(lines.Table, right));

    private bool Keeps(FitLines lines, int left, int right)
    {
        bool inherited = lines.Origin[left] == LineOrigin.Inherited;
        return inherited || lines.Origin[right] == LineOrigin.Inherited ? inherited : Depth(left) >= Depth(right);

        double Depth(int j) => LinePeak.Depth(options.Model.Profile, lines.Table.LnAmplitude[j], lines.Table.LnSigma[j], lines.Table.LnGamma[j]);
    }

    private static double Width(LineTable table, int line) => LinePeak.FullWidth(table.LnSigma[line], table.LnGamma[line]);

    // Fits the single line to the spectrum with all other lines as they are; where it is good enough, the transmission becomes that with it.
    private bool Fits(LineTable table, int left, int right, SingleLineFit single, double[] transmission, double mostLoss)
    {
        double reach = ReachPerWidth * Math.Max(Width(table, left), Width(table, right)), pixel = observed.PixelAt(table.Center[left]);
        if (reach > MostReachPixels * pixel) return false;
        int first = Math.Max(observed.Start, LineWindows.SearchSorted(observed.Wavelength, table.Center[left] - reach));
        int end = Math.Min(observed.End, LineWindows.SearchSorted(observed.Wavelength, table.Center[right] + reach));
        if (end - first < 5) return false;
        double[] wavelength = observed.Wavelength[first..end];
        double[] pair = Forward(new LineTable(
            [table.Center[left], table.Center[right]], [table.LnAmplitude[left], table.LnAmplitude[right]],
            [table.LnSigma[left], table.LnSigma[right]], [table.LnGamma[left], table.LnGamma[right]]));
        var others = new double[wavelength.Length];
        double before = 0;
        for (int i = 0; i < others.Length; i++)
        {
            // Where the pair is black nothing is known of what lies behind it.
            if (pair[i] < 1e-3) return false;
            others[i] = transmission[first + i] / pair[i];
            double residual = transmission[first + i] - observed.Flux[first + i];
            before += residual * residual;
        }

        // Behind one line the other shows less: two lines together are shallower than their areas are.
        int deepest = Array.IndexOf(pair, pair.Min());
        single.Deepen((1 - pair[deepest]) / (1 - Forward(single.Table())[deepest]));
        double after = single.Run(observed.Flux.AsSpan(first, others.Length).ToArray(), others, Forward);
        if (!(after - before <= mostLoss)) return false;
        double[] own = Forward(single.Table());
        for (int i = 0; i < others.Length; i++) transmission[first + i] = others[i] * own[i];
        return true;

        double[] Forward(LineTable few)
        {
            var shown = new double[wavelength.Length];
            kernels.Forward(options.Model, few, LineWindows.Create(few.Center, wavelength, wavelength.Length), wavelength, workers.Alone, shown);
            return shown;
        }
    }
}
