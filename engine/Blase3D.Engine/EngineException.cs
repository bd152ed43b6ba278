namespace Blase3D.Engine;

/// <summary>Why an operation stopped; the numeric value is the exit code of the command line.</summary>
public enum ErrorCode
{
    /// <summary>An argument or option is wrong (exit code 2).</summary>
    BadArguments = 2,

    /// <summary>An input file is missing, unreadable or holds unusable values (exit code 3).</summary>
    BadInput = 3,

    /// <summary>A device or a native library is missing (exit code 4).</summary>
    MissingLibrary = 4,

    /// <summary>A value lies outside of the range that the data cover (exit code 5).</summary>
    OutOfRange = 5,
}

/// <summary>
/// The one exception of the engine: a code and a sentence that names the file, the value, the allowed range and the next step.
/// </summary>
public sealed class EngineException : Exception
{
    /// <summary>Makes an exception with a code and a sentence for the user.</summary>
    /// <param name="code">What kind of failure it is.</param>
    /// <param name="sentence">One sentence: file, value, allowed range, next step.</param>
    /// <param name="inner">The cause, shown with <c>--verbose</c>.</param>
    public EngineException(ErrorCode code, string sentence, Exception? inner = null)
        : base(sentence, inner) => Code = code;

    /// <summary>The kind of failure.</summary>
    public ErrorCode Code { get; }
}
