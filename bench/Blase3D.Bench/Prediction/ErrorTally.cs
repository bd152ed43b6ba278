namespace Blase3D.Bench.Prediction;

/// <summary>The absolute errors of many predicted pixels.</summary>
internal sealed class ErrorTally
{
    private readonly List<float[]> _errors = [];

    /// <summary>Adds a spectrum.</summary>
    public void Add(double[] predicted, double[] truth)
    {
        var error = new float[truth.Length];
        for (int i = 0; i < error.Length; i++) error[i] = (float)Math.Abs(predicted[i] - truth[i]);
        _errors.Add(error);
    }

    /// <summary>Adds all of another.</summary>
    public void Add(ErrorTally other) => _errors.AddRange(other._errors);

    /// <summary>Median, 95 % and largest error, and the root of the mean square.</summary>
    public (double Median, double P95, double Max, double Rms) Summary()
    {
        float[] all = [.. _errors.SelectMany(e => e)];
        double square = 0;
        foreach (float e in all) square += (double)e * e;
        Array.Sort(all);
        return (all[all.Length / 2], all[(int)(0.95 * all.Length)], all[^1], Math.Sqrt(square / all.Length));
    }
}
