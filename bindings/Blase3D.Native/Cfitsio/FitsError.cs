using System.Runtime.InteropServices;

namespace Blase3D.Native.Cfitsio;

/// <summary>Turns status values into <see cref="FitsException"/>.</summary>
internal static unsafe class FitsError
{
    /// <summary>Raises the library's own text for a status other than 0.</summary>
    internal static void Check(int status, string call, string path)
    {
        if (status != 0) throw Last(status, call, path);
    }

    /// <summary>The failure of a status; empties the library's message stack.</summary>
    internal static FitsException Last(int status, string call, string path)
    {
        byte* text = stackalloc byte[FitsNative.MessageBytes];
        FitsNative.ffgerr(status, text);
        var lines = new List<string> { Marshal.PtrToStringUTF8((nint)text) ?? string.Empty };
        while (lines.Count < 6 && FitsNative.ffgmsg(text) != 0)
        {
            string line = (Marshal.PtrToStringUTF8((nint)text) ?? string.Empty).Trim();
            if (line.Length > 0) lines.Add(line);
        }

        FitsNative.ffcmsg();
        return new FitsException(call, path, status, string.Join("; ", lines.Distinct()));
    }
}
