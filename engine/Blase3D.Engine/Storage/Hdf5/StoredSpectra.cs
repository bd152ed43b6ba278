using Blase3D.Engine.Grids;
using Blase3D.Native.Hdf5;

namespace Blase3D.Engine.Storage.Hdf5;

/// <summary>The spectra of a file. The file is opened on the first row read and closed on disposal.</summary>
public sealed class StoredSpectra : ISpectralGrid, IDisposable
{
    private readonly double[] _wavelength;
    private Hdf5File? _file;
    private Hdf5Dataset? _flux;

    internal StoredSpectra(string path, GridPoints points, double[] wavelength, bool isNormalized) =>
        (FilePath, Points, _wavelength, IsNormalized) = (path, points, wavelength, isNormalized);

    /// <summary>The file.</summary>
    public string FilePath { get; }

    /// <summary>Whether the fluxes are about 1 between lines already.</summary>
    public bool IsNormalized { get; }

    /// <inheritdoc/>
    public IReadOnlyList<double> Wavelength => _wavelength;

    /// <inheritdoc/>
    public GridPoints Points { get; }

    /// <inheritdoc/>
    public void ReadFlux(int row, Span<double> destination)
    {
        var flux = new double[_wavelength.Length];
        NativeErrors.Guard(FilePath, () =>
        {
            _file ??= Hdf5File.OpenRead(FilePath);
            _flux ??= _file.OpenDataset("/flux");
            _flux.Read<double>([row, 0], [1, flux.Length], flux);
        });
        flux.CopyTo(destination);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _flux?.Dispose();
        _file?.Dispose();
    }
}
