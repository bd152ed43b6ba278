using System.Runtime.InteropServices;

namespace Blase3D.Native.Cfitsio;

/// <content>Keywords of the current HDU.</content>
public sealed partial class FitsFile
{
    // 17 significant digits bring every double back; a negative count asks for the shorter of fixed and exponent form.
    private const int DoubleDigits = -17;

    /// <summary>Reads a keyword as text; null when it is absent or has no value. Numbers come as they are written.</summary>
    /// <param name="name">The keyword, letter case ignored.</param>
    /// <exception cref="FitsException">The header is damaged.</exception>
    public unsafe string? ReadStringKey(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        using (FitsLibrary.Enter())
        {
            int status = 0;
            _ = FitsNative.ffgkls(_file.Pointer, name, out nint value, null, ref status);
            try
            {
                return KeyFound(status, "ffgkls", name) ? Marshal.PtrToStringUTF8(value) : null;
            }
            finally
            {
                int ignored = 0;
                if (value != 0) _ = FitsNative.fffree(value, ref ignored);
            }
        }
    }

    /// <summary>Reads a keyword as a number; null when it is absent or has no value.</summary>
    /// <param name="name">The keyword, letter case ignored.</param>
    /// <exception cref="FitsException">The value is not a number, or the header is damaged.</exception>
    public unsafe double? ReadDoubleKey(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        using (FitsLibrary.Enter())
        {
            int status = 0;
            _ = FitsNative.ffgkyd(_file.Pointer, name, out double value, null, ref status);
            return KeyFound(status, "ffgkyd", name) ? value : null;
        }
    }

    /// <summary>Reads a keyword as an integer; null when it is absent or has no value.</summary>
    /// <inheritdoc cref="ReadDoubleKey"/>
    public unsafe long? ReadInt64Key(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        using (FitsLibrary.Enter())
        {
            int status = 0;
            _ = FitsNative.ffgkyjj(_file.Pointer, name, out long value, null, ref status);
            return KeyFound(status, "ffgkyjj", name) ? value : null;
        }
    }

    /// <summary>Sets a keyword; one of that name is replaced. Text beyond one card goes on in CONTINUE cards.</summary>
    /// <param name="name">At most 8 letters, digits, '-' or '_'.</param>
    /// <param name="value">The value.</param>
    /// <param name="comment">The comment; null keeps an existing one.</param>
    /// <exception cref="FitsException">The name is not allowed, or the file cannot be written.</exception>
    public void SetKey(string name, string value, string? comment = null)
    {
        ArgumentNullException.ThrowIfNull(value);
        Update(name, "ffukls", (nint file, ref int status) => FitsNative.ffukls(file, name, value, comment, ref status));
    }

    /// <inheritdoc cref="SetKey(string, string, string?)"/>
    public void SetKey(string name, double value, string? comment = null) =>
        Update(name, "ffukyd", (nint file, ref int status) => FitsNative.ffukyd(file, name, value, DoubleDigits, comment, ref status));

    /// <inheritdoc cref="SetKey(string, string, string?)"/>
    public void SetKey(string name, long value, string? comment = null) =>
        Update(name, "ffukyj", (nint file, ref int status) => FitsNative.ffukyj(file, name, value, comment, ref status));

    private delegate int KeyUpdate(nint file, ref int status);

    private void Update(string name, string call, KeyUpdate update)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        using (FitsLibrary.Enter())
        {
            int status = 0;
            _ = update(_file.Pointer, ref status);
            FitsError.Check(status, call, $"{Where} {name}");
        }
    }

    private bool KeyFound(int status, string call, string name)
    {
        if (status is FitsNative.KeyAbsent or FitsNative.ValueUndefined)
        {
            FitsNative.ffcmsg();
            return false;
        }

        FitsError.Check(status, call, $"{Where} {name}");
        return true;
    }
}
