namespace Blase3D.Engine.Manifolds;

/// <summary>The entries of one node: a part of some columns.</summary>
/// <param name="Columns">The columns.</param>
/// <param name="Begin">The first entry.</param>
/// <param name="End">The entry behind the last.</param>
public readonly record struct NodeRun(ManifoldEntries Columns, int Begin, int End)
{
    /// <summary>The number of entries.</summary>
    public int Count => End - Begin;

    /// <summary>The first entry whose line is not before a given one.</summary>
    /// <param name="line">A line index.</param>
    public int LowerBound(int line)
    {
        int low = Begin, high = End;
        int[] values = Columns.LineIndex;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            if (values[middle] < line) low = middle + 1;
            else high = middle;
        }

        return low;
    }
}

/// <summary>Reads the entries of nodes from where they are stored; safe to use from several threads.</summary>
public interface INodeReader
{
    /// <summary>The entries of a node, or those of the lines that were asked for when it was opened.</summary>
    /// <param name="node">0 to M - 1.</param>
    /// <exception cref="EngineException">BadInput: what is stored is damaged.</exception>
    NodeRun Read(int node);
}
