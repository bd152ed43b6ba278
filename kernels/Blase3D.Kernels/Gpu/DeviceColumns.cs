using Blase3D.Kernels.Gpu.Devices;

namespace Blase3D.Kernels.Gpu;

/// <summary>A column of values on a device that grows when it has to.</summary>
internal abstract class DeviceColumn(IComputeCommands commands, int size)
{
    private ComputeBuffer? _buffer;

    /// <summary>The memory; reserve it first.</summary>
    public ComputeBuffer Buffer => _buffer ?? throw new InvalidOperationException("The column has no memory yet.");

    /// <summary>Where the values go.</summary>
    protected IComputeCommands Commands => commands;

    /// <summary>Makes room; what the column held is lost when it grows.</summary>
    /// <param name="count">The number of values; room for at least one is made.</param>
    public void Reserve(long count)
    {
        long bytes = Math.Max(count, 1) * size;
        if (_buffer is not null && _buffer.Bytes >= bytes) return;
        Release();
        _buffer = commands.Allocate(bytes);
    }

    /// <summary>Frees the memory.</summary>
    public void Release()
    {
        _buffer?.Dispose();
        _buffer = null;
    }
}

/// <summary>A column of the device's reals. Doubles on this side, doubles or floats on the other.</summary>
internal sealed class DeviceReals(IComputeCommands commands, GpuPrecision precision)
    : DeviceColumn(commands, precision == GpuPrecision.Binary32 ? sizeof(float) : sizeof(double))
{
    private float[] _narrow = [];

    /// <summary>Copies values, rounded to the device's precision.</summary>
    public void Write(ReadOnlySpan<double> values)
    {
        Reserve(values.Length);
        if (precision == GpuPrecision.Binary64)
        {
            Commands.Write(values, Buffer);
            return;
        }

        Span<float> narrow = Narrow(values.Length);
        for (int i = 0; i < values.Length; i++) narrow[i] = (float)values[i];
        Commands.Write<float>(narrow, Buffer);
    }

    /// <summary>Copies what rounding to the device's precision leaves out, in single precision alone.</summary>
    public void WriteRest(ReadOnlySpan<double> values)
    {
        if (precision == GpuPrecision.Binary64)
        {
            Reserve(1);
            return;
        }

        Reserve(values.Length);
        Span<float> narrow = Narrow(values.Length);
        for (int i = 0; i < values.Length; i++)
        {
            float high = (float)values[i];
            narrow[i] = float.IsFinite(high) ? (float)(values[i] - high) : 0;
        }

        Commands.Write<float>(narrow, Buffer);
    }

    /// <summary>Waits for the device and copies values back.</summary>
    public void Read(Span<double> values)
    {
        if (precision == GpuPrecision.Binary64)
        {
            Commands.Read(Buffer, values);
            return;
        }

        Span<float> narrow = Narrow(values.Length);
        Commands.Read(Buffer, narrow);
        for (int i = 0; i < values.Length; i++) values[i] = narrow[i];
    }

    private Span<float> Narrow(int count)
    {
        if (_narrow.Length < count) _narrow = new float[count];
        return _narrow.AsSpan(0, count);
    }
}

/// <summary>A column of whole numbers on the device.</summary>
internal sealed class DeviceInts(IComputeCommands commands) : DeviceColumn(commands, sizeof(int))
{
    /// <summary>Copies values.</summary>
    public void Write(ReadOnlySpan<int> values)
    {
        Reserve(values.Length);
        Commands.Write(values, Buffer);
    }
}
