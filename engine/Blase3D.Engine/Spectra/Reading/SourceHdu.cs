using Blase3D.Native.Cfitsio;

namespace Blase3D.Engine.Spectra.Reading;

/// <summary>What an HDU of a FITS file holds, without its data.</summary>
/// <param name="Index">0 for the first.</param>
/// <param name="Name">EXTNAME; PRIMARY for a first HDU without a name, empty for others.</param>
/// <param name="Kind">Image or table.</param>
/// <param name="Shape">Of an image, NAXIS1 first, without trailing lengths of 1; empty without pixels and for tables.</param>
/// <param name="IsInteger">Whether an image holds whole numbers.</param>
/// <param name="Columns">Of a table.</param>
/// <param name="RowCount">Of a table.</param>
/// <param name="Header">Its own cards.</param>
internal sealed record SourceHdu(
    int Index,
    string Name,
    FitsHduKind Kind,
    long[] Shape,
    bool IsInteger,
    IReadOnlyList<FitsColumn> Columns,
    long RowCount,
    SpectrumHeader Header)
{
    internal bool IsImage => Kind == FitsHduKind.Image;

    internal long PixelCount => Shape.Length == 0 ? 0 : Shape.Aggregate(1L, (product, n) => product * n);

    /// <summary>What a user writes in brackets to choose it.</summary>
    internal string Choice => Index == 0 || Name.Length == 0 ? $"{Index}" : Name;

    /// <summary>Name and size for people.</summary>
    internal string Describe() =>
        $"{(Name.Length > 0 ? Name : "no name")} [{string.Join(" x ", IsImage ? Shape : [RowCount])}]";

    internal bool IsCalled(params ReadOnlySpan<string> names)
    {
        foreach (string name in names)
        {
            if (string.Equals(Name, name, StringComparison.OrdinalIgnoreCase)) return true;
        }

        return false;
    }

    internal bool HasShapeOf(SourceHdu other) => IsImage && Shape.AsSpan().SequenceEqual(other.Shape);

    /// <summary>The index of a column; -1 when there is none of that name.</summary>
    internal int ColumnIndex(string name)
    {
        for (int c = 0; c < Columns.Count; c++)
        {
            if (string.Equals(Columns[c].Name, name, StringComparison.OrdinalIgnoreCase)) return c;
        }

        return -1;
    }

    /// <summary>Reads the facts of the current HDU.</summary>
    internal static SourceHdu Of(FitsFile fits)
    {
        var header = new SpectrumHeader(fits.Header.Select(card => KeyValuePair.Create(card.Keyword, card.Value)));
        string name = header.Text("EXTNAME") ?? (fits.HduIndex == 0 ? "PRIMARY" : string.Empty);
        bool isImage = fits.Kind == FitsHduKind.Image;
        long[] shape = isImage ? fits.ImageShape : [];
        int length = shape.Length;
        while (length > 1 && shape[length - 1] == 1) length--;
        return new SourceHdu(
            fits.HduIndex,
            name,
            fits.Kind,
            shape[..length],
            isImage && length > 0 && fits.IsIntegerImage,
            isImage ? [] : fits.Columns,
            isImage ? 0 : fits.RowCount,
            header);
    }
}
