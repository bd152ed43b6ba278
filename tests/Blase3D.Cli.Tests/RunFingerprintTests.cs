using System.Reflection;
using Blase3D.Cli.Verbs;
using Blase3D.Engine.Grids;
using Blase3D.Engine.Inference;
using Blase3D.Kernels;
using CommandLine;
using Xunit;

namespace Blase3D.Cli.Tests;

/// <summary>What a result depends on is in its fingerprint, by reflection over the options, so that one that is added is not forgotten.</summary>
public sealed class RunFingerprintTests
{
    // A device and its memory cannot be named without one. On these no number of a result depends; a page, a shard and a build are added where results are kept.
    private static readonly string[] WithoutEffect = ["output", "list", "resume", "shard", "page", "backend", "threads", "json", "quiet", "verbose"];

    [Fact]
    public void Every_option_of_infer_that_changes_results_changes_the_fingerprint()
    {
        string plain = Of(new InferVerb());
        Assert.Equal(plain, Of(new InferVerb()));
        int options = 0;
        foreach (PropertyInfo property in typeof(InferVerb).GetProperties())
        {
            if (property.GetCustomAttribute<OptionAttribute>() is not { LongName: not ("prior" or "device" or "memory-limit") } option) continue;
            var verb = new InferVerb();
            property.SetValue(verb, Other(property, verb));
            Assert.True(WithoutEffect.Contains(option.LongName) == (Of(verb) == plain), option.LongName);
            options++;
        }

        Assert.True(options >= WithoutEffect.Length + 12);
    }

    [Fact]
    public void Every_prior_has_its_own()
    {
        string[][] priors = [[], ["teff=4050"], ["teff=4000:4050"], ["teff=4050+-1000"], ["teff=4050+-100"], ["teff=4051+-100"], ["logg=4:4.2"], ["teff=4050+-1000", "logg=4.2"]];
        Assert.Equal(priors.Length, priors.Select(prior => Of(new InferVerb(), prior)).Distinct().Count());
    }

    [Fact]
    public void What_is_kept_belongs_to_one_build_of_the_program() =>
        Assert.All(new[] { typeof(InferVerb), typeof(ParameterPrior), typeof(KernelSet) }, type => Assert.Contains(type.Assembly.ManifestModule.ModuleVersionId.ToString("N"), RunFingerprint.Build, StringComparison.Ordinal));

    private static string Of(InferVerb verb, params string[] prior)
    {
        verb.Manifold = "manifold.h5";
        return verb.Fingerprint(new InferenceOptions(), ParameterPrior.Parse(new RectilinearAxes(["teff", "logg"], [[4000, 4100], [4, 4.5]]), prior), [new NamedFile("star.csv", IsTyped: true)]);
    }

    private static object Other(PropertyInfo property, object verb) => property.Name == nameof(CommonOptions.KernelVariant) ? OtherKernels() : property.GetValue(verb) switch
    {
        bool value => !value,
        int value => value + 1,
        ulong value => value + 1,
        "auto" => "cpu",
        string => "another",
        IEnumerable<string> => new[] { "8405:8445" },
        _ when property.PropertyType == typeof(int?) => 77,
        _ when property.PropertyType == typeof(double?) => 0.77,
        _ when property.PropertyType == typeof(string) => "another",
        _ => throw new NotSupportedException(property.Name),
    };

    private static string OtherKernels() => KernelSet.All.First(set => set.IsSupported && set.Name != KernelSet.Best.Name).Name;
}
