namespace Blase3D.Engine.Association;

/// <summary>Which line of one node is which line of the others.</summary>
/// <param name="Center">The reference centre mu of every family in Angstrom, ascending, length K.</param>
/// <param name="FamilyOfLine">
/// For every cloned spectrum, the family of each of its lines; all different within a spectrum, so a family has at most one line per node.
/// </param>
public sealed record LineFamilies(double[] Center, int[][] FamilyOfLine)
{
    /// <summary>The mean number of nodes in which a family has a line.</summary>
    public double MeanOccupancy => Center.Length == 0 ? 0 : FamilyOfLine.Sum(lines => (double)lines.Length) / Center.Length;
}
