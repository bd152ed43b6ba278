using Blase3D.Kernels.Cpu.Profiles;
using Blase3D.Kernels.Cpu.Tiles;

namespace Blase3D.Kernels.Cpu.Hierarchical;

/// <summary>Lines whose near pixels are divided one by one, because products of their squares are not safe.</summary>
internal sealed class DividedLines
{
    private const double LargestNearSquare = 1e9;

    /// <summary>Whether a line is such a one.</summary>
    public bool[] Has { get; private set; } = [];

    /// <summary>Whether there is any.</summary>
    public bool Any { get; private set; }

    /// <summary>Finds them.</summary>
    /// <param name="lines">All lines.</param>
    /// <param name="isWide">Lines that are anyway.</param>
    public void Find<TComposition>(LineColumns lines, bool[] isWide)
        where TComposition : struct, IComposition
    {
        if (Has.Length <= lines.Count) Has = new bool[lines.Count + 1];
        bool any = false;
        for (int j = 0; j < lines.Count; j++)
        {
            bool divided = isWide[j]
                || !(lines.Square[j] >= TileForward.LeastSquare<TComposition>(lines.Numerator[j]) && lines.Square[j] <= LargestNearSquare);
            Has[j] = divided;
            any |= divided;
        }

        Any = any;
    }
}
