using Blase3D.Kernels.Contracts;
using Blase3D.Kernels.Cpu.Lanes;
using Blase3D.Kernels.Cpu.Profiles;

namespace Blase3D.Kernels.Cpu;

/// <summary>The kernels of the processor, over one lane width.</summary>
/// <typeparam name="TLane">The lane.</typeparam>
internal sealed class CpuLineKernels<TLane>(string name) : ILineKernels
    where TLane : struct, ILane<TLane>
{
    // Fixed pieces, so that the cut does not depend on the number of threads. A block's wavelengths and accumulators stay in the L1 cache.
    private const int BlockPixels = 2048;
    private const int BlockLines = 64;

    private LineShape[] _shapes = [];
    private VoigtProfile[] _voigts = [];
    private bool[] _degenerate = [];
    private double[] _weight = [];

    public string Name => name;

    public void Forward(LineModel model, LineTable lines, LineWindows windows, double[] wavelength, Workers workers, double[] transmission)
    {
        Check(lines, windows, wavelength, transmission);
        Prepare(model, lines);
        if (model.Composition == Composition.Product) Forward<ProductComposition>(model.Profile, windows, wavelength, workers, transmission);
        else Forward<OpacityComposition>(model.Profile, windows, wavelength, workers, transmission);
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
        Check(lines, windows, wavelength, transmission);
        Prepare(model, lines);
        if (_weight.Length < wavelength.Length) _weight = new double[wavelength.Length];
        for (int i = 0; i < wavelength.Length; i++) _weight[i] = -cotangent[i] * transmission[i];
        if (model.Composition == Composition.Product) Gradient<ProductComposition>(model.Profile, windows, wavelength, workers, gradient);
        else Gradient<OpacityComposition>(model.Profile, windows, wavelength, workers, gradient);
    }

    private static void Check(LineTable lines, LineWindows windows, double[] wavelength, double[] transmission)
    {
        ArgumentNullException.ThrowIfNull(lines);
        ArgumentNullException.ThrowIfNull(windows);
        ArgumentNullException.ThrowIfNull(wavelength);
        ArgumentNullException.ThrowIfNull(transmission);
        if (windows.Lines != lines.Count) throw new ArgumentException($"{windows.Lines} windows for {lines.Count} lines.", nameof(windows));
        if (transmission.Length < wavelength.Length)
            throw new ArgumentException($"{transmission.Length} values for {wavelength.Length} pixels.", nameof(transmission));
    }

    private void Prepare(LineModel model, LineTable lines)
    {
        if (_degenerate.Length < lines.Count) _degenerate = new bool[lines.Count];
        bool voigt = model.Profile == LineProfile.Voigt;
        if (voigt && _voigts.Length < lines.Count) _voigts = new VoigtProfile[lines.Count];
        if (!voigt && _shapes.Length < lines.Count) _shapes = new LineShape[lines.Count];
        for (int j = 0; j < lines.Count; j++)
        {
            _degenerate[j] = ILineKernels.IsDegenerate(lines, j);
            if (_degenerate[j]) continue;
            double a = Math.Exp(lines.LnAmplitude[j]), sigma = Math.Exp(lines.LnSigma[j]), gamma = Math.Exp(lines.LnGamma[j]);
            if (voigt) _voigts[j] = new VoigtProfile(lines.Center[j], a, sigma, gamma);
            else _shapes[j] = LineShape.Create(model.Profile, lines.Center[j], a, sigma, gamma);
        }
    }

    private void Forward<TComposition>(LineProfile profile, LineWindows windows, double[] wavelength, Workers workers, double[] transmission)
        where TComposition : struct, IComposition
    {
        int pixels = wavelength.Length;
        workers.For((pixels + BlockPixels - 1) / BlockPixels, block =>
        {
            int blockStart = block * BlockPixels, blockEnd = Math.Min(pixels, blockStart + BlockPixels);
            Span<double> own = transmission.AsSpan(blockStart, blockEnd - blockStart);
            own.Fill(TComposition.Empty);
            for (int j = 0; j < windows.Lines; j++)
            {
                if (_degenerate[j]) continue;
                int end = windows.First[j] + windows.Length[j];
                AddRun(j, Math.Max(windows.First[j], blockStart), Math.Min(end, blockEnd));
                if (windows.HasDetachedPixel) AddRun(j, Math.Max(end + 1, blockStart), Math.Min(end + 2, blockEnd));
            }

            TComposition.Finish(own);

            void AddRun(int line, int start, int stop)
            {
                if (start >= stop) return;
                if (profile == LineProfile.Voigt) _voigts[line].Add<TComposition>(wavelength, transmission, start, stop);
                else PseudoVoigtForward.Add<TLane, TComposition>(_shapes[line], wavelength, transmission, start, stop);
            }
        });
    }

    private void Gradient<TComposition>(LineProfile profile, LineWindows windows, double[] wavelength, Workers workers, LineGradient gradient)
        where TComposition : struct, IComposition
    {
        workers.For((windows.Lines + BlockLines - 1) / BlockLines, block =>
        {
            int stop = Math.Min(windows.Lines, (block + 1) * BlockLines);
            for (int j = block * BlockLines; j < stop; j++)
            {
                (double Center, double LnAmplitude, double LnSigma, double LnGamma) sums = default;
                if (!_degenerate[j])
                {
                    int first = windows.First[j], end = first + windows.Length[j];
                    sums = profile == LineProfile.Voigt
                        ? SumVoigt(j, first, end, windows.HasDetachedPixel)
                        : SumPseudo(j, first, end, windows.HasDetachedPixel);
                }

                gradient.Center[j] = sums.Center;
                gradient.LnAmplitude[j] = sums.LnAmplitude;
                gradient.LnSigma[j] = sums.LnSigma;
                gradient.LnGamma[j] = sums.LnGamma;
            }
        });

        (double, double, double, double) SumVoigt(int line, int first, int end, bool detached)
        {
            (double Center, double LnAmplitude, double LnSigma, double LnGamma) sums = default;
            _voigts[line].Accumulate<TComposition>(wavelength, _weight, first, end, ref sums);
            if (detached) _voigts[line].Accumulate<TComposition>(wavelength, _weight, end + 1, end + 2, ref sums);
            return sums;
        }

        (double, double, double, double) SumPseudo(int line, int first, int end, bool detached)
        {
            ShapeSums sums = default;
            PseudoVoigtGradient.Accumulate<TLane, TComposition>(_shapes[line], wavelength, _weight, first, end, ref sums);
            if (detached) PseudoVoigtGradient.Accumulate<TLane, TComposition>(_shapes[line], wavelength, _weight, end + 1, end + 2, ref sums);
            return sums.ToParameters(_shapes[line]);
        }
    }
}
