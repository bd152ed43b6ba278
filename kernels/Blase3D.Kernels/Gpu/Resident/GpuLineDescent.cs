using Blase3D.Kernels.Contracts;
using Blase3D.Kernels.Gpu.Devices;

namespace Blase3D.Kernels.Gpu.Resident;

/// <summary>Adam on the lines of one spectrum on a device.</summary>
internal sealed class GpuLineDescent : ILineDescent
{
    private const double Beta1 = 0.9;
    private const double Beta2 = 0.999;
    private const int Parameters = 4;
    private const int Moments = 3;

    // Value, moments and derivative.
    private const int VelocityState = 2 + Moments;

    private readonly IComputeCommands _commands;
    private readonly GpuPrecision _precision;
    private readonly DescentProblem _problem;
    private readonly KernelProgram _program;
    private readonly DeviceLines _lines;
    private readonly List<DeviceReals> _reals = [];
    private readonly DeviceReals _high, _low, _flux, _transmission, _weight, _settings, _corrections, _smallest, _moments, _gradient, _sums, _loss, _velocity, _shiftedHigh, _shiftedLow;
    private readonly int _count;
    private readonly int _pixels;
    private readonly int _tiles;
    private readonly double[] _value = [0.0];
    private int _steps;

    public GpuLineDescent(IComputeDevice device, GpuPrecision precision, DescentProblem problem)
    {
        (_commands, _precision, _problem) = (device.CreateCommands(), precision, problem);
        (_count, _pixels) = (problem.Lines.Count, problem.Wavelength.Length);
        _tiles = (_pixels + KernelProgram.TilePixels - 1) / KernelProgram.TilePixels;
        _program = KernelProgram.Lines(precision, problem.Model.Composition, problem.Model.Profile == LineProfile.Voigt);
        _lines = new DeviceLines(_commands, precision);
        (_high, _low, _flux, _transmission, _weight) = (Reals(), Reals(), Reals(), Reals(), Reals());
        (_settings, _corrections, _smallest, _moments, _gradient, _sums, _loss) = (Reals(), Reals(), Reals(), Reals(), Reals(), Reals(), Reals());
        (_velocity, _shiftedHigh, _shiftedLow) = (Reals(), Reals(), Reals());
        try
        {
            Write();
        }
        catch (ComputeDeviceException)
        {
            Dispose();
            throw;
        }
    }

    private int LineGroups => (_count + KernelProgram.GroupSize - 1) / KernelProgram.GroupSize;

    public double Evaluate()
    {
        if (_problem.TrainVelocity && _count > 0)
        {
            Run("shift_centers", LineGroups, [_count, _velocity.Buffer, _lines.Parameters.CenterHigh.Buffer, _lines.Parameters.CenterLow.Buffer, _shiftedHigh.Buffer, _shiftedLow.Buffer]);
            _lines.Refresh(_commands.Kernel(_program, "line_constants"), _problem.Model.Profile, _shiftedHigh, _shiftedLow);
        }
        else
        {
            _lines.Refresh(_commands.Kernel(_program, "line_constants"), _problem.Model.Profile, _lines.Parameters.CenterHigh, _lines.Parameters.CenterLow);
        }

        var arguments = new ComputeArgument[13];
        arguments[0] = _pixels;
        _lines.Describe(arguments.AsSpan(1));
        (arguments[10], arguments[11], arguments[12]) = (_high.Buffer, _low.Buffer, _transmission.Buffer);
        Run("forward_spectrum", _tiles, arguments);
        Run("descent_residual", _tiles, [_pixels, _problem.Start, _problem.End, _settings.Buffer, _flux.Buffer, _transmission.Buffer, _weight.Buffer, _sums.Buffer]);
        Run("descent_loss", 1, [_tiles, _settings.Buffer, _sums.Buffer, _loss.Buffer]);
        _loss.Read(_value);
        return _value[0];
    }

