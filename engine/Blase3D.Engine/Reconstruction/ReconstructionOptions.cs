using Blase3D.Engine.Manifolds;

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

    /// <summary>Whether to do what the published code does.</summary>
    public bool IsPublished { get; init; }

    /// <summary>What a corner without a line does.</summary>
    public AbsenceRule Absence => IsPublished ? AbsenceRule.MinusThousand : AbsenceRule.Mask;
}
