using Blase3D.Engine.Spectra;
using Blase3D.Engine.Spectra.Reading;
using Blase3D.Engine.Storage;
using Blase3D.Native.Cfitsio;

namespace Blase3D.Engine.Grids.Import;

/// <summary>Rows of FITS files: PHOENIX spectra (flux in the first HDU) and cubes (flux image, wavelengths, PARAMS table).</summary>
internal sealed class FitsSources(ImportContext context)
{
    // Hundreds of files cut the same pixels from the same wavelength file: they share one array.
    private readonly Dictionary<(string File, long First, long Count), WavelengthCut?> _cuts = [];

    /// <summary>The rows of a file; null when it is FITS but neither a spectrum nor a cube.</summary>
    /// <exception cref="EngineException">The file is damaged, or its contents contradict the options or each other.</exception>
    internal IReadOnlyList<GridRow>? Read(string file) => NativeErrors.Guard(file, () =>
    {
        using FitsFile fits = FitsFile.OpenRead(file);
        long[] shape = fits.Kind == FitsHduKind.Image ? fits.ImageShape : [];
        if (shape.Length == 2) RequireLastPixel(fits, shape[0] * shape[1]);
        if (shape.Length == 2 && fits.TryMoveTo("PARAMS")) return ReadCube(fits, file, shape);
        return shape.Length == 1 && shape[0] > 1 ? ReadSpectrum(fits, file, shape[0]) : null;
    });

    private static Dictionary<string, double> ReadPoint(FitsFile fits, string file)
    {
        Dictionary<string, double>? named = PhoenixName.Parse(file);
        double Value(string key, string axis)
        {
            double value = fits.ReadDoubleKey(key) ?? (named is null ? double.NaN : named[axis]);
            return double.IsFinite(value)
                ? (value == 0 ? 0 : value)
                : throw new EngineException(
                    ErrorCode.BadInput,
                    $"{file} has no {key} in its header and is not called like lte03900-4.50-0.0.PHOENIX-...fits, so its {axis} is not "
                    + "known.");
        }

        double alpha = fits.ReadDoubleKey("PHXALPHA") ?? named?[GridAxes.Alpha] ?? 0;
        return new Dictionary<string, double>
        {
            [GridAxes.Teff] = Value("PHXTEFF", GridAxes.Teff),
            [GridAxes.Logg] = Value("PHXLOGG", GridAxes.Logg),
            [GridAxes.Feh] = Value("PHXM_H", GridAxes.Feh),
            [GridAxes.Alpha] = alpha == 0 ? 0 : alpha,
        };
    }

    /// <summary>Fluxes are read later; a file that was cut short should be found now.</summary>
    private static void RequireLastPixel(FitsFile fits, long pixels)
    {
        Span<double> last = stackalloc double[1];
        fits.ReadImage(pixels - 1, last);
    }

    private static FluxReader FluxOf(string file, long first) => destination =>
    {
        try
        {
            using FitsFile fits = FitsFile.OpenRead(file);
            fits.ReadImage(first, destination);
        }
        catch (Exception e) when (NativeErrors.Translate(file, e) is { } translated)
        {
            throw translated;
        }
    };

    private IReadOnlyList<GridRow> ReadSpectrum(FitsFile fits, string file, long pixels)
    {
        RequireLastPixel(fits, pixels);
        Dictionary<string, double> point = ReadPoint(fits, file);
        if (!context.Accept(file, point)) return [];
        if (string.Equals(fits.ReadStringKey("INTERPOL"), "T", StringComparison.OrdinalIgnoreCase))
        {
            context.Notes.Count("spectra are marked INTERPOL (interpolated by the makers of the grid)", file);
        }

        MediumCheck.Require(file, MediumCheck.FromHeader(fits), context.Options.Medium);
        WavelengthCut? cut = CutOf(fits, file, pixels);
        if (cut is null)
        {
            context.NoteNoOverlap(file);
            return [];
        }

        return [new GridRow(file, cut.Wavelength, point, FluxOf(file, cut.First))];
    }

