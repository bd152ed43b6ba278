using Blase3D.Kernels.Contracts;

namespace Blase3D.Engine.Cloning;

/// <summary>One spectrum as lines.</summary>
public sealed record ClonedSpectrum
{
    /// <summary>The tuned lines, ascending in their initial centre.</summary>
    public required LineTable Lines { get; init; }

    /// <summary>Where every line was found, in Angstrom (the wavelength of its starting pixel), length L.</summary>
    public required double[] InitialCenter { get; init; }

    /// <summary>How every line came to be, length L; empty when all were detected.</summary>
    public LineOrigin[] Origin { get; init; } = [];

    /// <summary>How often two lines were joined into one because the spectrum could not tell them apart, at least 0.</summary>
    public int MergedLines { get; init; }

    /// <summary>One sentence why the spectrum could not be cloned, or null when it was. A skipped spectrum has no lines and an rms of NaN.</summary>
    public string? SkipReason { get; init; }

    /// <summary>Whether the spectrum could not be cloned.</summary>
    public bool IsSkipped => SkipReason is not null;

    /// <summary>Root mean square of clone minus spectrum over the pixels of the loss, in units of the continuum.</summary>
    public required double Rms { get; init; }

    /// <summary>The same before the first step; NaN when it is not known.</summary>
    public double InitialRms { get; init; }

    /// <summary>The mean squared residual before every step and after the last, length epochs + 1.</summary>
    public double[] Loss { get; init; } = [];

    /// <summary>The wall time that the cloning took, in seconds; no part of the result.</summary>
    public double Seconds { get; init; }

    /// <summary>The velocity trained along with the lines in km/s; 0 when none was.</summary>
    public double RadialVelocityKmPerS { get; init; }

    /// <summary>What stands in the place of a spectrum that could not be cloned.</summary>
    /// <param name="reason">One sentence.</param>
    public static ClonedSpectrum Skip(string reason) => new()
    {
        Lines = new LineTable(0),
        InitialCenter = [],
        Rms = double.NaN,
        InitialRms = double.NaN,
        SkipReason = reason,
    };
}
