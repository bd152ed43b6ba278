using Blase3D.Engine;
using Blase3D.Engine.Inference;
using Blase3D.Engine.Inference.Observed;
using Blase3D.Engine.Manifolds;

namespace Blase3D.Cli.Verbs;

/// <summary>A manifold and the file that it is from.</summary>
internal sealed record NamedManifold(string Path, LineManifold Manifold);

/// <content>Several manifolds for one star: each is fitted, and their evidence compared.</content>
internal sealed partial class InferVerb
{
    // A CSV and an HDF5 file have one set of columns.
    private void RequireOneSetOfAxes(IReadOnlyList<NamedManifold> manifolds)
    {
        string[] axes = [.. manifolds.Select(m => string.Join(", ", m.Manifold.Axes.Names)).Distinct()];
        if (axes.Length > 1 && !Output.EndsWith(".json", StringComparison.OrdinalIgnoreCase))
            throw new EngineException(ErrorCode.BadArguments, $"The manifolds have different axes ({string.Join("; ", axes)}), so that results have no common columns; write them to a .json file.");
        if (manifolds.Max(m => m.Manifold.Wavelength[0]) is var low && manifolds.Min(m => m.Manifold.Wavelength[^1]) is var high && !(low < high))
            throw new EngineException(ErrorCode.OutOfRange, FormattableString.Invariant($"The manifolds have no wavelengths in common (the highest beginning is {low:0.##} A, the lowest end {high:0.##} A); give manifolds of one range."));
        if (ContinuationOf(Extrapolate) is { } beyond && !manifolds.Any(m => m.Manifold.Axes.Names.Contains(beyond.Axis)))
            throw new EngineException(ErrorCode.BadArguments, $"--extrapolate names '{beyond.Axis}', which is no axis of any manifold ({string.Join("; ", axes)}).");
        if (ContinuationOf(Extrapolate) is { } inside && manifolds.All(m => inside.EndOf(m.Manifold.Axes) is null))
            throw new EngineException(ErrorCode.BadArguments, $"--extrapolate {Extrapolate} lies inside of the grid ({manifolds[0].Manifold.Axes.DescribeRange()}); leave it out.");
        foreach (string name in Prior.Select(NameOf).Where(name => !manifolds.Any(m => Knows(m.Manifold, name))))
            throw new EngineException(ErrorCode.BadArguments, $"The prior for '{name}' belongs to no axis of any manifold ({string.Join("; ", axes)}); leave it out.");
    }

    private (LineManifold Manifold, ObservedStarResult Result) Best(
        Action<string> note, IReadOnlyList<NamedManifold> manifolds, StarObservation star, ObservationOptions observation, InferenceOptions options, Action<double> progress, CancellationToken cancellation)
    {
        if (manifolds.Count == 1) return (manifolds[0].Manifold, Fit(manifolds[0], [.. Prior], progress).Result);
        var fits = new List<(string Name, ObservedStarResult Result, ParameterPrior Prior)>();
        EngineException? refusal = null;
        foreach (NamedManifold named in manifolds)
        {
            double done = (double)fits.Count / manifolds.Count;
            try
            {
                fits.Add(Fit(named, [.. Prior.Where(prior => Knows(named.Manifold, NameOf(prior)))], share => progress(done + (share / manifolds.Count))));
            }
            catch (EngineException failure) when (failure.Code is ErrorCode.BadInput or ErrorCode.OutOfRange)
            {
                refusal ??= failure;
                note($"{named.Path} was not fitted: {failure.Message}");
            }
        }

        if (fits.Count == 0) throw refusal!;
        IReadOnlyList<ManifoldEvidence> compared = ManifoldEvidence.Compare(fits);
        foreach (ManifoldEvidence one in compared)
            note(FormattableString.Invariant($"{star.Name}: {one.Name} has {one.Share:0.0000} of the evidence (ln {one.LnEvidence - compared.Max(m => m.LnEvidence):0.0}, chi-square {one.ChiSquare:0}): {Values(one.Result.Inference)}."));
        string average = string.Join(", ", ManifoldEvidence.Average(compared).Select(axis => FormattableString.Invariant($"{axis.Axis} {axis.Value:G7} +- {axis.Error:G2}")));
        if (average.Length > 0) note($"{star.Name}: averaged by evidence: {average}.");
        ManifoldEvidence best = compared.MaxBy(m => m.LnEvidence)!;
        note($"{star.Name}: the result is that of {best.Name}.");
        return (manifolds.First(m => m.Path == best.Name).Manifold, best.Result);

        (string Name, ObservedStarResult Result, ParameterPrior Prior) Fit(NamedManifold named, string[] priors, Action<double> share)
        {
            ParameterPrior prior = ParameterPrior.Parse(JointAxes.For(named.Manifold, star, observation).Axes, priors);
            foreach (string sentence in prior.Notes) note(sentence);
            return (named.Path, ObservedStarInference.Infer(named.Manifold, star, priors, observation, options, Kernels, Workers(cancellation), share), prior);
        }
    }

    private static string Values(InferenceResult result) => string.Join(", ", result.AxisNames.Select((name, d) => FormattableString.Invariant($"{name} {result.Value[d]:G6}")));

    private static string NameOf(string prior) => prior.Split('=')[0].Trim();

    private static bool Knows(LineManifold manifold, string axis) => manifold.Axes.Names.Contains(axis) || axis is JointAxes.Rotation or JointAxes.Resolution || axis.StartsWith(JointAxes.Velocity, StringComparison.Ordinal);
}
