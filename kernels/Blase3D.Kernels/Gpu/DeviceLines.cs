using System.Numerics;
using Blase3D.Kernels.Contracts;
using Blase3D.Kernels.Gpu.Devices;

namespace Blase3D.Kernels.Gpu;

/// <summary>
/// The lines of a spectrum on a device: their constants, in the order of their windows. Windows of about the same length form a class (lengths up to
/// four times the shortest), so that the lines that may touch a tile are one short range in every class, however much the lengths differ.
/// </summary>
internal sealed class DeviceLines
{
    private const int PixelBits = 27;
    private const int LineBits = 27;

    private readonly IComputeCommands _commands;
    private readonly DeviceReals _centerHigh;
    private readonly DeviceReals _centerLow;
    private readonly DeviceReals _lnAmplitude;
    private readonly DeviceReals _lnSigma;
    private readonly DeviceReals _lnGamma;
    private readonly DeviceReals _constants;
    private readonly DeviceInts _order;
    private readonly DeviceInts _first;
    private readonly DeviceInts _end;
    private readonly DeviceInts _kind;
    private readonly DeviceInts _classBegin;
    private readonly DeviceInts _classLongest;
    private long[] _keys = [];
    private int[] _sorted = [];
    private int[] _sortedFirst = [];
    private int[] _sortedEnd = [];
    private int[] _shifted = [];
    private int[] _knownFirst = [];
    private int[] _knownLength = [];
    private bool _knownDetached;
    private int _origin;

    public DeviceLines(IComputeCommands commands, GpuPrecision precision)
    {
        _commands = commands;
        (_centerHigh, _centerLow, _constants) = (new(commands, precision), new(commands, precision), new(commands, precision));
        (_lnAmplitude, _lnSigma, _lnGamma) = (new(commands, precision), new(commands, precision), new(commands, precision));
        (_order, _first, _end, _kind) = (new(commands), new(commands), new(commands), new(commands));
        (_classBegin, _classLongest) = (new(commands), new(commands));
    }

    /// <summary>The number of lines.</summary>
    public int Count { get; private set; }

    /// <summary>The number of classes of windows.</summary>
    public int Classes { get; private set; }

    /// <summary>1 when the pixel one behind a window belongs to it, else 0.</summary>
    public int Detached { get; private set; }

    /// <summary>The arguments that all kernels of lines share, behind the number of pixels.</summary>
    public void Describe(Span<ComputeArgument> arguments)
    {
        arguments[0] = Count;
        arguments[1] = Classes;
        arguments[2] = Detached;
        arguments[3] = _classBegin.Buffer;
        arguments[4] = _classLongest.Buffer;
        arguments[5] = _first.Buffer;
        arguments[6] = _end.Buffer;
        arguments[7] = _kind.Buffer;
        arguments[8] = _constants.Buffer;
    }

    /// <summary>The order of the lines.</summary>
    public ComputeBuffer Order => _order.Buffer;

    /// <summary>First pixels, ends, kinds and constants.</summary>
    public (ComputeBuffer First, ComputeBuffer End, ComputeBuffer Kind, ComputeBuffer Constants) Columns =>
        (_first.Buffer, _end.Buffer, _kind.Buffer, _constants.Buffer);

    /// <summary>Brings lines and windows to the device and computes the constants there.</summary>
    /// <param name="kernel">The kernel line_constants.</param>
    /// <param name="profile">Which profile.</param>
    /// <param name="lines">The lines.</param>
    /// <param name="windows">Their windows.</param>
    public void Load(ComputeKernel kernel, LineProfile profile, LineTable lines, LineWindows windows)
    {
        Count = lines.Count;
        Sort(windows);
        _centerHigh.Write(lines.Center.AsSpan(0, Count));
        _centerLow.WriteRest(lines.Center.AsSpan(0, Count));
        _lnAmplitude.Write(lines.LnAmplitude.AsSpan(0, Count));
        _lnSigma.Write(lines.LnSigma.AsSpan(0, Count));
        _lnGamma.Write(lines.LnGamma.AsSpan(0, Count));
        _constants.Reserve((long)KernelProgram.LineColumns * Count);
        _kind.Reserve(Count);
        Refresh(kernel, profile, _centerHigh, _centerLow);
    }

