using Blase3D.Engine.Spectra.Reading;

namespace Blase3D.Engine.Grids.Import;

/// <summary>What the readers of all kinds of sources share during one import.</summary>
internal sealed class ImportContext(GridImportOptions options, IReadOnlyList<string> wavelengthSources)
{
    private (double Low, double High)? _covered;

    internal GridImportOptions Options { get; } = options;

    internal ImportNotes Notes { get; } = new();

    internal PhoenixWave WaveFiles { get; } = new(wavelengthSources);

    /// <summary>The hull of what the sources cover that have nothing in the wanted range; null when there is no such source.</summary>
    internal (double Low, double High)? CoveredElsewhere => _covered;

    /// <summary>Cuts a source; null, and noted, when it has nothing in the wanted range.</summary>
    internal WavelengthCut? Cut(string file, double[] wavelength)
    {
        WavelengthCut? cut = WavelengthCut.Apply(file, wavelength, Options);
        if (cut is not null) return cut;
        (double low, double high) = WavelengthCut.Covered(wavelength, Options.Medium);
        _covered = _covered is { } known ? (Math.Min(known.Low, low), Math.Max(known.High, high)) : (low, high);
        return null;
    }

    /// <summary>
    /// Whether a point is wanted: with another alpha than 0 only when alpha is an axis. Drops alpha from the point otherwise.
    /// </summary>
    internal bool Accept(string source, Dictionary<string, double> point)
    {
        if (Options.AlphaAxis)
        {
            point.TryAdd(GridAxes.Alpha, 0);
            return true;
        }

        if (!point.Remove(GridAxes.Alpha, out double alpha) || alpha == 0) return true;
        Notes.Count("spectra were skipped because their alpha is not 0 and alpha is not an axis", $"{source} (alpha={alpha})");
        return false;
    }

    /// <summary>Notes a source that has nothing in the wanted range.</summary>
    internal void NoteNoOverlap(string source) => Notes.Count("sources were skipped because they have nothing in the wanted range", source);
}
