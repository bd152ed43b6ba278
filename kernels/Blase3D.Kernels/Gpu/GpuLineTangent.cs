using Blase3D.Kernels.Contracts;
using Blase3D.Kernels.Gpu.Devices;

namespace Blase3D.Kernels.Gpu;

/// <summary>The tangent of the forward model on a device, a few directions in a run.</summary>
internal sealed class GpuLineTangent : ILineTangent
{
    private const int LineArguments = 10;
    private const int ColumnsPerDirection = 4;

    private readonly IComputeCommands _commands;
    private readonly GpuPrecision _precision;
    private readonly DeviceLines _lines;
    private readonly DevicePixels _pixels;
    private readonly DeviceReals _transmission;
    private readonly DeviceReals _derivatives;
    private readonly DeviceReals _directions;
    private double[] _columns = [];
    private double[] _results = [];

    public GpuLineTangent(IComputeDevice device, GpuPrecision precision)
    {
        _precision = precision;
        _commands = device.CreateCommands();
        _lines = new DeviceLines(_commands, precision);
        _pixels = new DevicePixels(_commands, precision);
        (_transmission, _derivatives) = (_pixels.Column(), _pixels.Column());
        _directions = new DeviceReals(_commands, precision);
    }

    public void Evaluate(
        LineModel model,
        LineTable lines,
        LineWindows windows,
        double[] wavelength,
        double[] transmission,
        IReadOnlyList<LineTable> directions,
        Workers workers,
        IReadOnlyList<double[]> derivatives)
    {
        ArgumentNullException.ThrowIfNull(lines);
        ArgumentNullException.ThrowIfNull(windows);
        ArgumentNullException.ThrowIfNull(wavelength);
        ArgumentNullException.ThrowIfNull(transmission);
        ArgumentNullException.ThrowIfNull(directions);
        ArgumentNullException.ThrowIfNull(workers);
        ArgumentNullException.ThrowIfNull(derivatives);
        if (windows.Lines != lines.Count) throw new ArgumentException($"{windows.Lines} windows for {lines.Count} lines.", nameof(windows));
        if (derivatives.Count != directions.Count) throw new ArgumentException($"{derivatives.Count} results for {directions.Count} directions.", nameof(derivatives));
        KernelProgram program = KernelProgram.Lines(_precision, model.Composition, model.Profile == LineProfile.Voigt);
        _lines.Load(_commands.Kernel(program, "line_constants"), model.Profile, lines, windows);
        ComputeKernel kernel = _commands.Kernel(program, "tangent_spectrum");
        for (int from = 0; from < directions.Count; from += KernelProgram.Directions)
        {
            int number = Math.Min(KernelProgram.Directions, directions.Count - from), first = from;
            LoadDirections(directions, first, number, lines.Count);
            _pixels.ForSlices(wavelength, KernelProgram.TangentTilePixels, (start, end) =>
            {
                int pixels = end - start;
                _transmission.Write(transmission.AsSpan(start, pixels));
                _derivatives.Reserve((long)pixels * number);
                _lines.Place(start);
                var arguments = new ComputeArgument[LineArguments + 8];
                arguments[0] = pixels;
                _lines.Describe(arguments.AsSpan(1));
                arguments[LineArguments] = _pixels.High;
                arguments[LineArguments + 1] = _pixels.Low;
                arguments[LineArguments + 2] = model.Profile == LineProfile.Thompson ? 1 : 0;
                arguments[LineArguments + 3] = number;
                arguments[LineArguments + 4] = _lines.Order;
                arguments[LineArguments + 5] = _directions.Buffer;
                arguments[LineArguments + 6] = _transmission.Buffer;
                arguments[LineArguments + 7] = _derivatives.Buffer;
                _commands.Run(kernel, (pixels + KernelProgram.TangentTilePixels - 1) / KernelProgram.TangentTilePixels, arguments);
                if (_results.Length < pixels * number) _results = new double[pixels * number];
                _derivatives.Read(_results.AsSpan(0, pixels * number));
                for (int d = 0; d < number; d++) _results.AsSpan(d * pixels, pixels).CopyTo(derivatives[first + d].AsSpan(start));
            }, workers.Cancellation);
        }
    }

    private void LoadDirections(IReadOnlyList<LineTable> directions, int from, int number, int count)
    {
        int length = ColumnsPerDirection * number * count;
        if (_columns.Length < length) _columns = new double[length];
        for (int d = 0; d < number; d++)
        {
            Span<double> own = _columns.AsSpan(ColumnsPerDirection * d * count);
            LineTable direction = directions[from + d];
            direction.Center.AsSpan(0, count).CopyTo(own);
            direction.LnAmplitude.AsSpan(0, count).CopyTo(own[count..]);
            direction.LnSigma.AsSpan(0, count).CopyTo(own[(2 * count)..]);
            direction.LnGamma.AsSpan(0, count).CopyTo(own[(3 * count)..]);
        }

        _directions.Write(_columns.AsSpan(0, length));
    }
}
