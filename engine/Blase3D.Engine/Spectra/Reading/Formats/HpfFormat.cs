namespace Blase3D.Engine.Spectra.Reading.Formats;

/// <summary>
/// Spectra of the Habitable-zone Planet Finder, from Goldilocks ("Sci Error": standard deviations) and from the team's own pipeline
/// ("Sci Variance": variances), told apart by the name. 28 orders of vacuum Angstrom in the observatory's frame.
/// </summary>
internal sealed class HpfFormat : ISpectrumFormat
{
    private const string Flux = "Sci Flux", Wavelength = "Sci Wavl", Error = "Sci Error", Variance = "Sci Variance";

    /// <inheritdoc/>
    public string Name => "HPF";

    /// <inheritdoc/>
    public bool Recognises(SourceFile source) => source.Find(Flux) is { IsImage: true } && source.Find(Wavelength) is { IsImage: true };

    /// <inheritdoc/>
    public RawExposure Read(SourceFile source)
    {
        string fiber = source.Selection.Extension?.Split(' ')[0] ?? "Sci";
        SourceHdu flux = Fiber(source, Flux, fiber), wavelength = Fiber(source, Wavelength, fiber);
        SourceHdu? error = source.Find(Error.Replace("Sci", fiber, StringComparison.Ordinal));
        SourceHdu? variance = error is null ? source.Find(Variance.Replace("Sci", fiber, StringComparison.Ordinal)) : null;
        IReadOnlyList<RawOrder> orders = OrderRows.Read(source, flux, wavelength, error ?? variance, null);
        bool hasSky = fiber == "Sci" && source.Find("Sky Flux") is not null;
        return new RawExposure(orders)
        {
            Unit = "Angstrom",
            FluxUnit = source.Primary.Text("CUNITS") ?? string.Empty,
            Medium = WavelengthMedium.Vacuum,
            Frame = SpectralFrame.Observatory,
            Errors = error is not null ? ErrorKind.StandardDeviation : variance is not null ? ErrorKind.Variance : ErrorKind.None,

            // Goldilocks writes the velocity in m/s; the team's files do not have it.
            BarycentricVelocityKmPerS = source.Primary.Number("BRVCORR") / 1000,
            Extension = flux.Name,
            Header = source.Primary,
            Notes = hasSky ? ["The light of the sky fibre was not subtracted; the atmosphere's lines are in the spectrum."] : [],
        };
    }

    private static SourceHdu Fiber(SourceFile source, string name, string fiber) =>
        source.Find(name.Replace("Sci", fiber, StringComparison.Ordinal))
        ?? throw SpectrumRules.Bad($"{source.Path} has no fibre '{fiber}'; choose Sci or Sky.");
}
