using System.Runtime.CompilerServices;
using Blase3D.Kernels.Cpu.Lanes;

namespace Blase3D.Kernels.Cpu.Profiles;

/// <summary>Puts one pseudo-Voigt line into a run of pixels.</summary>
internal static class PseudoVoigtForward
{
    /// <summary>Adds the line to the pixels [start, end).</summary>
    /// <param name="shape">The line.</param>
    /// <param name="wavelength">Length P.</param>
    /// <param name="accumulator">Length P, see <see cref="IComposition"/>.</param>
    /// <param name="start">First pixel.</param>
    /// <param name="end">Pixel behind the last.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Add<TLane, TComposition>(in LineShape shape, double[] wavelength, double[] accumulator, int start, int end)
        where TLane : struct, ILane<TLane>
        where TComposition : struct, IComposition
    {
        (int coreStart, int coreEnd) = CorePixels.Find(shape, wavelength, start, end);
        Wing<TLane, TComposition>(shape, wavelength, accumulator, start, coreStart);
        Core<TLane, TComposition>(shape, wavelength, accumulator, coreStart, coreEnd);
        Wing<TLane, TComposition>(shape, wavelength, accumulator, coreEnd, end);
    }

    private static void Wing<TLane, TComposition>(in LineShape shape, double[] wavelength, double[] accumulator, int start, int end)
        where TLane : struct, ILane<TLane>
        where TComposition : struct, IComposition
    {
        int i = start;
        WingRun<TLane, TComposition>(shape, wavelength, accumulator, ref i, end);
        WingRun<Lane1, TComposition>(shape, wavelength, accumulator, ref i, end);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void WingRun<TLane, TComposition>(in LineShape shape, double[] wavelength, double[] accumulator, ref int i, int end)
        where TLane : struct, ILane<TLane>
        where TComposition : struct, IComposition
    {
        TLane center = TLane.Broadcast(shape.Center), p = TLane.Broadcast(shape.LorentzNumerator), q = TLane.Broadcast(shape.LorentzSquare);
        for (; i <= end - TLane.Width; i += TLane.Width)
        {
            TLane x = TLane.Load(in wavelength[i]) - center;
            TLane v = p / TLane.MultiplyAdd(x, x, q);
            TLane.Store(TComposition.Add(TLane.Load(in accumulator[i]), v), ref accumulator[i]);
        }
    }

    private static void Core<TLane, TComposition>(in LineShape shape, double[] wavelength, double[] accumulator, int start, int end)
        where TLane : struct, ILane<TLane>
        where TComposition : struct, IComposition
    {
        int i = start;
        CoreRun<TLane, TComposition>(shape, wavelength, accumulator, ref i, end);
        CoreRun<Lane1, TComposition>(shape, wavelength, accumulator, ref i, end);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void CoreRun<TLane, TComposition>(in LineShape shape, double[] wavelength, double[] accumulator, ref int i, int end)
        where TLane : struct, ILane<TLane>
        where TComposition : struct, IComposition
    {
        TLane center = TLane.Broadcast(shape.Center), p = TLane.Broadcast(shape.LorentzNumerator), q = TLane.Broadcast(shape.LorentzSquare);
        TLane depth = TLane.Broadcast(shape.GaussDepth), minusRate = TLane.Broadcast(-shape.GaussRate);
        TLane least = TLane.Broadcast(LaneMath.MinArgument);
        for (; i <= end - TLane.Width; i += TLane.Width)
        {
            TLane x = TLane.Load(in wavelength[i]) - center;
            TLane x2 = x * x;
            TLane e = LaneMath.Exp(TLane.Max(x2 * minusRate, least));
            TLane v = TLane.MultiplyAdd(depth, e, p / (x2 + q));
            TLane.Store(TComposition.Add(TLane.Load(in accumulator[i]), v), ref accumulator[i]);
        }
    }
}
