using Blase3D.Engine.Grids;
using Blase3D.Engine.Manifolds;
using Blase3D.Kernels;

namespace Blase3D.Engine.Reconstruction;

/// <summary>How spectra are made from a manifold.</summary>
public sealed record ReconstructionOptions
{
    /// <summary>
    /// The published reconstruction: windows of 1,000 pixels that leave one out, absent lines as -1000, and a line without a defined shape
    /// wipes out its window.
    /// </summary>
    public static ReconstructionOptions Published { get; } = new() { WindowPixels = 1000, IsPublished = true };

    /// <summary>Pixels of a line's window on the manifold's own wavelengths, or null for the window the lines were cloned with.</summary>
    public int? WindowPixels { get; init; }

    /// <summary>
    /// When given, every line's window is as wide as its strength asks, so that what all windows together leave out changes no pixel by more
    /// than this (1e-12 to 0.1); <see cref="WindowPixels"/> is then not used. Such windows are wide: without a <see cref="Tolerance"/> the
    /// hierarchical kernels evaluate them, and a part of this tolerance is theirs. Not for the published reconstruction.
    /// </summary>
    public double? WindowTolerance { get; init; }

    /// <summary>
    /// The largest error of a pixel that the evaluation may make: 0 for the exact kernels, or 1e-13 to 0.01 for the hierarchical ones, whose
    /// cost hardly grows with the windows.
    /// </summary>
    public double Tolerance { get; init; }

    /// <summary>Linear or cubic between the nodes, or null for the manifold's own; the published reconstruction is linear.</summary>
    public InterpolationScheme? Scheme { get; init; }

    /// <summary>Whether the manifold's residual term is left out; the published reconstruction has none.</summary>
    public bool LinesOnly { get; init; }

    /// <summary>Whether to do what the published code does.</summary>
    public bool IsPublished { get; init; }

    /// <summary>Refuses values that make no sense.</summary>
    /// <exception cref="EngineException">BadArguments, with the value and its range.</exception>
    public void Validate()
    {
        if (WindowPixels is < 2) throw new EngineException(ErrorCode.BadArguments, $"The window has {WindowPixels} pixels; give at least 2.");
        if (WindowTolerance is not null and not (>= 1e-12 and <= 0.1))
            throw new EngineException(ErrorCode.BadArguments, FormattableString.Invariant($"The window tolerance is {WindowTolerance}; give 1e-12 to 0.1."));
        if (Tolerance != 0 && !(Tolerance >= KernelSet.LeastTolerance && Tolerance <= KernelSet.LargestTolerance))
        {
            throw new EngineException(
                ErrorCode.BadArguments,
                FormattableString.Invariant($"The tolerance is {Tolerance}; give exact, or {KernelSet.LeastTolerance:0e-00} to {KernelSet.LargestTolerance}."));
        }

        if (WindowTolerance is not null && IsPublished)
            throw new EngineException(ErrorCode.BadArguments, "The published reconstruction has windows of fixed length; leave out --window-tolerance or --compat blase.");
    }

    /// <summary>What a corner without a line does.</summary>
    public AbsenceRule Absence => IsPublished ? AbsenceRule.MinusThousand : AbsenceRule.Mask;
}
