namespace Blase3D.Engine.Spectra;

/// <summary>What a file says of its spectrum, and what was noticed while reading it. What a file does not say is null, not a guess.</summary>
public sealed record SpectrumFacts
{
    /// <summary>The format that was recognised, for example <c>HPF</c>.</summary>
    public required string Format { get; init; }

    /// <summary>The file.</summary>
    public required string File { get; init; }

    /// <summary>The extension that the flux came from, by name or number; null for text.</summary>
    public string? Extension { get; init; }

    /// <summary>The instrument (INSTRUME).</summary>
    public string? Instrument { get; init; }

    /// <summary>The star (OBJECT).</summary>
    public string? Star { get; init; }

    /// <summary>The date of the observation as the file writes it (DATE-OBS).</summary>
    public string? DateObserved { get; init; }

    /// <summary>The medium of the wavelengths in the file; in the spectrum they are in vacuum.</summary>
    public WavelengthMedium Medium { get; init; }

    /// <summary>Whether nobody said the medium, so that vacuum was assumed.</summary>
    public bool IsMediumAssumed { get; init; }

    /// <summary>The unit of the wavelengths in the file; empty when it says none, which means Angstrom.</summary>
    public string WavelengthUnit { get; init; } = string.Empty;

    /// <summary>The unit of the flux; empty when the file says none.</summary>
    public string FluxUnit { get; init; } = string.Empty;

    /// <summary>What the file gives as errors; in the spectrum they are standard deviations.</summary>
    public ErrorKind Errors { get; init; }

    /// <summary>The rest frame of the wavelengths.</summary>
    public SpectralFrame Frame { get; init; }

    /// <summary>
    /// The velocity of the observer towards the star in km/s, to be added to a velocity measured in the observatory's frame to bring it to
    /// the barycentre; null when the file does not say it. Whether it is already in the wavelengths is what <see cref="Frame"/> says.
    /// </summary>
    public double? BarycentricVelocityKmPerS { get; init; }

    /// <summary>Whether the file says that the continuum is about 1; null when it says nothing.</summary>
    public bool? IsNormalized { get; init; }

    /// <summary>The cards of the first header and of the extension with the flux; of text, the comments of the form name: value.</summary>
    public SpectrumHeader Header { get; init; } = SpectrumHeader.Empty;

    /// <summary>Sentences for the user: what was masked, turned round, left out or assumed.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];
}

/// <summary>What a file gives as the errors of its flux.</summary>
public enum ErrorKind
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>Standard deviations.</summary>
    StandardDeviation,

    /// <summary>Variances: squares of standard deviations.</summary>
    Variance,

    /// <summary>Inverse variances; 0 marks a pixel without information.</summary>
    InverseVariance,
}

/// <summary>In whose rest frame wavelengths are.</summary>
public enum SpectralFrame
{
    /// <summary>Neither the file nor its format says it.</summary>
    NotStated,

    /// <summary>The observatory's: no correction for the motion of the Earth has been made.</summary>
    Observatory,

    /// <summary>The Sun's.</summary>
    Heliocentric,

    /// <summary>That of the barycentre of the solar system.</summary>
    Barycentric,

    /// <summary>The star's own.</summary>
    Star,
}
