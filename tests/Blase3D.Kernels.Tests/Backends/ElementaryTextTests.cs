using Blase3D.Kernels.Gpu;
using Blase3D.Kernels.Gpu.Devices;
using Blase3D.Tests;
using Xunit;
using Xunit.Abstractions;

namespace Blase3D.Kernels.Tests.Backends;

/// <summary>The kernel text's own elementary functions against those of the runtime, in units of the last place.</summary>
public class ElementaryTextTests(ITestOutputHelper output)
{
    private const string Text = """
        KERNEL void evaluate(int count, GLOBAL const real* RESTRICT x, GLOBAL real* RESTRICT result)
        {
          int i = BLOCK() * GROUP + LANE();
          if (i >= count) return;
          real sine, cosine;
          sine_cosine(x[3 * count + i], &sine, &cosine);
          result[i] = exponential(x[i]);
          result[count + i] = logarithm(x[count + i]);
          result[2 * count + i] = SQRT(x[2 * count + i]);
          result[3 * count + i] = sine;
          result[4 * count + i] = cosine;
        }
        """;

    [Theory]
    [InlineData("opencl", false)]
    [InlineData("opencl", true)]
    public void Elementary_functions_are_good_to_units_of_the_last_place(string backend, bool isSingle)
    {
        if (Backend.Device(backend, output) is not { } device) return;
        const int count = 20_000;
        var random = new Random(5);
        var x = new double[4 * count];
        for (int i = 0; i < count; i++)
        {
            x[i] = isSingle ? (float)(-87 + (175 * random.NextDouble())) : -700 + (1400 * random.NextDouble());
            double positive = Math.Exp(isSingle ? -80 + (160 * random.NextDouble()) : -690 + (1380 * random.NextDouble()));
            if (i % 4 == 0) positive = 1 + (0.01 * (random.NextDouble() - 0.5));
            x[count + i] = x[(2 * count) + i] = isSingle ? (float)positive : positive;
            x[(3 * count) + i] = isSingle ? (float)(300 * (random.NextDouble() - 0.5)) : 300 * (random.NextDouble() - 0.5);
        }

        using IComputeCommands commands = device.CreateCommands();
        GpuPrecision precision = isSingle ? GpuPrecision.Binary32 : GpuPrecision.Binary64;
        var input = new DeviceReals(commands, precision);
        var results = new DeviceReals(commands, precision);
        input.Write(x);
        results.Reserve(5 * count);
        commands.Run(commands.Kernel(KernelProgram.Custom(precision, Text), "evaluate"), (count + 63) / 64, [count, input.Buffer, results.Buffer]);
        var found = new double[5 * count];
        results.Read(found);
        Within("exp", 0, i => Math.Exp(x[i]), Tolerances.DeviceExpUlp);
        Within("log", 1, i => Math.Log(x[count + i]), Tolerances.DeviceLogUlp);
        Within("sqrt", 2, i => Math.Sqrt(x[(2 * count) + i]), Tolerances.DeviceSqrtUlp);

        // Near a zero the last place is that of 1: the angle itself is known no better.
        Within("sin", 3, i => Math.Sin(x[(3 * count) + i]), Tolerances.DeviceSineUlp, least: 1);
        Within("cos", 4, i => Math.Cos(x[(3 * count) + i]), Tolerances.DeviceSineUlp, least: 1);

        void Within(string name, int column, Func<int, double> reference, double tolerance, double least = 0)
        {
            double worst = 0;
            for (int i = 0; i < count; i++)
            {
                double expected = reference(i), size = Math.Max(Math.Abs(expected), least);
                double place = isSingle ? MathF.BitIncrement((float)size) - (double)(float)size : Math.BitIncrement(size) - size;
                worst = Math.Max(worst, Math.Abs(found[(column * count) + i] - expected) / place);
            }

            output.WriteLine($"{name}: {worst:0.00} units of the last place");
            Assert.InRange(worst, 0, tolerance);
        }
    }
}
