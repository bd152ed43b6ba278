using Blase3D.Engine.Spectra.Reading.Formats;

namespace Blase3D.Engine.Spectra.Reading;

/// <summary>The formats that are known, instruments before the generic ones. A new format is a class and a line here.</summary>
internal static class SpectrumFormats
{
    internal static IReadOnlyList<ISpectrumFormat> All { get; } =
    [
        new HpfFormat(),
        new CarmenesFormat(),
        new EsoPhase3Format(),
        new ApogeeFormat(),
        new IgrinsFormat(),
        new SdssFormat(),
        new FitsTableFormat(),
        new FitsImageFormat(),
        new TextFormat(),
    ];

    /// <summary>The first format that recognises a file.</summary>
    /// <exception cref="EngineException">There is none.</exception>
    internal static ISpectrumFormat Of(SourceFile source) =>
        All.FirstOrDefault(format => format.Recognises(source)) ?? throw Unknown(source);

    private static EngineException Unknown(SourceFile source)
    {
        string tried = string.Join(", ", All.Where(format => format is not TextFormat).Select(format => format.Name));
        string hint = source.Hdus.LastOrDefault(hdu => !hdu.IsImage) is { } table
            ? $" {SpectrumColumns.Unknown($"{source.Path}[{table.Index}]", [.. table.Columns.Select(c => c.Name)]).Message}"
            : " Give a table or a one-dimensional image.";
        return SpectrumRules.Bad(
            $"{source.Path} holds no spectrum of a known format ({tried}), but {string.Join(", ", source.Hdus.Select(hdu => hdu.Describe()))}.{hint}");
    }
}
