using Blase3D.Kernels.Contracts;
using Xunit;

namespace Blase3D.Kernels.Tests;

/// <summary>Lines that kernels take as they are made, in blocks and parts of any size, against a table of the same lines: the same bits.</summary>
public class LineSourceTests
{
    public static TheoryData<string> VariantNames => Variants.Names;

    [Theory]
    [MemberData(nameof(VariantNames))]
    public void A_source_gives_what_a_table_gives(string variant)
    {
        foreach (double tolerance in new[] { 0, 1e-8 })
        {
            var kernels = (IStreamedLineKernels)KernelSet.Find(variant)!.Create(tolerance);
            for (int seed = 0; seed < 24; seed++)
            {
                var random = new Random(seed);
                LineProblem problem = LineProblem.Random(seed, 300 + random.Next(4000), random.Next(700), 50);
                Disorder(problem.Lines, random, seed);
                WindowRule rule = Rule(problem, random, seed);
                LineTable lines = problem.Lines;
                problem = problem with { Windows = rule.Create(lines.Center) };
                var model = new LineModel((LineProfile)(seed % 3), (Composition)(seed / 3 % 2));
                double[] expected = problem.Forward(KernelSet.Find(variant)!.Create(tolerance), model);
                double[] data = [.. expected.Select(s => s + (0.01 * random.NextDouble()))];
                foreach (int parts in new[] { 1, 5 })
                {
                    var source = new Blocks(lines, parts, 1 + random.Next(300));
                    var actual = new double[expected.Length];
                    kernels.Forward(model, source, rule, problem.Wavelength, new Workers(parts == 1 ? 1 : 2), actual);
                    double[] first = [.. actual];
                    SameWithin(tolerance, expected, actual);
                    Assert.Equal(lines.Count, kernels.StreamedLines);
                    (double sum, int pixels) = kernels.SquaredResidual(model, source, rule, problem.Wavelength, data, null, new Workers(2));
                    (double tableSum, int tablePixels) = kernels.SquaredResidual(model, lines, problem.Windows, problem.Wavelength, data, null, Workers.OneThread);
                    Assert.Equal((tablePixels, tableSum), (pixels, tolerance == 0 ? sum : tableSum));

                    // The gradient of a table in between, and then the source again.
                    SameWithin(tolerance, expected, problem.Forward(kernels, model));
                    problem.Gradient(kernels, model, data);
                    kernels.Forward(model, source, rule, problem.Wavelength, Workers.OneThread, actual);
                    Assert.Equal(first, actual);
                }
            }
        }
    }

    [Theory]
    [InlineData(0.0, true)]
    [InlineData(0.0, false)]
    [InlineData(1e-6, true)]
    [InlineData(1e-6, false)]
    public void Nothing_is_allocated_after_the_first_spectrum(double tolerance, bool isResidual)
    {
        var kernels = (IStreamedLineKernels)KernelSet.Best.Create(tolerance);
        LineProblem problem = LineProblem.Random(3, 5000, 900, 1000);
        Array.Sort(problem.Lines.Center);
        WindowRule rule = WindowRule.Centered(problem.Wavelength, 1000);
        var source = new Blocks(problem.Lines, 1, 200);
        var transmission = new double[5000];
        for (int n = 0; n < 3; n++) Evaluate();

        // What the runtime allocates once while it compiles a method anew is none of a spectrum's: the least of some rounds.
        long least = long.MaxValue;
        for (int round = 0; round < 5; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int n = 0; n < 5; n++)
            {
                problem.Lines.Center[17 * n] += 0.03;
                Evaluate();
            }

            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Equal(0, least);

        void Evaluate()
        {
            if (isResidual) kernels.SquaredResidual(LineModel.Published, source, rule, problem.Wavelength, problem.Wavelength, null, Workers.OneThread);
            else kernels.Forward(LineModel.Published, source, rule, problem.Wavelength, Workers.OneThread, transmission);
        }
    }

