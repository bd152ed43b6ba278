using Blase3D.Engine;
using Blase3D.Engine.Inference;
using Blase3D.Engine.Manifolds;
using Blase3D.Engine.Reconstruction.Resident;
using Blase3D.Engine.Storage;
using Blase3D.Kernels;
using Blase3D.Native;

namespace Blase3D.Cli;

/// <summary>
/// Many spectra in batches that fit into a stated amount of memory. A spectrum that cannot be read or inferred is an entry with a reason and
/// stops no other; finished ones are kept in the journal.
/// </summary>
internal sealed class InferenceRun(Session session, SpectraInputs inputs, LineManifold manifold, InferenceOptions options, KernelSet kernels, Workers workers)
{
    // The spectra of a batch with what a thread needs for them; a batch is also what an interruption may cost.
    private const double BatchBytes = 256e6;
    private const int ArraysPerSpectrum = 3;
    private const int LargestBatch = 256;
    private const int MostNamed = 5;

    private readonly List<string> _assumed = [];
    private readonly Dictionary<int, EngineException> _failures = [];
    private readonly HashSet<string> _said = [];

    /// <summary>Sentences that every result keeps.</summary>
    public IReadOnlyList<string> Common { get; init; } = [];

    /// <summary>Spectra whose medium nobody said.</summary>
    public IReadOnlyList<string> AssumedMedium => _assumed;

    /// <summary>Spectra in a batch.</summary>
    public int BatchSize => Math.Clamp((int)(BatchBytes / (sizeof(double) * ArraysPerSpectrum * (double)manifold.Wavelength.Length)) / 8 * 8, 8, LargestBatch);

    /// <summary>Infers rows of the inputs.</summary>
    /// <param name="rows">Which.</param>
    /// <param name="journal">Where finished ones are kept and found; null for a run that is not worth it.</param>
    /// <param name="target">Normalises a spectrum, and may note something about it.</param>
    /// <param name="prior">Where to search.</param>
    /// <param name="pages">Where the pages of finished ones are drawn before they are kept; null for none.</param>
    /// <param name="progress">Receives the share done.</param>
    /// <returns>One entry per row, in the order of the rows.</returns>
    public IReadOnlyList<InferenceJournal.Entry> Run(
        int[] rows, InferenceJournal? journal, Func<LabelledSpectrum, Action<string>, ObservedTarget> target, ParameterPrior prior, PageFolder? pages, Action<double> progress)
    {
        var finished = rows.Select(row => journal?.Find(row)).OfType<InferenceJournal.Entry>().ToDictionary(entry => entry.Row);
        int[] open = [.. rows.Where(row => !finished.ContainsKey(row))];
        int done = 0;
        using ManifoldResidence residence = StellarParameterInference.Reside(manifold, options, kernels);
        foreach (int[] batch in open.Chunk(BatchSize))
        {
            session.Cancellation.ThrowIfCancellationRequested();
            IReadOnlyList<InferenceJournal.Entry> entries = RunBatch(batch, target, prior, residence, share => progress((done + (share * batch.Length)) / open.Length));
            if (pages is not null) entries = [.. entries.Select(entry => entry.Result is { } result ? entry with { Result = pages.Draw(entry.Row, entry.Name, result) } : entry)];
            journal?.Keep(entries);
            foreach (InferenceJournal.Entry entry in entries) finished.Add(entry.Row, entry);
            done += batch.Length;
        }

        return [.. rows.Select(row => finished[row])];
    }

    /// <summary>Why the first spectrum was skipped; null when it was not, or in an earlier run.</summary>
    /// <param name="entries">One for every spectrum.</param>
    public EngineException? FirstFailure(IReadOnlyList<InferenceJournal.Entry> entries) => _failures.GetValueOrDefault(entries[0].Row);

    /// <summary>Ends a run of which no spectrum is left.</summary>
    /// <param name="entries">One for every spectrum.</param>
    /// <param name="failure">Why the first one was skipped, when that is known; BadInput with its sentence otherwise.</param>
    /// <exception cref="EngineException">When every spectrum was skipped.</exception>
    public static void RequireAny(IReadOnlyList<InferenceJournal.Entry> entries, EngineException? failure = null)
    {
        if (entries.Any(entry => entry.Result is not null)) return;
        EngineException first = failure ?? new EngineException(ErrorCode.BadInput, entries[0].SkipReason!);
        if (entries.Count == 1) throw new EngineException(first.Code, first.Message, first);
        throw new EngineException(first.Code, $"None of the {entries.Count} spectra can be inferred, so nothing was written; the first, {entries[0].Name}: {first.Message}");
    }

