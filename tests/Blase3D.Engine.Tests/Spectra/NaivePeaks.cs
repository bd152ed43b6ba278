namespace Blase3D.Engine.Tests.Spectra;

/// <summary>The definitions of peaks written down sample by sample, without any speed: the reference of the property tests.</summary>
internal static class NaivePeaks
{
    public static int[] LocalMaxima(double[] x)
    {
        var peaks = new List<int>();
        for (int from = 1; from < x.Length - 1; from++)
        {
            for (int to = from; to < x.Length - 1; to++)
            {
                bool flat = x[from..(to + 1)].All(v => v == x[from]);
                if (flat && x[from - 1] < x[from] && x[to + 1] < x[from])
                    peaks.Add((from + to) / 2);
            }
        }
        return [.. peaks];
    }

    public static (double Prominence, int Left, int Right) Prominence(double[] x, int peak)
    {
        int left = peak;
        for (int i = peak; i >= 0 && x[i] <= x[peak]; i--)
            left = x[i] < x[left] ? i : left;
        int right = peak;
        for (int i = peak; i < x.Length && x[i] <= x[peak]; i++)
            right = x[i] < x[right] ? i : right;
        return (x[peak] - Math.Max(x[left], x[right]), left, right);
    }
}
