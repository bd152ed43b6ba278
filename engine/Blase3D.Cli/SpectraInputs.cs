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
/// The spectra behind a list of files: one per FITS or text file, one per row of a file of several, named file#row. They are read when asked for.
/// </summary>
internal sealed class SpectraInputs : IDisposable
{
    private readonly List<Func<LabelledSpectrum>> _items = [];
    private readonly List<string> _names = [];
    private readonly WavelengthMedium? _medium;
    private readonly Lock _reading = new();
    private StoredSpectra? _open;
    private (string File, SpectraRows Rows)? _rows;

    public SpectraInputs(IReadOnlyList<NamedFile> files, WavelengthMedium? medium)
    {
        _medium = medium;
        foreach (NamedFile file in files) Add(file);
    }

    public int Count => _items.Count;

    /// <summary>What to call one of them: the file, or file#row.</summary>
    public string NameOf(int index) => _names[index];

    /// <summary>The rows of a FITS cube or of a table of several spectra; null for any other file.</summary>
    public static SpectraRows? RowsOf(string file)
    {
        if (!File.Exists(file)) return null;
        return EndingOf(file) switch
        {
            ".fits" or ".fit" => SpectraCube.Read(file),
            ".csv" or ".txt" when SpectraTable.IsTable(file) => SpectraTable.Read(file),
            _ => null,
        };
    }

    /// <summary>Reads one spectrum; may be called from several threads.</summary>
    public LabelledSpectrum Read(int index) => _items[index]();

    public void Dispose() => _open?.Dispose();

    private void Add(NamedFile file)
    {
        try
        {
            Add(file.Path);
        }
        catch (EngineException failure) when (!file.IsTyped && failure.Code != ErrorCode.MissingLibrary)
        {
            // One of many that a pattern or a list named: reported with its spectrum's turn.
            Add(file.Path, () => throw failure);
        }
    }

    private void Add(string file)
    {
        if (Path.GetExtension(file).ToLowerInvariant() is ".h5" or ".hdf5")
        {
            using StoredSpectra stored = SpectraFile.Open(file);
            RequireVacuum(file);
            for (int row = 0; row < stored.Points.Count; row++)
            {
                int own = row;
                Add(NameOf(file, row), () => ReadStored(file, own));
            }
        }
        else if (RowsOf(file) is { } rows)
        {
            RequireVacuum(file);
            for (int row = 0; row < rows.Flux.Count; row++)
            {
                int own = row;
                Add(NameOf(file, row), () => ReadRow(file, own));
            }
        }
        else
        {
            Add(file, () => new LabelledSpectrum(SpectrumReader.Read(file, _medium) with { Name = file }, false, null));
        }
    }

    private void Add(string name, Func<LabelledSpectrum> read)
    {
        _names.Add(name);
        _items.Add(read);
    }

    // Of the files that are read as a whole the memory holds one at a time; the rows of a file follow each other.
    private LabelledSpectrum ReadRow(string file, int row)
    {
        lock (_reading)
        {
            if (_rows?.File != file) _rows = (file, RowsOf(file) ?? throw Changed(file));
            SpectraRows rows = _rows.Value.Rows;
            if (row >= rows.Flux.Count) throw Changed(file);
            return new LabelledSpectrum(new Spectrum(rows.Wavelength, rows.Flux[row], null, NameOf(file, row)), false, null);
        }
    }

    private static EngineException Changed(string file) =>
        new(ErrorCode.BadInput, $"{file} has changed since its spectra were counted; give the command again.");

    private static string EndingOf(string file)
    {
        string name = file.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? file[..^3] : file;
        return Path.GetExtension(name).ToLowerInvariant();
    }

    // One file is open at a time: a survey may have more files than a process may open.
    private LabelledSpectrum ReadStored(string file, int row)
    {
        lock (_reading)
        {
            if (_open?.FilePath != file)
            {
                _open?.Dispose();
                _open = null;
                _open = SpectraFile.Open(file);
            }

            var flux = new double[_open.Wavelength.Count];
            _open.ReadFlux(row, flux);
            int teff = _open.Points.AxisIndex("teff");
            return new LabelledSpectrum(
                new Spectrum([.. _open.Wavelength], flux, null, NameOf(file, row)), _open.IsNormalized, teff < 0 ? null : _open.Points[row][teff]);
        }
    }

    // The engine's own files are in vacuum; taken as air they would be shifted twice.
    private void RequireVacuum(string file)
    {
        if (_medium == WavelengthMedium.Air)
            throw new EngineException(ErrorCode.BadInput, $"{file} has its wavelengths in vacuum, but air was asked for; give it apart, without --medium air.");
    }

    private static string NameOf(string file, int row) => FormattableString.Invariant($"{file}#{row}");
}
