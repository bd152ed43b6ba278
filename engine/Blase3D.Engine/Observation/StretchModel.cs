using System.Numerics;
using Blase3D.Kernels;

namespace Blase3D.Engine.Observation;

/// <summary>The pixels that see one stretch of the lattice; see <see cref="ExtrinsicModel"/> for what it does.</summary>
internal sealed class StretchModel
{
    private const int LeastPadding = 64;

    private readonly RestLattice _lattice;
    private readonly LatticeStretch _stretch;
    private readonly InstrumentProfile _profile;
    private readonly FourierTransform _fourier;
    private readonly StretchTransfers _transfers;
    private readonly int _parts;
    private readonly double _profileReach;

    // Pixel by pixel: its index among all, ln of its edges, and the weights of the parts.
    private readonly int[] _pixel;
    private readonly double[] _lnLower;
    private readonly double[] _lnUpper;
    private readonly double[] _weight;

    private readonly List<ComplexSeries> _spectra = [];
    private readonly List<(ComplexSeries Series, SplinePixels Spline)> _scratch = [];

    public StretchModel(RestLattice lattice, LatticeStretch stretch, InstrumentProfile profile)
    {
        (_lattice, _stretch, _profile) = (lattice, stretch, profile);
        DetectorPixels[] orders = [.. stretch.Orders.Select(n => lattice.Orders[n])];
        double shortest = orders.Min(order => order.CenterAngstrom[0]), longest = orders.Max(order => order.CenterAngstrom[^1]);
        ProfileParts parts = profile.PartsBetween(shortest, longest);
        _profileReach = _profile.ReachKmPerS(shortest, longest);
        _parts = parts.Count;
        _fourier = new FourierTransform((int)BitOperations.RoundUpToPowerOf2((uint)(stretch.Count + LeastPadding)));
        _transfers = new StretchTransfers(lattice.StepKmPerS, _fourier.Length, parts);

        int count = orders.Sum(order => order.Count);
        (_pixel, _lnLower, _lnUpper, _weight) = (new int[count], new double[count], new double[count], new double[count * _parts]);
        int i = 0;
        foreach (int n in stretch.Orders)
        {
            DetectorPixels order = lattice.Orders[n];
            int first = lattice.Orders.Take(n).Sum(before => before.Count);
            for (int p = 0; p < order.Count; p++, i++)
            {
                (_pixel[i], _lnLower[i], _lnUpper[i]) = (first + p, Math.Log(order.LowerAngstrom[p]), Math.Log(order.UpperAngstrom[p]));
                parts.Weights(order.CenterAngstrom[p], _weight.AsSpan(i * _parts, _parts));
            }
        }
    }

    public void Evaluate(ExtrinsicJob job, Workers workers)
    {
        _transfers.Prepare(job.Extrinsics, workers);
        int slopePairs = (job.RestSlopes.Count + 1) / 2;
        while (_spectra.Count < 1 + slopePairs) _spectra.Add(new ComplexSeries(_fourier.Length));
        workers.For(1 + slopePairs, n =>
        {
            Load(n == 0 ? job.Rest : job.RestSlopes[2 * (n - 1)], _spectra[n].Real);
            if (n > 0 && (2 * n) - 1 < job.RestSlopes.Count) Load(job.RestSlopes[(2 * n) - 1], _spectra[n].Imaginary);
            else Array.Clear(_spectra[n].Imaginary);
            _fourier.Forward(_spectra[n].Real, _spectra[n].Imaginary);
        });

        // Of the star at rest: the spectrum itself and the first derivative by a kernel, then two derivatives at a time.
        int velocity = IndexOf(job.Parameters, ExtrinsicParameter.Velocity);
        int[] kernels = [.. Enumerable.Range(0, job.Parameters.Count).Where(n => n != velocity)];
        int kernelPairs = (kernels.Length + 2) / 2;
        while (_scratch.Count < kernelPairs + slopePairs) _scratch.Add((new ComplexSeries(_fourier.Length), new SplinePixels(_fourier.Length)));
        workers.For(kernelPairs + slopePairs, n =>
        {
            if (n < kernelPairs)
            {
                int? first = n == 0 ? null : kernels[(2 * n) - 1], second = 2 * n < kernels.Length ? kernels[2 * n] : null;
                Go(n, job, _spectra[0], first, second, n == 0 ? job.Pixels : job.ParameterSlopes[first!.Value],
                    second is { } s ? job.ParameterSlopes[s] : null, n == 0 && velocity >= 0 ? job.ParameterSlopes[velocity] : null);
                return;
            }

            int pair = n - kernelPairs;
            Go(n, job, _spectra[1 + pair], null, null, job.PixelSlopes[2 * pair], (2 * pair) + 1 < job.PixelSlopes.Count ? job.PixelSlopes[(2 * pair) + 1] : null, null);
        });
    }

