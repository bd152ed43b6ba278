namespace Blase3D.Engine.Cloning;

/// <summary>Tells the share of a run that is done, ascending, one call at a time.</summary>
/// <param name="progress">Receives it; may be null.</param>
internal sealed class StepCounter(Action<double>? progress)
{
    // A row of the second sweep is about so many steps of the first.
    private const int StepsBack = 15;

    private readonly Lock _counting = new();
    private long _steps;
    private long _done;
    private double _told = -1;

    /// <summary>Says how much there is to do.</summary>
    /// <param name="steps">The steps of the first sweep.</param>
    /// <param name="rowsBack">The rows of the second.</param>
    public void Plan(long steps, int rowsBack) => _steps = steps + ((long)StepsBack * rowsBack);

    /// <summary>Counts steps of the first sweep.</summary>
    public void Count(int steps)
    {
        if (progress is null) return;

        // Counting and telling in one lock: two threads would otherwise tell their shares in the wrong order.
        lock (_counting)
        {
            _done += steps;
            Tell((double)_done / _steps);
        }
    }

    /// <summary>Counts a row of the second sweep.</summary>
    public void CountBack() => Count(StepsBack);

    /// <summary>Tells the end, unless it has been told.</summary>
    public void End()
    {
        if (progress is null) return;
        lock (_counting)
        {
            if (_told < 1) Tell(1);
        }
    }

    private void Tell(double share)
    {
        _told = share;
        progress!(share);
    }
}
