using Blase3D.Engine.Storage;
using Blase3D.Native.Cfitsio;

namespace Blase3D.Engine.Grids.Import;

/// <summary>
/// The flux image of a cube, opened at the first row and kept open: a compressed cube is unpacked once and not once per row.
/// The file is closed with the grid, by the collector.
/// </summary>
internal sealed class FitsCube(string file, long pixels)
{
    private readonly Lock _gate = new();
    private FitsFile? _fits;

    internal void Read(int row, int first, Span<double> destination)
    {
        lock (_gate)
        {
            try
            {
                _fits ??= FitsFile.OpenRead(file);
                _fits.ReadImage(row * pixels + first, destination);
            }
            catch (Exception e) when (NativeErrors.Translate(file, e) is { } translated)
            {
                throw translated;
            }
        }
    }
}
