using Blase3D.Engine.Cloning;
using Blase3D.Engine.Storage.Npz;
using Blase3D.Kernels.Contracts;

namespace Blase3D.Engine.Storage;

/// <summary>
/// The finished rows of a cloning run in a folder beside its output, one checksummed file per row, so that an interrupted run goes on
/// where it stopped. The folder belongs to one fingerprint (grid and recipe); rows of another are not used.
/// </summary>
public sealed class CloneJournal
{
    private readonly string _folder;

    private CloneJournal(string folder) => _folder = folder;

    /// <summary>The folder that belongs to an output file.</summary>
    /// <param name="outputPath">The clones file to be.</param>
    public static string FolderOf(string outputPath) => Path.GetFullPath(outputPath) + ".work";

    /// <summary>Opens the journal of an output file.</summary>
    /// <param name="outputPath">The clones file to be.</param>
    /// <param name="fingerprint">What the rows depend on.</param>
    /// <param name="resume">Whether to go on with what is there; otherwise the journal starts empty.</param>
    /// <exception cref="EngineException">BadArguments: there is nothing of this fingerprint to resume.</exception>
    public static CloneJournal Open(string outputPath, string fingerprint, bool resume)
    {
        string folder = FolderOf(outputPath), marker = Path.Combine(folder, "fingerprint.txt");
        return NativeErrors.Guard(folder, () =>
        {
            if (resume && File.Exists(marker) && File.ReadAllText(marker) != fingerprint)
            {
                throw new EngineException(
                    ErrorCode.BadArguments,
                    $"{folder} holds a run with another grid or other options; repeat those options, or leave out --resume to start anew.");
            }

            if (!resume && Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
            Directory.CreateDirectory(folder);
            AtomicFile.Write(marker, temporary => File.WriteAllText(temporary, fingerprint));
            return new CloneJournal(folder);
        });
    }

    /// <summary>Keeps a finished row.</summary>
    /// <param name="row">The row of the grid.</param>
    /// <param name="clone">Its clone.</param>
    public void Keep(int row, ClonedSpectrum clone)
    {
        ArgumentNullException.ThrowIfNull(clone);
        AtomicFile.Write(PathOf(row), temporary =>
        {
            using FileStream stream = File.Create(temporary);
            using var writer = new NpzWriter(stream, deflate: false);
            LineTable lines = clone.Lines;
            writer.Add("initial_center", clone.InitialCenter);
            writer.Add("center", lines.Center.AsSpan(0, lines.Count));
            writer.Add("ln_amplitude", lines.LnAmplitude.AsSpan(0, lines.Count));
            writer.Add("ln_sigma", lines.LnSigma.AsSpan(0, lines.Count));
            writer.Add("ln_gamma", lines.LnGamma.AsSpan(0, lines.Count));
            double[] rms = [clone.Rms, clone.InitialRms];
            writer.Add("rms", rms);
        });
    }

    /// <summary>A finished row, or null when it is not there or not whole.</summary>
    /// <param name="row">The row of the grid.</param>
    public ClonedSpectrum? Find(int row)
    {
        if (!File.Exists(PathOf(row))) return null;
        try
        {
            NpzReader stored = NpzReader.Open(PathOf(row));
            double[] rms = stored.Doubles("rms");
            return new ClonedSpectrum
            {
                InitialCenter = stored.Doubles("initial_center"),
                Lines = new LineTable(stored.Doubles("center"), stored.Doubles("ln_amplitude"), stored.Doubles("ln_sigma"), stored.Doubles("ln_gamma")),
                Rms = rms[0],
                InitialRms = rms[1],
            };
        }
        catch (EngineException)
        {
            return null;
        }
    }

    /// <summary>Removes the journal; the output is whole.</summary>
    public void Remove() => Directory.Delete(_folder, recursive: true);

    private string PathOf(int row) => Path.Combine(_folder, FormattableString.Invariant($"row-{row:D6}.npz"));
}
