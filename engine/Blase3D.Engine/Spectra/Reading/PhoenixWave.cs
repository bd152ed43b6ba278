using Blase3D.Engine.Storage;
using Blase3D.Native.Cfitsio;

namespace Blase3D.Engine.Spectra.Reading;

/// <summary>Finds and keeps the wavelength files (WAVE_*.fits) of PHOENIX spectra.</summary>
/// <param name="given">Wavelength files and folders that the user named.</param>
internal sealed class PhoenixWave(IReadOnlyList<string> given)
{
    /// <summary>The extensions that hold the wavelengths of the flux in the first HDU.</summary>
    internal static readonly string[] Extensions = ["WAVE", "WAVE_VAC", "WAVELENGTH", "WAVE_AIR"];

    private const string FileName = "WAVE_PHOENIX-ACES-AGSS-COND-2011.fits";
    private const int FoldersUp = 3;
    private readonly Dictionary<string, (double[] Wavelength, WavelengthMedium? Said)> _read = new(StringComparer.Ordinal);

    /// <summary>The wavelength files that were read so far.</summary>
    internal IEnumerable<string> FilesRead => _read.Keys;

    /// <summary>
    /// The wavelength file of a spectrum: one that was named, else beside it, else up to three folders above, else in a named folder.
    /// </summary>
    /// <exception cref="EngineException">There is none.</exception>
    internal string Find(string spectrum)
    {
        string? named = given.FirstOrDefault(File.Exists);
        if (named is not null) return named;
        DirectoryInfo? folder = new FileInfo(Path.GetFullPath(spectrum)).Directory;
        string beside = folder?.FullName ?? ".";
        for (int up = 0; up <= FoldersUp && folder is { Exists: true }; up++, folder = folder.Parent)
        {
            if (FirstIn(folder.FullName) is { } found) return found;
        }

        foreach (string root in given.Where(Directory.Exists))
        {
            if (FirstIn(root) is { } found) return found;
        }

        throw new EngineException(
            ErrorCode.BadInput,
            $"{spectrum} holds no wavelengths, and no wavelength file was found in {beside} or the folders above it; "
            + $"put {FileName} (or its .gz) there, or name it among the sources.");
    }

    /// <summary>The wavelengths of a file in Angstrom, and the medium that its header says. Read once.</summary>
    private (double[] Wavelength, WavelengthMedium? Said) Read(string file)
    {
        if (_read.TryGetValue(file, out (double[], WavelengthMedium?) known)) return known;
        return _read[file] = NativeErrors.Guard(file, () =>
        {
            using FitsFile fits = FitsFile.OpenRead(file);
            long[] shape = fits.ImageShape;
            if (shape.Length != 1 || shape[0] is < 1 or > int.MaxValue)
            {
                throw new EngineException(
                    ErrorCode.BadInput, $"{file} holds no list of wavelengths in its first HDU; it is not a WAVE file.");
            }

            var wavelength = new double[shape[0]];
            fits.ReadImage(0, wavelength);
            WavelengthUnit.ToAngstrom(file, wavelength, fits.ReadStringKey("UNIT") ?? fits.ReadStringKey("BUNIT") ?? string.Empty);
            return (wavelength, MediumCheck.FromHeader(fits));
        });
    }

    /// <summary>The wavelengths of a spectrum out of a wavelength file: the same pixels, or those from IWAVE0 on.</summary>
    /// <param name="spectrum">The file with the flux, for the sentence.</param>
    /// <param name="waveFile">What <see cref="Find"/> found.</param>
    /// <param name="index">The spectrum's IWAVE0; null when it has none.</param>
    /// <param name="pixels">The number of fluxes.</param>
    /// <exception cref="EngineException">The numbers of pixels do not fit.</exception>
    internal (double[] Wavelength, WavelengthMedium? Said) ReadFor(string spectrum, string waveFile, long? index, long pixels)
    {
        (double[] wavelength, WavelengthMedium? said) = Read(waveFile);
        long first = index ?? 0;
        if (first < 0 || first + pixels > wavelength.Length || (index is null && pixels != wavelength.Length))
        {
            throw new EngineException(
                ErrorCode.BadInput,
                $"{spectrum} has {pixels} pixels{(index is null ? string.Empty : $" from IWAVE0 = {index}")}, but {waveFile} has "
                + $"{wavelength.Length}; they do not belong together.");
        }

        return (index is null ? wavelength : wavelength[(int)first..(int)(first + pixels)], said);
    }

    /// <summary>Whether a file is called like a wavelength file.</summary>
    internal static bool IsWave(string file) => Path.GetFileName(file) is { } name
        && name.StartsWith("WAVE_", StringComparison.OrdinalIgnoreCase) && FitsEnding.Has(name);

    private static string? FirstIn(string folder) =>
        Directory.EnumerateFiles(folder).Where(IsWave).Order(StringComparer.Ordinal).FirstOrDefault();
}
