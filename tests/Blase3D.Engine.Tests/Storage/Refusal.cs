using Xunit;

namespace Blase3D.Engine.Tests.Storage;

/// <summary>What a refusal must be: the one exception of the engine, with its code and the words a user needs.</summary>
internal static class Refusal
{
    public static EngineException BadInput(Action act, params string[] words) => Of(ErrorCode.BadInput, act, words);

    public static EngineException Of(ErrorCode code, Action act, params string[] words)
    {
        var failure = Assert.Throws<EngineException>(act);
        Assert.Equal(code, failure.Code);
        foreach (string word in words) Assert.Contains(word, failure.Message, StringComparison.Ordinal);
        return failure;
    }
}
