using System.Numerics;
using System.Runtime.CompilerServices;
using Blase3D.Kernels.Cpu.Lanes;

namespace Blase3D.Kernels.Cpu.Profiles;

/// <summary>One exact Voigt line, V(x) = a Re w(z) / (sigma sqrt(2 pi)) with z = (x + i gamma) / (sigma sqrt 2), and its adjoint.</summary>
/// <remarks>
/// dV/dx = a s^2 / sqrt(pi) Re w', dV/dln gamma = -a s y / sqrt(pi) Im w', dV/dln sigma = -V - a s / sqrt(pi) Re(z w'), with
/// s = 1 / (sigma sqrt 2) and y = gamma s. Within 12 of the origin w comes from <see cref="Faddeeva"/>, pixel by pixel; farther out from
/// <see cref="VoigtWing"/>, a lane of pixels at a time.
/// </remarks>
internal readonly struct VoigtProfile
{
    // Below this ratio the Gaussian is not visible, and 1 / sigma would only lose digits.
    private const double SmallestSigmaPerGamma = 1e-9;

    // Narrower and stronger lines are as black, and no fourth power of a distance becomes infinite.
    private const double SmallestSigma = 1e-60;
    private const double LargestNorm = 1e150;

    private static readonly double InverseSqrtPi = 1 / Math.Sqrt(Math.PI);

    private readonly double _center;
    private readonly double _scale;
    private readonly double _y;
    private readonly double _norm;
    private readonly double _nearHalfWidth;

    public VoigtProfile(double center, double amplitude, double sigma, double gamma)
    {
        double effective = Math.Max(Math.Max(sigma, SmallestSigmaPerGamma * gamma), SmallestSigma);
        _center = center;
        _scale = 1 / (effective * Math.Sqrt(2));
        _y = gamma * _scale;
        _norm = Math.Min(amplitude * _scale * InverseSqrtPi, LargestNorm);
        double near = VoigtWing.SquaredRadius - (_y * _y);
        _nearHalfWidth = near > 0 ? Math.Sqrt(near) / _scale : 0;
    }

    /// <summary>1 / (sigma sqrt 2) in 1/Angstrom.</summary>
    public double Scale => _scale;

    /// <summary>gamma / (sigma sqrt 2).</summary>
    public double Y => _y;

    /// <summary>a / (sigma sqrt(2 pi)); 0 for a line without a defined shape.</summary>
    public double Norm => _norm;

    /// <summary>V, Re w', Im w' and Re(z w') at a wavelength.</summary>
    public (double Value, double SlopeReal, double SlopeImaginary, double Product) Functions(double wavelength)
    {
        double x = (wavelength - _center) * _scale, squared = (x * x) + (_y * _y);
        if (squared < VoigtWing.SquaredRadius)
        {
            var z = new Complex(x, _y);
            (Complex w, Complex derivative) = Faddeeva.EvaluateWithDerivative(z);
            return (_norm * w.Real, derivative.Real, derivative.Imaginary, (z * derivative).Real);
        }

        VoigtWing.WithDerivative(Lane1.Broadcast(x), Lane1.Broadcast(_y), VoigtWing.Terms(squared), out Lane1 real, out Lane1 slopeReal, out Lane1 slopeImaginary);
        double re = Lane1.Sum(slopeReal), im = Lane1.Sum(slopeImaginary);
        return (_norm * Lane1.Sum(real), re, im, (x * re) - (_y * im));
    }

    /// <summary>Adds the line to the pixels [start, end).</summary>
    public void Add<TLane, TComposition>(double[] wavelength, double[] accumulator, int start, int end)
        where TLane : struct, ILane<TLane>
        where TComposition : struct, IComposition
    {
        if (_norm == 0) return;
        (int nearStart, int nearEnd) = CorePixels.Find(_center, _nearHalfWidth, wavelength, start, end);
        AddWing<TLane, TComposition>(wavelength, accumulator, start, nearStart);
        for (int i = nearStart; i < nearEnd; i++)
        {
            double v = _norm * Faddeeva.Evaluate(new Complex((wavelength[i] - _center) * _scale, _y)).Real;
            Lane1.Store(TComposition.Add(Lane1.Broadcast(accumulator[i]), Lane1.Broadcast(v)), ref accumulator[i]);
        }

        AddWing<TLane, TComposition>(wavelength, accumulator, nearEnd, end);
    }

    /// <summary>Adds the derivatives over the pixels [start, end) to the four sums.</summary>
    public void Accumulate<TLane, TComposition>(
        double[] wavelength, double[] weight, int start, int end, ref (double Center, double LnAmplitude, double LnSigma, double LnGamma) sums)
        where TLane : struct, ILane<TLane>
        where TComposition : struct, IComposition
    {
        if (_norm == 0) return;
        (int nearStart, int nearEnd) = CorePixels.Find(_center, _nearHalfWidth, wavelength, start, end);
        AccumulateWing<TLane, TComposition>(wavelength, weight, start, nearStart, ref sums);
        for (int i = nearStart; i < nearEnd; i++)
        {
            var z = new Complex((wavelength[i] - _center) * _scale, _y);
            (Complex w, Complex derivative) = Faddeeva.EvaluateWithDerivative(z);
            double v = _norm * w.Real;
            double u = weight[i] * Lane1.Sum(TComposition.Sensitivity(Lane1.Broadcast(v)));
            sums.Center -= u * _norm * _scale * derivative.Real;
            sums.LnAmplitude += u * v;
            sums.LnSigma -= u * (v + (_norm * (z * derivative).Real));
            sums.LnGamma -= u * _norm * _y * derivative.Imaginary;
        }

        AccumulateWing<TLane, TComposition>(wavelength, weight, nearEnd, end, ref sums);
    }

    private void AddWing<TLane, TComposition>(double[] wavelength, double[] accumulator, int start, int end)
        where TLane : struct, ILane<TLane>
        where TComposition : struct, IComposition
    {
        int i = start;
        AddRun<TLane, TComposition>(wavelength, accumulator, ref i, end);
        AddRun<Lane1, TComposition>(wavelength, accumulator, ref i, end);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void AddRun<TLane, TComposition>(double[] wavelength, double[] accumulator, ref int i, int end)
        where TLane : struct, ILane<TLane>
        where TComposition : struct, IComposition
    {
        TLane center = TLane.Broadcast(_center), scale = TLane.Broadcast(_scale), y = TLane.Broadcast(_y), norm = TLane.Broadcast(_norm);
        for (; i <= end - TLane.Width; i += TLane.Width)
        {
            TLane x = (TLane.Load(in wavelength[i]) - center) * scale;
            TLane v = norm * VoigtWing.RealPart(x, y, Terms(wavelength[i], wavelength[i + TLane.Width - 1]));
            TLane.Store(TComposition.Add(TLane.Load(in accumulator[i]), v), ref accumulator[i]);
        }
    }

    private void AccumulateWing<TLane, TComposition>(
        double[] wavelength, double[] weight, int start, int end, ref (double Center, double LnAmplitude, double LnSigma, double LnGamma) sums)
        where TLane : struct, ILane<TLane>
        where TComposition : struct, IComposition
    {
        int i = start;
        AccumulateRun<TLane, TComposition>(wavelength, weight, ref i, end, ref sums);
        AccumulateRun<Lane1, TComposition>(wavelength, weight, ref i, end, ref sums);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void AccumulateRun<TLane, TComposition>(
        double[] wavelength, double[] weight, ref int i, int end, ref (double Center, double LnAmplitude, double LnSigma, double LnGamma) sums)
        where TLane : struct, ILane<TLane>
        where TComposition : struct, IComposition
    {
        if (i > end - TLane.Width) return;
        TLane center = TLane.Broadcast(_center), scale = TLane.Broadcast(_scale), y = TLane.Broadcast(_y), norm = TLane.Broadcast(_norm);
        TLane sumValue = TLane.Broadcast(0), sumReal = sumValue, sumImaginary = sumValue, sumProduct = sumValue;
        for (; i <= end - TLane.Width; i += TLane.Width)
        {
            TLane x = (TLane.Load(in wavelength[i]) - center) * scale;
            VoigtWing.WithDerivative(x, y, Terms(wavelength[i], wavelength[i + TLane.Width - 1]), out TLane real, out TLane slopeReal, out TLane slopeImaginary);
            TLane u = TLane.Load(in weight[i]) * TComposition.Sensitivity(norm * real);
            sumValue = TLane.MultiplyAdd(u, real, sumValue);
            sumReal = TLane.MultiplyAdd(u, slopeReal, sumReal);
            sumImaginary = TLane.MultiplyAdd(u, slopeImaginary, sumImaginary);
            sumProduct = TLane.MultiplyAdd(u, (x * slopeReal) - (y * slopeImaginary), sumProduct);
        }

        double value = _norm * TLane.Sum(sumValue);
        sums.Center -= _norm * _scale * TLane.Sum(sumReal);
        sums.LnAmplitude += value;
        sums.LnSigma -= value + (_norm * TLane.Sum(sumProduct));
        sums.LnGamma -= _norm * _y * TLane.Sum(sumImaginary);
    }

    // The nearest of a run of pixels on one side of the centre decides how many terms the series needs.
    private int Terms(double first, double last)
    {
        double x = Math.Min(Math.Abs(first - _center), Math.Abs(last - _center)) * _scale;
        return VoigtWing.Terms((x * x) + (_y * _y));
    }
}
