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

    /// <summary>Root mean square of clone minus spectrum over the pixels of the loss, in units of the continuum.</summary>
    public required double Rms { get; init; }

    /// <summary>The same before the first step.</summary>
    public double InitialRms { get; init; }

    /// <summary>The mean squared residual before every step and after the last, length epochs + 1.</summary>
    public double[] Loss { get; init; } = [];

    /// <summary>The velocity trained along with the lines in km/s; 0 when none was.</summary>
    public double RadialVelocityKmPerS { get; init; }
}
