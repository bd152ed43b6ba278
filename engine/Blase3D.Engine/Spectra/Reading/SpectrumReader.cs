using System.IO.Compression;
using Blase3D.Engine.Storage;
using Blase3D.Native.Hdf5;

namespace Blase3D.Engine.Spectra.Reading;

/// <summary>
/// Reads one spectrum: FITS (a table with wavelength, flux and perhaps an uncertainty; a PHOENIX spectrum; a one-dimensional image with
/// a linear or logarithmic wavelength axis in its header) or text (CSV, ECSV, blank-separated; 2 or 3 columns, or a header line).
/// </summary>
public static class SpectrumReader
{
    /// <summary>Reads a spectrum of vacuum Angstrom.</summary>
    /// <param name="path">The file; FITS and text also with gzip.</param>
    /// <param name="medium">
    /// In which medium the file's wavelengths are; null to believe the file, and vacuum when it says nothing. Air is converted to vacuum.
    /// </param>
    /// <returns>Wavelengths strictly ascending; pixels without data stay NaN.</returns>
    /// <exception cref="EngineException">
    /// <see cref="ErrorCode.BadInput"/>: missing, damaged, of an unknown format, without wavelengths, not ascending, or contradicting
    /// <paramref name="medium"/>. <see cref="ErrorCode.MissingLibrary"/>: CFITSIO is not installed.
    /// </exception>
    public static Spectrum Read(string path, WavelengthMedium? medium = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (!File.Exists(path))
        {
            throw new EngineException(
                ErrorCode.BadInput, $"{path} {(Directory.Exists(path) ? "is a folder" : "does not exist")}; name a file with a spectrum.");
        }

        RawSpectrum raw = NativeErrors.Guard(path, () => IsFits(path) ? FitsSpectrum.Read(path) : ReadText(path));
        if (medium is { } asked) MediumCheck.Require(path, raw.Medium, asked);
        WavelengthUnit.ToAngstrom(path, raw.Wavelength, raw.Unit);
        WavelengthOrder.Require(path, raw.Wavelength);
        if (raw.Flux.Length != raw.Wavelength.Length)
        {
            throw SpectrumRules.Bad($"{path} has {raw.Wavelength.Length} wavelengths and {raw.Flux.Length} fluxes; they must be as many.");
        }

        if (!raw.Flux.Any(double.IsFinite)) throw SpectrumRules.Bad($"{path} holds no flux that is a number.");
        MediumCheck.ToVacuum(raw.Wavelength, medium ?? raw.Medium ?? WavelengthMedium.Vacuum);
        return new Spectrum(raw.Wavelength, raw.Flux, raw.Sigma, Path.GetFileName(path)) { IsMediumAssumed = medium is null && raw.Medium is null };
    }

    private static RawSpectrum ReadText(string path)
    {
        if (Hdf5File.IsHdf5(path))
        {
            throw SpectrumRules.Bad($"{path} is an HDF5 file, not a single spectrum in FITS or text.");
        }

        TextTable table = TextTable.Read(path);
        SpectrumColumns columns = SpectrumColumns.Find(path, table.Names);
        string unit = table.Units[columns.Wavelength] is { Length: > 0 } given ? given : columns.WavelengthUnit;
        double[]? sigma = columns.Uncertainty < 0 ? null : SpectrumColumns.ToSigma(table.Columns[columns.Uncertainty], columns.Kind);
        WavelengthMedium? said = MediumCheck.FromName(table.Names[columns.Wavelength]);
        return new RawSpectrum(table.Columns[columns.Wavelength], unit, table.Columns[columns.Flux], sigma, said);
    }

    private static bool IsFits(string path)
    {
        using FileStream file = File.OpenRead(path);
        Span<byte> start = stackalloc byte[9];
        int read = file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        if (read >= 2 && start[0] == 0x1F && start[1] == 0x8B)
        {
            file.Position = 0;
            using var gzip = new GZipStream(file, CompressionMode.Decompress);
            read = gzip.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        }

        return start[..read].SequenceEqual("SIMPLE  ="u8);
    }
}

/// <summary>A spectrum as its file has it: unit and medium not yet applied.</summary>
/// <param name="Wavelength">In <paramref name="Unit"/>.</param>
/// <param name="Unit">As the file says it; empty for nothing.</param>
/// <param name="Flux">Flux.</param>
/// <param name="Sigma">Standard deviation, or null.</param>
/// <param name="Medium">What the file says; null for nothing.</param>
internal sealed record RawSpectrum(double[] Wavelength, string Unit, double[] Flux, double[]? Sigma, WavelengthMedium? Medium);
