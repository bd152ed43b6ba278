namespace Blase3D.Engine.Grids;

/// <summary>Counts the zero and negative fluxes of the rows of a grid while they are read. Rows may be counted from several threads.</summary>
internal sealed class FluxTally(int rows, int pixels)
{
    private readonly int[] _notPositive = new int[rows];
    private readonly bool[] _isCounted = new bool[rows];

    /// <summary>Counts one row; a row that is read again is not counted twice.</summary>
    internal void Count(int row, ReadOnlySpan<double> flux)
    {
        int notPositive = 0;
        foreach (double value in flux)
        {
            if (value <= 0) notPositive++;
        }

        (_notPositive[row], _isCounted[row]) = (notPositive, true);
    }

    /// <summary>A sentence about the rows counted so far; none when all their fluxes were positive.</summary>
    /// <param name="nameOf">What to call a row.</param>
    internal IEnumerable<string> Notes(Func<int, string> nameOf)
    {
        int affected = _notPositive.Count(n => n > 0);
        if (affected == 0) yield break;
        int counted = _isCounted.Count(isCounted => isCounted);

        // A resumed run and a part of one read only what is not finished, or not another's.
        string all = counted == rows ? "the spectra" : $"the {counted} spectra that were read ({rows} in all)";
        int worst = Array.IndexOf(_notPositive, _notPositive.Max());
        yield return $"{affected} of {all} hold {_notPositive.Sum(n => (long)n)} zero or negative fluxes, "
            + $"most of them {nameOf(worst)} ({_notPositive[worst]} of {pixels} pixels).";
    }
}
