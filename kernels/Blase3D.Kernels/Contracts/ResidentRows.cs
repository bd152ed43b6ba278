namespace Blase3D.Kernels.Contracts;

/// <summary>
/// Rows of lines, sparse: the entries of row r are [<c>Offset[r]</c>, <c>Offset[r + 1]</c>), ascending in their line. Single precision, as stored.
/// </summary>
/// <param name="Reference">The reference centre of every line in Angstrom, ascending, length K.</param>
/// <param name="Offset">Length of the rows plus 1, from 0.</param>
/// <param name="Line">The line of every entry, 0 to K - 1.</param>
/// <param name="Shift">Centre minus reference centre in Angstrom.</param>
/// <param name="LnAmplitude">Natural logarithm of the amplitude.</param>
/// <param name="LnSigma">Natural logarithm of the Gaussian standard deviation.</param>
/// <param name="LnGamma">Natural logarithm of the Lorentzian half width.</param>
public sealed record SparseLineRows(double[] Reference, int[] Offset, int[] Line, float[] Shift, float[] LnAmplitude, float[] LnSigma, float[] LnGamma)
{
    /// <summary>The number of rows.</summary>
    public int Rows => Offset.Length - 1;
}

/// <summary>
/// Points as blends of rows. Corner c of point n is at n * <see cref="Corners"/> + c. With <see cref="Axes"/> above 0 every corner has a parabola
/// along each axis through itself and two more rows; where one of these lacks a line, the line through the other one, by at most 1 per step.
/// </summary>
public sealed class LineBlends
{
    /// <summary>Makes room.</summary>
    /// <param name="points">The number of points.</param>
    /// <param name="corners">The most corners of a point.</param>
    /// <param name="axes">The axes of the parabolas; 0 when a point is the weighted mean of its corners.</param>
    public LineBlends(int points, int corners, int axes)
    {
        (Points, Corners, Axes) = (points, corners, axes);
        CornerCount = new int[points];
        CornerRow = new int[points * corners];
        CornerWeight = new double[points * corners];
        ModelRow = new int[3 * points * corners * axes];
        ModelStep = new double[3 * points * corners * axes];
    }

    /// <summary>The number of points.</summary>
    public int Points { get; }

    /// <summary>The most corners of a point.</summary>
    public int Corners { get; }

    /// <summary>The axes of the parabolas.</summary>
    public int Axes { get; }

    /// <summary>The corners of every point.</summary>
    public int[] CornerCount { get; }

    /// <summary>The row of every corner.</summary>
    public int[] CornerRow { get; }

    /// <summary>The weight of every corner; those of a point add up to 1.</summary>
    public double[] CornerWeight { get; }

    /// <summary>Of every corner and axis: the two other rows, -1 for none, and 1 when the corner is at the end of the axis (else 0).</summary>
    public int[] ModelRow { get; }

    /// <summary>Of every corner and axis: how far the two other rows and the point are from the corner, in the axis' unit.</summary>
    public double[] ModelStep { get; }
}

/// <summary>On what spectra are made from resident rows.</summary>
/// <param name="Model">Profile and composition.</param>
/// <param name="FirstLine">The first line that counts.</param>
/// <param name="EndLine">The line behind the last.</param>
/// <param name="Cloned">The wavelengths on which windows are counted, Angstrom, ascending.</param>
/// <param name="WindowPixels">Pixels of a window there, as <see cref="LineWindows.Create"/>.</param>
/// <param name="Wavelength">The wavelengths of the spectra, Angstrom, ascending; windows are brought there as by <see cref="LineWindows.Transfer"/>.</param>
/// <param name="Residual">How residuals are added to the spectra of the lines; null when they are not.</param>
/// <param name="WindowTolerance">When given, windows follow the strength of the lines instead (<see cref="AdaptiveWindows"/>), 1e-12 to 0.1.</param>
public sealed record ResidentFrame(
    LineModel Model, int FirstLine, int EndLine, double[] Cloned, int WindowPixels, double[] Wavelength, ResidualTaps? Residual, double? WindowTolerance = null);

