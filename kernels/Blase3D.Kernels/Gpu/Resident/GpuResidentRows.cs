using Blase3D.Kernels.Contracts;
using Blase3D.Kernels.Gpu.Devices;

namespace Blase3D.Kernels.Gpu.Resident;

/// <summary>Sparse rows of lines on a device: 20 bytes per entry, and where the entries of every 64 lines begin.</summary>
internal sealed class GpuResidentRows : IResidentRows
{
    private const int LinesPerBlock = 64;
    private const int Parameters = 4;

    private readonly ComputeBuffer _blockBegin;
    private readonly ComputeBuffer _line;
    private readonly ComputeBuffer _value;
    private readonly DeviceReals _referenceHigh;
    private readonly DeviceReals _referenceLow;

    public GpuResidentRows(IComputeDevice device, GpuPrecision precision, SparseLineRows rows)
    {
        (Commands, Precision) = (device.CreateCommands(), precision);
        Blocks = (rows.Reference.Length + LinesPerBlock - 1) / LinesPerBlock;
        _blockBegin = Write(Commands, BlockBegins(rows));
        _line = Write(Commands, rows.Line.AsSpan(0, rows.Offset[^1]));
        _value = Write(Commands, Interleaved(rows));
        (_referenceHigh, _referenceLow) = (new DeviceReals(Commands, precision), new DeviceReals(Commands, precision));
        _referenceHigh.Write(rows.Reference);
        _referenceLow.WriteRest(rows.Reference);
        Bytes = _blockBegin.Bytes + _line.Bytes + _value.Bytes + _referenceHigh.Buffer.Bytes + _referenceLow.Buffer.Bytes;
    }

    public IComputeCommands Commands { get; }

    public GpuPrecision Precision { get; }

    public int Blocks { get; }

    public long Bytes { get; }

    public ComputeBuffer BlockBegin => _blockBegin;

    public ComputeBuffer Line => _line;

    public ComputeBuffer Value => _value;

    public ComputeBuffer ReferenceHigh => _referenceHigh.Buffer;

    public ComputeBuffer ReferenceLow => _referenceLow.Buffer;

    public IResidentSpectra Prepare(ResidentFrame frame)
    {
        ArgumentNullException.ThrowIfNull(frame);
        return new GpuResidentSpectra(this, frame);
    }

    public void Dispose()
    {
        _blockBegin.Dispose();
        _line.Dispose();
        _value.Dispose();
        _referenceHigh.Release();
        _referenceLow.Release();
        Commands.Dispose();
    }

    private static ComputeBuffer Write<T>(IComputeCommands commands, ReadOnlySpan<T> values)
        where T : unmanaged
    {
        ComputeBuffer buffer = commands.Allocate(Math.Max(values.Length, 1) * (long)System.Runtime.CompilerServices.Unsafe.SizeOf<T>());
        if (!values.IsEmpty) commands.Write(values, buffer);
        return buffer;
    }

    private ReadOnlySpan<int> BlockBegins(SparseLineRows rows)
    {
        var begin = new int[rows.Rows * (Blocks + 1)];
        for (int row = 0, at = 0; row < rows.Rows; row++)
        {
            int entry = rows.Offset[row];
            for (int block = 0; block <= Blocks; block++)
            {
                while (entry < rows.Offset[row + 1] && rows.Line[entry] < block * LinesPerBlock) entry++;
                begin[at++] = entry;
            }
        }

        return begin;
    }

    // The four parameters of an entry lie together: who finds an entry wants all of them.
    private static ReadOnlySpan<float> Interleaved(SparseLineRows rows)
    {
        var values = new float[Parameters * rows.Offset[^1]];
        for (int e = 0; e < rows.Offset[^1]; e++)
        {
            values[Parameters * e] = rows.Shift[e];
            values[(Parameters * e) + 1] = rows.LnAmplitude[e];
            values[(Parameters * e) + 2] = rows.LnSigma[e];
            values[(Parameters * e) + 3] = rows.LnGamma[e];
        }

        return values;
    }
}