    private WavelengthCut? CutOf(FitsFile fits, string file, long pixels)
    {
        long? index = fits.ReadInt64Key("IWAVE0");
        string? extension = PhoenixWave.Extensions.FirstOrDefault(fits.TryMoveTo);
        if (extension is not null) return context.Cut(file, ReadWaveExtension(fits, file, extension, pixels));

        string waveFile = context.WaveFiles.Find(file);
        if (_cuts.TryGetValue((waveFile, index ?? 0, pixels), out WavelengthCut? known)) return known;
        (double[] wavelength, WavelengthMedium? said) = context.WaveFiles.ReadFor(file, waveFile, index, pixels);
        MediumCheck.Require(waveFile, said, context.Options.Medium);
        return _cuts[(waveFile, index ?? 0, pixels)] = context.Cut(file, wavelength);
    }

    private double[] ReadWaveExtension(FitsFile fits, string file, string extension, long pixels)
    {
        MediumCheck.Require(file, MediumCheck.FromHeader(fits) ?? MediumCheck.FromName(extension), context.Options.Medium);
        long[] shape = fits.ImageShape;
        if (shape.Length != 1 || shape[0] != pixels)
        {
            throw new EngineException(
                ErrorCode.BadInput,
                $"{file}: the extension {extension} has the shape [{string.Join(", ", shape)}] instead of {pixels} wavelengths.");
        }

        var wavelength = new double[pixels];
        fits.ReadImage(0, wavelength);
        WavelengthUnit.ToAngstrom(file, wavelength, fits.ReadStringKey("BUNIT") ?? string.Empty);
        return wavelength;
    }

    private List<GridRow> ReadCube(FitsFile fits, string file, long[] shape)
    {
        long pixels = shape[0], rows = shape[1];
        (string Axis, double[] Values)[] axes =
        [
            .. fits.Columns.Select(c => (Axis: GridAxes.FromName(c.Name), c.Name))
                .Where(c => c.Axis is not null)
                .Select(c => (c.Axis!, fits.ReadColumn(c.Name))),
        ];
        if (axes.Length == 0 || axes.Any(a => a.Values.Length != rows))
        {
            throw new EngineException(
                ErrorCode.BadInput,
                $"{file}: the table PARAMS must have {rows} rows, one per spectrum, and columns such as TEFF, LOGG, MH; it has "
                + $"{fits.RowCount} rows and the columns {string.Join(", ", fits.Columns.Select(c => c.Name))}.");
        }

        foreach ((string axis, double[] values) in axes)
        {
            if (Array.FindIndex(values, value => !double.IsFinite(value)) is >= 0 and var bad)
            {
                throw new EngineException(
                    ErrorCode.BadInput,
                    FormattableString.Invariant($"{file}: row {bad} of the table PARAMS has {axis} = {values[bad]}; every value must be finite."));
            }
        }

        string extension = CubeWave(fits, file);
        WavelengthCut? cut = context.Cut(file, ReadWaveExtension(fits, file, extension, pixels));
        if (cut is null)
        {
            context.NoteNoOverlap(file);
            return [];
        }

        var reader = new FitsCube(file, pixels);
        var result = new List<GridRow>();
        for (int row = 0; row < rows; row++)
        {
            string source = $"{file} row {row}";
            int fixedRow = row;
            var point = axes.ToDictionary(a => a.Axis, a => a.Values[fixedRow] == 0 ? 0 : a.Values[fixedRow]);
            if (!context.Accept(source, point)) continue;
            result.Add(new GridRow(source, cut.Wavelength, point, destination => reader.Read(fixedRow, cut.First, destination)));
        }

        return result;
    }

    private string CubeWave(FitsFile fits, string file)
    {
        // A cube may carry its wavelengths in both media; then the one that was asked for is there.
        string wanted = context.Options.Medium == WavelengthMedium.Air ? "WAVE_AIR" : "WAVE_VAC";
        return new[] { wanted }.Concat(PhoenixWave.Extensions).FirstOrDefault(fits.TryMoveTo) ?? throw new EngineException(
            ErrorCode.BadInput, $"{file} holds a cube and a table PARAMS but no wavelengths (extension WAVE_VAC, WAVE or WAVE_AIR).");
    }
}
