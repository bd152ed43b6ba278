using Blase3D.Engine.Cloning;
using Blase3D.Engine.Observation;
using Blase3D.Engine.Storage.Hdf5;
using Blase3D.Engine.Storage.Npz;
using Blase3D.Engine.Tests.Association;
using Blase3D.Kernels;
using Blase3D.Kernels.Contracts;
using Xunit;
using Xunit.Abstractions;

namespace Blase3D.Engine.Tests.Observation;

/// <summary>How far <see cref="FoldingBound"/> is from the error that folding makes with the lines of real spectra, where that error is about what may be allowed.</summary>
public sealed class FoldingOfRealLinesTests(ITestOutputHelper output)
{
    private const double HalfWidthAngstrom = 15;

    // The authors' clone of PHOENIX 4700 K. With profiles that are no Voigt functions it is the profile of the single line that folding gets wrong, which the bound evaluates exactly: what
    // forbids to fold these is the error and not the bound.
    [Theory]
    [InlineData(8560)]
    [InlineData(10_500)]
    public void With_the_published_profile_the_bound_is_nearly_the_error(double center)
    {
        NpzReader golden = GoldenFile.Open("11_forward_real_T4700");
        var all = new LineTable(golden.Doubles("lam_centers"), golden.Doubles("amplitudes"), golden.Doubles("sigma_widths"), golden.Doubles("gamma_widths"));
        foreach (double resolution in (double[])[1e5, 1e6, 1e7]) Compare($"4700 K at {center} Angstrom", LineModel.Published, all, center, resolution, 1.2);
    }

    // What is left over is blends: the bound adds up slopes of all lines whatever their sign, the more of them the more.
    [Theory]
    [InlineData(LineProfile.Thompson, 3000, 8)]
    [InlineData(LineProfile.Thompson, 3900, 2.5)]
    [InlineData(LineProfile.Voigt, 3000, 8)]
    [InlineData(LineProfile.Voigt, 3900, 2.5)]
    public void With_voigt_like_lines_the_bound_is_a_few_times_the_error(LineProfile profile, double teff, double most)
    {
        using StoredSpectra mini = SpectraFile.Open(Path.Combine(GoldenFile.RepositoryRoot, "engine", "Blase3D.Cli", "MiniGrid", "phoenix-caii.h5"));
        var model = new LineModel(profile, Composition.Product);
        var recipe = new CloneRecipe { Cloning = new CloneOptions { Model = model } };
        LineTable lines = new GridCloner(HeldOutPrediction.Cut(mini, point => point[0] == teff && point[1] == 4 && point[2] == 0, 2000..5500), recipe, KernelSet.Best).Clone(new Workers(2)).Spectra[0].Lines;
        foreach (double resolution in (double[])[1e6, 3e6, 1e7]) Compare($"{profile}, {teff} K", model, lines, 8547, resolution, most);
    }

    // Against the mean over the instrument, 20 places to each of its standard deviations.
    private void Compare(string what, LineModel model, LineTable all, double center, double resolution, double most)
    {
        int[] chosen = [.. Enumerable.Range(0, all.Count).Where(j => Math.Abs(all.Center[j] - center) < HalfWidthAngstrom)];
        double[] Of(double[] values) => [.. chosen.Select(j => values[j])];
        LineTable lines = new(Of(all.Center), Of(all.LnAmplitude), Of(all.LnSigma), Of(all.LnGamma)), wide = lines.Clone();
        double sigma = DopplerShift.LightSpeedKmPerS / (2 * Math.Sqrt(2 * Math.Log(2)) * resolution), share = sigma / DopplerShift.LightSpeedKmPerS, weights = 0;
        LineFolding.Widen(wide, sigma, []);
        double[] places = [.. Enumerable.Range(0, 1501).Select(i => center + (HalfWidthAngstrom * 0.8 * ((i / 750.0) - 1)))], mean = new double[places.Length];
        for (int n = -120; n <= 120; n++)
        {
            double t = 0.05 * n, weight = Math.Exp(-0.5 * t * t);
            double[] flux = Forward(model, lines, [.. places.Select(place => place * Math.Exp(t * share))]);
            for (int i = 0; i < mean.Length; i++) mean[i] += weight * flux[i];
            weights += weight;
        }

        double worst = Forward(model, wide, places).Zip(mean, (folded, sum) => Math.Abs(folded - (sum / weights))).Max();
        double bound = FoldingBound.Largest(model, lines, sigma, places);
        output.WriteLine(FormattableString.Invariant($"{what}, {lines.Count} lines, R = {resolution:e0}: error {worst:e2}, bound {bound:e2}, {bound / worst:0.00} times"));
        Assert.InRange(worst, 0, bound);
        Assert.InRange(bound, 0, most * worst);
    }

    private static double[] Forward(LineModel model, LineTable lines, double[] at)
    {
        var flux = new double[at.Length];
        KernelSet.Best.Create(0).Forward(model, lines, LineWindows.Create(lines.Center.AsSpan(0, lines.Count), at, at.Length), at, Workers.OneThread, flux);
        return flux;
    }
}
