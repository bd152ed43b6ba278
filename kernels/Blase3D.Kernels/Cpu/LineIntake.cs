using Blase3D.Kernels.Contracts;
using Blase3D.Kernels.Cpu.Lanes;
using Blase3D.Kernels.Cpu.Profiles;

namespace Blase3D.Kernels.Cpu;

/// <summary>
/// Takes lines from where they are made: block by block their constants and windows go into the columns that kernels gather from. Parts are taken side by
/// side; a line's constants do not depend on its neighbours, so the cut changes nothing.
/// </summary>
internal sealed class LineIntake<T>
    where T : struct, ILane<T>
{
    // Rows of a block: four columns of it are half of the nearest cache.
    private const int BlockLines = 768;

    // Lines per exchange of neighbours while they are put in order in place; when there is more to do they are sorted.
    private const int LinesPerExchange = 8;

    private readonly LineTable _block = new(BlockLines);
    private readonly WindowOrder _order = new();
    private readonly Action<int> _takePart;
    private readonly Action<int> _copyPart;
    private LineIntake<T>[] _parts = [];
    private int[] _row = [];
    private LineProfile _profile;
    private ILineSource? _source;
    private double[] _wavelength = [];
    private WindowRule? _rule;

    public LineIntake() => (_takePart, _copyPart) = (TakePart, CopyPart);

    /// <summary>The constants of the lines.</summary>
    public LineColumns Lines { get; } = new();

    /// <summary>Their windows.</summary>
    public LineWindows Windows { get; } = LineWindows.Prepare(0, null);

    /// <summary>The number of lines that the source had; those that cannot be seen are not kept.</summary>
    public int Taken { get; private set; }

    /// <summary>Takes all lines of a source.</summary>
    public void Take(LineProfile profile, ILineSource source, WindowRule rule, double[] wavelength, Workers workers)
    {
        _wavelength = wavelength;
        if (source.Parts == 1)
        {
            TakeFrom(profile, source.Open(0), rule);
            return;
        }

        while (_parts.Length < source.Parts) _parts = [.. _parts, new LineIntake<T>()];
        (_profile, _source, _rule) = (profile, source, rule);
        workers.For(source.Parts, _takePart);
        if (_row.Length <= source.Parts) _row = new int[source.Parts + 1];
        for (int part = 0; part < source.Parts; part++) _row[part + 1] = _row[part] + _parts[part].Lines.Count;
        int lines = _row[source.Parts];
        Taken = 0;
        for (int part = 0; part < source.Parts; part++) Taken += _parts[part].Taken;
        Lines.Begin(profile);
        Lines.Extend(lines);
        LineWindows.Prepare(0, Windows);
        Windows.Extend(lines, rule.IsPublished);
        workers.For(source.Parts, _copyPart);
        Lines.End();
        (_source, _rule) = (null, null);
    }

    /// <summary>Puts the lines in the order of the first pixels of their windows, in which most of them are.</summary>
    /// <returns>Null, or their order when they are far from it.</returns>
    public WindowOrder PutInOrder()
    {
        int budget = Lines.Count / LinesPerExchange;
        int[] first = Windows.First, length = Windows.Length;
        for (int j = 1; j < Lines.Count && budget > 0; j++)
        {
            for (int k = j; k > 0 && first[k] < first[k - 1] && budget > 0; k--, budget--)
            {
                Lines.Exchange(k);
                (first[k], first[k - 1], length[k], length[k - 1]) = (first[k - 1], first[k], length[k - 1], length[k]);
            }
        }

        _order.Sort(Windows);
        return _order;
    }

    private void TakePart(int part)
    {
        _parts[part]._wavelength = _wavelength;
        _parts[part].TakeFrom(_profile, _source!.Open(part), _rule!);
    }

    private void TakeFrom(LineProfile profile, ILineReader reader, WindowRule rule)
    {
        Lines.Begin(profile);
        LineWindows.Prepare(0, Windows);
        Windows.Extend(0, rule.IsPublished);
        Taken = 0;
        for (_block.Count = 0; reader.Read(_block); _block.Count = 0)
        {
            int row = Lines.Count;
            Taken += _block.Count;
            Lines.Append<T>(_block);
            rule.Append(_block.Center.AsSpan(0, _block.Count), Windows);
            if (profile != LineProfile.Voigt) KeepVisible(row);
        }

        Lines.End();
    }

    // The published rules make many lines that are too narrow to be seen, out of order.
    private void KeepVisible(int row)
    {
        int kept = row;
        int[] first = Windows.First, length = Windows.Length;
        for (int j = row; j < Lines.Count; j++)
        {
            if (Lines.Numerator[j] == 0 && Lines.Depth[j] == 0) continue;
            if (Lines.Square[j] < LineVisibility.LargestSquare && IsInvisible(j, first[j] + ((length[j] + 1) / 2))) continue;
            if (kept < j)
            {
                Lines.Move(j, kept);
                (first[kept], length[kept]) = (first[j], length[j]);
            }

            kept++;
        }

        Lines.Cut(kept);
        Windows.Cut(kept);
    }

    private bool IsInvisible(int line, int middle) => _wavelength.Length == 0
        || LineVisibility.IsInvisible(Lines, line, LineVisibility.NearestSquare(Lines.Center[line], _wavelength, middle));

    private void CopyPart(int part)
    {
        LineIntake<T> own = _parts[part];
        Lines.CopyFrom(own.Lines, _row[part]);
        own.Windows.First.AsSpan(0, own.Lines.Count).CopyTo(Windows.First.AsSpan(_row[part]));
        own.Windows.Length.AsSpan(0, own.Lines.Count).CopyTo(Windows.Length.AsSpan(_row[part]));
    }
}
