namespace Blase3D.Engine.Spectra.Reading;

/// <summary>What a header says of the motion of the Earth.</summary>
internal static class FrameCheck
{
    // All of these are in km/s and point towards the star, in the files of the programs that write them.
    private static readonly string[] Velocities =
        ["CARACAL BERV", "ESO DRS BERV", "ESO QC BERV", "ESO QC VRAD BARYCOR", "BERV", "BCV"];

    /// <summary>The frame by SPECSYS (Greisen et al. 2006, A&amp;A 446, 747, section 6).</summary>
    internal static SpectralFrame FromHeader(SpectrumHeader header) => (header.Text("SPECSYS") ?? header.Text("FRAME"))?.ToUpperInvariant() switch
    {
        "TOPOCENT" or "TOPOCENTRIC" or "OBSERVATORY" => SpectralFrame.Observatory,
        "HELIOCEN" or "HELIOCENTRIC" => SpectralFrame.Heliocentric,
        "BARYCENT" or "BARYCENTRIC" => SpectralFrame.Barycentric,
        "SOURCE" or "STAR" => SpectralFrame.Star,
        _ => SpectralFrame.NotStated,
    };

    /// <summary>The observer's velocity towards the star in km/s; null when no keyword that is known gives it.</summary>
    internal static double? Velocity(SpectrumHeader header) =>
        Velocities.Select(header.Number).FirstOrDefault(velocity => velocity is not null);
}
