namespace Blase3D.Engine.Spectra.Reading.Formats;

/// <summary>Any FITS table with columns that are called like a wavelength and a flux: one pixel per row, or one row of arrays.</summary>
internal sealed class FitsTableFormat : ISpectrumFormat
{
    /// <inheritdoc/>
    public string Name => "FITS table";

    /// <inheritdoc/>
    public bool Recognises(SourceFile source) => source.Hdus.Any(IsCandidate) && source.Chosen() is null or { IsImage: false };

    /// <inheritdoc/>
    public RawExposure Read(SourceFile source)
    {
        SourceHdu table = Choose(source);
        SpectrumColumns columns = SpectrumColumns.Find($"{source.Path}[{table.Index}]", [.. table.Columns.Select(c => c.Name)]);
        if (table.RowCount > 1 && table.Columns[columns.Wavelength].Repeat > 1)
        {
            throw SpectrumRules.Bad(
                $"{source.Path}[{table.Index}] holds {table.RowCount} rows of arrays; one spectrum is one row of arrays, or one pixel per row.");
        }

        SpectrumHeader header = table.Header.With(source.Primary);
        string unit = table.Columns[columns.Wavelength].Unit is { Length: > 0 } given ? given : columns.WavelengthUnit;
        double[]? errors = columns.Uncertainty < 0 ? null : source.Column(table, columns.Uncertainty);
        var order = new RawOrder(0, source.Column(table, columns.Wavelength), source.Column(table, columns.Flux), errors)
        {
            Bad = columns.Mask < 0 ? null : SpectrumColumns.ToBad(source.Column(table, columns.Mask)),
        };
        return new RawExposure([order])
        {
            Unit = unit,
            FluxUnit = table.Columns[columns.Flux].Unit,
            Medium = MediumCheck.FromHeader(header) ?? MediumCheck.FromName(table.Columns[columns.Wavelength].Name),
            Frame = FrameCheck.FromHeader(header),
            Errors = columns.Kind,
            BarycentricVelocityKmPerS = FrameCheck.Velocity(header),
            Extension = table.Choice,
            Header = header,
            Notes = [.. columns.OtherFluxes([.. table.Columns.Select(c => c.Name)])],
        };
    }

    private static bool IsCandidate(SourceHdu hdu) => !hdu.IsImage && SpectrumColumns.TryFind([.. hdu.Columns.Select(c => c.Name)]) is not null;

    private static SourceHdu Choose(SourceFile source)
    {
        if (source.Chosen() is { } chosen) return chosen;
        SourceHdu[] candidates = [.. FitsImageFormat.CandidatesOf(source), .. source.Hdus.Where(IsCandidate)];
        return candidates.Length == 1 ? candidates[0] : throw Candidates.Several(source, candidates);
    }
}

/// <summary>What to say when a file holds more than one spectrum.</summary>
internal static class Candidates
{
    internal static EngineException Several(SourceFile source, IReadOnlyList<SourceHdu> candidates)
    {
        // A name that is there twice chooses only the first; then the numbers do.
        bool named = candidates.Select(hdu => hdu.Choice).Distinct(StringComparer.OrdinalIgnoreCase).Count() == candidates.Count;
        string[] choices = [.. candidates.Select(hdu => named ? hdu.Choice : $"{hdu.Index}")];
        return SpectrumRules.Bad(
            $"{source.Path} holds {candidates.Count} spectra, in the extensions {string.Join(", ", choices)}; choose one, for example {source.Path}[{choices[0]}].");
    }
}
