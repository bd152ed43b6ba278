using Blase3D.Engine.Cloning;
using Blase3D.Engine.Grids;
using Blase3D.Kernels.Contracts;
using Blase3D.Native.Hdf5;

namespace Blase3D.Engine.Storage.Hdf5;

/// <summary>The clones of a file, read one spectrum at a time. Rows may be read from several threads; they take turns.</summary>
public sealed class StoredClones : IClonedRows, IDisposable
{
    private static readonly string[] Columns = ["/initial_center", "/center", "/ln_amplitude", "/ln_sigma", "/ln_gamma"];

    private readonly Lock _opening = new();
    private readonly bool _hasOrigins;
    private Hdf5File? _file;
    private Hdf5Dataset[] _datasets = [];

    private StoredClones(string path, GridPoints points, double[] wavelength, CloneRecipe recipe, CloneRun? run, CloneTally tally) =>
        (FilePath, Points, Wavelength, Recipe, Run, Tally, _hasOrigins) = (path, points, wavelength, recipe, run, tally, tally.HasOrigins);

    /// <summary>The file.</summary>
    public string FilePath { get; }

    /// <inheritdoc/>
    public GridPoints Points { get; }

    /// <inheritdoc/>
    public double[] Wavelength { get; }

    /// <inheritdoc/>
    public CloneRecipe Recipe { get; }

    /// <summary>Which run made them, or null when the file does not say.</summary>
    public CloneRun? Run { get; }

    /// <summary>The numbers of all spectra.</summary>
    public CloneTally Tally { get; }

    /// <summary>The number of lines of every origin, in the order of <see cref="LineOrigin"/>.</summary>
    /// <exception cref="EngineException">BadInput: the file cannot be read, or has an origin that is not known.</exception>
    public long[] CountOrigins()
    {
        var counts = new long[Enum.GetValues<LineOrigin>().Length];
        if (!_hasOrigins) counts[0] = Tally.LineCount;
        else NativeErrors.Guard(FilePath, () =>
        {
            for (int row = 0; row < Tally.Count; row++)
            {
                foreach (LineOrigin origin in ReadOrigins(row)) counts[(int)origin]++;
            }
        });

        return counts;
    }

    /// <inheritdoc/>
    public ClonedSpectrum Read(int row)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(row);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(row, Tally.Count);
        return NativeErrors.Guard(FilePath, () =>
        {
            int lines = (int)(Tally.LineOffset[row + 1] - Tally.LineOffset[row]);
            double[][] columns = [.. Columns.Select(_ => new double[lines])];
            for (int k = 0; k < columns.Length && lines > 0; k++) Dataset(k).Read<double>([Tally.LineOffset[row]], [lines], columns[k]);
            return new ClonedSpectrum
            {
                InitialCenter = columns[0],
                Lines = new LineTable(columns[1], columns[2], columns[3], columns[4]),
                Origin = ReadOrigins(row),
                Rms = Tally.Rms[row],
                InitialRms = Tally.InitialRms[row],
                SkipReason = Tally.SkipReason[row],
                MergedLines = Tally.MergedLines[row],
            };
        });
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_opening)
        {
            foreach (Hdf5Dataset dataset in _datasets) dataset.Dispose();
            _file?.Dispose();
            (_file, _datasets) = (null, []);
        }
    }

    /// <summary>Reads what is not lines, and checks that all of it fits together.</summary>
    internal static StoredClones From(Hdf5File file, string path)
    {
        GridPoints points = FileHeader.Points(file, path);
        long[] offset = FileHeader.Column<long>(file, path, "/line_offset");
        double[] rms = FileHeader.Column<double>(file, path, "/rms");
        bool hasOrigins = file.Exists("/origin");
        long lines = LengthOf(Columns[0]);
        string[] perLine = hasOrigins ? [.. Columns, "/origin"] : Columns;
        if (offset.Length != points.Count + 1 || rms.Length != points.Count || offset[0] != 0 || perLine.Any(name => LengthOf(name) != offset[^1]))
            throw new EngineException(ErrorCode.BadInput, $"{path} does not fit together ({points.Count} points, {offset.Length} offsets, {lines} lines); make the file again.");
        for (int s = 0; s < points.Count; s++)
        {
            if (offset[s + 1] < offset[s] || offset[s + 1] > offset[^1] || offset[s + 1] - offset[s] > int.MaxValue)
                throw new EngineException(ErrorCode.BadInput, $"{path} has a /line_offset that does not ascend at {s + 1}; make the file again.");
        }

        double[] initial = file.Exists("/initial_rms") ? FileHeader.Column<double>(file, path, "/initial_rms") : [.. Enumerable.Repeat(double.NaN, points.Count)];
        string?[] skipped = SkipReasons(file, path, points.Count);
        int[] merged = file.Exists("/merged_lines") ? FileHeader.Column<int>(file, path, "/merged_lines") : new int[points.Count];
        if (initial.Length != points.Count || skipped.Length != points.Count || merged.Length != points.Count)
            throw new EngineException(ErrorCode.BadInput, $"{path} does not fit together ({points.Count} points, {initial.Length} values of /initial_rms, {skipped.Length} of /status, {merged.Length} of /merged_lines); make the file again.");
        return new StoredClones(
            path, points, FileHeader.Wavelength(file, path), RecipeAttributes.Read(file, path), RunAttributes.Read(file, path, points.Count),
            new CloneTally(offset, rms, initial, skipped, merged, hasOrigins));

        long LengthOf(string name)
        {
            using Hdf5Dataset dataset = FileHeader.Dataset(file, path, name, 1);
            return dataset.Length;
        }
    }

    // A file whose texts are lost still says which points are missing.
    private static string?[] SkipReasons(Hdf5File file, string path, int rows)
    {
        if (!file.Exists("/status")) return new string?[rows];
        byte[] status = FileHeader.Column<byte>(file, path, "/status");
        string[] text = file.Exists("/status_text") ? file.ReadStrings("/status_text") : [];
        return [.. status.Select((value, row) => value == 0 ? null : row < text.Length ? text[row] : "The file does not say why.")];
    }

    private LineOrigin[] ReadOrigins(int row)
    {
        if (!_hasOrigins) return [];
        int lines = (int)(Tally.LineOffset[row + 1] - Tally.LineOffset[row]);
        var origin = new byte[lines];
        if (lines > 0) Dataset(Columns.Length).Read<byte>([Tally.LineOffset[row]], [lines], origin);
        int unknown = Array.FindIndex(origin, value => value > (byte)LineOrigin.Residual);
        return unknown < 0
            ? Array.ConvertAll(origin, value => (LineOrigin)value)
            : throw new EngineException(ErrorCode.BadInput, $"{FilePath} has the /origin {origin[unknown]}; this engine knows 0 to {(byte)LineOrigin.Residual}, so use a newer one.");
    }

    private Hdf5Dataset Dataset(int index)
    {
        lock (_opening)
        {
            if (_file is null)
            {
                _file = Hdf5File.OpenRead(FilePath);
                _datasets = [.. (_hasOrigins ? [.. Columns, "/origin"] : Columns).Select(name => FileHeader.Dataset(_file, FilePath, name, 1))];
                if (_datasets.Any(dataset => dataset.Length != Tally.LineCount))
                    throw new EngineException(ErrorCode.BadInput, $"{FilePath} has been replaced by another while it was in use; start again.");
            }

            return _datasets[index];
        }
    }
}