    public void Move()
    {
        if (_steps >= _problem.Steps) throw new InvalidOperationException($"All {_steps} steps are done.");
        if (_count > 0)
        {
            (ComputeBuffer first, ComputeBuffer end, ComputeBuffer kind, ComputeBuffer constants) = _lines.Columns;
            Run("adjoint_lines", _count,
            [
                _pixels, _count, _problem.Model.Profile == LineProfile.Thompson ? 1 : 0, _lines.Detached, _lines.Order, first, end, kind, constants,
                _high.Buffer, _low.Buffer, _weight.Buffer, _gradient.Buffer,
            ]);
            (DeviceReals centerHigh, DeviceReals centerLow, DeviceReals lnAmplitude, DeviceReals lnSigma, DeviceReals lnGamma) = _lines.Parameters;
            if (_problem.TrainVelocity) Run("velocity_derivative", 1, [_count, _gradient.Buffer, centerHigh.Buffer, centerLow.Buffer, _velocity.Buffer]);
            Run("adam_step", LineGroups,
            [
                _count, _steps, _problem.SmallestLnWidth.Length > 0 ? 1 : 0, _settings.Buffer, _corrections.Buffer, _gradient.Buffer, _smallest.Buffer, _velocity.Buffer, _moments.Buffer,
                centerHigh.Buffer, centerLow.Buffer, lnAmplitude.Buffer, lnSigma.Buffer, lnGamma.Buffer,
            ]);
            if (_problem.TrainVelocity) Run("adam_velocity", 1, [_steps, _settings.Buffer, _corrections.Buffer, _velocity.Buffer]);
        }

        _steps++;
    }

    public LineTable Read()
    {
        (DeviceReals centerHigh, DeviceReals centerLow, DeviceReals lnAmplitude, DeviceReals lnSigma, DeviceReals lnGamma) = _lines.Parameters;
        var lines = new LineTable(Column(centerHigh), Column(lnAmplitude), Column(lnSigma), Column(lnGamma));
        if (_precision == GpuPrecision.Binary32)
        {
            double[] low = Column(centerLow);
            for (int j = 0; j < _count; j++) lines.Center[j] += low[j];
        }

        return lines;

        double[] Column(DeviceReals values)
        {
            var column = new double[_count];
            if (_count > 0) values.Read(column);
            return column;
        }
    }

    public double ReadVelocity()
    {
        _velocity.Read(_value);
        return _value[0];
    }

    public void Dispose()
    {
        foreach (DeviceReals column in _reals) column.Release();
        _lines.Release();
        _commands.Dispose();
    }

    private void Write()
    {
        _lines.Load(_commands.Kernel(_program, "line_constants"), _problem.Model.Profile, _problem.Lines, _problem.Windows);
        _high.Write(_problem.Wavelength);
        _low.WriteRest(_problem.Wavelength);
        _flux.Write(_problem.Flux.AsSpan(0, _pixels));
        _settings.Write([1.0 / (_problem.End - _problem.Start), _problem.CenterRate, _problem.Rate]);
        var corrections = new double[2 * _problem.Steps];
        for (int t = 1; t <= _problem.Steps; t++)
        {
            corrections[2 * (t - 1)] = 1 / (1 - Math.Pow(Beta1, t));
            corrections[(2 * t) - 1] = 1 / Math.Sqrt(1 - Math.Pow(Beta2, t));
        }

        _corrections.Write(corrections);
        _smallest.Write(_problem.SmallestLnWidth);
        _moments.Write(new double[Moments * Parameters * _count]);
        _velocity.Write(new double[VelocityState]);
        _shiftedHigh.Reserve(_count);
        _shiftedLow.Reserve(_count);
        _transmission.Reserve(_pixels);
        _weight.Reserve(_pixels);
        _gradient.Reserve((long)Parameters * _count);
        _sums.Reserve(_tiles);
        _loss.Reserve(1);
    }

    private void Run(string kernel, int groups, ReadOnlySpan<ComputeArgument> arguments) => _commands.Run(_commands.Kernel(_program, kernel), groups, arguments);

    private DeviceReals Reals()
    {
        var column = new DeviceReals(_commands, _precision);
        _reals.Add(column);
        return column;
    }
}
