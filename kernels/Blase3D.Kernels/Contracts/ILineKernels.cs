namespace Blase3D.Kernels.Contracts;

/// <summary>
/// The forward model and its adjoint for one spectrum. An instance owns scratch memory: use one per concurrent caller.
/// </summary>
/// <remarks>
/// Accuracy: against a plain double evaluation of the formulas of <see cref="LineModel"/>, max |dS| at most 1e-12 for any number of
/// overlapping lines up to 1e5, and gradients within 1e-9 relative; kernels that were made with a tolerance add at most that to |dS|, and
/// their gradient is the derivative of what they compute. Results do not depend on the number of threads, bit for bit.
/// A line whose two widths are both zero, or that has a parameter which is not a number, contributes nothing
/// (<see cref="IsDegenerate"/>); one zero width is the limit of a pure Gaussian or Lorentzian.
/// </remarks>
public interface ILineKernels
{
    /// <summary>The name of the variant, for example avx512.</summary>
    string Name { get; }

    /// <summary>Evaluates the spectrum S of the lines.</summary>
    /// <param name="model">Profile and composition.</param>
    /// <param name="lines">The lines, in any order.</param>
    /// <param name="windows">One window per line.</param>
    /// <param name="wavelength">Vacuum Angstrom, ascending, length P.</param>
    /// <param name="workers">The threads to use.</param>
    /// <param name="transmission">Receives S, length P; 1 where no line reaches.</param>
    void Forward(LineModel model, LineTable lines, LineWindows windows, double[] wavelength, Workers workers, double[] transmission);

    /// <summary>Evaluates S as <see cref="Forward"/> does, but only compares it with data: nothing is written.</summary>
    /// <param name="model">Profile and composition.</param>
    /// <param name="lines">The lines, in any order.</param>
    /// <param name="windows">One window per line.</param>
    /// <param name="wavelength">Vacuum Angstrom, ascending, length P.</param>
    /// <param name="data">What S is compared with, length P; NaN where a pixel does not count.</param>
    /// <param name="weight">The weight of every pixel, length P, or null for 1; NaN where a pixel does not count.</param>
    /// <param name="workers">The threads to use.</param>
    /// <returns>sum weight (data - S)^2 over the pixels that count, and their number.</returns>
    (double Sum, int Pixels) SquaredResidual(
        LineModel model, LineTable lines, LineWindows windows, double[] wavelength, double[] data, double[]? weight, Workers workers);

    /// <summary>
    /// Evaluates the adjoint: the derivative of sum_i cotangent_i S_i with respect to every parameter of every line.
    /// </summary>
    /// <param name="model">Profile and composition.</param>
    /// <param name="lines">The lines of the forward evaluation.</param>
    /// <param name="windows">The windows of the forward evaluation.</param>
    /// <param name="wavelength">Vacuum Angstrom, ascending, length P.</param>
    /// <param name="transmission">S as <see cref="Forward"/> gave it for the same input, length P.</param>
    /// <param name="cotangent">dLoss/dS, length P.</param>
    /// <param name="workers">The threads to use.</param>
    /// <param name="gradient">Receives the derivatives, at least as long as the table.</param>
    void Gradient(
        LineModel model,
        LineTable lines,
        LineWindows windows,
        double[] wavelength,
        double[] transmission,
        double[] cotangent,
        Workers workers,
        LineGradient gradient);

    /// <summary>Whether a line has no defined shape, so that it contributes nothing.</summary>
    /// <param name="lines">The table.</param>
    /// <param name="line">Its row.</param>
    static bool IsDegenerate(LineTable lines, int line)
    {
        ArgumentNullException.ThrowIfNull(lines);
        double sigma = Math.Exp(lines.LnSigma[line]), gamma = Math.Exp(lines.LnGamma[line]), amplitude = Math.Exp(lines.LnAmplitude[line]);
        return !(double.IsFinite(lines.Center[line]) && double.IsFinite(amplitude) && double.IsFinite(sigma) && double.IsFinite(gamma)
            && (sigma > 0 || gamma > 0));
    }
}
