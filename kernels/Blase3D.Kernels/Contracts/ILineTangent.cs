namespace Blase3D.Kernels.Contracts;

/// <summary>
/// The tangent of the forward model, the twin of <see cref="ILineKernels.Gradient"/>: how every pixel changes when the lines move in given
/// directions. An instance owns scratch memory: use one per concurrent caller.
/// </summary>
/// <remarks>
/// With S = prod (1 - V_j) or exp(-sum V_j), dS = -S sum_j u_j dV_j, where u_j = 1 / (1 - V_j) (0 where the depth is clamped) or 1. Every line is
/// evaluated exactly on its whole window, so the tangent agrees with the derivative of the exact forward model within 1e-9 of the largest value of
/// a direction. Windows are held fixed. Results do not depend on the number of threads, bit for bit.
/// </remarks>
public interface ILineTangent
{
    /// <summary>Evaluates dS_i / dt of every direction t, sum over lines and parameters of (dS_i / dp) (dp / dt).</summary>
    /// <param name="model">Profile and composition.</param>
    /// <param name="lines">The lines of the forward evaluation.</param>
    /// <param name="windows">The windows of the forward evaluation.</param>
    /// <param name="wavelength">Vacuum Angstrom, ascending, length P.</param>
    /// <param name="transmission">S as <see cref="ILineKernels.Forward"/> gave it for the same input, length P.</param>
    /// <param name="directions">
    /// D tables; each holds, line by line, the derivatives of centre (A), ln a, ln sigma and ln gamma with respect to t. What a line without a
    /// defined shape says is not used.
    /// </param>
    /// <param name="workers">The threads to use.</param>
    /// <param name="derivatives">Receives dS/dt, D arrays of length P.</param>
    void Evaluate(
        LineModel model,
        LineTable lines,
        LineWindows windows,
        double[] wavelength,
        double[] transmission,
        IReadOnlyList<LineTable> directions,
        Workers workers,
        IReadOnlyList<double[]> derivatives);
}
