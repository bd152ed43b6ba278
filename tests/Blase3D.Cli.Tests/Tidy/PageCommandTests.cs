using System.Reflection;
using System.Text.RegularExpressions;
using CommandLine;
using Xunit;

namespace Blase3D.Cli.Tests.Tidy;

/// <summary>What the pages say can be typed is what the program takes.</summary>
public sealed class PageCommandTests
{
    // Every verb with its options as they are typed.
    private static readonly Dictionary<string, HashSet<string>> Verbs = typeof(CommandLineRunner).Assembly.GetTypes()
        .Where(type => type.GetCustomAttribute<VerbAttribute>() is not null)
        .ToDictionary(type => type.GetCustomAttribute<VerbAttribute>()!.Name, type => new HashSet<string>(type.GetProperties()
            .Select(property => property.GetCustomAttribute<OptionAttribute>()).OfType<OptionAttribute>()
            .SelectMany(option => new[] { $"--{option.LongName}", $"-{option.ShortName}" }).Append("--help")));

    [Fact]
    public void Every_command_of_a_page_is_a_verb_with_its_options()
    {
        var wrong = new List<string>();
        int commands = 0;
        foreach (string page in RepositoryFiles.All.Where(f => f.EndsWith(".md", StringComparison.Ordinal)))
        {
            // A line may go on after a backslash; a comment or the end of the code ends the command.
            string text = RepositoryFiles.Text(page).Replace("\\\n", " ", StringComparison.Ordinal);
            foreach (Match match in Regex.Matches(text, @"(?:\./|^\s*|`)blase3d (?=[a-z-])([^`#\n|>]*)", RegexOptions.Multiline))
            {
                string[] words = match.Groups[1].Value.Split(' ', StringSplitOptions.RemoveEmptyEntries);
                if (words is ["--help" or "--version", ..]) continue;
                commands++;
                string verb = words[0] == "grid" && words.Length > 1 ? $"grid {words[1]}" : words[0];
                if (!Verbs.TryGetValue(verb, out HashSet<string>? options))
                {
                    wrong.Add($"{page}: no verb '{verb}'");
                    continue;
                }

                wrong.AddRange(OptionsIn(words).Where(option => !options.Contains(option)).Select(option => $"{page}: {verb} has no {option}"));
            }
        }

        Assert.Empty(wrong);
        Assert.True(commands >= 10, $"only {commands} commands were found on all pages");
    }

    [Fact]
    public void The_table_of_verbs_has_every_verb_and_only_their_options()
    {
        var rows = Regex.Matches(RepositoryFiles.Text("README.md"), @"^\| `([a-z-]+(?: [a-z]+)?)[^`|]*` \|(.*)$", RegexOptions.Multiline)
            .Where(row => Verbs.ContainsKey(row.Groups[1].Value)).ToDictionary(row => row.Groups[1].Value, row => row.Value);
        Assert.Equal(Verbs.Keys.Order(), rows.Keys.Order());
        Assert.Empty(rows.SelectMany(row => OptionsIn(row.Value.Split(' ', '`', '|', ',', '(', ')', ';', '[', ']'))
            .Where(option => !Verbs[row.Key].Contains(option)).Select(option => $"{row.Key} has no {option}")));
    }

    private static IEnumerable<string> OptionsIn(IEnumerable<string> words) =>
        words.Where(word => Regex.IsMatch(word, "^(--[a-z]|-[a-z]$)")).Select(word => word.Split('=')[0]);
}
