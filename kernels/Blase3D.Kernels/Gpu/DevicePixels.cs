using Blase3D.Kernels.Gpu.Devices;

namespace Blase3D.Kernels.Gpu;

/// <summary>
/// The pixels of a spectrum on a device, all at once or slice by slice where the memory does not suffice: a slice that does not fit is halved until it
/// does, and later calls begin with that size.
/// </summary>
internal sealed class DevicePixels(IComputeCommands commands, GpuPrecision precision)
{
    private readonly DeviceReals _high = new(commands, precision);
    private readonly DeviceReals _low = new(commands, precision);
    private readonly List<DeviceReals> _columns = [];
    private double[] _known = [];
    private int _slicePixels = int.MaxValue;

    /// <summary>Wavelengths of the slice, rounded.</summary>
    public ComputeBuffer High => _high.Buffer;

    /// <summary>What rounding left out.</summary>
    public ComputeBuffer Low => _low.Buffer;

    /// <summary>Makes a column that lives and is freed with the pixels.</summary>
    public DeviceReals Column()
    {
        var column = new DeviceReals(commands, precision);
        _columns.Add(column);
        return column;
    }

    /// <summary>Does something for every slice, in order.</summary>
    /// <param name="wavelength">The wavelengths of all pixels.</param>
    /// <param name="tile">A slice is a multiple of it, but for the last.</param>
    /// <param name="body">
    /// Receives the first pixel and the one behind the last. When the memory does not suffice it is called again with less, so its results are to
    /// be taken over at its end.
    /// </param>
    /// <param name="cancellation">Stops between two slices.</param>
    /// <exception cref="ComputeDeviceException">OutOfMemory: not even one tile fits.</exception>
    public void ForSlices(double[] wavelength, int tile, Action<int, int> body, CancellationToken cancellation)
    {
        for (int start = 0; start < wavelength.Length;)
        {
            cancellation.ThrowIfCancellationRequested();
            int length = Math.Min(wavelength.Length - start, Math.Max(tile, _slicePixels / tile * tile));
            try
            {
                Load(wavelength.AsSpan(start, length));
                body(start, start + length);
                start += length;
            }
            catch (ComputeDeviceException failure) when (failure.Failure == DeviceFailure.OutOfMemory && length > tile)
            {
                Release();
                _slicePixels = length / 2;
            }
        }
    }

    private void Load(ReadOnlySpan<double> wavelength)
    {
        if (wavelength.SequenceEqual(_known)) return;
        _known = [];
        _high.Write(wavelength);
        _low.WriteRest(wavelength);
        _known = wavelength.ToArray();
    }

    private void Release()
    {
        _known = [];
        _high.Release();
        _low.Release();
        foreach (DeviceReals column in _columns) column.Release();
    }
}
