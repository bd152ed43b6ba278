using Blase3D.Engine;
using Blase3D.Engine.Cloning;
using Blase3D.Engine.Grids;
using Blase3D.Engine.LineFinding;
using Blase3D.Engine.Manifolds;
using Blase3D.Engine.Preprocessing;
using Blase3D.Engine.Storage.Npz;
using Blase3D.Kernels;
using Blase3D.Kernels.Contracts;

namespace Blase3D.Cli.Verification;

/// <summary>One comparison with the original code.</summary>
/// <param name="Name">What was compared.</param>
/// <param name="Kernels">The kernel variant, or - where none takes part.</param>
/// <param name="Difference">The largest difference found, in the measure of the tolerance.</param>
/// <param name="Tolerance">What is allowed.</param>
internal sealed record GoldenCheck(string Name, string Kernels, double Difference, double Tolerance)
{
    public bool Passed => Difference <= Tolerance;
}

/// <summary>The golden vectors that are shipped with the program, against every kernel variant that this processor runs, and those of a device.</summary>
internal static class GoldenChecks
{
    /// <summary>Compares.</summary>
    /// <param name="chosen">The kernels that the user chose.</param>
    /// <param name="progress">Receives the share done.</param>
    public static IReadOnlyList<GoldenCheck> Run(KernelSet chosen, Action<double> progress)
    {
        KernelSet[] sets = [.. KernelSet.All.Where(set => set.IsSupported).Append(chosen).Distinct()];
        var checks = new List<GoldenCheck>();
        foreach (KernelSet set in sets)
        {
            // Single precision carries less; derivatives are compared each with itself, and their terms cancel.
            bool isSingle = set.Name.EndsWith("-single", StringComparison.Ordinal);
            double gradients = isSingle ? 1e-2 : 1e-9;
            checks.Add(new GoldenCheck("spectrum of 200 lines, window 1000", set.Name, Forward(set), isSingle ? 1e-5 : 1e-12));
            checks.Add(new GoldenCheck("loss and gradients (relative)", set.Name, Gradients(set, LineProfile.Blase, "02_loss_grad_w1000"), gradients));
            checks.Add(new GoldenCheck("the same with the paper's profile", set.Name, Gradients(set, LineProfile.Thompson, "13_paperformula_w1000"), gradients));
            checks.Add(new GoldenCheck("ten Adam steps", set.Name, AdamSteps(set), gradients));
            progress((double)checks.Count / ((4 * sets.Length) + 3));
        }

        checks.Add(new GoldenCheck("line detection (relative)", "-", Detection(), 1e-10));
        checks.Add(new GoldenCheck("preprocessing (relative)", "-", Preprocessing(), 1e-8));
        checks.Add(new GoldenCheck("interpolation (relative)", "-", Interpolation(), 1e-12));
        return checks;
    }

    private static NpzReader Open(string name)
    {
        string path = Path.Combine(AppContext.BaseDirectory, "golden", name + ".npz");
        return File.Exists(path)
            ? NpzReader.Open(path)
            : throw new EngineException(ErrorCode.BadInput, $"The golden vectors {path} are missing; build or publish the engine again.");
    }

    private static LineTable Lines(NpzReader golden) => new(
        golden.Doubles("lam_centers"), golden.Doubles("amplitudes"), golden.Doubles("sigma_widths"), golden.Doubles("gamma_widths"));

    private static double Forward(KernelSet set)
    {
        NpzReader golden = Open("01_forward");
        double[] wavelength = golden.Doubles("wl");
        LineTable lines = Lines(golden);
        var flux = new double[wavelength.Length];
        set.Create().Forward(
            LineModel.Published, lines, LineWindows.CreatePublished(lines.Center, wavelength, 1000), wavelength, Workers.OneThread, flux);
        return Largest(golden.Doubles("flux_w1000"), flux, (e, a) => Math.Abs(e - a));
    }

    private static double Gradients(KernelSet set, LineProfile profile, string expectedName)
    {
        NpzReader start = Open("02_loss_grad_w1000"), expected = Open(expectedName);
        double[] wavelength = Open("01_forward").Doubles("wl"), target = start.Doubles("target_full");
        LineTable lines = Lines(start);
        LineWindows windows = LineWindows.CreatePublished(lines.Center, wavelength, 1000);
        var model = new LineModel(profile, Composition.Product);
        ILineKernels kernels = set.Create();
        double[] flux = new double[wavelength.Length], cotangent = new double[wavelength.Length];
        kernels.Forward(model, lines, windows, wavelength, Workers.OneThread, flux);
        long[] active = start.Longs("active_first_last");
        double loss = 0, count = active[1] - active[0] + 1;
        for (long i = active[0]; i <= active[1]; i++)
        {
            double residual = flux[i] - target[i];
            loss += residual * residual / count;
            cotangent[i] = 2 * residual / count;
        }

        var gradient = new LineGradient(lines.Count);
        kernels.Gradient(model, lines, windows, wavelength, flux, cotangent, Workers.OneThread, gradient);
        double worst = Math.Abs(loss - expected.Scalar("loss")) / expected.Scalar("loss");
        foreach ((string name, double[] actual) in new[]
        {
            ("lam_centers", gradient.Center), ("amplitudes", gradient.LnAmplitude), ("sigma_widths", gradient.LnSigma), ("gamma_widths", gradient.LnGamma),
        })
        {
            double[] wanted = expected.Doubles("grad_" + name);
            worst = Math.Max(worst, Largest(wanted, actual, (e, a) => e == a ? 0 : Math.Abs(e - a) / Math.Abs(e)));
        }

        return worst;
    }

