namespace Blase3D.Engine.Cloning;

/// <summary>The numbers of a set of clones that fit into memory whatever its size.</summary>
/// <param name="LineOffset">Where the lines of a spectrum begin in the order of all lines, length N + 1.</param>
/// <param name="Rms">Root mean square of clone minus spectrum, length N; NaN when it is not known or the spectrum was skipped.</param>
/// <param name="InitialRms">The same before the first step, length N.</param>
/// <param name="SkipReason">Why a spectrum was skipped, length N; null when it was not.</param>
/// <param name="MergedLines">How often two lines of a spectrum became one because it could not tell them apart, length N.</param>
/// <param name="HasOrigins">Whether any line was not simply detected.</param>
public sealed record CloneTally(long[] LineOffset, double[] Rms, double[] InitialRms, string?[] SkipReason, int[] MergedLines, bool HasOrigins)
{
    /// <summary>The number of spectra N.</summary>
    public int Count => Rms.Length;

    /// <summary>The number of lines of all spectra together.</summary>
    public long LineCount => LineOffset[^1];

    /// <summary>The rows that were skipped.</summary>
    public IEnumerable<int> SkippedRows => Enumerable.Range(0, Count).Where(row => SkipReason[row] is not null);

    /// <summary>Counts clones.</summary>
    /// <param name="clones">Each is read once.</param>
    /// <param name="done">Called with every row that was read.</param>
    public static CloneTally Of(IClonedRows clones, Action<int>? done = null)
    {
        ArgumentNullException.ThrowIfNull(clones);
        int rows = clones.Points.Count;
        var tally = new CloneTally(new long[rows + 1], new double[rows], new double[rows], new string?[rows], new int[rows], false);
        bool hasOrigins = false;
        for (int row = 0; row < rows; row++)
        {
            ClonedSpectrum clone = clones.Read(row);
            tally.LineOffset[row + 1] = tally.LineOffset[row] + clone.Lines.Count;
            (tally.Rms[row], tally.InitialRms[row], tally.SkipReason[row]) = (clone.Rms, clone.InitialRms, clone.SkipReason);
            tally.MergedLines[row] = clone.MergedLines;
            hasOrigins |= clone.Origin.AsSpan().ContainsAnyExcept(LineOrigin.Detected);
            done?.Invoke(row);
        }

        return tally with { HasOrigins = hasOrigins };
    }
}