    /// <summary>The parameters of the lines in their own order; a kernel may change them, see <see cref="Refresh"/>.</summary>
    public (DeviceReals CenterHigh, DeviceReals CenterLow, DeviceReals LnAmplitude, DeviceReals LnSigma, DeviceReals LnGamma) Parameters =>
        (_centerHigh, _centerLow, _lnAmplitude, _lnSigma, _lnGamma);

    /// <summary>Computes the constants of the parameters that are on the device; the windows stay as they are.</summary>
    /// <param name="kernel">The kernel line_constants.</param>
    /// <param name="profile">Which profile.</param>
    /// <param name="centerHigh">The centres to take.</param>
    /// <param name="centerLow">What rounding left out of them.</param>
    public void Refresh(ComputeKernel kernel, LineProfile profile, DeviceReals centerHigh, DeviceReals centerLow)
    {
        if (Count == 0) return;
        _commands.Run(kernel, (Count + KernelProgram.GroupSize - 1) / KernelProgram.GroupSize,
        [
            Count, profile == LineProfile.Thompson ? 1 : 0, _order.Buffer, centerHigh.Buffer, centerLow.Buffer,
            _lnAmplitude.Buffer, _lnSigma.Buffer, _lnGamma.Buffer, _constants.Buffer, _kind.Buffer,
        ]);
    }

    /// <summary>Counts the windows' pixels from another one on: that of a slice.</summary>
    /// <param name="origin">The pixel that is number 0 now.</param>
    public void Place(int origin)
    {
        if (origin == _origin) return;
        if (_shifted.Length < Count) _shifted = new int[Count];
        for (int j = 0; j < Count; j++) _shifted[j] = _sortedFirst[j] - origin;
        _first.Write(_shifted.AsSpan(0, Count));
        for (int j = 0; j < Count; j++) _shifted[j] = _sortedEnd[j] - origin;
        _end.Write(_shifted.AsSpan(0, Count));
        _origin = origin;
    }

    /// <summary>Frees the memory.</summary>
    public void Release()
    {
        foreach (DeviceReals column in new[] { _centerHigh, _centerLow, _lnAmplitude, _lnSigma, _lnGamma, _constants }) column.Release();
        foreach (DeviceInts column in new[] { _order, _first, _end, _kind, _classBegin, _classLongest }) column.Release();
    }

    private void Sort(LineWindows windows)
    {
        ReadOnlySpan<int> first = windows.First.AsSpan(0, Count), length = windows.Length.AsSpan(0, Count);
        if (_knownFirst.Length == Count && Classes > 0 && _knownDetached == windows.HasDetachedPixel
            && first.SequenceEqual(_knownFirst) && length.SequenceEqual(_knownLength))
        {
            Place(0);
            return;
        }

        (_keys, _sorted, _sortedFirst, _sortedEnd) = (new long[Count], new int[Count], new int[Count], new int[Count]);
        bool isSorted = true;
        for (int j = 0; j < Count; j++)
        {
            _keys[j] = ((((long)ClassOf(length[j]) << PixelBits) | (uint)first[j]) << LineBits) | (uint)j;
            isSorted &= j == 0 || _keys[j] > _keys[j - 1];
        }

        if (!isSorted) Array.Sort(_keys);
        var begins = new List<int>();
        var longest = new List<int>();
        for (int k = 0, last = -1; k < Count; k++)
        {
            int j = (int)(_keys[k] & ((1L << LineBits) - 1)), own = ClassOf(length[j]);
            if (own != last)
            {
                begins.Add(k);
                longest.Add(0);
                last = own;
            }

            longest[^1] = Math.Max(longest[^1], length[j]);
            (_sorted[k], _sortedFirst[k], _sortedEnd[k]) = (j, first[j], first[j] + length[j]);
        }

        Classes = begins.Count;
        begins.Add(Count);
        longest.Add(0);
        _order.Write(_sorted);
        _first.Write(_sortedFirst);
        _end.Write(_sortedEnd);
        _classBegin.Write([.. begins]);
        _classLongest.Write([.. longest]);
        Detached = windows.HasDetachedPixel ? 1 : 0;
        (_knownFirst, _knownLength, _knownDetached, _origin) = (first.ToArray(), length.ToArray(), windows.HasDetachedPixel, 0);
    }

    private static int ClassOf(int length) => (BitOperations.Log2((uint)Math.Max(length, 1)) + 1) / 2;
}
