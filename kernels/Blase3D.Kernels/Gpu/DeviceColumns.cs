using Blase3D.Kernels.Gpu.Devices;

namespace Blase3D.Kernels.Gpu;

/// <summary>A column of the device's reals that grows when it has to. Doubles on this side, doubles or floats on the other.</summary>
internal sealed class DeviceReals(IComputeCommands commands, GpuPrecision precision)
{
    private ComputeBuffer? _buffer;
    private float[] _narrow = [];

    /// <summary>The memory; reserve it first.</summary>
    public ComputeBuffer Buffer => _buffer ?? throw new InvalidOperationException("The column has no memory yet.");

    private int Size => precision == GpuPrecision.Binary32 ? sizeof(float) : sizeof(double);

    /// <summary>Makes room; what the column held is lost when it grows.</summary>
    /// <param name="count">The number of reals; room for at least one is made.</param>
    public void Reserve(long count)
    {
        long bytes = Math.Max(count, 1) * Size;
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

    /// <summary>Copies values, rounded to the device's precision.</summary>
    public void Write(ReadOnlySpan<double> values)
    {
        Reserve(values.Length);
        if (precision == GpuPrecision.Binary64)
        {
            commands.Write(values, Buffer);
            return;
        }

        Span<float> narrow = Narrow(values.Length);
        for (int i = 0; i < values.Length; i++) narrow[i] = (float)values[i];
        commands.Write<float>(narrow, Buffer);
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

        commands.Write<float>(narrow, Buffer);
    }

    /// <summary>Waits for the device and copies values back.</summary>
    public void Read(Span<double> values)
    {
        if (precision == GpuPrecision.Binary64)
        {
            commands.Read(Buffer, values);
            return;
        }

        Span<float> narrow = Narrow(values.Length);
        commands.Read(Buffer, narrow);
        for (int i = 0; i < values.Length; i++) values[i] = narrow[i];
    }

    private Span<float> Narrow(int count)
    {
        if (_narrow.Length < count) _narrow = new float[count];
        return _narrow.AsSpan(0, count);
    }
}

/// <summary>A column of whole numbers on the device that grows when it has to.</summary>
internal sealed class DeviceInts(IComputeCommands commands)
{
    private ComputeBuffer? _buffer;

    /// <summary>The memory; reserve it first.</summary>
    public ComputeBuffer Buffer => _buffer ?? throw new InvalidOperationException("The column has no memory yet.");

    /// <summary>Makes room; what the column held is lost when it grows.</summary>
    /// <param name="count">How many; room for at least one is made.</param>
    public void Reserve(int count)
    {
        long bytes = (long)Math.Max(count, 1) * sizeof(int);
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

    /// <summary>Copies values.</summary>
    public void Write(ReadOnlySpan<int> values)
    {
        Reserve(values.Length);
        commands.Write(values, Buffer);
    }
}
