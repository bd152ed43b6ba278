using System.Numerics;

namespace Blase3D.Kernels.Cpu.Profiles;

/// <summary>One exact Voigt line, V(x) = a Re w(z) / (sigma sqrt(2 pi)) with z = (x + i gamma) / (sigma sqrt 2), and its adjoint.</summary>
/// <remarks>
/// dV/dx = a s^2 / sqrt(pi) Re w', dV/dln gamma = -a s y / sqrt(pi) Im w', dV/dln sigma = -V - a s / sqrt(pi) Re(z w'), with
/// s = 1 / (sigma sqrt 2) and y = gamma s.
/// </remarks>
internal readonly struct VoigtProfile
{
    // Below this ratio the Gaussian is not visible, and 1 / sigma would only lose digits.
    private const double SmallestSigmaPerGamma = 1e-9;

    private static readonly double InverseSqrtPi = 1 / Math.Sqrt(Math.PI);

    private readonly double _center;
    private readonly double _scale;
    private readonly double _y;
    private readonly double _norm;

    public VoigtProfile(double center, double amplitude, double sigma, double gamma)
    {
        double effective = Math.Max(sigma, SmallestSigmaPerGamma * gamma);
        _center = center;
        _scale = 1 / (effective * Math.Sqrt(2));
        _y = gamma * _scale;
        _norm = amplitude * _scale * InverseSqrtPi;
    }

    /// <summary>Adds the line to the pixels [start, end).</summary>
    public void Add<TComposition>(double[] wavelength, double[] accumulator, int start, int end)
        where TComposition : struct, IComposition
    {
        if (_norm == 0) return;
        for (int i = start; i < end; i++)
        {
            double v = _norm * Faddeeva.Evaluate(new Complex((wavelength[i] - _center) * _scale, _y)).Real;
            Lanes.Lane1.Store(TComposition.Add(Lanes.Lane1.Broadcast(accumulator[i]), Lanes.Lane1.Broadcast(v)), ref accumulator[i]);
        }
    }

    /// <summary>Adds the derivatives over the pixels [start, end) to the four sums.</summary>
    public void Accumulate<TComposition>(
        double[] wavelength, double[] weight, int start, int end, ref (double Center, double LnAmplitude, double LnSigma, double LnGamma) sums)
        where TComposition : struct, IComposition
    {
        if (_norm == 0) return;
        for (int i = start; i < end; i++)
        {
            var z = new Complex((wavelength[i] - _center) * _scale, _y);
            (Complex w, Complex derivative) = Faddeeva.EvaluateWithDerivative(z);
            double v = _norm * w.Real;
            double u = weight[i] * Lanes.Lane1.Sum(TComposition.Sensitivity(Lanes.Lane1.Broadcast(v)));
            sums.Center -= u * _norm * _scale * derivative.Real;
            sums.LnAmplitude += u * v;
            sums.LnSigma -= u * (v + (_norm * (z * derivative).Real));
            sums.LnGamma -= u * _norm * _y * derivative.Imaginary;
        }
    }
}
