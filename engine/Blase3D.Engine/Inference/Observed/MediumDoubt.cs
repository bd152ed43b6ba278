using Blase3D.Engine.Observation;
using Blase3D.Engine.Spectra;

namespace Blase3D.Engine.Inference.Observed;

/// <summary>
/// The same star with its wavelengths in the other medium. Air and vacuum differ by 80 to 90 km/s, which a velocity takes up, and by a little more in the blue
/// than in the red (1 km/s between 5000 and 7000 A), which no velocity does: over a long enough range the right medium fits better.
/// </summary>
/// <param name="Assumed">The medium that the wavelengths were taken to be in.</param>
/// <param name="VelocityKmPerS">The velocity in the other medium.</param>
/// <param name="ChiSquareFall">
/// By how much chi-square is lower in the other medium, in units in which that of the fit is at most its degrees of freedom; negative where the other medium fits worse.
/// </param>
public sealed record MediumDoubt(WavelengthMedium Assumed, double VelocityKmPerS, double ChiSquareFall)
{
    // Far beyond the chance of one parameter, because the errors of a model are not independent from pixel to pixel.
    private const double ClearFall = 30;

    // The spread of the disk's stars and the Earth's own velocity; half of what the media differ by.
    private const double FastKmPerS = 60;
    private const double SlowerKmPerS = 40;

    /// <summary>Whether the other medium fits clearly better: chi-square falls by more than 30.</summary>
    public bool IsClear => ChiSquareFall > ClearFall;

    /// <summary>
    /// Whether the spectrum is too short for the media to be told apart (chi-square differs by less than 30) and the velocity is one that few stars have, above 60 km/s, while in the other medium it
    /// would be smaller by 40 or more: most stars in air that are taken for vacuum are caught by it, and some fast stars wrongly.
    /// </summary>
    /// <param name="velocityKmPerS">The velocity of the fit.</param>
    public bool IsPossible(double velocityKmPerS) =>
        Math.Abs(ChiSquareFall) <= ClearFall && Math.Abs(velocityKmPerS) > FastKmPerS && Math.Abs(VelocityKmPerS) < Math.Abs(velocityKmPerS) - SlowerKmPerS;

    /// <summary>The flag of a result.</summary>
    public string Flag => Assumed == WavelengthMedium.Air ? "vacuum_wavelengths_suspected" : "air_wavelengths_suspected";

    /// <summary>What to tell the user.</summary>
    /// <param name="name">The star.</param>
    /// <param name="velocityKmPerS">The velocity of the fit.</param>
    public string Sentence(string name, double velocityKmPerS)
    {
        string other = Assumed == WavelengthMedium.Air ? "vacuum" : "air";
        return FormattableString.Invariant(
            $"{name}: as {other} wavelengths the data fit clearly better (chi-square lower by {ChiSquareFall:0}, velocity {VelocityKmPerS:0.0} instead of {velocityKmPerS:0.0} km/s); if the file's wavelengths are in {other}, give --medium {other}.");
    }

    /// <summary>What to tell the user where the medium cannot be seen.</summary>
    /// <param name="name">The star.</param>
    /// <param name="velocityKmPerS">The velocity of the fit.</param>
    public string PossibleSentence(string name, double velocityKmPerS)
    {
        (string own, string other) = Assumed == WavelengthMedium.Air ? ("air", "vacuum") : ("vacuum", "air");
        return FormattableString.Invariant(
            $"{name}: few stars move at {velocityKmPerS:0.0} km/s, and in {other} wavelengths it would be {VelocityKmPerS:0.0} km/s; the spectrum is too short to show which medium is right, so check that its wavelengths are in {own}.");
    }

    /// <summary>By how much the velocity of a fit changes when its wavelengths are taken to be in the other medium, in km/s.</summary>
    /// <param name="assumed">The medium they are taken to be in.</param>
    /// <param name="wavelengthAngstrom">Vacuum Angstrom.</param>
    public static double VelocityChange(WavelengthMedium assumed, double wavelengthAngstrom) =>
        (assumed == WavelengthMedium.Air ? -1 : 1) * DopplerShift.LightSpeedKmPerS * (AirVacuum.RefractiveIndex(wavelengthAngstrom) - 1);

    /// <summary>The star with its wavelengths in the other medium.</summary>
    /// <param name="star">The star.</param>
    /// <param name="assumed">The medium they were taken to be in.</param>
    /// <returns>Null where the formula for air does not reach.</returns>
    internal static StarObservation? Other(StarObservation star, WavelengthMedium assumed)
    {
        if (star.Wavelength.Min() < 1.01 * AirVacuum.ShortestAngstrom || star.Wavelength.Max() > 0.99 * AirVacuum.LongestAngstrom) return null;
        return star.Moved(assumed == WavelengthMedium.Air ? AirVacuum.ToAir : AirVacuum.ToVacuum);
    }
}
