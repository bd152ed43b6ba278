using Blase3D.Engine.Grids;
using Blase3D.Native.Hdf5;

namespace Blase3D.Engine.Storage.Hdf5;

/// <summary>
/// The spectra of a file. The file is opened on the first row read and closed on disposal. Rows may be read from several threads; they
/// take turns.
/// </summary>
public sealed class StoredSpectra : ISpectralGrid, IDisposable
{
    private readonly double[] _wavelength;
    private readonly Lock _opening = new();
    private Hdf5File? _file;
    private Hdf5Dataset? _flux;
    private bool _disposed;

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
        ArgumentOutOfRangeException.ThrowIfNegative(row);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(row, Points.Count);
        if (destination.Length != _wavelength.Length)
            throw new ArgumentException($"A row has {_wavelength.Length} pixels, the destination {destination.Length}.", nameof(destination));
        var flux = new double[_wavelength.Length];
        NativeErrors.Guard(FilePath, () => Flux().Read<double>([row, 0], [1, flux.Length], flux));
        flux.CopyTo(destination);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_opening)
        {
            _disposed = true;
            _flux?.Dispose();
            _file?.Dispose();
        }
    }

    private Hdf5Dataset Flux()
    {
        lock (_opening)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_flux is not null) return _flux;
            _file ??= Hdf5File.OpenRead(FilePath);
            Hdf5Dataset flux = FileHeader.Dataset(_file, FilePath, "/flux", 2);
            if (flux.Shape[0] == Points.Count && flux.Shape[1] == _wavelength.Length) return _flux = flux;
            flux.Dispose();
            throw new EngineException(ErrorCode.BadInput, $"{FilePath} has been replaced by another while it was in use; start again.");
        }
    }
}
