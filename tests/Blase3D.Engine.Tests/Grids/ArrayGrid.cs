using Blase3D.Engine.Grids;

namespace Blase3D.Engine.Tests.Grids;

/// <summary>A grid in memory that counts how often a row is read.</summary>
internal sealed class ArrayGrid(GridPoints points, double[] wavelength, IReadOnlyList<double[]> flux) : ISpectralGrid
{
    private readonly int[] _reads = new int[points.Count];

    public IReadOnlyList<double> Wavelength => wavelength;

    public GridPoints Points => points;

    public IReadOnlyList<int> Reads => _reads;

    public void ReadFlux(int row, Span<double> destination)
    {
        _reads[row]++;
        flux[row].CopyTo(destination);
    }
}
