namespace Blase3D.Engine.Inference.BayesianOptimization;

/// <summary>How the Gaussian process explains scatter of the observations.</summary>
public enum NoiseModel
{
    /// <summary>White noise whose variance is fitted with the other parameters and left out at prediction (the published way).</summary>
    Fitted,

    /// <summary>No noise: only the fixed jitter of 1e-10 on the diagonal.</summary>
    NoiseFree,
}

/// <summary>
/// Parameters of the covariance constant * Matern52(ARD) + noise: k(x, x') = constant (1 + s + s^2/3) exp(-s) + noise [x is x'],
/// s = sqrt(5 sum_k ((x_k - x'_k) / length_k)^2) (Rasmussen and Williams 2006, equation 4.17).
/// </summary>
/// <param name="Constant">Prior variance of the standardised values, above 0.</param>
/// <param name="LengthScales">One length per dimension in units of the (unit cube) inputs, above 0.</param>
/// <param name="Noise">Variance of the white noise of the standardised values, 0 or above.</param>
public sealed record KernelParameters(double Constant, double[] LengthScales, double Noise)
{
    /// <summary>The start of a fit: constant 1, lengths 1, noise 1 (fitted) or 0 (noise-free).</summary>
    /// <param name="dimension">Number of inputs.</param>
    /// <param name="noise">Noise model.</param>
    /// <returns>The default parameters.</returns>
    public static KernelParameters Start(int dimension, NoiseModel noise)
    {
        var lengths = new double[dimension];
        Array.Fill(lengths, 1.0);
        return new KernelParameters(1, lengths, noise == NoiseModel.Fitted ? 1 : 0);
    }

    /// <summary>Reads parameters from their logarithms: ln constant, ln lengths, and ln noise when it is fitted.</summary>
    /// <param name="logarithms">d + 2 values (fitted noise) or d + 1 values (noise-free).</param>
    /// <param name="noise">Noise model.</param>
    /// <returns>The parameters.</returns>
    public static KernelParameters FromLogarithms(ReadOnlySpan<double> logarithms, NoiseModel noise)
    {
        int dimension = logarithms.Length - (noise == NoiseModel.Fitted ? 2 : 1);
        var lengths = new double[dimension];
        for (int k = 0; k < dimension; k++)
        {
            lengths[k] = Math.Exp(logarithms[1 + k]);
        }

        return new KernelParameters(Math.Exp(logarithms[0]), lengths, noise == NoiseModel.Fitted ? Math.Exp(logarithms[^1]) : 0);
    }

    /// <summary>The logarithms that <see cref="FromLogarithms"/> reads.</summary>
    /// <param name="noise">Noise model.</param>
    /// <returns>d + 2 values (fitted noise) or d + 1 values (noise-free).</returns>
    public double[] ToLogarithms(NoiseModel noise)
    {
        double[] logarithms = [Math.Log(Constant), .. LengthScales.Select(length => Math.Log(length))];
        return noise == NoiseModel.Fitted ? [.. logarithms, Math.Log(Noise)] : logarithms;
    }
}

/// <summary>Ranges within which the covariance parameters are fitted; the defaults are those of the published code.</summary>
/// <param name="ConstantLow">Lowest constant.</param>
/// <param name="ConstantHigh">Highest constant.</param>
/// <param name="LengthLow">Lowest length scale, in units of the unit cube.</param>
/// <param name="LengthHigh">Highest length scale, in units of the unit cube.</param>
/// <param name="NoiseLow">Lowest noise variance.</param>
/// <param name="NoiseHigh">Highest noise variance.</param>
public sealed record KernelBounds(
    double ConstantLow = 0.01,
    double ConstantHigh = 1000,
    double LengthLow = 0.01,
    double LengthHigh = 100,
    double NoiseLow = 1e-5,
    double NoiseHigh = 1e5)
{
    /// <summary>The bounds of the logarithms, in the order of <see cref="KernelParameters.ToLogarithms"/>.</summary>
    /// <param name="dimension">Number of inputs.</param>
    /// <param name="noise">Noise model.</param>
    /// <returns>Lower and upper bounds, d + 2 (fitted noise) or d + 1 values each.</returns>
    public (double[] Lower, double[] Upper) Logarithms(int dimension, NoiseModel noise)
    {
        var low = new KernelParameters(ConstantLow, [.. Enumerable.Repeat(LengthLow, dimension)], NoiseLow);
        var high = new KernelParameters(ConstantHigh, [.. Enumerable.Repeat(LengthHigh, dimension)], NoiseHigh);
        return (low.ToLogarithms(noise), high.ToLogarithms(noise));
    }
}
