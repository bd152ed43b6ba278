using System.Globalization;
using System.Text.Json.Nodes;
using Blase3D.Engine;
using Blase3D.Engine.Cloning;
using Blase3D.Engine.Grids;
using Blase3D.Engine.Storage;
using Blase3D.Engine.Storage.Hdf5;
using Blase3D.Engine.Storage.Tables;
using Blase3D.Engine.Storage.TorchState;
using Blase3D.Kernels.Contracts;
using CommandLine;

namespace Blase3D.Cli.Verbs;

[Verb("export", HelpText = "Write clones as CSV, or as NumPy arrays named like the state dictionaries of the public archive.")]
internal sealed class ExportVerb : CommonOptions
{
    [Value(0, MetaName = "CLONES.h5", Required = true, HelpText = "The clones file.")]
    public string Clones { get; set; } = string.Empty;

    [Option('o', "output", Required = true, MetaValue = "FILE|DIR", HelpText = "FILE.csv: all lines in one table; FILE.npz: the arrays of a single spectrum; DIR: one T..G..Z...npz per spectrum.")]
    public string Output { get; set; } = string.Empty;

    public override void Run(Session session)
    {
        string ending = Path.GetExtension(Output).ToLowerInvariant();
        bool isFolder = ending is not (".csv" or ".npz") && (Directory.Exists(Output) || ending.Length == 0);
        if (isFolder) AtomicFile.RequireWritable(Path.Combine(Output, "arrays.npz"));
        else CheckOutput(Output, [Clones], ".csv", ".npz");
        using StoredClones clones = LineClonesFile.Open(Clones);
        if (ending != ".csv") CheckStateKnows(clones);
        int[] rows = [.. Enumerable.Range(0, clones.Tally.Count).Where(row => clones.Tally.SkipReason[row] is null)];
        if (ending == ".csv") session.Progress("exporting", progress => Table(session, clones, progress));
        else if (!isFolder) Single(clones, rows);
        else session.Progress("exporting", progress => Folder(session, clones, rows, progress));
        if (rows.Length < clones.Tally.Count)
            session.Note($"{clones.Tally.Count - rows.Length} of {clones.Tally.Count} spectra had been skipped when they were cloned, so they have no lines to export.");
        if (ending != ".csv")
            session.Note(FormattableString.Invariant($"The arrays hold lines alone, not the wavelengths ({clones.Wavelength[0]:0.##} to {clones.Wavelength[^1]:0.##} A), the window ({clones.Recipe.Cloning.WingPixels} pixels) or the normalisation; keep {Clones} to build from."));
        session.Result(
            new JsonObject { ["output"] = Output, ["spectra"] = rows.Length, ["lines"] = clones.Tally.LineCount },
            () => Console.Out.WriteLine($"{Output}: {clones.Tally.LineCount} lines of {rows.Length} spectra"));
    }

    // What a state dictionary has no place for: its lines would be taken for other ones when it is read again.
    private void CheckStateKnows(StoredClones clones)
    {
        LineModel model = clones.Recipe.Cloning.Model, own = CloneRecipe.Published.Cloning.Model;
        if (model != own)
        {
            throw new EngineException(
                ErrorCode.BadInput, $"{Clones} has the profile {model.Profile} and the composition {model.Composition}, but the arrays of a state dictionary mean {own.Profile} and {own.Composition}; export to a .csv file.");
        }
    }

    private bool Table(Session session, StoredClones clones, Action<double> progress)
    {
        ClonesTable.Write(Output, clones, progress, session.Cancellation);
        return true;
    }

    private void Single(StoredClones clones, int[] rows)
    {
        if (rows.Length != 1)
            throw new EngineException(ErrorCode.BadArguments, $"{Clones} holds {rows.Length} spectra with lines, and {Output} can hold one; give a folder, which gets one file for each.");
        StateArrays.Write(Output, clones.Read(rows[0]));
    }

    private bool Folder(Session session, StoredClones clones, int[] rows, Action<double> progress)
    {
        string[] names = [.. rows.Select(row => NameOf(clones.Points, row))];
        if (names.Distinct(StringComparer.OrdinalIgnoreCase).Count() != names.Length)
            throw new EngineException(ErrorCode.BadInput, $"{Clones} has points that differ only after the sixth decimal, so their files would have one name; export to a .csv file.");
        for (int k = 0; k < rows.Length; k++)
        {
            session.Cancellation.ThrowIfCancellationRequested();
            StateArrays.Write(Path.Combine(Output, names[k]), clones.Read(rows[k]));
            progress((k + 1.0) / rows.Length);
        }

        return true;
    }

    // Points of other axes than the archive's are named like teff=4000_age=3.npz, which 'import-pt' does not read.
    private static string NameOf(GridPoints points, int row)
    {
        double[] point = points[row].ToArray();
        return points.AxisNames is ["teff", "logg", "feh"]
            ? ArchiveFileName.Of(point[0], point[1], point[2], ".npz")
            : string.Join('_', points.AxisNames.Zip(point, (name, value) => string.Create(CultureInfo.InvariantCulture, $"{name}={value:0.######}"))) + ".npz";
    }
}
