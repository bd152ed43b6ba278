using System.Text.RegularExpressions;

namespace Blase3D.Cli;

/// <summary>Brings what was typed into the order that the parser understands.</summary>
internal static partial class TypedArguments
{
    private const string Prior = "--prior";

    /// <summary>'help VERB' becomes 'VERB --help', 'grid import' one word, and the priors of 'infer' go last.</summary>
    public static string[] Arrange(string[] typed)
    {
        string[] arguments = JoinGridVerbs(typed is ["help", .. var verb] ? [.. verb.Where(word => word != "--help"), "--help"] : typed);
        return arguments is ["infer", ..] ? PriorsLast(arguments) : arguments;
    }

    // 'grid import' is one verb of two words.
    private static string[] JoinGridVerbs(string[] arguments) =>
        arguments is ["grid", var second, ..] && !second.StartsWith('-') ? [$"grid {second}", .. arguments.AsSpan(2)] : arguments;

    // The parser gives an option of several values everything up to the next option, and so the files too: only what looks like a prior stays.
    private static string[] PriorsLast(string[] arguments)
    {
        List<string> rest = [], priors = [];
        for (int i = 0; i < arguments.Length; i++)
        {
            if (arguments[i].StartsWith(Prior + "=", StringComparison.Ordinal))
            {
                priors.Add(arguments[i][(Prior.Length + 1)..]);
            }
            else if (arguments[i] == Prior && i + 1 < arguments.Length && !arguments[i + 1].StartsWith('-'))
            {
                priors.Add(arguments[++i]);
            }
            else
            {
                // One without a value is reported from what was typed.
                if (arguments[i] != Prior) rest.Add(arguments[i]);
                continue;
            }

            while (i + 1 < arguments.Length && IsPrior(arguments[i + 1])) priors.Add(arguments[++i]);
        }

        return priors.Count == 0 ? arguments : [.. rest, Prior, .. priors];
    }

    private static bool IsPrior(string word) => NameAndValue().IsMatch(word) && !File.Exists(word);

    [GeneratedRegex(@"^[A-Za-z_]\w*=")]
    private static partial Regex NameAndValue();
}
