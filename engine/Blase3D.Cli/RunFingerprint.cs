using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using Blase3D.Engine.Storage;
using Blase3D.Kernels;
using Blase3D.Native;
using CommandLine;

namespace Blase3D.Cli;

/// <summary>What the results of a run depend on, as a hash: finished work is used again where it is the same.</summary>
internal static class RunFingerprint
{
    /// <summary>The built program: between two versions of the sources this differs even where the version's number does not.</summary>
    public static string Build { get; } = string.Join('-', new[] { typeof(RunFingerprint), typeof(Provenance), typeof(KernelSet), typeof(NativeLibraryMissingException) }
        .Select(type => type.Assembly.ManifestModule.ModuleVersionId.ToString("N")));

    /// <summary>The hash of texts in their order.</summary>
    public static string Of(params IEnumerable<string> parts) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\0', parts))));

    /// <summary>
    /// The values of all options of a verb but those that are named here because results do not depend on them: an option that is added later
    /// counts without anybody's thinking of it.
    /// </summary>
    public static string OptionsOf(object verb, params ReadOnlySpan<string> without)
    {
        var values = new List<string>();
        foreach (PropertyInfo property in verb.GetType().GetProperties())
        {
            if (property.GetCustomAttribute<OptionAttribute>() is not { } option || without.Contains(option.LongName)) continue;
            values.Add($"{option.LongName}={Text(property.GetValue(verb))}");
        }

        values.Sort(StringComparer.Ordinal);
        return string.Join('\n', values);
    }

    private static string Text(object? value) => value switch
    {
        string text => text,
        IEnumerable several => string.Join(' ', several.Cast<object?>().Select(Text)),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? string.Empty,
    };
}
