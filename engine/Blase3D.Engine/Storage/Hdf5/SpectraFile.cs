using Blase3D.Engine.Grids;
using Blase3D.Native.Hdf5;

namespace Blase3D.Engine.Storage.Hdf5;

/// <summary>Files of spectra on one wavelength vector: `grid-spectra` (fluxes as imported) and `spectra` (results). See data-schemas.</summary>
public static class SpectraFile
{
    /// <summary>TYPE of a grid of model spectra.</summary>
    public const string GridType = "grid-spectra";

    /// <summary>TYPE of reconstructed spectra.</summary>
    public const string ResultType = "spectra";

    /// <summary>Writes a grid row by row; no more than one row is in memory.</summary>
    /// <param name="path">The file; appears whole or not at all.</param>
    /// <param name="grid">The spectra; stored as float32.</param>
    /// <param name="normalized">Whether the fluxes are about 1 between lines already.</param>
    /// <param name="provenance">How they came to be.</param>
    /// <param name="compress">Whether to shuffle and deflate the fluxes (about half the size, thirty times slower to write).</param>
    /// <param name="progress">Receives the share done, 0 to 1.</param>
    /// <param name="cancellation">Stops between two rows; nothing is left behind.</param>
    /// <exception cref="EngineException">
    /// BadInput: a row cannot be read, a flux is beyond float32, the wavelengths do not ascend, or the file cannot be written.
    /// </exception>
    public static void WriteGrid(
        string path,
        ISpectralGrid grid,
        bool normalized,
        Provenance provenance,
        bool compress = false,
        Action<double>? progress = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(grid);
        Write(path, GridType, grid.Points, [.. grid.Wavelength], normalized, provenance, file =>
        {
            int pixels = grid.Wavelength.Count, rows = grid.Points.Count;
            var layout = new Hdf5Layout { Chunk = [1, Math.Max(pixels, 1)], Shuffle = compress, DeflateLevel = compress ? 4 : 0 };
            using Hdf5Dataset dataset = file.CreateDataset<float>("/flux", [rows, pixels], rows == 0 || pixels == 0 ? null : layout);
            var flux = new double[pixels];
            var single = new float[pixels];
            for (int row = 0; row < rows; row++)
            {
                cancellation.ThrowIfCancellationRequested();
                grid.ReadFlux(row, flux);
                for (int i = 0; i < pixels; i++)
                {
                    single[i] = (float)flux[i];
                    if (float.IsInfinity(single[i]) && double.IsFinite(flux[i]))
                        throw new EngineException(ErrorCode.BadInput, FormattableString.Invariant($"{path} cannot hold the flux {flux[i]} at {grid.Points.Describe(row)}, pixel {i}: float32 ends at 3.4e38; divide the fluxes by a constant."));
                }

                dataset.Write<float>([row, 0], [1, pixels], single);
                progress?.Invoke((row + 1.0) / rows);
            }
        });
    }

    /// <summary>Writes reconstructed spectra in double precision.</summary>
    /// <param name="path">The file; appears whole or not at all.</param>
    /// <param name="wavelength">Vacuum Angstrom, length P.</param>
    /// <param name="points">The points, N rows.</param>
    /// <param name="flux">N spectra of length P.</param>
    /// <param name="provenance">How they came to be.</param>
    /// <exception cref="EngineException">BadInput: the wavelengths do not ascend, or the file cannot be written.</exception>
    public static void WriteResult(string path, double[] wavelength, GridPoints points, IReadOnlyList<double[]> flux, Provenance provenance)
    {
        ArgumentNullException.ThrowIfNull(wavelength);
        ArgumentNullException.ThrowIfNull(points);
        ArgumentNullException.ThrowIfNull(flux);
        if (flux.Count != points.Count || flux.Any(row => row.Length != wavelength.Length))
            throw new ArgumentException($"There are {points.Count} points of {wavelength.Length} pixels; give one spectrum of that length for each.", nameof(flux));
        Write(path, ResultType, points, wavelength, normalized: true, provenance, file =>
        {
            using Hdf5Dataset dataset = file.CreateDataset<double>("/flux", [flux.Count, wavelength.Length]);
            for (int row = 0; row < flux.Count; row++) dataset.Write<double>([row, 0], [1, wavelength.Length], flux[row]);
        });
    }

    /// <summary>Opens a file of spectra; rows are read when asked for.</summary>
    /// <param name="path">A `grid-spectra` or `spectra` file.</param>
    /// <exception cref="EngineException">The file is missing, of another type or revision, or does not fit together.</exception>
    public static StoredSpectra Open(string path) => FileHeader.Read(path, [GridType, ResultType], file =>
    {
        GridPoints points = FileHeader.Points(file, path);
        double[] wavelength = FileHeader.Wavelength(file, path);
        using Hdf5Dataset flux = FileHeader.Dataset(file, path, "/flux", 2);
        if (flux.Shape[0] != points.Count || flux.Shape[1] != wavelength.Length)
        {
            throw new EngineException(
                ErrorCode.BadInput,
                $"{path} has /flux of shape [{flux.Shape[0]}, {flux.Shape[1]}] for {points.Count} points and {wavelength.Length} wavelengths; make the file again.");
        }

        return new StoredSpectra(path, points, wavelength, file.ReadInt64Attribute("/", "normalized") == 1);
    });

    private static void Write(
        string path, string type, GridPoints points, double[] wavelength, bool normalized, Provenance provenance, Action<Hdf5File> writeFlux)
    {
        ArgumentNullException.ThrowIfNull(provenance);
        FileHeader.RequireAscending(wavelength, path);
        AtomicFile.Write(path, temporary =>
        {
            using Hdf5File file = Hdf5File.Create(temporary);
            FileHeader.Write(file, path, type, points.AxisNames, provenance);
            file.SetAttribute("/", "normalized", normalized ? 1 : 0);
            file.Write<double>("/wavelength", wavelength, [wavelength.Length]);
            file.Write("/points", points.Values, [points.Count, points.Dimensions]);
            writeFlux(file);
            file.Close();
        });
    }
}
