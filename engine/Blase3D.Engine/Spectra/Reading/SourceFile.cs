using System.IO.Compression;
using Blase3D.Native.Cfitsio;

namespace Blase3D.Engine.Spectra.Reading;

/// <summary>An open file whose format is not yet known: either FITS with the facts of its HDUs, or text.</summary>
internal sealed class SourceFile : IDisposable
{
    private const long MostPixels = 1L << 26;
    private readonly FitsFile? _fits;
    private readonly Lazy<TextTable> _table;

    internal SourceFile(SourceSelection selection)
    {
        Selection = selection;
        _table = new Lazy<TextTable>(() => TextTable.Read(selection.Path));
        if (!IsFitsContent(selection.Path)) return;
        _fits = FitsFile.OpenRead(selection.Path);
        var hdus = new List<SourceHdu>();
        for (int hdu = 0; hdu < _fits.HduCount; hdu++)
        {
            _fits.MoveTo(hdu);
            hdus.Add(SourceHdu.Of(_fits));
        }

        Hdus = hdus;
    }

    internal SourceSelection Selection { get; }

    internal string Path => Selection.Path;

    internal bool IsFits => _fits is not null;

    /// <summary>The HDUs of a FITS file; empty for text.</summary>
    internal IReadOnlyList<SourceHdu> Hdus { get; } = [];

    /// <summary>The columns of a text.</summary>
    internal TextTable Table => _table.Value;

    /// <summary>The header of the first HDU; empty for text.</summary>
    internal SpectrumHeader Primary => Hdus.Count > 0 ? Hdus[0].Header : SpectrumHeader.Empty;

    public void Dispose() => _fits?.Dispose();

    /// <summary>The first HDU of one of these names; null when there is none.</summary>
    internal SourceHdu? Find(params string[] names) => names.Select(name => Hdus.FirstOrDefault(hdu => hdu.IsCalled(name))).FirstOrDefault(hdu => hdu is not null);

    /// <summary>The HDU that the user chose by name or number; null when none was chosen.</summary>
    /// <exception cref="EngineException">There is none like that.</exception>
    internal SourceHdu? Chosen()
    {
        if (Selection.Extension is not { } wanted) return null;
        return Hdus.FirstOrDefault(hdu => hdu.IsCalled(wanted) || $"{hdu.Index}" == wanted) ?? throw SpectrumRules.Bad(
            $"{Path} has no extension {wanted}; it has {string.Join(", ", Hdus.Select(hdu => $"{hdu.Index} {hdu.Describe()}"))}.");
    }

    /// <summary>All pixels of an image.</summary>
    internal double[] Image(SourceHdu hdu) => Image(hdu, 0, hdu.PixelCount);

    /// <summary>One row of an image: of one dimension, the whole.</summary>
    internal double[] Row(SourceHdu hdu, long row) => Image(hdu, row * hdu.Shape[0], hdu.Shape[0]);

    /// <summary>All values of a column.</summary>
    internal double[] Column(SourceHdu hdu, int column)
    {
        FitsFile fits = Opened(hdu);
        return fits.ReadColumn(column);
    }

    private double[] Image(SourceHdu hdu, long first, long count)
    {
        if (count > MostPixels) throw SpectrumRules.Bad($"{Path}[{hdu.Choice}] has {count} pixels; a spectrum of more than {MostPixels} is not read.");
        var values = new double[count];
        Opened(hdu).ReadImage(first, values);
        return values;
    }

    private FitsFile Opened(SourceHdu hdu)
    {
        FitsFile fits = _fits ?? throw new InvalidOperationException("A text has no HDU.");
        fits.MoveTo(hdu.Index);
        return fits;
    }

    private static bool IsFitsContent(string path)
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
