using Blase3D.Kernels.Contracts;
using Blase3D.Kernels.Gpu.Devices;

namespace Blase3D.Kernels.Gpu;

/// <summary>
/// The forward model and its adjoint on a device; always exact in its precision. Spectra that do not fit into the device's memory are evaluated slice
/// by slice.
/// </summary>
internal sealed class GpuLineKernels : ILineKernels
{
    // The number of pixels and what DeviceLines.Describe writes.
    private const int LineArguments = 10;

    private readonly IComputeCommands _commands;
    private readonly GpuPrecision _precision;
    private readonly DeviceLines _lines;
    private readonly DevicePixels _pixels;
    private readonly DeviceReals _transmission;
    private readonly DeviceReals _data;
    private readonly DeviceReals _weight;
    private readonly DeviceReals _sums;
    private readonly DeviceReals _gradient;
    private double[] _results = [];

    public GpuLineKernels(string name, IComputeDevice device, GpuPrecision precision)
    {
        (Name, _precision) = (name, precision);
        _commands = device.CreateCommands();
        _lines = new DeviceLines(_commands, precision);
        _pixels = new DevicePixels(_commands, precision);
        (_transmission, _data, _weight) = (_pixels.Column(), _pixels.Column(), _pixels.Column());
        (_sums, _gradient) = (new DeviceReals(_commands, precision), new DeviceReals(_commands, precision));
    }

    public string Name { get; }

    public void Forward(LineModel model, LineTable lines, LineWindows windows, double[] wavelength, Workers workers, double[] transmission)
    {
        Check(lines, windows, wavelength, transmission);
        ArgumentNullException.ThrowIfNull(workers);
        KernelProgram program = Load(model, lines, windows);
        ComputeKernel kernel = _commands.Kernel(program, "forward_spectrum");
        _pixels.ForSlices(wavelength, KernelProgram.TilePixels, (start, end) =>
        {
            _transmission.Reserve(end - start);
            var arguments = new ComputeArgument[LineArguments + 3];
            Describe(start, end, arguments);
            arguments[^1] = _transmission.Buffer;
            _commands.Run(kernel, Tiles(end - start), arguments);
            _transmission.Read(transmission.AsSpan(start, end - start));
        }, workers.Cancellation);
    }

    public (double Sum, int Pixels) SquaredResidual(
        LineModel model, LineTable lines, LineWindows windows, double[] wavelength, double[] data, double[]? weight, Workers workers)
    {
        ArgumentNullException.ThrowIfNull(data);
        Check(lines, windows, wavelength, data);
        if (weight is not null) Check(lines, windows, wavelength, weight);
        ArgumentNullException.ThrowIfNull(workers);
        KernelProgram program = Load(model, lines, windows);
        ComputeKernel kernel = _commands.Kernel(program, "forward_residual");
        double sum = 0, number = 0;
        _pixels.ForSlices(wavelength, KernelProgram.TilePixels, (start, end) =>
        {
            int tiles = Tiles(end - start);
            _data.Write(data.AsSpan(start, end - start));
            _weight.Reserve(1);
            if (weight is not null) _weight.Write(weight.AsSpan(start, end - start));
            _sums.Reserve(2 * tiles);
            var arguments = new ComputeArgument[LineArguments + 6];
            Describe(start, end, arguments);
            arguments[^4] = weight is null ? 0 : 1;
            arguments[^3] = _data.Buffer;
            arguments[^2] = _weight.Buffer;
            arguments[^1] = _sums.Buffer;
            _commands.Run(kernel, tiles, arguments);
            Span<double> sums = Results(2 * tiles);
            _sums.Read(sums);
            for (int t = 0; t < tiles; t++) (sum, number) = (sum + sums[2 * t], number + sums[(2 * t) + 1]);
        }, workers.Cancellation);
        return (sum, (int)number);
    }

