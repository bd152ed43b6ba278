namespace Blase3D.Engine.Spectra.Reading;

/// <summary>The endings of FITS files.</summary>
internal static class FitsEnding
{
    private static readonly string[] Endings = [".fits", ".fit", ".fits.gz", ".fit.gz"];

    /// <summary>Whether a name ends like a FITS file, gzip or not.</summary>
    internal static bool Has(string name) => Endings.Any(e => name.EndsWith(e, StringComparison.OrdinalIgnoreCase));
}
