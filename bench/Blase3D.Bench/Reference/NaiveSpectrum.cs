using System.Runtime.CompilerServices;
using Blase3D.Kernels.Contracts;

namespace Blase3D.Bench.Reference;

/// <summary>
/// The forward model and its adjoint as one writes them down first: for every line, for every pixel of its window, one exponential and
/// one logarithm, in plain double arithmetic.
/// </summary>
internal static class NaiveSpectrum
{
    /// <summary>ln S of every n-th line, for timing.</summary>
    /// <param name="profile">The shape.</param>
    /// <param name="lines">The lines.</param>
    /// <param name="windows">Their windows.</param>
    /// <param name="wavelength">Length P.</param>
    /// <param name="everyLine">1 for all lines.</param>
    /// <param name="transmission">Receives S, length P.</param>
    public static void Forward(LineProfile profile, LineTable lines, LineWindows windows, double[] wavelength, int everyLine, double[] transmission)
    {
        Array.Clear(transmission);
        for (int j = 0; j < lines.Count; j += everyLine)
        {
            double amplitude = Math.Exp(lines.LnAmplitude[j]), sigma = Math.Exp(lines.LnSigma[j]), gamma = Math.Exp(lines.LnGamma[j]);
            if (profile == LineProfile.Blase) AddBlase(lines.Center[j], amplitude, sigma, gamma, windows.First[j], windows.Length[j], wavelength, transmission);
            else AddAny(profile, lines.Center[j], amplitude, sigma, gamma, windows.First[j], windows.Length[j], wavelength, transmission);
        }

        for (int i = 0; i < transmission.Length; i++) transmission[i] = Math.Exp(transmission[i]);
    }

