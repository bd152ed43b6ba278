using Blase3D.Engine.Cloning;
using Blase3D.Engine.Grids;

namespace Blase3D.Engine.Storage.Hdf5;

/// <summary>The parts of a grid that was cloned in shards, as one: the very rows that a single run makes. Lines are read when asked for.</summary>
public sealed class MergedClones : IClonedRows, IDisposable
{
    private readonly StoredClones[] _parts;
    private readonly int[] _firstRow;

    private MergedClones(StoredClones[] parts)
    {
        _parts = parts;
        _firstRow = [.. parts.Select(part => part.Run!.Part!.FirstRow)];
        Points = new GridPoints(parts[0].Points.AxisNames, [.. parts.SelectMany(part => part.Points.Values.ToArray())]);
        string kernels = string.Join(", ", parts.SelectMany(part => part.Run!.Kernels.Split(", ")).Distinct().Order(StringComparer.Ordinal));
        Run = new CloneRun(parts[0].Run!.Fingerprint, kernels, null);
    }

    /// <inheritdoc/>
    public GridPoints Points { get; }

    /// <inheritdoc/>
    public double[] Wavelength => _parts[0].Wavelength;

    /// <inheritdoc/>
    public CloneRecipe Recipe => _parts[0].Recipe;

    /// <summary>The run that all parts are of; several kernels are named when the parts were computed with different ones.</summary>
    public CloneRun Run { get; }

    /// <summary>Opens parts in any order.</summary>
    /// <param name="paths">All shards of one run, each once.</param>
    /// <exception cref="EngineException">
    /// BadInput: a file is no part, parts are of different runs, a shard is missing or there twice, or two parts have the same point.
    /// </exception>
    public static MergedClones Open(IReadOnlyList<string> paths)
    {
        ArgumentNullException.ThrowIfNull(paths);
        var parts = new List<StoredClones>();
        try
        {
            foreach (string path in paths) parts.Add(LineClonesFile.Open(path));
            Check(parts);
            var merged = new MergedClones([.. parts.OrderBy(part => part.Run!.Part!.Number)]);
            return merged.Points.FindRepeated() is >= 0 and var repeated
                ? throw new EngineException(ErrorCode.BadInput, $"Two spectra of the parts have the point {merged.Points.Describe(repeated)}; keep one of them in the grid and clone it again.")
                : merged;
        }
        catch
        {
            parts.ForEach(part => part.Dispose());
            throw;
        }
    }

    /// <inheritdoc/>
    public ClonedSpectrum Read(int row)
    {
        int part = Array.FindLastIndex(_firstRow, first => first <= row);
        return _parts[part].Read(row - _firstRow[part]);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (StoredClones part in _parts) part.Dispose();
    }

    private static void Check(List<StoredClones> parts)
    {
        if (parts.Count == 0) throw new EngineException(ErrorCode.BadInput, "No part is given; give all files that 'clone --shard' made.");
        foreach (StoredClones part in parts)
        {
            if (part.Run?.Part is null)
                throw new EngineException(ErrorCode.BadInput, $"{part.FilePath} is not a part of a grid; give files that 'clone --shard' made.");
        }

        StoredClones first = parts[0];
        GridShard shard = first.Run!.Part!;
        foreach (StoredClones part in parts)
        {
            if (part.Run!.Fingerprint != first.Run.Fingerprint || part.Recipe != first.Recipe || !part.Wavelength.AsSpan().SequenceEqual(first.Wavelength))
                throw new EngineException(ErrorCode.BadInput, $"{first.FilePath} and {part.FilePath} were not made of the same grid with the same options and version; merge parts of one run.");
            if (part.Run.Part!.Count != shard.Count || part.Run.Part.GridRows != shard.GridRows)
                throw new EngineException(ErrorCode.BadInput, $"{first.FilePath} is shard {shard} and {part.FilePath} is shard {part.Run.Part}; merge parts that were cut the same way.");
        }

        foreach (IGrouping<int, StoredClones> same in parts.GroupBy(part => part.Run!.Part!.Number).Where(group => group.Count() > 1))
            throw new EngineException(ErrorCode.BadInput, $"{same.First().FilePath} and {same.ElementAt(1).FilePath} are both shard {same.Key}/{shard.Count}; give each once.");
        int[] missing = [.. Enumerable.Range(1, shard.Count).Except(parts.Select(part => part.Run!.Part!.Number))];
        if (missing.Length > 0)
        {
            string named = string.Join(", ", missing.Take(10)) + (missing.Length > 10 ? ", ..." : string.Empty);
            throw new EngineException(ErrorCode.BadInput, $"{missing.Length} of {shard.Count} shards are missing ({named}); clone and give them too.");
        }
    }
}