    /// <summary>Ends a run whose output is whole but lacks spectra.</summary>
    /// <exception cref="EngineException">BadInput, when any spectrum was skipped.</exception>
    public static void RequireNoneSkipped(string output, IReadOnlyList<InferenceJournal.Entry> entries)
    {
        InferenceJournal.Entry[] skipped = [.. entries.Where(entry => entry.SkipReason is not null)];
        if (skipped.Length == 0) return;
        string named = string.Join("; ", skipped.Take(MostNamed).Select(entry => $"{entry.Name} ({entry.SkipReason!.TrimEnd('.')})"));
        string more = skipped.Length > MostNamed ? $"; and {skipped.Length - MostNamed} more" : string.Empty;
        throw new EngineException(
            ErrorCode.BadInput, $"{output} was written without {skipped.Length} of {entries.Count} spectra: {named}{more}; repair or leave out these.");
    }

    // Batches of stars say the same.
    private void NoteOnce(string sentence)
    {
        if (_said.Add(sentence)) session.Note(sentence);
    }

    private InferenceJournal.Entry[] RunBatch(int[] batch, Func<LabelledSpectrum, Action<string>, ObservedTarget> target, ParameterPrior prior, ManifoldResidence residence, Action<double> progress)
    {
        var tasks = new InferenceTask?[batch.Length];
        var failures = new EngineException?[batch.Length];
        var assumed = new string?[batch.Length];
        List<string>[] notes = [.. batch.Select(_ => new List<string>())];
        workers.For(batch.Length, n =>
        {
            try
            {
                LabelledSpectrum input = ObservedSpectrum.Prepare(notes[n].Add, inputs.Read(batch[n]), manifold.Wavelength, keepZeros: options.IsPublished);
                if (input.Spectrum.IsMediumAssumed) assumed[n] = input.Spectrum.Name;
                tasks[n] = new InferenceTask(target(input, notes[n].Add), prior);
            }
            catch (Exception failure) when (failure is not (OperationCanceledException or EngineException { Code: ErrorCode.MissingLibrary } or NativeLibraryMissingException))
            {
                // One malformed file does not end a survey, whatever is wrong with it.
                failures[n] = failure as EngineException ?? new EngineException(
                    ErrorCode.BadInput, $"{inputs.NameOf(batch[n])} cannot be used ({failure.GetBaseException().Message.ReplaceLineEndings(" ").TrimEnd('.')}); leave it out, and report it as a bug of blase3d.", failure);
            }
        });

        // Spectra are read side by side, and spoken of in their order.
        foreach (string sentence in notes.SelectMany(own => own)) session.Note(sentence);
        _assumed.AddRange(assumed.OfType<string>());
        int[] sound = [.. Enumerable.Range(0, batch.Length).Where(n => tasks[n] is not null)];
        InferenceTask[] ready = [.. sound.Select(n => tasks[n]!)];
        IReadOnlyList<InferenceOutcome> outcomes = StellarParameterInference.InferMany(manifold, ready, options, kernels, workers, progress, NoteOnce, residence);
        var entries = new InferenceJournal.Entry[batch.Length];
        for (int k = 0; k < sound.Length; k++)
        {
            failures[sound[k]] = outcomes[k].Failure;
            string name = inputs.NameOf(batch[sound[k]]);
            foreach (string sentence in outcomes[k].Result?.Notes ?? []) session.Note($"{name}: {sentence}");
            entries[sound[k]] = new InferenceJournal.Entry(
                batch[sound[k]], name, outcomes[k].Result is { } result ? result with { Notes = [.. NotesOf(sound[k]), .. result.Notes] } : null, outcomes[k].Failure?.Message);
        }

        for (int n = 0; n < batch.Length; n++)
        {
            if (failures[n] is not { } failure) continue;
            _failures[batch[n]] = failure;
            entries[n] = new InferenceJournal.Entry(batch[n], inputs.NameOf(batch[n]), null, failure.Message);
        }

        return entries;

        // What a result keeps: what was said of the spectrum, and what all spectra have in common.
        IEnumerable<string> NotesOf(int n) =>
            [.. Common, .. notes[n], .. assumed[n] is null ? Array.Empty<string>() : [ObservedSpectrum.AssumedMedium]];
    }
}
