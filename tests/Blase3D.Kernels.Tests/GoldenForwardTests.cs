using Blase3D.Engine.Storage.Npz;
using Blase3D.Engine.Tests;
using Blase3D.Kernels.Contracts;
using Blase3D.Kernels.Cpu.Profiles;
using Blase3D.Tests;
using Xunit;

namespace Blase3D.Kernels.Tests;

/// <summary>The forward model against the spectra of the original code.</summary>
public class GoldenForwardTests
{
    public static TheoryData<string> VariantNames => Variants.Names;

    [Theory]
    [MemberData(nameof(VariantNames))]
    public void Published_spectrum_of_200_special_lines(string variant)
    {
        NpzReader golden = GoldenFile.Open("01_forward");
        double[] wavelength = golden.Doubles("wl");
        LineTable lines = LineProblem.ReadLines(golden);

        double[] narrow = PublishedForward(variant, lines, wavelength, 1000);
        double[] wide = PublishedForward(variant, lines, wavelength, 6000);

        Assert.InRange(LineProblem.MaxDifference(narrow, golden.Doubles("flux_w1000")), 0, Tolerances.GoldenForward);
        Assert.InRange(LineProblem.MaxDifference(LineProblem.Every(wide, 4), golden.Doubles("flux_w6000_every4")), 0, Tolerances.GoldenForward);
    }

    [Fact]
    public void Published_windows_skip_one_pixel()
    {
        NpzReader golden = GoldenFile.Open("01_forward");
        double[] wavelength = golden.Doubles("wl");
        double[] center = golden.Doubles("lam_centers");
        LineWindows windows = LineWindows.CreatePublished(center, wavelength, 1000);
        long[] first = golden.Longs("first_index_w1000"), secondLast = golden.Longs("second_last_index_w1000"), last = golden.Longs("last_index_w1000");
        Assert.True(windows.HasDetachedPixel);
        for (int j = 0; j < center.Length; j++)
        {
            Assert.Equal(first[j], windows.First[j]);
            Assert.Equal(secondLast[j], windows.First[j] + windows.Length[j] - 1);
            Assert.Equal(last[j], windows.First[j] + windows.Length[j] + 1);
        }
    }

    [Theory]
    [MemberData(nameof(VariantNames))]
    public void Authors_clone_of_4700_K_at_full_scale(string variant)
    {
        NpzReader golden = GoldenFile.Open("11_forward_real_T4700");
        double[] wavelength = GoldenWavelengths.Phoenix();
        LineTable lines = LineProblem.ReadLines(golden);
        foreach (int window in new[] { 1000, 6000 })
        {
            double[] flux = PublishedForward(variant, lines, wavelength, window);
            Assert.InRange(
                LineProblem.MaxDifference(LineProblem.Every(flux, 70), golden.Doubles($"flux_w{window}_every70")), 0, Tolerances.GoldenForward);
            Assert.Equal(golden.Scalar($"sum_flux_w{window}"), flux.Sum(), 1e-7);
            Assert.Equal(golden.Scalar($"sum_sq_w{window}"), flux.Sum(f => f * f), 1e-7);
        }
    }

    [Theory]
    [MemberData(nameof(VariantNames))]
    public void Thompson_spectrum(string variant)
    {
        NpzReader start = GoldenFile.Open("02_loss_grad_w1000"), golden = GoldenFile.Open("13_paperformula_w1000");
        double[] wavelength = GoldenFile.Open("01_forward").Doubles("wl");
        double[] flux = PublishedForward(variant, LineProblem.ReadLines(start), wavelength, 1000, LineProfile.Thompson);
        Assert.InRange(LineProblem.MaxDifference(LineProblem.Every(flux, 4), golden.Doubles("flux_full_every4")), 0, Tolerances.GoldenForward);
    }

    [Fact]
    public void Profiles_of_unit_area()
    {
        NpzReader golden = GoldenFile.Open("09_voigt");
        double[] x = golden.Doubles("x"), sigma = golden.Doubles("sigma"), gamma = golden.Doubles("gamma");
        double[] blase = golden.Doubles("pseudo_code"), thompson = golden.Doubles("pseudo_paper"), voigt = golden.Doubles("voigt_exact");
        var empty = new double[1];
        for (int i = 0; i < x.Length; i++)
        {
            Assert.Equal(blase[i], PseudoVoigt(LineProfile.Blase, x[i], sigma[i], gamma[i]), Tolerances.GoldenProfile);
            Assert.Equal(thompson[i], PseudoVoigt(LineProfile.Thompson, x[i], sigma[i], gamma[i]), Tolerances.GoldenProfile);
            empty[0] = 0;
            new VoigtProfile(0, 1, sigma[i], gamma[i]).Add<Cpu.Lanes.Lane1, Cpu.OpacityComposition>([x[i]], empty, 0, 1);
            Assert.Equal(voigt[i], empty[0], Tolerances.GoldenProfile);
        }
    }

    private static double PseudoVoigt(LineProfile profile, double x, double sigma, double gamma)
    {
        LineShape shape = LineShape.Create(profile, 0, 1, sigma, gamma);
        return (shape.LorentzNumerator / ((x * x) + shape.LorentzSquare)) + (shape.GaussDepth * Math.Exp(-shape.GaussRate * x * x));
    }

    private static double[] PublishedForward(
        string variant, LineTable lines, double[] wavelength, int window, LineProfile profile = LineProfile.Blase) =>
        new LineProblem(wavelength, lines, LineWindows.CreatePublished(lines.Center.AsSpan(0, lines.Count), wavelength, window))
            .Forward(Variants.Create(variant), new LineModel(profile, Composition.Product));
}
