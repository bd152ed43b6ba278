using Blase3D.Engine.Storage;
using Blase3D.Native.Hdf5;

namespace Blase3D.Engine.Spectra.Reading;

/// <summary>
/// Reads spectra from FITS and text. The format is recognised from the content; data-schemas/spectrum-formats.md lists those that are
/// known. A part of a file is chosen by brackets after its name: <c>FILE[EXTENSION]</c>, <c>FILE[order=N]</c>, <c>FILE[row=N]</c>.
/// </summary>
public static class SpectrumReader
{
    /// <summary>The names of the formats, in the order in which they are tried.</summary>
    public static IReadOnlyList<string> Formats { get; } = [.. SpectrumFormats.All.Select(format => format.Name)];

    /// <summary>The file of a name with brackets, which choose a part of it; any other name as it is.</summary>
    /// <param name="path">As for <see cref="Read"/>.</param>
    /// <exception cref="EngineException"><see cref="ErrorCode.BadArguments"/>: the brackets choose nothing.</exception>
    public static string FileOf(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return SourceSelection.Parse(path).Path;
    }

    /// <summary>Reads one spectrum of vacuum Angstrom.</summary>
    /// <param name="path">The file, perhaps with brackets; FITS and text also with gzip.</param>
    /// <param name="medium">
    /// In which medium the file's wavelengths are; null to believe the file, and vacuum when it says nothing. Air is converted to vacuum.
    /// </param>
    /// <returns>Wavelengths strictly ascending; pixels without data and bad pixels are NaN.</returns>
    /// <exception cref="EngineException">As <see cref="ReadExposure"/>; and <see cref="ErrorCode.BadInput"/> for several orders.</exception>
    public static Spectrum Read(string path, WavelengthMedium? medium = null)
    {
        Exposure exposure = ReadExposure(path, medium);
        IReadOnlyList<Spectrum> orders = exposure.Orders;
        return orders.Count == 1
            ? orders[0]
            : throw SpectrumRules.Bad(
                $"{path} holds {orders.Count} orders between {orders.Min(o => o.WavelengthAngstrom[0]):0} and {orders.Max(o => o.WavelengthAngstrom[^1]):0} Angstrom; choose one, from {exposure.Facts.File}[order={orders[0].Order}] to [order={orders[^1].Order}].");
    }

    /// <summary>Reads all orders of a file.</summary>
    /// <param name="path">The file, perhaps with brackets; FITS and text also with gzip.</param>
    /// <param name="medium">As for <see cref="Read"/>.</param>
    /// <returns>Orders of vacuum Angstrom, each strictly ascending; pixels without data and bad pixels are NaN.</returns>
    /// <exception cref="EngineException">
    /// <see cref="ErrorCode.BadInput"/>: missing, damaged, of an unknown format, with several candidates, without wavelengths, not in order,
    /// without a good pixel, or contradicting <paramref name="medium"/>. <see cref="ErrorCode.MissingLibrary"/>: CFITSIO is not installed.
    /// </exception>
    public static Exposure ReadExposure(string path, WavelengthMedium? medium = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        SourceSelection selection = SourceSelection.Parse(path);
        if (!File.Exists(selection.Path))
        {
            throw SpectrumRules.Bad(
                $"{selection.Path} {(Directory.Exists(selection.Path) ? "is a folder" : "does not exist")}; name a file with a spectrum.");
        }

        return NativeErrors.Guard(selection.Path, () =>
        {
            if (Hdf5File.IsHdf5(selection.Path)) throw SpectrumRules.Bad($"{selection.Path} is an HDF5 file, not a single spectrum in FITS or text.");
            using var source = new SourceFile(selection);
            ISpectrumFormat format = SpectrumFormats.Of(source);
            return ExposureFinish.Finish(source.Selection, format.Name, format.Read(source), medium);
        });
    }
}