/// <summary>
/// How a residual given on one sampling adds to a spectrum S on another: every pixel becomes 1 + share (S - 1) plus the weighted sum of up to four
/// neighbouring values of the residual.
/// </summary>
/// <param name="Length">The length of a residual, at least <see cref="Taps"/>.</param>
/// <param name="At">The first of the values of every pixel.</param>
/// <param name="Weight">The weights, <see cref="Taps"/> for every pixel.</param>
/// <param name="Share">0 to 1 for every pixel; below 0 where the pixel stays as it is, and its weights are 0.</param>
public sealed record ResidualTaps(int Length, int[] At, double[] Weight, double[] Share)
{
    /// <summary>Values that a pixel takes.</summary>
    public const int Taps = 4;
}

/// <summary>Rows of lines in the memory of a device. Everything made of them shares one queue: one caller at a time.</summary>
public interface IResidentRows : IDisposable
{
    /// <summary>Bytes of the device that the rows take.</summary>
    long Bytes { get; }

    /// <summary>Prepares spectra.</summary>
    /// <param name="frame">On what.</param>
    /// <exception cref="Gpu.Devices.ComputeDeviceException">The device has no room, or fails.</exception>
    IResidentSpectra Prepare(ResidentFrame frame);
}

/// <summary>Spectra that are made and compared in the memory of a device. For one caller at a time.</summary>
public interface IResidentSpectra : IDisposable
{
    /// <summary>The most points that fit at a time.</summary>
    int MostPoints { get; }

    /// <summary>Bytes of the device that one point takes.</summary>
    long BytesPerPoint { get; }

    /// <summary>Brings values to the device, where they stay until disposed of.</summary>
    /// <param name="values">Any number.</param>
    /// <exception cref="Gpu.Devices.ComputeDeviceException">The device has no room, or fails.</exception>
    IResidentColumn Upload(ReadOnlySpan<double> values);

    /// <summary>Makes the spectra of points. Neither lines nor spectra leave the device.</summary>
    /// <param name="blends">1 to <see cref="MostPoints"/> points.</param>
    /// <exception cref="Gpu.Devices.ComputeDeviceException">The device has no room, or fails.</exception>
    void Evaluate(LineBlends blends);

    /// <summary>Adds residuals to the spectra of the last points: once per evaluation, with a frame that has them.</summary>
    /// <param name="uses">Every residual with the range of its uses.</param>
    /// <param name="point">The point of every use.</param>
    /// <param name="weight">The weight of every use.</param>
    /// <exception cref="Gpu.Devices.ComputeDeviceException">The device fails.</exception>
    void AddResiduals(IReadOnlyList<(IResidentColumn Residual, int From, int To)> uses, int[] point, double[] weight);

    /// <summary>Compares spectra of the last points with data; only sums come back.</summary>
    /// <param name="pairs">The point, the data (NaN where a pixel does not count), and the pixels' weights or null for 1.</param>
    /// <param name="sums">Receives for every pair sum weight (data - S)^2, the sum of the weights and the number of pixels, of those that count.</param>
    /// <exception cref="Gpu.Devices.ComputeDeviceException">The device fails.</exception>
    void Compare(IReadOnlyList<(int Point, IResidentColumn Data, IResidentColumn? Weight)> pairs, Span<double> sums);

    /// <summary>Waits, and copies the spectrum of one of the last points.</summary>
    /// <param name="point">Which.</param>
    /// <param name="spectrum">Receives it.</param>
    /// <exception cref="Gpu.Devices.ComputeDeviceException">The device fails.</exception>
    void Read(int point, Span<double> spectrum);
}

/// <summary>Values in the memory of a device.</summary>
public interface IResidentColumn : IDisposable
{
    /// <summary>How many.</summary>
    int Count { get; }
}
