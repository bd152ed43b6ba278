using System.Runtime.InteropServices;

namespace Blase3D.Native.Cfitsio;

/// <summary>
/// Raw imports of CFITSIO under its exported short names. Only functions without a C long in their signature, whose width differs
/// between systems; LONGLONG is 64 bits everywhere. Call them inside <see cref="FitsLibrary.Enter"/>.
/// </summary>
internal static unsafe partial class FitsNative
{
    internal const string Library = "cfitsio";

    internal const int ReadOnly = 0;
    internal const int AnyHdu = -1;
    internal const int ImageHdu = 0;
    internal const int AsciiTable = 1;
    internal const int BinaryTable = 2;
    internal const int TypeString = 16;
    internal const int TypeFloat = 42;
    internal const int TypeDouble = 82;
    internal const int FloatImage = -32;
    internal const int DoubleImage = -64;
    internal const int KeyAbsent = 202;
    internal const int ValueUndefined = 204;
    internal const int HduAbsent = 301;
    internal const int MessageBytes = 81;
    internal const int CardTextBytes = 128;

    /// <summary>Opens a file of exactly this name, compressed or not: no filters, no templates, no URL.</summary>
    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int ffdkopn(out nint file, string name, int mode, ref int status);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int ffdkinit(out nint file, string name, ref int status);

    [LibraryImport(Library)] internal static partial int ffclos(nint file, ref int status);

    [LibraryImport(Library)] internal static partial int ffflus(nint file, ref int status);

    [LibraryImport(Library)] internal static partial void ffgerr(int status, byte* text);

    [LibraryImport(Library)] internal static partial int ffgmsg(byte* text);

    [LibraryImport(Library)] internal static partial void ffcmsg();

    [LibraryImport(Library)] internal static partial int ffthdu(nint file, out int count, ref int status);

    [LibraryImport(Library)] internal static partial int ffmahd(nint file, int number, out int kind, ref int status);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int ffmnhd(nint file, int kind, string name, int version, ref int status);

    [LibraryImport(Library)] internal static partial int ffghdn(nint file, out int number);

    [LibraryImport(Library)] internal static partial int ffghdt(nint file, out int kind, ref int status);

    [LibraryImport(Library)] internal static partial int ffgidm(nint file, out int dimensions, ref int status);

    [LibraryImport(Library)] internal static partial int ffgiszll(nint file, int capacity, long* lengths, ref int status);

    [LibraryImport(Library)]
    internal static partial int ffgpv(
        nint file, int type, long firstElement, long count, void* nullValue, void* values, out int anyNull, ref int status);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int ffgkls(nint file, string key, out nint value, byte* comment, ref int status);

    [LibraryImport(Library)] internal static partial int fffree(nint value, ref int status);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int ffgkyd(nint file, string key, out double value, byte* comment, ref int status);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int ffgkyjj(nint file, string key, out long value, byte* comment, ref int status);

    [LibraryImport(Library)] internal static partial int ffghsp(nint file, out int keys, out int free, ref int status);

    [LibraryImport(Library)]
    internal static partial int ffgkyn(nint file, int number, byte* name, byte* value, byte* comment, ref int status);

    [LibraryImport(Library)] internal static partial int ffgncl(nint file, out int count, ref int status);

    [LibraryImport(Library)] internal static partial int ffgnrwll(nint file, out long count, ref int status);

    /// <summary>The type of an image after scaling.</summary>
    [LibraryImport(Library)] internal static partial int ffgiet(nint file, out int bitsPerPixel, ref int status);

    [LibraryImport(Library)] internal static partial int ffgidt(nint file, out int bitsPerPixel, ref int status);

    [LibraryImport(Library)]
    internal static partial int ffgtclll(nint file, int column, out int type, out long repeat, out long width, ref int status);

    [LibraryImport(Library)]
    internal static partial int ffeqtyll(nint file, int column, out int type, out long repeat, out long width, ref int status);

    [LibraryImport(Library)] internal static partial int ffgcdw(nint file, int column, out int width, ref int status);

    [LibraryImport(Library)]
    internal static partial int ffgcv(
        nint file, int type, int column, long firstRow, long firstElement, long count, void* nullValue, void* values, out int anyNull,
        ref int status);

    [LibraryImport(Library)]
    internal static partial int ffgcvs(
        nint file, int column, long firstRow, long firstElement, long count, byte* nullValue, byte** values, out int anyNull,
        ref int status);

    [LibraryImport(Library)] internal static partial int ffcrimll(
        nint file, int bitsPerPixel, int dimensions, long* lengths, ref int status);

    [LibraryImport(Library)]
    internal static partial int ffppr(nint file, int type, long firstElement, long count, void* values, ref int status);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int ffcrtb(
        nint file, int kind, long rows, int fields, byte** names, byte** forms, byte** units, string extensionName, ref int status);

    [LibraryImport(Library)]
    internal static partial int ffpcl(
        nint file, int type, int column, long firstRow, long firstElement, long count, void* values, ref int status);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int ffukls(nint file, string key, string value, string? comment, ref int status);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int ffukyd(nint file, string key, double value, int decimals, string? comment, ref int status);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int ffukyj(nint file, string key, long value, string? comment, ref int status);
}
