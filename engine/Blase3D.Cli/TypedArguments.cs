using System.Text.RegularExpressions;

namespace Blase3D.Cli;

/// <summary>Brings what was typed into the order that the parser understands.</summary>
internal static partial class TypedArguments
{
    /// <summary>'help VERB' becomes 'VERB --help', 'grid import' one word, and the priors and masks of 'infer' go last.</summary>
    public static string[] Arrange(string[] typed)
    {
        string[] arguments = JoinGridVerbs(typed is ["help", .. var verb] ? [.. verb.Where(word => word != "--help"), "--help"] : typed);
        return arguments is ["infer", ..] ? ValuesLast(ValuesLast(arguments, "--prior", NameAndValue()), "--mask", Range()) : arguments;
    }

    // 'grid import' is one verb of two words.
    private static string[] JoinGridVerbs(string[] arguments) =>
        arguments is ["grid", var second, ..] && !second.StartsWith('-') ? [$"grid {second}", .. arguments.AsSpan(2)] : arguments;

    // The parser gives an option of several values everything up to the next option, and so the files too: only what looks like a value stays.
    private static string[] ValuesLast(string[] arguments, string option, Regex form)
    {
        List<string> rest = [], values = [];
        for (int i = 0; i < arguments.Length; i++)
        {
            if (arguments[i].StartsWith(option + "=", StringComparison.Ordinal))
            {
                values.Add(arguments[i][(option.Length + 1)..]);
            }
            else if (arguments[i] == option && i + 1 < arguments.Length && !arguments[i + 1].StartsWith('-'))
            {
                values.Add(arguments[++i]);
            }
            else
            {
                // One without a value is reported from what was typed.
                if (arguments[i] != option) rest.Add(arguments[i]);
                continue;
            }

            while (i + 1 < arguments.Length && form.IsMatch(arguments[i + 1]) && !File.Exists(arguments[i + 1])) values.Add(arguments[++i]);
        }

        return values.Count == 0 ? arguments : [.. rest, option, .. values];
    }

    [GeneratedRegex(@"^[A-Za-z_]\w*=")]
    private static partial Regex NameAndValue();

    [GeneratedRegex(@"^\s*[0-9.][^:/\\]*:[^:/\\]*$")]
    private static partial Regex Range();
}
