using Blase3D.Engine.Reconstruction;
using Blase3D.Kernels;
using Blase3D.Kernels.Contracts;

namespace Blase3D.Engine.Inference.Observed;

/// <summary>
/// Which lines a fit of an observed star rests on. With J what the pixels see of a derivative of the lines, less what the continuum takes up, the information about
/// an axis is sum_i w_i J_i^2; the transpose of all that lies between lines and pixels brings w J back to the star at rest, where it is split line by line.
/// </summary>
/// <param name="tangents">Evaluated at the best point.</param>
/// <param name="workers">The threads to use.</param>
internal sealed class JointDecidingLines(SpectrumTangents tangents, Workers workers)
{
    private readonly Dictionary<int, double[]> _share = [];

    /// <summary>Splits the information about an axis of the star.</summary>
    /// <param name="axis">The axis.</param>
    /// <param name="cotangent">w J brought back, one value per place of the lattice.</param>
    /// <param name="information">sum_i w_i J_i^2.</param>
    public void Add(int axis, double[] cotangent, double information) => Take(axis, tangents.Contributions(axis, cotangent, workers), information);

    /// <summary>Splits the information about a velocity, which is that of all lines moved and widened alike: d(wavelength) = wavelength d ln(wavelength).</summary>
    /// <param name="axis">The axis.</param>
    /// <param name="lnSlope">The derivative of ln(wavelength) by the velocity.</param>
    /// <param name="cotangent">w J brought back, one value per place of the lattice.</param>
    /// <param name="information">sum_i w_i J_i^2.</param>
    public void AddVelocity(int axis, double lnSlope, double[] cotangent, double information)
    {
        LineTable lines = tangents.Lines;
        var alike = new double[lines.Count];
        Array.Fill(alike, lnSlope);
        var direction = new LineTable([.. lines.Center.AsSpan(0, lines.Count).ToArray().Select(center => center * lnSlope)], alike, alike, alike);
        Take(axis, tangents.Contributions(direction, cotangent, workers), information);
    }

    /// <summary>The lines with the largest share, added over the axes that were split, of those that are in the data.</summary>
    /// <param name="dimensions">The number of all axes.</param>
    /// <param name="squaresNear">The share of chi-square within a full width of a line; null where it is not in the data.</param>
    /// <param name="count">How many lines.</param>
    public List<DecidingLine> Largest(int dimensions, Func<int, double?> squaresNear, int count)
    {
        List<DecidingLine> seen = [];
        foreach (int j in Enumerable.Range(0, tangents.Lines.Count).OrderByDescending(j => _share.Values.Sum(share => share[j])).ThenBy(j => j))
        {
            if (seen.Count == count) break;
            var byAxis = new double[dimensions];
            foreach ((int axis, double[] share) in _share) byAxis[axis] = share[j];
            if (squaresNear(j) is { } near) seen.Add(new DecidingLine(tangents.Lines.Center[j], byAxis, near));
        }

        return seen;
    }

    private void Take(int axis, double[] contribution, double information) => _share[axis] = [.. contribution.Select(part => information > 0 ? part / information : 0)];
}
