using Blase3D.Engine.Storage.Npz;
using Blase3D.Kernels.Contracts;
using Xunit;

namespace Blase3D.Kernels.Tests;

/// <summary>Lines, wavelengths and windows that the kernel tests evaluate.</summary>
internal sealed record LineProblem(double[] Wavelength, LineTable Lines, LineWindows Windows)
{
    public static LineTable ReadLines(NpzReader golden) => new(
        golden.Doubles("lam_centers"), golden.Doubles("amplitudes"), golden.Doubles("sigma_widths"), golden.Doubles("gamma_widths"));

    /// <summary>Random lines of all kinds on a grid whose step doubles in the middle, as PHOENIX's does at 10,000 A.</summary>
    public static LineProblem Random(int seed, int pixels, int lines, int window)
    {
        var random = new Random(seed);
        var wavelength = new double[pixels];
        for (int i = 0; i < pixels; i++) wavelength[i] = 9990 + (i < pixels / 2 ? 0.01 * i : (0.01 * (pixels / 2)) + (0.02 * (i - (pixels / 2))));
        var table = new LineTable(new double[lines], new double[lines], new double[lines], new double[lines]);
        for (int j = 0; j < lines; j++)
        {
            table.Center[j] = wavelength[0] + (random.NextDouble() * (wavelength[^1] - wavelength[0]));
            table.LnAmplitude[j] = -6 + (3 * random.NextDouble());
            table.LnSigma[j] = -4.5 + (2 * random.NextDouble());
            table.LnGamma[j] = -4.5 + (2.5 * random.NextDouble());
        }

        return new LineProblem(wavelength, table, LineWindows.Create(table.Center, wavelength, window));
    }

    public double[] Forward(ILineKernels kernels, LineModel model, Workers? workers = null)
    {
        var transmission = new double[Wavelength.Length];
        kernels.Forward(model, Lines, Windows, Wavelength, workers ?? Workers.OneThread, transmission);
        return transmission;
    }

    public LineGradient Gradient(ILineKernels kernels, LineModel model, double[] cotangent, Workers? workers = null)
    {
        var gradient = new LineGradient(Lines.Count);
        double[] transmission = Forward(kernels, model, workers);
        kernels.Gradient(model, Lines, Windows, Wavelength, transmission, cotangent, workers ?? Workers.OneThread, gradient);
        return gradient;
    }

    public static double MaxDifference(ReadOnlySpan<double> left, ReadOnlySpan<double> right)
    {
        Assert.Equal(left.Length, right.Length);
        double worst = 0;
        for (int i = 0; i < left.Length; i++)
        {
            double difference = Math.Abs(left[i] - right[i]);
            if (!(difference <= worst)) worst = double.IsNaN(difference) ? double.PositiveInfinity : difference;
        }

        return worst;
    }

    public static double[] Every(double[] values, int stride)
    {
        var picked = new double[(values.Length + stride - 1) / stride];
        for (int i = 0; i < picked.Length; i++) picked[i] = values[i * stride];
        return picked;
    }
}

/// <summary>The kernel variants, for theories. Those that this processor lacks are named in the test's output by <see cref="KernelSetTests"/>.</summary>
internal static class Variants
{
    public static IEnumerable<KernelSet> Supported => KernelSet.All.Where(set => set.IsSupported);

    public static TheoryData<string> Names => [.. Supported.Select(set => set.Name)];

    public static ILineKernels Create(string name) => KernelSet.Find(name)!.Create();
}
