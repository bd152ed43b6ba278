using Blase3D.Native.Cfitsio;

namespace Blase3D.Engine.Tests;

/// <summary>A folder of its own that goes away with the test, and the small spectra that tests put there.</summary>
public sealed class ScratchFolder : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("blase3d-engine-").FullName;

    public string Root => _folder;

    public static double[] Wavelength { get; } = [.. Enumerable.Range(0, 40).Select(i => 8000 + 0.5 * i)];

    public static double[] Flux { get; } = [.. Enumerable.Range(0, 40).Select(i => 1 + 0.25 * i)];

    public string this[string name]
    {
        get
        {
            string path = Path.Combine(_folder, name);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            return path;
        }
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    public string Write(string name, string text)
    {
        File.WriteAllText(this[name], text);
        return this[name];
    }

    /// <summary>Writes HDUs one after the other.</summary>
    public string WriteFits(string name, Action<FitsFile> write)
    {
        using FitsFile fits = FitsFile.Create(this[name]);
        write(fits);
        fits.Close();
        return this[name];
    }

    /// <summary>A PHOENIX-like spectrum without wavelengths; header keys only where a value is given.</summary>
    public string WritePhoenix(
        string name, double? teff = null, double? logg = null, double? feh = null, double[]? flux = null, long? iwave0 = null) =>
        WriteFits(name, fits =>
        {
            flux ??= Flux;
            fits.WriteImage(flux, [flux.Length]);
            if (teff is { } t) fits.SetKey("PHXTEFF", t);
            if (logg is { } g) fits.SetKey("PHXLOGG", g);
            if (feh is { } z) fits.SetKey("PHXM_H", z);
            if (iwave0 is { } i) fits.SetKey("IWAVE0", i);
        });

    public string WriteWave(string name = "WAVE_PHOENIX-ACES-AGSS-COND-2011.fits", double[]? wavelength = null) => WriteFits(name, fits =>
    {
        wavelength ??= Wavelength;
        fits.WriteImage(wavelength, [wavelength.Length]);
        fits.SetKey("UNIT", "Angstrom");
    });
}
