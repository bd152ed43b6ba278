using Blase3D.Engine.Spectra;
using Blase3D.Engine.Spectra.Reading;
using Blase3D.Engine.Storage.Hdf5;

namespace Blase3D.Cli;

/// <summary>A spectrum with what its file says about it.</summary>
/// <param name="Spectrum">The spectrum.</param>
/// <param name="IsNormalized">Whether the file says that it is about 1 between lines.</param>
/// <param name="LabelTeff">The Teff the file gives it, or null.</param>
internal sealed record LabelledSpectrum(Spectrum Spectrum, bool IsNormalized, double? LabelTeff);

/// <summary>The spectra behind a list of files: one per FITS or text file, one per row of an .h5 file. They are read when asked for.</summary>
internal sealed class SpectraInputs : IDisposable
{
    private readonly List<(string File, StoredSpectra? Stored, int Row)> _items = [];
    private readonly WavelengthMedium? _medium;
    private readonly Lock _reading = new();

    public SpectraInputs(IReadOnlyList<string> files, WavelengthMedium? medium)
    {
        _medium = medium;
        foreach (string file in files)
        {
            if (Path.GetExtension(file).ToLowerInvariant() is ".h5" or ".hdf5")
            {
                StoredSpectra stored = SpectraFile.Open(file);
                for (int row = 0; row < stored.Points.Count; row++) _items.Add((file, stored, row));
            }
            else
            {
                _items.Add((file, null, 0));
            }
        }
    }

    public int Count => _items.Count;

    /// <summary>Reads one spectrum; may be called from several threads.</summary>
    public LabelledSpectrum Read(int index)
    {
        (string file, StoredSpectra? stored, int row) = _items[index];
        if (stored is null) return new LabelledSpectrum(SpectrumReader.Read(file, _medium), false, null);
        var flux = new double[stored.Wavelength.Count];
        lock (_reading) stored.ReadFlux(row, flux);
        int teff = stored.Points.AxisIndex("teff");
        return new LabelledSpectrum(
            new Spectrum([.. stored.Wavelength], flux, null, FormattableString.Invariant($"{file}#{row}")),
            stored.IsNormalized,
            teff < 0 ? null : stored.Points[row][teff]);
    }

    public void Dispose()
    {
        foreach (StoredSpectra stored in _items.Select(item => item.Stored).OfType<StoredSpectra>().Distinct()) stored.Dispose();
    }
}
