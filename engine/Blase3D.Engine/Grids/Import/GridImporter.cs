using Blase3D.Engine.Spectra;
using Blase3D.Engine.Spectra.Reading;

namespace Blase3D.Engine.Grids.Import;

/// <summary>
/// Makes one grid of model spectra from files and folders: PHOENIX HiRes FITS with their WAVE file, cuts of them with a WAVE extension or
/// IWAVE0, FITS cubes with a PARAMS table, HDF5 files of MSG and Starfish, and CSV or ECSV files of one spectrum each.
/// </summary>
public static class GridImporter
{
    private const double WavelengthAgreement = 1e-9;
    private static readonly string[] TableEndings = [".csv", ".ecsv", ".csv.gz", ".ecsv.gz"];

    /// <summary>Reads what the sources are, and leaves the fluxes for later.</summary>
    /// <param name="sources">
    /// Files and folders (searched with all folders inside). Wavelength files (WAVE_*.fits) may be among them; otherwise they are looked
    /// for beside a spectrum and above it.
    /// </param>
    /// <param name="options">Range, medium and axes.</param>
    /// <returns>The grid, its rows sorted by their points, and notes for its user.</returns>
    /// <exception cref="EngineException">
    /// <see cref="ErrorCode.BadArguments"/>: no source. <see cref="ErrorCode.BadInput"/>: a file is missing, damaged, not known, or
    /// contradicts another one. <see cref="ErrorCode.OutOfRange"/>: the wanted range is not covered.
    /// <see cref="ErrorCode.MissingLibrary"/>: CFITSIO is not installed.
    /// </exception>
    public static GridImport Import(IReadOnlyList<string> sources, GridImportOptions options)
    {
        ArgumentNullException.ThrowIfNull(sources);
        ArgumentNullException.ThrowIfNull(options);
        if (sources.Count == 0)
        {
            throw new EngineException(ErrorCode.BadArguments, "No source is given; name files or folders of model spectra.");
        }

        CheckRange(options.WavelengthRange);
        List<(string File, bool Named)> files = Expand(sources);
        var context = new ImportContext(
            options, [.. files.Where(f => f.Named && PhoenixWave.IsWave(f.File)).Select(f => f.File), .. sources.Where(Directory.Exists)]);
        context.Notes.Say(options.Medium == WavelengthMedium.Air
            ? "The wavelengths of the sources were taken as air and converted to vacuum (Ciddor 1996)."
            : "The wavelengths of the sources were taken as vacuum.");
        var used = new List<string>();
        List<GridRow> rows = ReadAll(files, context, string.Join(", ", sources), used);
        double[] wavelength = RequireOneWavelength(rows);
        GridRow[] sorted = Sort(rows, out GridPoints points);
        if (GridHull.Describe(points) is { } missing) context.Notes.Say(missing);
        string[] read = [.. used.Concat(context.WaveFiles.FilesRead).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        return new GridImport(new ImportedGrid(wavelength, points, sorted), read, context.Notes.ToList());
    }

    private static void CheckRange((double Low, double High)? range)
    {
        if (range is not { } r || (r.Low < r.High && r.Low > 0)) return;
        throw new EngineException(
            ErrorCode.BadArguments, $"The wavelength range {r.Low}:{r.High} is empty; give LOW:HIGH in Angstrom with 0 < LOW < HIGH.");
    }

    private static List<(string File, bool Named)> Expand(IReadOnlyList<string> sources)
    {
        var files = new List<(string, bool)>();
        foreach (string source in sources)
        {
            if (Directory.Exists(source))
            {
                string[] found = Directory.GetFiles(source, "*", SearchOption.AllDirectories);
                files.AddRange(found.Order(StringComparer.Ordinal).Select(f => (f, false)));
            }
            else if (File.Exists(source))
            {
                files.Add((source, true));
            }
            else
            {
                throw new EngineException(ErrorCode.BadInput, $"{source} does not exist; name a file or a folder of model spectra.");
            }
        }

        return files;
    }

    private static List<GridRow> ReadAll(List<(string File, bool Named)> files, ImportContext context, string sources, List<string> used)
    {
        var fits = new FitsSources(context);
        var text = new TextSources(context);
        var hdf = new Hdf5Sources(context);
        var rows = new List<GridRow>();
        foreach ((string file, bool named) in files)
        {
            if (PhoenixWave.IsWave(file)) continue;
            if (named && Hdf5Sources.IsPacked(file)) throw new EngineException(ErrorCode.BadInput, $"{file} is packed, which HDF5 cannot read; unpack it first: gunzip {file}.");
            IReadOnlyList<GridRow>? found = FitsEnding.Has(file) ? fits.Read(file)
                : Hdf5Sources.HasEnding(file) ? hdf.Read(file)
                : TextTable.HasTextEnding(file) && (named || IsTable(file)) ? text.Read(file) : null;
            if (found is { Count: > 0 }) used.Add(file);
            if (found is not null) rows.AddRange(found);
            else if (named) throw Unknown(file);
            else context.Notes.Count("files of the folder were skipped because they hold no model spectrum", file);
        }

        if (rows.Count > 0) return rows;
        if (context.CoveredElsewhere is { } covered && context.Options.WavelengthRange is { } range)
        {
            throw new EngineException(
                ErrorCode.OutOfRange,
                $"{sources}: nothing lies between {range.Low} and {range.High} Angstrom; the data cover {covered.Low} to {covered.High} "
                + "(vacuum).");
        }

        throw new EngineException(
            ErrorCode.BadInput,
            $"{sources}: no model spectrum was found. {string.Join(' ', context.Notes.ToList().Skip(1))}".TrimEnd());
    }

    // In a folder, only what is meant as a table is tried: a text may be anything.
    private static bool IsTable(string file) =>
        TableEndings.Any(e => file.EndsWith(e, StringComparison.OrdinalIgnoreCase));

    private static EngineException Unknown(string file) => TextTable.HasTextEnding(file)
        ? new EngineException(
            ErrorCode.BadInput,
            $"{file} does not say which model it is; add a comment line like '# teff=4000 logg=4.5 feh=0', or call it "
            + "teff4000_logg4.5_feh0.csv.")
        : new EngineException(
            ErrorCode.BadInput,
            $"{file} is no model spectrum that is known here: PHOENIX FITS (flux in the first HDU), FITS cube with a table PARAMS, HDF5 of MSG "
            + "or Starfish, CSV or ECSV.");

    private static double[] RequireOneWavelength(List<GridRow> rows)
    {
        GridRow first = rows[0];
        foreach (GridRow row in rows)
        {
            if (ReferenceEquals(row.Wavelength, first.Wavelength) || Agree(row.Wavelength, first.Wavelength)) continue;
            throw new EngineException(
                ErrorCode.BadInput,
                $"{first.Source} and {row.Source} have different wavelengths ({Describe(first.Wavelength)}; {Describe(row.Wavelength)}); "
                + "a grid needs one wavelength vector: choose a range in which they agree, or import them apart.");
        }

        return first.Wavelength;
    }

    private static bool Agree(double[] a, double[] b)
    {
        if (a.Length != b.Length) return false;
        for (int i = 0; i < a.Length; i++)
        {
            if (Math.Abs(a[i] - b[i]) > WavelengthAgreement * a[i]) return false;
        }

        return true;
    }

    private static string Describe(double[] wavelength) => $"{wavelength.Length} pixels, {wavelength[0]} to {wavelength[^1]} Angstrom";

    private static GridRow[] Sort(List<GridRow> rows, out GridPoints points)
    {
        string[] axes = GridAxes.Sorted(rows[0].Point.Keys);
        if (rows.Find(row => !row.Point.Keys.Order(StringComparer.Ordinal).SequenceEqual(axes.Order(StringComparer.Ordinal))) is { } odd)
        {
            throw new EngineException(
                ErrorCode.BadInput,
                $"{rows[0].Source} gives {string.Join(", ", axes)}, but {odd.Source} gives "
                + $"{string.Join(", ", GridAxes.Sorted(odd.Point.Keys))}; "
                + "all spectra of a grid need the same parameters.");
        }

        IOrderedEnumerable<GridRow> order = rows.OrderBy(row => row.Point[axes[0]]);
        foreach (string axis in axes.Skip(1)) order = order.ThenBy(row => row.Point[axis]);
        GridRow[] sorted = [.. order];
        for (int i = 1; i < sorted.Length; i++)
        {
            if (axes.All(axis => sorted[i].Point[axis] == sorted[i - 1].Point[axis]))
            {
                throw new EngineException(
                    ErrorCode.BadInput,
                    $"{sorted[i - 1].Source} and {sorted[i].Source} are the same point ({GridAxes.Describe(sorted[i].Point)}); leave "
                    + "one out.");
            }
        }

        points = new GridPoints(axes, [.. sorted.SelectMany(row => axes.Select(axis => row.Point[axis]))]);
        return sorted;
    }
}
