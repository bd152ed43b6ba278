namespace Blase3D.Kernels.Gpu;

/// <summary>What one spectrum takes of a device's memory while it is evaluated and differentiated, so that it can be said before a run.</summary>
/// <param name="BytesPerPixel">Wavelength, spectrum, data and weight of a pixel.</param>
/// <param name="BytesPerLine">Parameters, constants, window and derivatives of a line.</param>
public sealed record SpectrumMemory(long BytesPerPixel, long BytesPerLine)
{
    private const int PixelColumns = 4;
    private const int ParameterColumns = 4;
    private const int GradientColumns = 4;

    // Order, first pixel, end and kind.
    private const int IntColumns = 4;

    /// <summary>The memory in a precision; in single precision wavelengths and centres are the sum of two numbers.</summary>
    /// <param name="precision">Double or single.</param>
    public static SpectrumMemory Of(GpuPrecision precision)
    {
        (int size, int rest) = precision == GpuPrecision.Binary32 ? (sizeof(float), 1) : (sizeof(double), 0);
        return new SpectrumMemory(
            (PixelColumns + rest) * size, ((ParameterColumns + rest + KernelProgram.LineColumns + GradientColumns) * size) + (IntColumns * sizeof(int)));
    }

    /// <summary>Bytes of a spectrum.</summary>
    /// <param name="pixels">Its pixels.</param>
    /// <param name="lines">Its lines.</param>
    public long Bytes(long pixels, long lines) => (BytesPerPixel * pixels) + (BytesPerLine * lines);

    /// <summary>The slices in which a spectrum is made; 0 when not even its lines have room.</summary>
    /// <param name="pixels">Its pixels.</param>
    /// <param name="lines">Its lines.</param>
    /// <param name="limitBytes">The memory that may be used for it.</param>
    public long Slices(long pixels, long lines, long limitBytes)
    {
        // A slice that does not fit is halved.
        long room = (limitBytes - (BytesPerLine * lines)) / BytesPerPixel, slices = 1;
        if (room < Math.Min(pixels, KernelProgram.TilePixels)) return 0;
        while ((pixels + slices - 1) / slices > room) slices *= 2;
        return slices;
    }
}