    private static double AdamSteps(KernelSet set)
    {
        NpzReader start = Open("02_loss_grad_w1000"), golden = Open("03_adam_w1000");
        CloneOptions options = CloneOptions.Published with { WingPixels = 1000, Epochs = 10 };
        ClonedSpectrum clone = SpectrumCloner.Clone(
            Open("01_forward").Doubles("wl"), start.Doubles("target_full"), Lines(start), options, set.Create(), Workers.OneThread);
        double worst = 0;
        foreach ((string name, double[] actual) in new[]
        {
            ("lam_centers", clone.Lines.Center), ("amplitudes", clone.Lines.LnAmplitude), ("sigma_widths", clone.Lines.LnSigma), ("gamma_widths", clone.Lines.LnGamma),
        })
        {
            worst = Math.Max(worst, Largest(golden.Doubles(name)[(10 * actual.Length)..(11 * actual.Length)], actual, (e, a) => Math.Abs(e - a)));
        }

        return worst;
    }

    private static double Detection()
    {
        NpzReader golden = Open("04_detect_lines");
        InitialLines found = LineFinder.Find(
            Open("01_forward").Doubles("wl"), golden.Doubles("flux"), new LineFindingOptions { Prominence = 0.005, EdgeMarginAngstrom = 30 });
        double worst = 0;
        foreach ((string name, double[] actual) in new[]
        {
            ("lam_centers", found.CenterAngstrom), ("ln_amp", found.LnAmplitude), ("ln_sigma", found.LnSigma), ("ln_gamma", found.LnGamma),
        })
        {
            double[] wanted = golden.Doubles("p0.005_init_" + name);
            worst = Math.Max(worst, wanted.Length == actual.Length ? Largest(wanted, actual, (e, a) => Math.Abs(e - a) / Math.Abs(e)) : double.PositiveInfinity);
        }

        return worst;
    }

    private static double Preprocessing()
    {
        NpzReader golden = Open("06_preprocess_20000px");
        double[] wavelength = golden.Doubles("wl"), flux = golden.Doubles("flux"), wanted = golden.Doubles("clean_every20");
        double[] clean = new Preprocessor(new PreprocessingOptions { Published = true }).Preprocess(wavelength, flux, golden.Scalar("teff")).Flux;
        double worst = 0;
        for (int i = 0; i < wanted.Length; i++) worst = Math.Max(worst, Math.Abs(clean[20 * i] - wanted[i]) / Math.Abs(wanted[i]));
        return worst;
    }

    private static double Interpolation()
    {
        NpzReader golden = Open("05_interp");
        var axes = new RectilinearAxes(["teff", "logg", "feh"], [golden.Doubles("teff"), golden.Doubles("logg"), golden.Doubles("z")]);
        int lines = golden.Shape("values")[0], points = golden.Shape("points")[0];
        double[] values = golden.Doubles("values"), at = golden.Doubles("points"), expected = golden.Doubles("out");
        var cell = new GridCell(3);
        double worst = 0;
        for (int p = 0; p < points; p++)
        {
            axes.Locate(at.AsSpan(3 * p, 3), cell);
            for (int line = 0; line < lines; line++)
            {
                LineBlend blend = default;
                for (int c = 0; c < cell.Count; c++)
                {
                    ReadOnlySpan<double> row = values.AsSpan(((line * axes.NodeCount) + cell.Node[c]) * 4, 4);
                    if (row[0] != LineBlend.PublishedFill) blend.Add(cell.Weight[c], row[3], row[0], row[1], row[2]);
                }

                _ = blend.TryFinish(AbsenceRule.MinusThousand, out double center, out double a, out double sigma, out double gamma);
                double[] actual = [a, sigma, gamma, center];
                for (int k = 0; k < 4; k++)
                {
                    double wanted = expected[(((p * lines) + line) * 4) + k];
                    worst = Math.Max(worst, Math.Abs(actual[k] - wanted) / Math.Max(1, Math.Abs(wanted)));
                }
            }
        }

        return worst;
    }

    private static double Largest(double[] expected, double[] actual, Func<double, double, double> measure)
    {
        double worst = 0;
        for (int i = 0; i < expected.Length; i++)
        {
            double difference = measure(expected[i], actual[i]);
            if (!(difference <= worst)) worst = double.IsNaN(difference) ? double.PositiveInfinity : difference;
        }

        return worst;
    }
}
