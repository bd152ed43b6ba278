using System.Reflection;
using Blase3D.Engine.Storage;
using CommandLine;
using CommandLine.Text;

namespace Blase3D.Cli;

/// <summary>The pages of --help.</summary>
internal static class HelpPages
{
    private static string Heading => $"blase3d {Provenance.EngineVersion}: stellar spectra as lines, lines as manifolds, manifolds as stellar parameters";

    /// <summary>The page of a verb, or that of all verbs.</summary>
    public static string Of(NotParsed<object> failed)
    {
        HelpText text = HelpText.AutoBuild(
            failed,
            help =>
            {
                help.Heading = Heading;
                help.Copyright = string.Empty;
                help.AdditionalNewLineAfterOption = false;
                help.AddEnumValuesToHelpText = true;
                help.AddDashesToOption = true;
                if (failed.TypeInfo.Current.GetCustomAttribute<VerbAttribute>() is not null) help.AddPreOptionsLine(Usage(failed.TypeInfo.Current));
                return help;
            },
            example => example,
            verbsIndex: true);
        return text.ToString().Trim('\n', '\r');
    }

    /// <summary>The page of several verbs with a first word in common.</summary>
    public static string OfGroup(IEnumerable<Type> verbs) => string.Join(Environment.NewLine, [Heading, .. verbs.Select(Usage)]);

    private static string Usage(Type options)
    {
        VerbAttribute verb = options.GetCustomAttribute<VerbAttribute>()!;
        IEnumerable<string> values = options.GetProperties().Select(p => p.GetCustomAttribute<ValueAttribute>()).OfType<ValueAttribute>()
            .Where(value => !value.Hidden).OrderBy(value => value.Index).Select(value => value.MetaName);
        return $"{Environment.NewLine}{verb.HelpText}{Environment.NewLine}Usage: blase3d {string.Join(' ', [verb.Name, .. values])} [options]";
    }
}
