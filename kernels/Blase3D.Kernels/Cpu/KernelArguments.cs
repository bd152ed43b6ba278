using Blase3D.Kernels.Contracts;

namespace Blase3D.Kernels.Cpu;

/// <summary>Refuses arguments that do not belong together.</summary>
internal static class KernelArguments
{
    /// <summary>Checks a table of lines.</summary>
    /// <param name="lines">The lines.</param>
    /// <param name="windows">One window per line.</param>
    /// <param name="wavelength">The pixels.</param>
    /// <param name="values">One value per pixel.</param>
    public static void Check(LineTable lines, LineWindows windows, double[] wavelength, double[] values)
    {
        ArgumentNullException.ThrowIfNull(lines);
        ArgumentNullException.ThrowIfNull(windows);
        if (windows.Lines != lines.Count) throw new ArgumentException($"{windows.Lines} windows for {lines.Count} lines.", nameof(windows));
        CheckPixels(wavelength, values);
    }

    /// <summary>Checks a source of lines.</summary>
    /// <param name="source">The lines.</param>
    /// <param name="rule">Their windows.</param>
    /// <param name="wavelength">The pixels.</param>
    /// <param name="workers">The threads.</param>
    /// <param name="values">One value per pixel.</param>
    public static void Check(ILineSource source, WindowRule rule, double[] wavelength, Workers workers, double[] values)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(rule);
        ArgumentNullException.ThrowIfNull(workers);
        CheckPixels(wavelength, values);
    }

    private static void CheckPixels(double[] wavelength, double[] values)
    {
        ArgumentNullException.ThrowIfNull(wavelength);
        ArgumentNullException.ThrowIfNull(values);
        if (values.Length < wavelength.Length) throw new ArgumentException($"{values.Length} values for {wavelength.Length} pixels.", nameof(values));
    }
}
