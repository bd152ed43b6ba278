namespace Blase3D.Engine.Spectra.Reading;

/// <summary>A wavelength axis that a header describes: CRVAL1, CRPIX1, CDELT1 or CD1_1, CTYPE1, CUNIT1, DC-FLAG.</summary>
internal static class WavelengthAxis
{
    private static readonly string[] OtherAxes = ["FREQ", "ENER", "WAVN", "VRAD", "VOPT", "VELO", "ZOPT", "BETA", "PIXEL"];

    /// <param name="path">For sentences.</param>
    /// <param name="header">With CRVAL1.</param>
    /// <param name="pixels">How many wavelengths.</param>
    /// <returns>The wavelengths and their unit, empty when the header says none.</returns>
    /// <exception cref="EngineException">There is no step, or the axis is none of wavelengths.</exception>
    internal static (double[] Wavelength, string Unit) Read(string path, SpectrumHeader header, int pixels)
    {
        double start = header.Number("CRVAL1") ?? 0;
        double reference = header.Number("CRPIX1") ?? 1;
        double? step = header.Number("CDELT1") ?? header.Number("CD1_1");
        if (step is not { } delta || delta == 0)
        {
            throw SpectrumRules.Bad($"{path} has CRVAL1 = {start} but no step of the wavelengths (CDELT1 or CD1_1).");
        }

        string type = header.Text("CTYPE1")?.ToUpperInvariant() ?? string.Empty;
        if (OtherAxes.FirstOrDefault(other => type.StartsWith(other, StringComparison.Ordinal)) is not null)
        {
            throw SpectrumRules.Bad($"{path} has an axis of the type {type}; only wavelengths are read (CTYPE1 WAVE, AWAV, LINEAR or one with LOG).");
        }

        bool logarithmic = type.Contains("LOG", StringComparison.Ordinal) || header.Number("DC-FLAG") == 1;
        string unit = header.Text("CUNIT1") ?? string.Empty;
        var wavelength = new double[pixels];
        for (int i = 0; i < wavelength.Length; i++)
        {
            double offset = (i + 1 - reference) * delta;
            wavelength[i] = logarithmic ? FromLogarithm(start, offset) : start + offset;
        }

        // CRVAL1 as a logarithm is one of Angstrom in every file of that kind; the unit then says nothing, or "log(Angstrom)".
        return (wavelength, logarithmic && start < 12 ? "Angstrom" : unit);
    }

    /// <summary>
    /// A logarithmic axis is written in three ways, told apart by CRVAL1: log10 of Angstrom (below 5.5), natural logarithm of Angstrom
    /// (below 12, the PHOENIX medium resolution files), else a wavelength with lambda = CRVAL1 exp(offset / CRVAL1) (Greisen et al. 2006,
    /// A&amp;A 446, 747, eq. 5).
    /// </summary>
    private static double FromLogarithm(double start, double offset) =>
        start < 5.5 ? Math.Pow(10, start + offset) : start < 12 ? Math.Exp(start + offset) : start * Math.Exp(offset / start);
}