    /// <summary>The adjoint of the published profile for every n-th line, for timing.</summary>
    /// <param name="lines">The lines.</param>
    /// <param name="windows">Their windows.</param>
    /// <param name="wavelength">Length P.</param>
    /// <param name="transmission">S, length P.</param>
    /// <param name="cotangent">dLoss/dS, length P.</param>
    /// <param name="everyLine">1 for all lines.</param>
    /// <param name="gradient">Receives the derivatives.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Gradient(
        LineTable lines, LineWindows windows, double[] wavelength, double[] transmission, double[] cotangent, int everyLine, LineGradient gradient)
    {
        for (int j = 0; j < lines.Count; j += everyLine)
        {
            double amplitude = Math.Exp(lines.LnAmplitude[j]), sigma = Math.Exp(lines.LnSigma[j]), gamma = Math.Exp(lines.LnGamma[j]);
            double eta = NaiveProfile.BlaseShare(sigma, gamma), etaPerLnGamma = NaiveProfile.BlaseSharePerLnGamma(sigma, gamma);
            double center = 0, lnAmplitude = 0, lnSigma = 0, lnGamma = 0;
            for (int i = windows.First[j]; i < windows.First[j] + windows.Length[j]; i++)
            {
                double x = wavelength[i] - lines.Center[j], q = (x * x) + (gamma * gamma);
                double lorentz = NaiveProfile.Lorentz(x, gamma), gauss = NaiveProfile.Gauss(x, sigma);
                double v = amplitude * ((eta * lorentz) + ((1 - eta) * gauss));
                double u = -cotangent[i] * transmission[i] / (1 - v);
                center += u * amplitude * ((eta * lorentz * 2 * x / q) + ((1 - eta) * gauss * x / (sigma * sigma)));
                lnAmplitude += u * v;
                lnSigma += u * amplitude * (((1 - eta) * gauss * ((x * x / (sigma * sigma)) - 1)) - (etaPerLnGamma * (lorentz - gauss)));
                lnGamma += u * amplitude * ((eta * lorentz * (1 - (2 * gamma * gamma / q))) + (etaPerLnGamma * (lorentz - gauss)));
            }

            (gradient.Center[j], gradient.LnAmplitude[j], gradient.LnSigma[j], gradient.LnGamma[j]) = (center, lnAmplitude, lnSigma, lnGamma);
        }
    }

    /// <summary>S of one pixel from all lines whose window has it.</summary>
    public static double At(LineProfile profile, LineTable lines, LineWindows windows, double[] wavelength, int pixel)
    {
        double sum = 0;
        for (int j = 0; j < lines.Count; j++)
        {
            if (pixel < windows.First[j] || pixel >= windows.First[j] + windows.Length[j]) continue;
            double v = NaiveProfile.Depth(
                profile, wavelength[pixel] - lines.Center[j], Math.Exp(lines.LnAmplitude[j]), Math.Exp(lines.LnSigma[j]), Math.Exp(lines.LnGamma[j]));
            sum += Math.Log(1 - Math.Clamp(v, 0, LineModel.MaxDepth));
        }

        return Math.Exp(sum);
    }

    /// <summary>The derivative of sum_i cotangent_i S_i with respect to one parameter of one line, by a fourth-order difference.</summary>
    /// <param name="profile">The shape.</param>
    /// <param name="lines">The lines.</param>
    /// <param name="windows">Their windows.</param>
    /// <param name="wavelength">Length P.</param>
    /// <param name="transmission">S, length P.</param>
    /// <param name="cotangent">dLoss/dS, length P.</param>
    /// <param name="line">The line.</param>
    /// <param name="parameter">0 centre, 1 ln a, 2 ln sigma, 3 ln gamma.</param>
    public static double Derivative(
        LineProfile profile, LineTable lines, LineWindows windows, double[] wavelength, double[] transmission, double[] cotangent, int line, int parameter)
    {
        double lnAmplitude = lines.LnAmplitude[line], lnSigma = lines.LnSigma[line], lnGamma = lines.LnGamma[line];
        double step = 5e-4 * (parameter == 0 ? Math.Exp(Math.Min(lnSigma, lnGamma)) : 1);
        double sum = 0;
        for (int i = windows.First[line]; i < windows.First[line] + windows.Length[line]; i++)
        {
            double near = (V(step) - V(-step)) / (2 * step), far = (V(2 * step) - V(-2 * step)) / (4 * step);
            sum -= cotangent[i] * transmission[i] / (1 - V(0)) * (((4 * near) - far) / 3);

            // The shift of the centre goes to the distance: beside 10,000 A it would be rounded.
            double V(double shift) => NaiveProfile.Depth(
                profile,
                wavelength[i] - lines.Center[line] - (parameter == 0 ? shift : 0),
                Math.Exp(lnAmplitude + (parameter == 1 ? shift : 0)),
                Math.Exp(lnSigma + (parameter == 2 ? shift : 0)),
                Math.Exp(lnGamma + (parameter == 3 ? shift : 0)));
        }

        return sum;
    }

    // With what does not depend on the pixel in front of the loop, as anyone would write it.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddBlase(
        double center, double amplitude, double sigma, double gamma, int first, int length, double[] wavelength, double[] lnTransmission)
    {
        double eta = NaiveProfile.BlaseShare(sigma, gamma);
        for (int i = first; i < first + length; i++)
        {
            double x = wavelength[i] - center;
            double v = amplitude * ((eta * NaiveProfile.Lorentz(x, gamma)) + ((1 - eta) * NaiveProfile.Gauss(x, sigma)));
            lnTransmission[i] += Math.Log(1 - Math.Clamp(v, 0, LineModel.MaxDepth));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddAny(
        LineProfile profile, double center, double amplitude, double sigma, double gamma, int first, int length, double[] wavelength, double[] lnTransmission)
    {
        for (int i = first; i < first + length; i++)
        {
            double v = NaiveProfile.Depth(profile, wavelength[i] - center, amplitude, sigma, gamma);
            lnTransmission[i] += Math.Log(1 - Math.Clamp(v, 0, LineModel.MaxDepth));
        }
    }
}
