using System.Collections.Concurrent;

namespace Blase3D.Engine.Cloning;

/// <summary>Where the clones of the first of two sweeps over a grid are kept until the second has used them.</summary>
/// <param name="Find">A draft, or null when there is none; called from any thread.</param>
/// <param name="Keep">Keeps a draft; one call at a time.</param>
public sealed record CloneDrafts(Func<int, ClonedSpectrum?> Find, Action<int, ClonedSpectrum> Keep)
{
    /// <summary>Keeps them in memory.</summary>
    public static CloneDrafts InMemory()
    {
        var drafts = new ConcurrentDictionary<int, ClonedSpectrum>();
        return new CloneDrafts(row => drafts.GetValueOrDefault(row), (row, clone) => drafts[row] = clone);
    }
}
