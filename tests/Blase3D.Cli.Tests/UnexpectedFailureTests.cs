using Blase3D.Cli.Verbs;
using Xunit;

namespace Blase3D.Cli.Tests;

/// <summary>A failure that nobody thought of is one sentence and exit code 1; where it came from is shown on request only.</summary>
public sealed class UnexpectedFailureTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_bug_says_that_it_is_one(bool verbose)
    {
        TextWriter before = Console.Error;
        using var captured = new StringWriter();
        int code;
        try
        {
            Console.SetError(captured);
            code = CommandLineRunner.RunVerb(new BrokenVerb { Verbose = verbose }, ["broken"], () => 130, CancellationToken.None);
        }
        finally
        {
            Console.SetError(before);
        }

        Assert.Equal(1, code);
        string[] lines = captured.ToString().TrimEnd('\n').Split('\n');
        Assert.Equal("blase3d: This is a bug of blase3d: the sky fell down; run again with --verbose and report it.", lines[0]);
        Assert.Equal(verbose, lines.Length > 1);
        Assert.Equal(verbose, captured.ToString().Contains("at Blase3D.", StringComparison.Ordinal));
    }

    private sealed class BrokenVerb : CommonOptions
    {
        public override void Run(Session session) => throw new InvalidOperationException("the sky\nfell down.");
    }
}