    public void Gradient(
        LineModel model,
        LineTable lines,
        LineWindows windows,
        double[] wavelength,
        double[] transmission,
        double[] cotangent,
        Workers workers,
        LineGradient gradient)
    {
        ArgumentNullException.ThrowIfNull(gradient);
        ArgumentNullException.ThrowIfNull(cotangent);
        ArgumentNullException.ThrowIfNull(workers);
        Check(lines, windows, wavelength, transmission);
        int count = lines.Count;
        gradient.Center.AsSpan(0, count).Clear();
        gradient.LnAmplitude.AsSpan(0, count).Clear();
        gradient.LnSigma.AsSpan(0, count).Clear();
        gradient.LnGamma.AsSpan(0, count).Clear();
        KernelProgram program = Load(model, lines, windows);
        if (count == 0) return;
        ComputeKernel weigh = _commands.Kernel(program, "adjoint_weight"), sum = _commands.Kernel(program, "adjoint_lines");
        _gradient.Reserve(4L * count);
        _pixels.ForSlices(wavelength, KernelProgram.TilePixels, (start, end) =>
        {
            int pixels = end - start;
            _transmission.Write(transmission.AsSpan(start, pixels));
            _data.Write(cotangent.AsSpan(start, pixels));
            _weight.Reserve(pixels);
            _lines.Place(start);
            _commands.Run(weigh, (pixels + KernelProgram.GroupSize - 1) / KernelProgram.GroupSize, [pixels, _transmission.Buffer, _data.Buffer, _weight.Buffer]);
            (ComputeBuffer first, ComputeBuffer behind, ComputeBuffer kind, ComputeBuffer constants) = _lines.Columns;
            _commands.Run(sum, count,
            [
                pixels, count, model.Profile == LineProfile.Thompson ? 1 : 0, _lines.Detached, _lines.Order, first, behind, kind, constants,
                _pixels.High, _pixels.Low, _weight.Buffer, _gradient.Buffer,
            ]);
            Span<double> parts = Results(4 * count);
            _gradient.Read(parts);
            Add(parts[..count], gradient.Center);
            Add(parts[count..(2 * count)], gradient.LnAmplitude);
            Add(parts[(2 * count)..(3 * count)], gradient.LnSigma);
            Add(parts[(3 * count)..], gradient.LnGamma);
        }, workers.Cancellation);

        static void Add(ReadOnlySpan<double> part, double[] total)
        {
            for (int j = 0; j < part.Length; j++) total[j] += part[j];
        }
    }

    private static int Tiles(int pixels) => (pixels + KernelProgram.TilePixels - 1) / KernelProgram.TilePixels;

    private static void Check(LineTable lines, LineWindows windows, double[] wavelength, double[] values)
    {
        ArgumentNullException.ThrowIfNull(lines);
        ArgumentNullException.ThrowIfNull(windows);
        ArgumentNullException.ThrowIfNull(wavelength);
        ArgumentNullException.ThrowIfNull(values);
        if (windows.Lines != lines.Count) throw new ArgumentException($"{windows.Lines} windows for {lines.Count} lines.", nameof(windows));
        if (values.Length < wavelength.Length) throw new ArgumentException($"{values.Length} values for {wavelength.Length} pixels.", nameof(values));
    }

    private KernelProgram Load(LineModel model, LineTable lines, LineWindows windows)
    {
        KernelProgram program = KernelProgram.Lines(_precision, model.Composition, model.Profile == LineProfile.Voigt);
        _lines.Load(_commands.Kernel(program, "line_constants"), model.Profile, lines, windows);
        return program;
    }

    private void Describe(int start, int end, Span<ComputeArgument> arguments)
    {
        _lines.Place(start);
        arguments[0] = end - start;
        _lines.Describe(arguments[1..]);
        arguments[LineArguments] = _pixels.High;
        arguments[LineArguments + 1] = _pixels.Low;
    }

    private Span<double> Results(int count)
    {
        if (_results.Length < count) _results = new double[count];
        return _results.AsSpan(0, count);
    }
}
