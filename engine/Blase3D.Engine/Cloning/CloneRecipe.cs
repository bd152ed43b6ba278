using Blase3D.Engine.LineFinding;
using Blase3D.Engine.Preprocessing;

namespace Blase3D.Engine.Cloning;

/// <summary>
/// Everything that turned spectra into lines. It travels with the lines through clones and manifold, so that a reconstruction uses the
/// same profile and window, and an observed spectrum is normalised the same way.
/// </summary>
public sealed record CloneRecipe
{
    /// <summary>The published recipe (README, section "--compat blase", left column).</summary>
    public static CloneRecipe Published { get; } = new()
    {
        Preprocessing = new PreprocessingOptions { Published = true },
        LineFinding = new LineFindingOptions { EdgeMarginAngstrom = 30 },
        Cloning = CloneOptions.Published,
        Continuation = false,
        Return = false,
    };

    /// <summary>The default but for Adam, every spectrum on its own.</summary>
    public static CloneRecipe Adam { get; } = new() { Cloning = CloneOptions.Adam, Continuation = false, Return = false };

    /// <summary>How a spectrum is brought to about 1 between its lines.</summary>
    public PreprocessingOptions Preprocessing { get; init; } = new();

    /// <summary>How lines are found; by default to the very ends of the spectrum.</summary>
    public LineFindingOptions LineFinding { get; init; } = new() { EdgeMarginAngstrom = 0 };

    /// <summary>How lines are tuned.</summary>
    public CloneOptions Cloning { get; init; } = new();

    /// <summary>
    /// Whether a spectrum begins with the lines of a neighbour on the grid (<see cref="ContinuationTree"/>) rather than with its own, so that the same
    /// line keeps its identity; needs <see cref="CloneOptimizer.QuasiNewton"/>.
    /// </summary>
    public bool Continuation { get; init; } = true;

    /// <summary>
    /// Whether the way is gone back: after all spectra have been cloned, each tries the lines that its parent and children on the tree have and it lacks, so
    /// that a line is missing where it does not show and not where nobody looked for it; only with <see cref="Continuation"/>.
    /// </summary>
    public bool Return { get; init; } = true;

    /// <summary>Whether the fluxes are normalised already, so that preprocessing is left out.</summary>
    public bool InputIsNormalized { get; init; }
}
