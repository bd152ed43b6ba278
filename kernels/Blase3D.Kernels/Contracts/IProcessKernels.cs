namespace Blase3D.Kernels.Contracts;

/// <summary>
/// Small Gaussian processes by the eight (<see cref="ProcessPack"/>): one batched Cholesky factor and what inference needs of it. A member's
/// numbers do not depend on the other members, nor on the variant of the kernels: every element goes through the same correctly rounded
/// operations in the same order. Instances have no state; the pack is the scratch memory.
/// </summary>
public interface IProcessKernels
{
    /// <summary>
    /// Fills the covariances, factors K = L L' and solves for the weights, the log determinants and the quadratic forms
    /// (Rasmussen and Williams 2006, algorithm 2.1). A member whose K is not positive definite gets values that are not finite.
    /// </summary>
    /// <param name="pack">Its points, values and parameters are read, its results written.</param>
    void Condition(ProcessPack pack);

    /// <summary>
    /// The derivatives of the log marginal likelihood by ln c, ln l_1 .. ln l_d and ln diagonal, after <see cref="Condition"/>:
    /// 1/2 tr((w w' - K^-1) dK/dtheta) with w the weights (Rasmussen and Williams 2006, equation 5.9).
    /// </summary>
    /// <param name="pack">The conditioned pack.</param>
    /// <param name="gradient">Receives (d + 2) x 8 values.</param>
    void LikelihoodGradient(ProcessPack pack, Span<double> gradient);

    /// <summary>
    /// The posterior at m candidates of every member, after <see cref="Condition"/>. It only reads the pack, so that several threads may each
    /// take a part of the candidates.
    /// </summary>
    /// <param name="pack">The conditioned pack.</param>
    /// <param name="candidates">Coordinate k of candidate j of member m at [8 (j d + k) + m].</param>
    /// <param name="means">Receives m x 8 means, standardised.</param>
    /// <param name="sigmas">Receives m x 8 standard deviations of the noise-free function, standardised, 0 or above.</param>
    void Predict(ProcessPack pack, ReadOnlySpan<double> candidates, Span<double> means, Span<double> sigmas);

    /// <summary>The posterior at one candidate of every member and its gradient, after <see cref="Condition"/>.</summary>
    /// <param name="pack">The conditioned pack.</param>
    /// <param name="candidate">d x 8 coordinates.</param>
    /// <param name="mean">Receives 8 means, standardised.</param>
    /// <param name="sigma">Receives 8 standard deviations, standardised.</param>
    /// <param name="meanGradient">Receives d x 8 derivatives of the means by the coordinates.</param>
    /// <param name="sigmaGradient">Receives d x 8 derivatives of the standard deviations; 0 where that is 0.</param>
    void PredictWithGradient(
        ProcessPack pack,
        ReadOnlySpan<double> candidate,
        Span<double> mean,
        Span<double> sigma,
        Span<double> meanGradient,
        Span<double> sigmaGradient);
}
