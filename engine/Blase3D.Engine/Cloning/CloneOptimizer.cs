namespace Blase3D.Engine.Cloning;

/// <summary>The method that tunes the lines of a spectrum.</summary>
public enum CloneOptimizer
{
    /// <summary>
    /// Limited-memory BFGS scaled by the Gauss-Newton diagonal, with passes over the residual. It moves what the spectrum determines and leaves
    /// the rest where it began.
    /// </summary>
    QuasiNewton,

    /// <summary>Adam with amsgrad, the published method: every parameter moves about one learning rate per step.</summary>
    Adam,
}
