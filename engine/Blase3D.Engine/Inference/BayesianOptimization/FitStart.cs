namespace Blase3D.Engine.Inference.BayesianOptimization;

/// <summary>Where a fit of the covariance begins.</summary>
/// <param name="Parameters">The parameters.</param>
/// <param name="Hessian">
/// The second derivatives of minus the log likelihood by the logarithms of the parameters, as the fit to one observation less has gathered
/// them: the minimum hardly moves from one to the next, so that a few steps lead there. Null when nothing is known.
/// </param>
internal readonly record struct FitStart(KernelParameters Parameters, double[]? Hessian);
