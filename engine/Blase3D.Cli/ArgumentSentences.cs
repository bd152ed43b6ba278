using System.Reflection;
using CommandLine;

namespace Blase3D.Cli;

/// <summary>Says in one sentence what is wrong with the arguments of a verb.</summary>
/// <param name="arguments">What was typed, the verb first.</param>
/// <param name="verb">The options of the verb, or null when there is no verb.</param>
internal sealed class ArgumentSentences(IReadOnlyList<string> arguments, Type? verb)
{
    /// <summary>The sentence for an option without its value, which the parser overlooks where the option has a default; else null.</summary>
    public string? DescribeLackingValue()
    {
        var options = Properties<OptionAttribute>().Where(p => p.Property.PropertyType != typeof(bool)).Select(p => p.Attribute).ToList();
        var names = Properties<OptionAttribute>().SelectMany(p => new[] { $"--{p.Attribute.LongName}", $"-{p.Attribute.ShortName}" }).ToHashSet();
        for (int i = 0; i < arguments.Count; i++)
        {
            bool lacks = i + 1 == arguments.Count || names.Contains(arguments[i + 1]);
            OptionAttribute? option = lacks ? options.Find(o => arguments[i] == $"--{o.LongName}" || arguments[i] == $"-{o.ShortName}") : null;
            if (option is not null) return Finish($"the option --{option.LongName} lacks its value");
        }

        return null;
    }

    /// <summary>The sentence for an argument or option that is given but empty, as from a variable that is not set; else null.</summary>
    /// <param name="options">The parsed verb.</param>
    public string? DescribeEmptyValue(object options)
    {
        IEnumerable<(PropertyInfo Property, string Name)> named =
        [
            .. Properties<ValueAttribute>().Where(p => !p.Attribute.Hidden).Select(p => (p.Property, $"the argument {p.Attribute.MetaName}")),
            .. Properties<OptionAttribute>().Select(p => (p.Property, $"the option --{p.Attribute.LongName}")),
        ];
        foreach ((PropertyInfo property, string name) in named)
        {
            if (property.GetValue(options) is "" || (property.GetValue(options) is IEnumerable<string> several && several.Contains(string.Empty)))
                return Finish($"{name} is empty (is a variable not set?)");
        }

        return null;
    }

    /// <summary>One sentence for all errors, ending with where to read on.</summary>
    public string Describe(IEnumerable<Error> errors)
    {
        string[] parts = [.. errors.Select(Describe).Distinct()];
        return Finish(string.Join("; ", parts));
    }

    private string Finish(string sentence)
    {
        string help = verb?.GetCustomAttribute<VerbAttribute>() is { } known ? $"{known.Name} " : string.Empty;
        return $"{char.ToUpperInvariant(sentence[0])}{sentence[1..]}; see 'blase3d {help}--help'.";
    }

    private string Describe(Error error) => error switch
    {
        BadVerbSelectedError unknown => $"there is no verb '{unknown.Token}'",
        UnknownOptionError unknown => $"there is no option {Dashed(unknown.Token)}",
        MissingValueOptionError lacking => $"the option {Dashed(lacking.NameInfo.LongName)} lacks its value",
        MissingRequiredOptionError { NameInfo.LongName: { Length: > 0 } name } => $"the option {Dashed(name)} is missing",
        MissingRequiredOptionError => $"a file is missing: {string.Join(" and ", RequiredValues())} must be given",
        RepeatedOptionError twice => $"the option {Dashed(twice.NameInfo.LongName)} is given twice",
        BadFormatConversionError bad => $"the option {Dashed(bad.NameInfo.LongName)} cannot be '{TypedValue(bad.NameInfo)}'; give {Wanted(bad.NameInfo)}",
        BadFormatTokenError bad => $"the argument '{bad.Token}' is not understood",
        NamedError other => $"the option {Dashed(other.NameInfo.LongName)} is not understood",
        _ => "the arguments are not understood",
    };

    private static string Dashed(string name) => name.Length == 1 ? $"-{name}" : $"--{name}";

    private IEnumerable<string> RequiredValues() => Properties<ValueAttribute>().Where(p => p.Attribute.Required).Select(p => p.Attribute.MetaName);

    private string TypedValue(NameInfo name)
    {
        for (int i = 0; i < arguments.Count; i++)
        {
            foreach (string option in new[] { $"--{name.LongName}", $"-{name.ShortName}" })
            {
                if (arguments[i] == option && i + 1 < arguments.Count) return arguments[i + 1];
                if (arguments[i].StartsWith(option + "=", StringComparison.Ordinal)) return arguments[i][(option.Length + 1)..];
            }
        }

        return string.Empty;
    }

    private string Wanted(NameInfo name)
    {
        Type type = Properties<OptionAttribute>().First(p => p.Attribute.LongName == name.LongName).Property.PropertyType;
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type.IsEnum) return $"one of {string.Join(", ", Enum.GetNames(type)).ToLowerInvariant()}";
        return type == typeof(ulong) ? "a whole number, 0 or more" : type == typeof(int) ? "a whole number" : "a number, with a point before its decimals";
    }

    private IEnumerable<(PropertyInfo Property, T Attribute)> Properties<T>()
        where T : Attribute =>
        from property in verb?.GetProperties() ?? []
        let attribute = property.GetCustomAttribute<T>()
        where attribute is not null
        select (property, attribute);
}
