using System.Runtime.InteropServices;

namespace Blase3D.Native.Cfitsio;

/// <content>The whole header of the current HDU.</content>
public sealed partial class FitsFile
{
    /// <summary>
    /// All cards of the current HDU that have a value, in their order; long text is put together from its CONTINUE cards. Keywords of the
    /// HIERARCH convention come without that word, for example <c>CARACAL BERV</c>.
    /// </summary>
    /// <exception cref="FitsException">The header is damaged.</exception>
    public IReadOnlyList<FitsCard> Header
    {
        get
        {
            using (FitsLibrary.Enter())
            {
                int status = 0;
                _ = FitsNative.ffghsp(_file.Pointer, out int count, out _, ref status);
                Check(status, "ffghsp");
                var cards = new List<FitsCard>(count);
                for (int number = 1; number <= count; number++)
                {
                    if (ReadCard(number) is { } card) cards.Add(card);
                }

                return cards;
            }
        }
    }

    private unsafe FitsCard? ReadCard(int number)
    {
        byte* name = stackalloc byte[FitsNative.CardTextBytes];
        byte* value = stackalloc byte[FitsNative.CardTextBytes];
        byte* comment = stackalloc byte[FitsNative.CardTextBytes];
        int status = 0;
        _ = FitsNative.ffgkyn(_file.Pointer, number, name, value, comment, ref status);
        Check(status, "ffgkyn");
        string keyword = Text(name), raw = Text(value);
        if (keyword is "" or "COMMENT" or "HISTORY" or "CONTINUE" || raw.Length == 0) return null;
        bool quoted = raw.Length >= 2 && raw[0] == '\'' && raw[^1] == '\'';
        string plain = quoted ? raw[1..^1].Replace("''", "'", StringComparison.Ordinal).TrimEnd() : raw;

        // Text that goes on in further cards ends in an ampersand.
        if (quoted && plain.EndsWith('&')) plain = ReadStringKey(keyword) ?? plain;
        return new FitsCard(keyword, plain, Text(comment));
    }

    private static unsafe string Text(byte* bytes) => Marshal.PtrToStringUTF8((nint)bytes) ?? string.Empty;
}
