namespace Blase3D.Engine.Storage.TorchState;

/// <summary>The one error sentence of this reader.</summary>
internal static class TorchFormat
{
    /// <summary>An error that names the file, what is wrong with it, and the next step.</summary>
    /// <param name="path">The file.</param>
    /// <param name="what">What the file does, for example "uses the pickle opcode 0x81".</param>
    /// <param name="inner">The cause.</param>
    public static EngineException Refuse(string path, string what, Exception? inner = null) => new(
        ErrorCode.BadInput,
        $"'{path}' {what}; only plain state dictionaries written by torch.save are read (nothing in the file was executed).",
        inner);

    /// <summary>A name from the file, made safe for one line of an error sentence.</summary>
    /// <param name="name">Any text.</param>
    public static string Shorten(string name)
    {
        string plain = new([.. name.Take(80).Select(c => char.IsControl(c) ? '?' : c)]);
        return name.Length > 80 ? plain + "..." : plain;
    }
}
