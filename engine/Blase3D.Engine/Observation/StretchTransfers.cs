using Blase3D.Kernels;

namespace Blase3D.Engine.Observation;

/// <summary>
/// The transforms of all kernels on the frequencies of one discrete Fourier transform, and their derivatives: those of the rotation, of the parts of the
/// instrument profile, and of the spline. Kept until rotation or resolution change.
/// </summary>
internal sealed class StretchTransfers
{
    /// <summary>What is not the derivative by a parameter: the kernel itself.</summary>
    public const int Kernel = 0;

    private const int Pieces = 16;

    // Below this a profile leaves nothing of a frequency, and the rotation is not asked.
    private const double Nothing = 1e-18;

    private readonly double _step;
    private readonly int _length;
    private readonly ProfileParts _parts;
    private readonly ComplexSeries[,] _transfer;
    private (double Rotation, double Limb, double Factor)? _of;

    /// <summary>Makes room.</summary>
    /// <param name="stepKmPerS">The step of the lattice.</param>
    /// <param name="length">The length of the transform.</param>
    /// <param name="parts">The instrument.</param>
    public StretchTransfers(double stepKmPerS, int length, ProfileParts parts)
    {
        (_step, _length, _parts) = (stepKmPerS, length, parts);
        _transfer = new ComplexSeries[parts.Count, 4];
        for (int part = 0; part < parts.Count; part++)
        {
            for (int kind = 0; kind < 4; kind++) _transfer[part, kind] = new ComplexSeries((length / 2) + 1);
        }
    }

    /// <summary>The transform of a part of the kernel; divided by the length, for the way back.</summary>
    /// <param name="part">The part of the instrument profile.</param>
    /// <param name="kind"><see cref="Kernel"/>, or from <see cref="KindOf"/>.</param>
    public ComplexSeries this[int part, int kind] => _transfer[part, kind];

    /// <summary>The kind of a parameter other than the velocity.</summary>
    public static int KindOf(ExtrinsicParameter parameter) => parameter switch
    {
        ExtrinsicParameter.Rotation => 1,
        ExtrinsicParameter.LimbDarkening => 2,
        ExtrinsicParameter.Resolution => 3,
        _ => throw new ArgumentOutOfRangeException(nameof(parameter), parameter, "The velocity is no kernel."),
    };

    /// <summary>Brings all transforms up to date.</summary>
    public void Prepare(Extrinsics extrinsics, Workers workers)
    {
        (double, double, double) wanted = (extrinsics.RotationKmPerS, extrinsics.LimbDarkening, extrinsics.ResolutionFactor);
        if (_of == wanted) return;
        int last = _length / 2, perPiece = (last / Pieces) + 1;
        workers.For(Pieces, piece =>
        {
            for (int n = piece * perPiece; n < Math.Min(last + 1, (piece + 1) * perPiece); n++) At(n, extrinsics);
        });
        _of = wanted;
    }

    private void At(int n, Extrinsics extrinsics)
    {
        double k = 2 * Math.PI * n / (_length * _step), factor = extrinsics.ResolutionFactor;

        // The samples become the coefficients of the cubic spline through them (Unser, Aldroubi and Eden 1993), and the way back divides by the length.
        double spline = 3 / ((2 + Math.Cos(k * _step)) * _length);
        bool isKnown = false;
        double rotation = 0, slope = 0, limbSlope = 0;
        for (int part = 0; part < _parts.Count; part++)
        {
            ProfileTransfer profile = _parts.At(part, k / factor);
            if (Math.Abs(profile.Real) + Math.Abs(profile.Imaginary) + Math.Abs(profile.RealSlope) + Math.Abs(profile.ImaginarySlope) < Nothing)
            {
                for (int kind = 0; kind < 4; kind++) _transfer[part, kind].Set(n, 0, 0);
                continue;
            }

            if (!isKnown)
            {
                rotation = spline * RotationProfile.Transfer(k * extrinsics.RotationKmPerS, extrinsics.LimbDarkening, out slope, out limbSlope);
                (slope, limbSlope, isKnown) = (slope * k * spline, limbSlope * spline, true);
            }

            _transfer[part, Kernel].Set(n, rotation * profile.Real, rotation * profile.Imaginary);
            _transfer[part, 1].Set(n, slope * profile.Real, slope * profile.Imaginary);
            _transfer[part, 2].Set(n, limbSlope * profile.Real, limbSlope * profile.Imaginary);
            _transfer[part, 3].Set(n, -rotation * profile.RealSlope / factor, -rotation * profile.ImaginarySlope / factor);
        }
    }
}

/// <summary>Complex numbers as two arrays.</summary>
/// <param name="length">How many.</param>
internal sealed class ComplexSeries(int length)
{
    public double[] Real { get; } = new double[length];

    public double[] Imaginary { get; } = new double[length];

    public void Set(int n, double real, double imaginary) => (Real[n], Imaginary[n]) = (real, imaginary);

    /// <summary>
    /// Becomes Z (H + i G) for the transform Z of one or (as real and imaginary part) two real series: going back gives H on the first and, with G, G on
    /// the first as imaginary part, or without G, H on the second.
    /// </summary>
    /// <param name="z">Length N.</param>
    /// <param name="h">The first N / 2 + 1 values of the transform of a real kernel.</param>
    /// <param name="g">The same of another one, or null.</param>
    public void Product(ComplexSeries z, ComplexSeries h, ComplexSeries? g)
    {
        int n = z.Real.Length, half = n / 2;
        for (int i = 0; i <= half; i++)
        {
            double re = h.Real[i], im = h.Imaginary[i], gRe = g?.Real[i] ?? 0, gIm = g?.Imaginary[i] ?? 0;
            Times(z, i, re - gIm, im + gRe);
            if (i > 0 && i < half) Times(z, n - i, re + gIm, gRe - im);
        }
    }

    private void Times(ComplexSeries z, int i, double re, double im) =>
        (Real[i], Imaginary[i]) = ((z.Real[i] * re) - (z.Imaginary[i] * im), (z.Real[i] * im) + (z.Imaginary[i] * re));
}
