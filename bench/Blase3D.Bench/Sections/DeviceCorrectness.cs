using Blase3D.Bench.Problems;
using Blase3D.Bench.Report;
using Blase3D.Engine;
using Blase3D.Kernels;
using Blase3D.Kernels.Contracts;

namespace Blase3D.Bench.Sections;

/// <summary>Whether a device computes what the scalar kernels do.</summary>
internal static class DeviceCorrectness
{
    private const int Lines = 300;

    /// <summary>Compares everything that the study measures.</summary>
    /// <exception cref="EngineException">BadInput: the device is wrong.</exception>
    public static void Run(BenchReport report, KernelSet[] sets)
    {
        report.Section("Correctness", $"{Lines} lines, windows of 6,000 of 234,600 pixels, every profile and composition, against the scalar kernels in double precision; derivatives relative to their largest.");
        LineProblem problem = LineProblem.Create(PixelGrid.Log, Lines);
        LineTable[] directions = [Direction(1), Direction(2)];
        var rows = new List<IReadOnlyList<string>>();
        foreach (LineProfile profile in Enum.GetValues<LineProfile>())
        {
            foreach (Composition composition in Enum.GetValues<Composition>())
            {
                var model = new LineModel(profile, composition);
                Found expected = Evaluate(KernelSet.Find("scalar")!, model);
                foreach (KernelSet set in sets)
                {
                    Found found = Evaluate(set, model);
                    bool isSingle = set.Name.EndsWith("single", StringComparison.Ordinal);
                    Judge(
                        [profile.ToString(), composition.ToString(), set.Name], isSingle ? 1e-5 : 1e-12, isSingle ? 1e-4 : 1e-9,
                        Largest(expected.Flux, found.Flux), Math.Abs(expected.Squares - found.Squares) / expected.Squares,
                        Math.Max(Relative(expected.Gradient.Center, found.Gradient.Center), Relative(expected.Gradient.LnGamma, found.Gradient.LnGamma)),
                        directions.Select((_, d) => Relative(expected.Tangents[d], found.Tangents[d])).Max());
                }
            }
        }

        report.Table(["profile", "composition", "kernels", "S", "sum of squares, relative", "gradient", "tangent"], rows);
        rows.Clear();
        foreach (KernelSet set in sets)
        {
            double[] expected = DeviceProcesses.Evaluate(KernelSet.Find("scalar")!), found = DeviceProcesses.Evaluate(set);
            Judge([set.Name], 1e-9, 1e-9, Relative(expected, found));
        }

        report.Table(["kernels", "Gaussian processes, relative"], rows);

        void Judge(string[] names, double tolerance, double derivativeTolerance, params double[] errors)
        {
            rows.Add([.. names, .. errors.Select(error => Numbers.Error(error))]);
            Console.Out.WriteLine(string.Join("  ", rows[^1]));
            for (int e = 0; e < errors.Length; e++)
            {
                // A sum of squares has the relative error of its residuals.
                if (!(errors[e] <= (e == 0 ? tolerance : e == 1 ? 100 * tolerance : derivativeTolerance)))
                    throw new EngineException(ErrorCode.BadInput, $"The device is wrong ({string.Join(", ", rows[^1])}); nothing was measured.");
            }
        }

        Found Evaluate(KernelSet set, LineModel model)
        {
            LineWindows windows = problem.Windows(6000);
            double[] flux = new double[problem.Wavelength.Length];
            var gradient = new LineGradient(Lines);
            double[][] tangents = [.. directions.Select(_ => new double[flux.Length])];
            ILineKernels kernels = set.Create();
            kernels.Forward(model, problem.Lines, windows, problem.Wavelength, Workers.OneThread, flux);
            kernels.Gradient(model, problem.Lines, windows, problem.Wavelength, flux, problem.Cotangent, Workers.OneThread, gradient);
            set.CreateTangent().Evaluate(model, problem.Lines, windows, problem.Wavelength, flux, directions, Workers.OneThread, tangents);
            return new Found(flux, kernels.SquaredResidual(model, problem.Lines, windows, problem.Wavelength, problem.Cotangent, null, Workers.OneThread).Sum, gradient, tangents);
        }
    }

    private static LineTable Direction(int seed)
    {
        var random = new Random(seed);
        return new LineTable(Column(0.02), Column(1), Column(1), Column(1));

        double[] Column(double scale) => [.. Enumerable.Range(0, Lines).Select(_ => scale * ((2 * random.NextDouble()) - 1))];
    }

    private static double Largest(double[] expected, double[] found) => expected.Zip(found, (a, b) => Math.Abs(a - b)).Max();

    private static double Relative(double[] expected, double[] found) => Largest(expected, found) / expected.Max(Math.Abs);

    private sealed record Found(double[] Flux, double Squares, LineGradient Gradient, double[][] Tangents);
}
