namespace Blase3D.Native.Cfitsio;

/// <content>Images.</content>
public sealed partial class FitsFile
{
    /// <summary>
    /// The lengths of the image of the current HDU in FITS order, NAXIS1 (the fastest) first; empty when it has no pixels.
    /// </summary>
    /// <exception cref="FitsException">The current HDU is a table.</exception>
    public unsafe long[] ImageShape
    {
        get
        {
            using (FitsLibrary.Enter())
            {
                RequireKind("ffgidm", image: true);
                int status = 0;
                _ = FitsNative.ffgidm(_file.Pointer, out int dimensions, ref status);
                Check(status, "ffgidm");
                var shape = new long[dimensions];
                fixed (long* first = shape) _ = FitsNative.ffgiszll(_file.Pointer, dimensions, first, ref status);
                Check(status, "ffgiszll");
                return shape;
            }
        }
    }

    /// <summary>Whether the image of the current HDU holds whole numbers that no scaling makes fractional, as masks do.</summary>
    /// <exception cref="FitsException">The current HDU is a table.</exception>
    public bool IsIntegerImage
    {
        get
        {
            using (FitsLibrary.Enter())
            {
                RequireKind("ffgiet", image: true);
                int status = 0;
                _ = FitsNative.ffgiet(_file.Pointer, out int bitsPerPixel, ref status);
                Check(status, "ffgiet");
                return bitsPerPixel > 0;
            }
        }
    }

    /// <summary>Reads pixels in file order (NAXIS1 fastest) as 64-bit floats, scaled by BSCALE and BZERO; blanks become NaN.</summary>
    /// <param name="firstPixel0">Index of the first pixel, from 0.</param>
    /// <param name="destination">As many pixels as it is long.</param>
    /// <exception cref="FitsException">The current HDU is a table, or the file ends before the last pixel.</exception>
    public unsafe void ReadImage(long firstPixel0, Span<double> destination)
    {
        double blank = double.NaN;
        fixed (double* first = destination) ReadPixels(firstPixel0, destination.Length, FitsNative.TypeDouble, &blank, first);
    }

    /// <summary>As <see cref="ReadImage(long, Span{double})"/>, as 32-bit floats.</summary>
    /// <inheritdoc cref="ReadImage(long, Span{double})"/>
    public unsafe void ReadImage(long firstPixel0, Span<float> destination)
    {
        float blank = float.NaN;
        fixed (float* first = destination) ReadPixels(firstPixel0, destination.Length, FitsNative.TypeFloat, &blank, first);
    }

    /// <summary>Appends an image of 64-bit floats and makes it the current HDU.</summary>
    /// <param name="data">Pixels in file order, NAXIS1 fastest.</param>
    /// <param name="shape">Lengths in FITS order, NAXIS1 first; their product is the length of <paramref name="data"/>.</param>
    /// <exception cref="ArgumentException">The number of pixels does not fit the shape.</exception>
    /// <exception cref="FitsException">The file cannot be written.</exception>
    public unsafe void WriteImage(double[] data, ReadOnlySpan<long> shape)
    {
        ArgumentNullException.ThrowIfNull(data);
        fixed (double* first = data) WritePixels(first, data.Length, FitsNative.TypeDouble, FitsNative.DoubleImage, shape);
    }

    /// <summary>Appends an image of 32-bit floats and makes it the current HDU.</summary>
    /// <inheritdoc cref="WriteImage(double[], ReadOnlySpan{long})"/>
    public unsafe void WriteImage(float[] data, ReadOnlySpan<long> shape)
    {
        ArgumentNullException.ThrowIfNull(data);
        fixed (float* first = data) WritePixels(first, data.Length, FitsNative.TypeFloat, FitsNative.FloatImage, shape);
    }

    private unsafe void ReadPixels(long firstPixel0, int count, int type, void* blank, void* values)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(firstPixel0);
        using (FitsLibrary.Enter())
        {
            RequireKind("ffgpv", image: true);
            if (count == 0) return;

            // CFITSIO does not compare the request with NAXIS: pixels beyond the image would come from whatever follows it.
            long pixels = PixelCount();
            if (firstPixel0 > pixels - count)
            {
                throw new FitsException(
                    "ffgpv", Where, 0, $"pixels {firstPixel0} to {firstPixel0 + count - 1} were asked of an image of {pixels}");
            }

            // Asked to mark blanks, CFITSIO turns infinities into blanks too. Floats need no marking: their blank is NaN already.
            int status = 0;
            _ = FitsNative.ffgidt(_file.Pointer, out int bitsPerPixel, ref status);
            if (bitsPerPixel < 0) blank = null;
            _ = FitsNative.ffgpv(_file.Pointer, type, firstPixel0 + 1, count, blank, values, out _, ref status);
            Check(status, "ffgpv");
        }
    }

    private long PixelCount()
    {
        long[] shape = ImageShape;
        if (shape.Length == 0) return 0;
        try
        {
            return shape.Aggregate(1L, (product, n) => checked(product * n));
        }
        catch (OverflowException)
        {
            throw new FitsException("ffgiszll", Where, 0, $"the image shape [{string.Join(", ", shape)}] has too many pixels");
        }
    }

    private unsafe void WritePixels(void* values, long count, int type, int bitsPerPixel, ReadOnlySpan<long> shape)
    {
        long product = 1;
        foreach (long n in shape) product *= n;
        if (shape.IsEmpty || product != count)
        {
            throw new ArgumentException($"{count} pixels do not fill the shape [{string.Join(", ", shape.ToArray())}].", nameof(shape));
        }

        using (FitsLibrary.Enter())
        {
            int status = 0;
            fixed (long* lengths = shape) _ = FitsNative.ffcrimll(_file.Pointer, bitsPerPixel, shape.Length, lengths, ref status);
            Check(status, "ffcrimll");
            if (count > 0) _ = FitsNative.ffppr(_file.Pointer, type, 1, count, values, ref status);
            Check(status, "ffppr");
            Appended();
        }
    }

    /// <summary>Appending moved the library to the new HDU: follow it, and flush so that a full disk is noticed here.</summary>
    private void Appended()
    {
        _ = FitsNative.ffghdn(_file.Pointer, out int number);
        _index0 = number - 1;
        int status = 0;
        _ = FitsNative.ffflus(_file.Pointer, ref status);
        Check(status, "ffflus");
    }

    private void RequireKind(string call, bool image)
    {
        FitsHduKind kind = Kind;
        if ((kind == FitsHduKind.Image) != image)
        {
            throw new FitsException(
                call, Where, 0, image ? "this HDU holds a table, not an image" : "this HDU holds an image, not a table");
        }
    }
}