    [Fact]
    public void Windows_by_a_rule_are_those_of_the_table()
    {
        LineProblem problem = LineProblem.Random(5, 900, 200, 50);
        double[] other = [.. problem.Wavelength[100..800].Where((_, i) => i % 3 != 1)], center = problem.Lines.Center;
        foreach (int width in new[] { 1, 2, 60, 899, 5000 })
        {
            LineWindows own = LineWindows.Create(center, problem.Wavelength, width);
            Same(own, WindowRule.Centered(problem.Wavelength, width).Create(center));
            Same(own.Transfer(problem.Wavelength, other), WindowRule.Centered(problem.Wavelength, width, other).Create(center));
            if (width is > 1 and < 900) Same(LineWindows.CreatePublished(center, problem.Wavelength, width), WindowRule.Published(problem.Wavelength, width).Create(center));
        }

        Assert.Throws<ArgumentException>(() => WindowRule.Published(problem.Wavelength, 900));
        Assert.Throws<ArgumentOutOfRangeException>(() => WindowRule.Centered(problem.Wavelength, 0));

        static void Same(LineWindows expected, LineWindows actual)
        {
            Assert.Equal((expected.Lines, expected.HasDetachedPixel), (actual.Lines, actual.HasDetachedPixel));
            Assert.Equal(expected.First[..expected.Lines], actual.First[..expected.Lines]);
            Assert.Equal(expected.Length[..expected.Lines], actual.Length[..expected.Lines]);
        }
    }

    [Fact]
    public void A_reader_is_not_given_a_table_without_room()
    {
        Assert.Throws<InvalidOperationException>(() => new LineTable(100).BeginRead());
        Assert.Throws<ArgumentException>(() => ((IStreamedLineKernels)KernelSet.Best.Create()).Forward(
            LineModel.Published, new Blocks(new LineTable(), 1, 5), WindowRule.Centered([9000, 9001], 1), [9000, 9001], Workers.OneThread, new double[1]));
    }

    // Kernels with a tolerance share it among the lines that can be seen, so theirs may differ by it.
    private static void SameWithin(double tolerance, double[] expected, double[] actual)
    {
        if (tolerance == 0) Assert.Equal(expected, actual);
        else Assert.InRange(LineProblem.MaxDifference(expected, actual), 0, 2 * tolerance);
    }

    // In order, nearly in order, in no order; and some lines that are not lines, or black over many pixels.
    private static void Disorder(LineTable lines, Random random, int seed)
    {
        if (seed % 4 != 3) Array.Sort(lines.Center);
        for (int j = 0; j < lines.Count && seed % 4 == 1; j++) lines.Center[j] += 0.1 * random.NextDouble();
        for (int n = 0; n < lines.Count / 20; n++)
        {
            int j = random.Next(lines.Count);
            if (n % 3 == 0) lines.LnSigma[j] = double.NaN;
            else if (n % 3 == 1) lines.LnAmplitude[j] += 5;
            else lines.LnAmplitude[j] = -1000;
        }
    }

    private static WindowRule Rule(LineProblem problem, Random random, int seed) => (seed % 5) switch
    {
        0 => WindowRule.Published(problem.Wavelength, 2 + random.Next(200)),
        1 => WindowRule.Centered(problem.Wavelength, 100_000),
        _ => WindowRule.Centered(problem.Wavelength, 1 + random.Next(900)),
    };

    /// <summary>A table in parts, read in blocks.</summary>
    internal sealed class Blocks(LineTable lines, int parts, int most) : ILineSource
    {
        private readonly Reader[] _readers = [.. Enumerable.Range(0, parts).Select(_ => new Reader())];

        public int Parts => parts;

        public ILineReader Open(int part)
        {
            _readers[part].Begin(lines, lines.Count * part / parts, lines.Count * (part + 1) / parts, most);
            return _readers[part];
        }
    }

    private sealed class Reader : ILineReader
    {
        private LineTable _lines = new();
        private int _next;
        private int _end;
        private int _most;

        public void Begin(LineTable lines, int first, int end, int most) => (_lines, _next, _end, _most) = (lines, first, end, most);

        public bool Read(LineTable block)
        {
            int before = block.BeginRead(), end = Math.Min(_end, _next + Math.Min(_most, block.Room));
            for (; _next < end; _next++)
            {
                int row = block.Count++;
                (block.Center[row], block.LnAmplitude[row]) = (_lines.Center[_next], _lines.LnAmplitude[_next]);
                (block.LnSigma[row], block.LnGamma[row]) = (_lines.LnSigma[_next], _lines.LnGamma[_next]);
            }

            return block.Count > before;
        }
    }
}
