using Blase3D.Kernels.Contracts;

namespace Blase3D.Engine.Reconstruction;

/// <summary>
/// Passes lines on, and remembers those of which the published code makes a blank: where its formula meets 0/0 the whole window is no number, and becomes 1.
/// </summary>
internal sealed class PublishedBlanks : ILineSource
{
    private ILineSource? _lines;
    private Reader[] _readers = [];

    /// <inheritdoc/>
    public int Parts => _lines!.Parts;

    /// <summary>The centres of the remembered lines.</summary>
    public List<double> Centers { get; } = [];

    /// <summary>Takes lines from elsewhere.</summary>
    public PublishedBlanks Of(ILineSource lines)
    {
        _lines = lines;
        while (_readers.Length < lines.Parts) _readers = [.. _readers, new Reader()];
        return this;
    }

    /// <inheritdoc/>
    public ILineReader Open(int part)
    {
        _readers[part].Begin(_lines!.Open(part));
        return _readers[part];
    }

    /// <summary>Gathers what was remembered while the lines were taken.</summary>
    public void Finish()
    {
        Centers.Clear();
        for (int part = 0; part < Parts; part++) Centers.AddRange(_readers[part].Centers);
    }

    /// <summary>A parameter that is no number, no Gaussian width, or widths so small that f^5 underflows.</summary>
    public static bool IsBlank(LineTable lines, int line)
    {
        // Far from all that: the fifth powers, e^-500 and its like, are numbers.
        const double ordinary = 100;
        if (Math.Abs(lines.LnSigma[line]) < ordinary && Math.Abs(lines.LnGamma[line]) < ordinary && Math.Abs(lines.LnAmplitude[line]) < ordinary
            && double.IsFinite(lines.Center[line])) return false;
        double fG = 2.3548 * Math.Exp(lines.LnSigma[line]), fL = 2 * Math.Exp(lines.LnGamma[line]);
        double fifthPower = Math.Pow(fG, 5) + (0.07842 * fG * Math.Pow(fL, 4)) + Math.Pow(fL, 5);
        return ILineKernels.IsDegenerate(lines, line) || fG == 0 || fifthPower == 0;
    }

    private sealed class Reader : ILineReader
    {
        private ILineReader? _lines;

        public List<double> Centers { get; } = [];

        public void Begin(ILineReader lines)
        {
            _lines = lines;
            Centers.Clear();
        }

        public bool Read(LineTable block)
        {
            int first = block.Count;
            bool any = _lines!.Read(block);
            for (int j = first; j < block.Count; j++)
            {
                if (IsBlank(block, j)) Centers.Add(block.Center[j]);
            }

            return any;
        }
    }
}
