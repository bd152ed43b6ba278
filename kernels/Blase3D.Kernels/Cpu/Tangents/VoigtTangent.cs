using Blase3D.Kernels.Contracts;
using Blase3D.Kernels.Cpu.Lanes;
using Blase3D.Kernels.Cpu.Profiles;

namespace Blase3D.Kernels.Cpu.Tangents;

/// <summary>
/// The tangent of one exact Voigt line: all directions share the functions u V, u Re w', u Im w' and u Re(z w') of the pixel
/// (see <see cref="VoigtProfile"/> for the derivatives that they make).
/// </summary>
internal static class VoigtTangent
{
    /// <summary>The number of functions.</summary>
    public const int Terms = 4;

    /// <summary>The coefficients of the four functions for one direction.</summary>
    /// <param name="line">The line.</param>
    /// <param name="direction">The table of the direction.</param>
    /// <param name="row">Its row.</param>
    /// <param name="coefficient">Receives four values.</param>
    public static void Coefficients(in VoigtProfile line, LineTable direction, int row, Span<double> coefficient)
    {
        double center = direction.Center[row], amplitude = direction.LnAmplitude[row], sigma = direction.LnSigma[row], gamma = direction.LnGamma[row];
        coefficient[0] = amplitude - sigma;
        coefficient[1] = -line.Norm * line.Scale * center;
        coefficient[2] = -line.Norm * line.Y * gamma;
        coefficient[3] = -line.Norm * sigma;
    }

    /// <summary>The four functions over the pixels [start, end).</summary>
    /// <param name="line">The line.</param>
    /// <param name="wavelength">Length P.</param>
    /// <param name="start">First pixel.</param>
    /// <param name="end">Pixel behind the last.</param>
    /// <param name="origin">The pixel that the first element of <paramref name="terms"/> stands for.</param>
    /// <param name="terms">Receives the functions.</param>
    public static void Fill<TComposition>(in VoigtProfile line, double[] wavelength, int start, int end, int origin, double[] terms)
        where TComposition : struct, IComposition
    {
        Span<double> single = stackalloc double[Terms];
        for (int i = start; i < end; i++)
        {
            (single[0], single[1], single[2], single[3]) = line.Functions(wavelength[i]);
            double u = Lane1.Sum(TComposition.Sensitivity(Lane1.Broadcast(single[0])));
            for (int t = 0; t < Terms; t++) terms[(t * TangentScratch.BlockPixels) + i - origin] = u * single[t];
        }
    }
}
