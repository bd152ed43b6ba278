namespace Blase3D.Engine.Spectra.Reading;

/// <summary>One order as its file has it: unit, medium and errors not yet applied.</summary>
/// <param name="Number">Which order of the file, from 0.</param>
/// <param name="Wavelength">In the unit of the exposure.</param>
/// <param name="Flux">Flux.</param>
/// <param name="Errors">Of the kind of the exposure, or null.</param>
internal sealed record RawOrder(int Number, double[] Wavelength, double[] Flux, double[]? Errors)
{
    /// <summary>Pixels that the file marks as bad; null for none.</summary>
    internal bool[]? Bad { get; init; }

    /// <summary>Transmission of the atmosphere; null for none.</summary>
    internal double[]? Telluric { get; init; }
}

/// <summary>What a format read out of a file; null and empty where the file and its format say nothing.</summary>
/// <param name="Orders">At least one.</param>
internal sealed record RawExposure(IReadOnlyList<RawOrder> Orders)
{
    /// <summary>The unit of the wavelengths; empty for none.</summary>
    internal string Unit { get; init; } = string.Empty;

    internal string FluxUnit { get; init; } = string.Empty;

    internal WavelengthMedium? Medium { get; init; }

    internal SpectralFrame Frame { get; init; }

    internal ErrorKind Errors { get; init; }

    internal double? BarycentricVelocityKmPerS { get; init; }

    internal bool? IsNormalized { get; init; }

    internal string? Extension { get; init; }

    internal SpectrumHeader Header { get; init; } = SpectrumHeader.Empty;

    internal IReadOnlyList<string> Notes { get; init; } = [];
}