    /// <summary>The transpose of <see cref="Evaluate"/>; what is put behind the end of the stretch for the transform is left out.</summary>
    public void Transpose(Extrinsics extrinsics, double[] pixels, Workers workers, double[] rest)
    {
        _transfers.Prepare(extrinsics, workers);
        (double perLn, double shift, double least, double most) = Places(extrinsics);
        var series = new ComplexSeries(_fourier.Length);
        var spline = new SplinePixels(_fourier.Length);
        var coefficient = new double[_stretch.Count];
        for (int part = 0; part < _parts; part++)
        {
            Array.Clear(coefficient);
            spline.BeginSpread();
            for (int i = 0; i < _pixel.Length; i++)
            {
                double lower = (_lnLower[i] * perLn) - shift, upper = (_lnUpper[i] * perLn) - shift;
                if (lower >= least && upper <= most) spline.Spread(lower, upper, _weight[(i * _parts) + part] * pixels[_pixel[i]], coefficient);
            }

            spline.FinishSpread(coefficient, _stretch.Count);

            // The transpose of a convolution is the convolution of what is reversed, reversed again.
            Array.Clear(series.Real);
            Array.Clear(series.Imaginary);
            int last = _fourier.Length - 1;
            for (int n = 0; n < _stretch.Count; n++) series.Real[last - n] = coefficient[n];
            _fourier.Forward(series.Real, series.Imaginary);
            series.Product(series, _transfers[part, StretchTransfers.Kernel], null);
            _fourier.Backward(series.Real, series.Imaginary);
            for (int n = 0; n < _stretch.Count; n++) rest[_stretch.Offset + n] += series.Real[last - n];
        }
    }

    // Places in ln(wavelength) to places on the stretch, and between which of these a pixel sees nothing beyond the ends.
    private (double PerLn, double Shift, double Least, double Most) Places(Extrinsics extrinsics)
    {
        double perLn = DopplerShift.LightSpeedKmPerS / _lattice.StepKmPerS;
        double reach = (extrinsics.RotationKmPerS + (_profileReach / extrinsics.ResolutionFactor)) / _lattice.StepKmPerS;
        return (perLn, (DopplerShift.LnFactor(extrinsics.VelocityKmPerS) * perLn) + _stretch.First, reach + 1, _stretch.Count - 3 - reach);
    }

    private static int IndexOf(IReadOnlyList<ExtrinsicParameter> parameters, ExtrinsicParameter wanted)
    {
        for (int n = 0; n < parameters.Count; n++)
        {
            if (parameters[n] == wanted) return n;
        }

        return -1;
    }

    // The stretch, and a straight way back from its end to its beginning, since the transform takes both for neighbours.
    private void Load(double[] rest, double[] into)
    {
        int count = _stretch.Count, gap = into.Length - count;
        rest.AsSpan(_stretch.Offset, count).CopyTo(into);
        double from = into[count - 1], to = into[0];
        for (int n = 0; n < gap; n++) into[count + n] = from + ((to - from) * (n + 1) / (gap + 1));
    }

    private void Go(
        int scratch, ExtrinsicJob job, ComplexSeries spectrum, int? first, int? second, double[] output, double[]? otherOutput, double[]? velocityOutput)
    {
        (ComplexSeries series, SplinePixels spline) = _scratch[scratch];
        bool isKernel = ReferenceEquals(spectrum, _spectra[0]);
        for (int part = 0; part < _parts; part++)
        {
            ComplexSeries h = _transfers[part, first is { } f ? StretchTransfers.KindOf(job.Parameters[f]) : StretchTransfers.Kernel];
            ComplexSeries? g = isKernel && second is { } s ? _transfers[part, StretchTransfers.KindOf(job.Parameters[s])] : null;
            series.Product(spectrum, h, g);
            _fourier.Backward(series.Real, series.Imaginary);
            spline.Take(series.Real, _stretch.Count);
            Add(job.Extrinsics, spline, part, output, velocityOutput);
            if (otherOutput is null) continue;
            spline.Take(series.Imaginary, _stretch.Count);
            Add(job.Extrinsics, spline, part, otherOutput, null);
        }
    }

    private void Add(Extrinsics extrinsics, SplinePixels spline, int part, double[] output, double[]? velocityOutput)
    {
        (double perLn, double shift, double least, double most) = Places(extrinsics);
        double perVelocity = -perLn * DopplerShift.LnFactorSlope(extrinsics.VelocityKmPerS);
        for (int i = 0; i < _pixel.Length; i++)
        {
            double lower = (_lnLower[i] * perLn) - shift, upper = (_lnUpper[i] * perLn) - shift;
            if (!(lower >= least && upper <= most)) continue;
            int pixel = _pixel[i];
            double weight = _weight[(i * _parts) + part];
            output[pixel] = (part == 0 ? 0 : output[pixel]) + (weight * spline.Mean(lower, upper));
            if (velocityOutput is null) continue;
            velocityOutput[pixel] = (part == 0 ? 0 : velocityOutput[pixel]) + (weight * perVelocity * spline.MeanSlope(lower, upper));
        }
    }
}
