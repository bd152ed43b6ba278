using Blase3D.Engine;
using Blase3D.Engine.Spectra;
using Blase3D.Engine.Spectra.Reading;
using Blase3D.Engine.Storage;
using Blase3D.Engine.Storage.Fits;
using Blase3D.Engine.Storage.Hdf5;
using Blase3D.Engine.Storage.Tables;

namespace Blase3D.Cli;

/// <summary>A spectrum with what its file says about it.</summary>
/// <param name="Spectrum">The spectrum.</param>
/// <param name="IsNormalized">Whether the file says that it is about 1 between lines.</param>
/// <param name="LabelTeff">The Teff the file gives it, or null.</param>
internal sealed record LabelledSpectrum(Spectrum Spectrum, bool IsNormalized, double? LabelTeff);

/// <summary>
/// The spectra behind a list of files: one per FITS or text file, one per row of a file of several, named file#row. Single spectra and rows
/// of .h5 files are read when asked for.
/// </summary>
internal sealed class SpectraInputs : IDisposable
{
    private readonly List<Func<LabelledSpectrum>> _items = [];
    private readonly List<StoredSpectra> _open = [];
    private readonly WavelengthMedium? _medium;
    private readonly Lock _reading = new();

    public SpectraInputs(IReadOnlyList<string> files, WavelengthMedium? medium)
    {
        _medium = medium;
        foreach (string file in files) Add(file);
    }

    public int Count => _items.Count;

    /// <summary>The rows of a FITS cube or of a table of several spectra; null for any other file.</summary>
    public static SpectraRows? RowsOf(string file)
    {
        if (!File.Exists(file)) return null;
        return Path.GetExtension(file).ToLowerInvariant() switch
        {
            ".fits" or ".fit" => SpectraCube.Read(file),
            ".csv" or ".txt" when SpectraTable.IsTable(file) => SpectraTable.Read(file),
            _ => null,
        };
    }

    /// <summary>Reads one spectrum; may be called from several threads.</summary>
    public LabelledSpectrum Read(int index) => _items[index]();

    public void Dispose() => _open.ForEach(stored => stored.Dispose());

    private void Add(string file)
    {
        if (Path.GetExtension(file).ToLowerInvariant() is ".h5" or ".hdf5")
        {
            StoredSpectra stored = SpectraFile.Open(file);
            _open.Add(stored);
            RequireVacuum(file);
            for (int row = 0; row < stored.Points.Count; row++)
            {
                int own = row;
                _items.Add(() => ReadStored(stored, own));
            }
        }
        else if (RowsOf(file) is { } rows)
        {
            RequireVacuum(file);
            for (int row = 0; row < rows.Flux.Count; row++)
            {
                var spectrum = new Spectrum(rows.Wavelength, rows.Flux[row], null, NameOf(file, row));
                _items.Add(() => new LabelledSpectrum(spectrum, false, null));
            }
        }
        else
        {
            _items.Add(() => new LabelledSpectrum(SpectrumReader.Read(file, _medium) with { Name = file }, false, null));
        }
    }

    private LabelledSpectrum ReadStored(StoredSpectra stored, int row)
    {
        var flux = new double[stored.Wavelength.Count];
        lock (_reading) stored.ReadFlux(row, flux);
        int teff = stored.Points.AxisIndex("teff");
        return new LabelledSpectrum(
            new Spectrum([.. stored.Wavelength], flux, null, NameOf(stored.FilePath, row)), stored.IsNormalized, teff < 0 ? null : stored.Points[row][teff]);
    }

    // The engine's own files are in vacuum; taken as air they would be shifted twice.
    private void RequireVacuum(string file)
    {
        if (_medium == WavelengthMedium.Air)
            throw new EngineException(ErrorCode.BadInput, $"{file} has its wavelengths in vacuum, but air was asked for; give it apart, without --medium air.");
    }

    private static string NameOf(string file, int row) => FormattableString.Invariant($"{file}#{row}");
}
