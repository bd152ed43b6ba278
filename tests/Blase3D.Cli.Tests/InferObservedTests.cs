using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Blase3D.Engine.Observation;
using Blase3D.Native.Cfitsio;
using Xunit;

namespace Blase3D.Cli.Tests;

/// <summary>Stars as a telescope saw them: the options of <c>infer</c> for velocity, rotation, resolution and continuum, and what may be wrong with them.</summary>
public sealed class InferObservedTests : IClassFixture<Workbench>
{
    private const double Velocity = 21.5;
    private const string Known = "--prior teff=4050 logg=4.25 feh=-0.25";
    private readonly Workbench _bench;

    public InferObservedTests(Workbench bench)
    {
        _bench = bench;
        if (File.Exists(bench["two.fits"])) return;
        bench.Run($"reconstruct manifold.h5 -o rest.csv {Workbench.Star}").Succeeded();
        double[][] rows = [.. File.ReadLines(bench["rest.csv"]).Where(line => line.Length > 0 && char.IsAsciiDigit(line[0])).Select(line => Array.ConvertAll(line.Split(','), Number))];

        // Pixels of five grid points, at another velocity and on a slope; some noise, of known size.
        var random = new Random(4);
        var pixels = new List<(double Wavelength, double Flux)>();
        for (int i = 0; i + 5 <= rows.Length; i += 5)
            pixels.Add((rows[i + 2][0] * DopplerShift.Factor(Velocity), 900 * (1 + (i * 1e-4)) * (rows[i..(i + 5)].Average(row => row[1]) + (0.004 * (random.NextDouble() - 0.5)))));
        WriteTable("seen.csv", "wavelength,flux,sigma", pixels.Select(p => new[] { p.Wavelength, p.Flux, 1.1 }));
        WriteTable("later.csv", "wavelength,flux,sigma", pixels.Select(p => new[] { p.Wavelength * DopplerShift.Factor(-30), p.Flux, 1.1 }));
        WriteTable("opposite.csv", "wavelength,flux,sigma", pixels.Select(p => new[] { p.Wavelength * DopplerShift.Factor(-60), p.Flux, 1.1 }));
        WriteTable("plain.csv", "wavelength,flux", pixels.Select(p => new[] { p.Wavelength, p.Flux }));
        WriteTable("elsewhere.csv", "wavelength,flux,sigma", pixels.Select(p => new[] { p.Wavelength + 900, p.Flux, 1.1 }));
        WriteTable("noise.csv", "wavelength,flux,sigma", pixels.Select(p => new[] { p.Wavelength, 900 * (1 + (0.1 * random.NextDouble())), 25 }));
        WriteTable("deeper.csv", "wavelength,flux,sigma", pixels.Select(p => new[] { p.Wavelength * DopplerShift.Factor(9), 700 * (1 - (1.25 * (1 - Math.Min(1, p.Flux / 1100)))), 1.0 }));
        bench.Write("standards.csv", "spectrum,teff,logg,feh,resolution,type\nseen.csv,4050,4.25,-0.25,,M1\ndeeper.csv,4050,4.25,-0.25,900000,M2\n");
        bench.Write("nameless.csv", "teff,logg,feh\n4050,4.25,-0.25\n");
        bench.Write("short.csv", "spectrum,teff,logg\nseen.csv,4050,4.25\n");
        bench.Write("lost.csv", "spectrum,teff,logg,feh\nnowhere.csv,4050,4.25,-0.25\n");
        bench.Write("cold.csv", "spectrum,teff,logg,feh\nseen.csv,cold,4.25,-0.25\n");
        bench.Write("twice.csv", "spectrum,teff,logg,feh\nseen.csv,4050,4.25,-0.25\n./seen.csv,4050,4.25,-0.25\n");
        bench.Write("blurred.csv", "spectrum,teff,logg,feh,resolution\nseen.csv,4050,4.25,-0.25,-50000\n");
        bench.Write("sharp.csv", "spectrum,teff,logg,feh,resolution\nseen.csv,4050,4.25,-0.25,200000\n");
        bench.Write("unlike.csv", "spectrum,teff,logg,feh\nseen.csv,4050,4.25,-0.25\nnoise.csv,4050,4.25,-0.25\n");
        bench.Write("away.csv", "spectrum,teff,logg,feh\nseen.csv[order=0],4050,4.25,-0.25\nelsewhere.csv,4050,4.25,-0.25\n");
        File.CreateSymbolicLink(bench["link.csv"], bench["seen.csv"]);
        bench.Write("none.csv", "spectrum,teff,logg,feh\n");
        WriteTable("dark.csv", "wavelength,transmission", [[8400, 0.2], [8600, 0.2]]);
        WriteTable("clear.csv", "wavelength,transmission", [[8400, 1], [8509, 1], [8509.5, 0.5], [8510, 1], [8600, 1]]);
        WriteTable("gaps.csv", "wavelength,flux,sigma", pixels.Select((p, i) => new[] { p.Wavelength, i % 90 < 20 ? 0 : p.Flux, 1.1 }));
        WriteTable("nothing-measured.csv", "wavelength,flux,sigma", pixels.Select(p => new[] { p.Wavelength, p.Flux, 0 }));
        WriteTable("nothing-there.csv", "wavelength,flux,sigma", pixels.Select(p => new[] { p.Wavelength, 0, 1.1 }));
        WriteTable("tiny.csv", "wavelength,flux", pixels.Select(p => new[] { p.Wavelength, p.Flux * 1e-180 }));
        WriteTable("far-clear.csv", "wavelength,transmission", [[5000, 1], [5100, 0.5]]);
        bench.Write("nm.txt", "850.0 850.5\n");
        bench.Write("far.csv", "wavelength,resolution\n5000,290000\n5100,310000\n");
        bench.Write("minus.csv", "wavelength,resolution\n8400,-1\n8600,50000\n");
        bench.Write("all.txt", "8000 9000\n");
        bench.Write("along.csv", "wavelength_nm,resolution\n800,290000\n900,310000\n");
        bench.Write("lsf.csv", "offset,8400,8600\n-0.6,0,0\n0,1,2\n0.6,0,0\n");
        bench.Write("odd.txt", "8000 9000\nsky\n");
        using FitsFile fits = FitsFile.Create(bench["two.fits"]);
        foreach (string name in new[] { "BLUE", "RED" })
            fits.WriteTable(name, [("WAVE", "Angstrom", [.. pixels.Select(p => p.Wavelength)]), ("FLUX", "", [.. pixels.Select(p => p.Flux)])]);
        fits.Close();

        static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
    }

    [Theory]
    [InlineData("--velocity fast", "fast")]
    [InlineData("--velocity 30:10", "30:10")]
    [InlineData("--velocity 99999999", "99999999")]
    [InlineData("--vsini=-3", "-3")]
    [InlineData("--vsini slow", "slow")]
    [InlineData("--resolution 5", "100")]
    [InlineData("--resolution free", "LO:HI")]
    [InlineData("--resolution 200000 --grid-resolution 100000", "sharpened")]
    [InlineData("--resolution 100:90000", "0.1 to 10")]
    [InlineData("--continuum cubic", "cubic")]
    [InlineData("--continuum 400", "400")]
    [InlineData("--continuum spline:none", "spline:none")]
    [InlineData("--velocity 0 --limb-darkening 2", "limb darkening")]
    [InlineData("--velocity 0 --loss fair", "fair")]
    [InlineData("--velocity 0 --least-transmission 2", "transmission")]
    [InlineData("--velocity 0 --window 8500", "8500")]
    [InlineData("--velocity 0 --window 8600:8500", "The window '8600:8500'")]
    [InlineData("--velocity 0 --mask 8600:8500", "The mask '8600:8500'")]
    [InlineData("--vsini 5:20", "begins at 0: give --vsini 0:20")]
    [InlineData("--velocity 0 --normalized", "--normalized")]
    [InlineData("--velocity 0 --compat blase", "--compat blase")]
    [InlineData("--velocity 0 --shard 1/2", "--shard")]
    [InlineData("--loss tukey", "--velocity")]
    [InlineData("--telluric clear.csv", "--velocity")]
    [InlineData("--together", "--velocity")]
    [InlineData("--velocities one", "--velocity")]
    [InlineData("--fold 0", "--velocity")]
    [InlineData("--velocity 0 --fold 2", "0 to 0.1")]
    [InlineData("--barycentric file", "--velocity")]
    [InlineData("--velocity 0 --barycentric fast", "fast")]
    [InlineData("--velocity 0 --barycentric 1,2", "2 values for 1 files")]
    [InlineData("--velocity 0 --resolution 50000,60000", "2 values for 1 files")]
    [InlineData("--velocity free --together --velocities both", "both")]
    [InlineData("--also manifold.h5", "--velocity")]
    [InlineData("--velocity 21.5 --also manifold.h5 --prior alpha=0", "alpha")]
    [InlineData("--extrapolate logg=5", "--velocity")]
    [InlineData("--standards standards.csv", "--velocity")]
    [InlineData("--velocity 21.5 --standards standards.csv", "would be inferred from itself")]
    [InlineData("--velocity 21.5 --standards standards.csv --also manifold.h5", "leave out --also")]
    [InlineData("--velocity 21.5 --standards standards.csv --resolution 200000:400000 --prior teff=4050", "inferred from itself")]
    [InlineData("--resolution=-50000 --grid-resolution 100000", "The resolving power is -50000")]
    [InlineData("--resolution 50000 --instrument along.csv", "give one of them")]
    [InlineData("--instrument lsf.csv --grid-resolution 100000", "leave out --grid-resolution")]
    [InlineData("--velocity 21.5 --instrument along.csv,lsf.csv", "2 values for 1 files")]
    [InlineData("--velocity 21.5 --extrapolate logg", "--extrapolate logg=5.5")]
    [InlineData("--velocity 21.5 --extrapolate alpha=1", "'alpha', which is no axis")]
    [InlineData("--velocity 21.5 --extrapolate logg=4.1", "lies inside of the grid")]
    public void Odd_options_are_refused(string arguments, string word) => Run("seen.csv", arguments).Refused(2, word);

    [Theory]
    [InlineData("seen.csv", "--mask-file all.txt", 3, "no pixel left that counts")]
    [InlineData("seen.csv", "--mask 8000:9000", 3, "no pixel left that counts")]
    [InlineData("seen.csv", "--window 7000:7100", 3, "no pixel left that counts")]
    [InlineData("seen.csv", "--telluric dark.csv", 3, "dark by the atmosphere")]
    [InlineData("seen.csv", "--mask-file odd.txt", 3, "Line 2")]
    [InlineData("seen.csv", "--mask-file nothing.txt", 3, "nothing.txt does not exist")]
    [InlineData("seen.csv", "--telluric nothing.csv", 3, "nothing.csv does not exist")]
    [InlineData("seen.csv", "--telluric seen.csv", 3, "0 to 1")]
    [InlineData("seen.csv", "--instrument nothing.csv", 3, "nothing.csv does not exist")]
    [InlineData("seen.csv", "--instrument seen.csv", 3, "name them wavelength and resolution")]
    [InlineData("plain.csv", "--standards nothing.csv", 3, "nothing.csv")]
    [InlineData("plain.csv", "--standards nameless.csv", 3, "no column spectrum")]
    [InlineData("plain.csv", "--standards short.csv", 3, "no column feh")]
    [InlineData("plain.csv", "--standards lost.csv", 3, "line 2: the spectrum nowhere.csv does not exist")]
    [InlineData("plain.csv", "--standards cold.csv", 3, "no finite number for teff")]
    [InlineData("plain.csv", "--standards none.csv", 3, "no stars below its header")]
    [InlineData("plain.csv", "--standards standards.csv --resolution 200000:400000", 2, "add the column resolution")]
    [InlineData("link.csv", "--standards standards.csv", 2, "would be inferred from itself")]
    [InlineData("seen.csv[order=0]", "--standards standards.csv", 2, "would be inferred from itself")]
    [InlineData("plain.csv", "--standards twice.csv", 3, "twice.csv, line 3: ./seen.csv is the standard of line 2 already")]
    [InlineData("plain.csv", "--standards blurred.csv --resolution 50000 --grid-resolution 100000", 3, "blurred.csv, line 2: the resolution is -50000; give 100 to 10000000")]
    [InlineData("plain.csv", "--standards sharp.csv --resolution 50000 --grid-resolution 100000", 3, "sharp.csv, line 2: The resolving power 200000 is not below")]
    [InlineData("plain.csv", "--standards unlike.csv", 3, "unlike.csv: The standard noise.csv cannot be used, correct it or take it out: noise.csv does not correlate")]
    [InlineData("plain.csv", "--standards away.csv", 5, "away.csv, line 3: elsewhere.csv covers")]
    [InlineData("seen.csv", "--instrument minus.csv", 3, "minus.csv: The resolving power is -1")]
    [InlineData("plain.csv", "--likelihood chi2", 3, "has no errors")]
    [InlineData("seen.csv", "--prior velocity=21.5", 2, "give --velocity 21.5 in its place")]
    [InlineData("nothing-measured.csv", "", 3, "without a positive error; correct the errors")]
    [InlineData("nothing-there.csv", "", 3, "are runs of zeros")]
    [InlineData("tiny.csv", "", 3, "tiny.csv has fluxes of up to 1.0")]
    [InlineData("elsewhere.csv", "", 5, "nothing of the manifold's")]
    [InlineData("noise.csv", "", 3, "does not correlate")]
    [InlineData("seen.csv", "--also grid.h5", 3, "grid.h5")]
    [InlineData("two.fits", "", 3, "BLUE, RED")]
    [InlineData("two.fits[GREEN]", "", 3, "GREEN")]
    [InlineData("text.fits", "", 3, "text.fits")]
    [InlineData("manifold.h5", "", 3, "HDF5")]
    public void What_cannot_be_fitted_is_one_sentence(string spectrum, string arguments, int exitCode, string words) =>
        Run(spectrum, $"--velocity free --continuum 2 --quiet {arguments}").Refused(exitCode, words);

    [Fact]
    public void A_star_is_fitted_with_its_velocity()
    {
        BlaseResult result = Run("seen.csv", "--velocity=-100:100 --continuum 2 --telluric clear.csv --page pages").Succeeded();
        JsonNode star = JsonNode.Parse(File.ReadAllText(_bench["out.json"]))![0]!;
        Assert.Equal(Velocity, (double)star["velocity"]!, 0.3);
        Assert.Equal(4050, (double)star["teff"]!, 40.0);
        Assert.Contains("cross-correlation", result.Error, StringComparison.Ordinal);
        Assert.Contains("pixels the atmosphere lets less than 0.9", result.Error, StringComparison.Ordinal);
        Assert.Contains("a frame that the file does not state", result.Error, StringComparison.Ordinal);
        Assert.Contains("in air the velocity would be", result.Error, StringComparison.Ordinal);
        Assert.Single(Directory.GetFiles(_bench["pages"], "*.svg"));
    }

    [Fact]
    public void A_star_that_cannot_be_fitted_costs_no_other_its_result()
    {
        BlaseResult result = Run("seen.csv[order=0] noise.csv missing.csv plain.csv", $"--velocity=-100:100 --continuum 2 {Known}");
        Assert.Equal(3, result.ExitCode);
        Assert.Contains("out.json was written without 2 of 4 spectra: noise.csv (noise.csv does not correlate", result.Error, StringComparison.Ordinal);
        Assert.Contains("missing.csv does not exist", result.Error, StringComparison.Ordinal);
        JsonArray stars = JsonNode.Parse(File.ReadAllText(_bench["out.json"]))!.AsArray();
        Assert.Equal(["seen.csv[order=0]", "plain.csv"], stars.Select(star => (string)star!["spectrum"]!));
        Assert.All(stars, star => Assert.Equal(Velocity, (double)star!["velocity"]!, 0.3));

        File.Delete(_bench["out.json"]);
        result = Run("noise.csv missing.csv", $"--velocity=-100:100 --continuum 2 {Known}");
        Assert.Contains("None of the 2 spectra can be inferred, so nothing was written; the first, noise.csv", result.Error, StringComparison.Ordinal);
        Assert.Equal((3, false), (result.ExitCode, File.Exists(_bench["out.json"])));
    }

    [Fact]
    public void A_star_of_which_all_is_known_is_compared()
    {
        Run("seen.csv", $"--velocity {Velocity} --continuum 2 {Known} --page known").Succeeded();
        JsonNode star = JsonNode.Parse(File.ReadAllText(_bench["out.json"]))![0]!;
        Assert.Equal(Velocity, (double)star["velocity"]!);
        Assert.Null(star["velocity_err"]);
        Assert.InRange((double)star["rms"]!, 0.0005, 0.01);
    }

    [Fact]
    public void What_says_nothing_about_the_spectrum_is_named_and_runs_of_zeros_are_missing()
    {
        BlaseResult result = Run("gaps.csv", $"--velocity=-100:100 --continuum 2 {Known} --mask-file nm.txt --telluric far-clear.csv --instrument far.csv").Succeeded();
        foreach (string part in new[]
            {
                "pixels are runs of exact zeros and were taken as missing", "no pixel lies in what is to be masked (850 to 850.5 A)", "far-clear.csv covers none of its wavelengths", "does not state the frame of its wavelengths; far-clear.csv was taken to be in the same",
                "far.csv is given from 5000 to 5100 A, and the spectrum lies at 8500",
            })
            Assert.Contains(part, result.Error, StringComparison.Ordinal);
        JsonNode star = JsonNode.Parse(File.ReadAllText(_bench["out.json"]))![0]!;
        Assert.Equal(Velocity, (double)star["velocity"]!, 0.3);
        Assert.DoesNotContain("poor_fit", star["flags"]!.ToJsonString(), StringComparison.Ordinal);
        Assert.Contains("no pixel lies in what is to be masked (850 to 851 A)", _bench.Run("infer manifold.h5 star.h5 -o out.json --mask 850:851").Succeeded().Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_resolving_power_that_was_fitted_is_said()
    {
        BlaseResult result = Run("seen.csv", $"--velocity=-100:100 --continuum 2 {Known} --resolution 100000:400000").Succeeded();
        double factor = (double)JsonNode.Parse(File.ReadAllText(_bench["out.json"]))![0]!["resolution_factor"]!;
        Assert.Contains(FormattableString.Invariant($"the resolving power is {200_000 * factor:0}"), result.Error, StringComparison.Ordinal);

        // With what the manifold's spectra have lost: 1 / R^2 is the sum.
        result = Run("seen.csv", $"--velocity=-100:100 --continuum 2 {Known} --resolution 100000:400000 --grid-resolution 600000").Succeeded();
        factor = (double)JsonNode.Parse(File.ReadAllText(_bench["out.json"]))![0]!["resolution_factor"]!;
        double Own(double resolution) => 1 / Math.Sqrt(Math.Pow(resolution, -2) - Math.Pow(600_000, -2));
        double own = factor * Math.Sqrt(Own(100_000) * Own(400_000)), whole = 1 / Math.Sqrt(Math.Pow(own, -2) + Math.Pow(600_000, -2));
        Assert.Contains(FormattableString.Invariant($"the resolving power is {whole:0}"), result.Error, StringComparison.Ordinal);
        Assert.Contains(", that of the manifold's own spectra with it.", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Errors_of_a_manifold_of_lines_alone_are_said_to_lack_what_the_lines_miss()
    {
        const string words = "manifold.h5 has lines alone: what these miss of their own spectra is not in the quoted errors";
        foreach (string arguments in new[] { $"seen.csv --velocity=-100:100 --continuum 2 {Known}", "star.h5" })
        {
            Assert.Contains(words, _bench.Run($"infer manifold.h5 {arguments} -o out.json").Succeeded().Error, StringComparison.Ordinal);
            Assert.Contains(words, File.ReadAllText(_bench["out.json"]), StringComparison.Ordinal);
            Assert.DoesNotContain(words, _bench.Run($"infer manifold.h5 {arguments} -o out.json --model-error 0").Succeeded().Error, StringComparison.Ordinal);
        }

        _bench.Run("build clones.h5 -o residual.h5 --residual grid.h5").Succeeded();
        Assert.DoesNotContain("lines alone", _bench.Run("infer residual.h5 star.h5 -o out.json").Succeeded().Error, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_doubtful_is_said()
    {
        BlaseResult result = Run("plain.csv", "--velocity=-100:100 --continuum 2 --resolution 900000").Succeeded();
        Assert.Contains("has no errors", result.Error, StringComparison.Ordinal);
        Assert.Contains("pixels of 1.7", result.Error, StringComparison.Ordinal);
        Assert.Contains("resolution_below_sampling", File.ReadAllText(_bench["out.json"]), StringComparison.Ordinal);
        result = Run("seen.csv", "--velocity=-100:100 --continuum 2").Succeeded();
        Assert.Contains("No --resolution was given", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Several_manifolds_share_the_evidence()
    {
        if (!File.Exists(_bench["hot.h5"]))
        {
            _bench.Run("grid synthesize -o hot-grid.h5 --teff 6000:6200:200 --logg 4:4.5:0.5 --feh=-0.5,0 --wavelength 8500:8520 --lines 200").Succeeded();
            _bench.Run("clone hot-grid.h5 -o hot-clones.h5").Succeeded();
            _bench.Run("build hot-clones.h5 -o hot.h5").Succeeded();
        }

        BlaseResult result = Run("seen.csv", "--velocity=-100:100 --continuum 2 --also hot.h5").Succeeded();
        Assert.Contains("manifold.h5 has 1.0000 of the evidence", result.Error, StringComparison.Ordinal);
        Assert.Contains("hot.h5 has 0.0000 of the evidence", result.Error, StringComparison.Ordinal);
        Assert.Contains("averaged by evidence: teff ", result.Error, StringComparison.Ordinal);
        Assert.Contains("the result is that of manifold.h5", result.Error, StringComparison.Ordinal);
        Assert.Equal(4050, (double)JsonNode.Parse(File.ReadAllText(_bench["out.json"]))![0]!["teff"]!, 40.0);
    }

    [Fact]
    public void Exposures_that_are_fitted_together_have_a_velocity_each_or_one_at_the_barycentre()
    {
        BlaseResult result = Run("seen.csv later.csv", "--together --velocity=-100:100 --continuum 2 --resolution 300000,200000").Succeeded();
        JsonNode star = JsonNode.Parse(File.ReadAllText(_bench["out.json"]))![0]!;
        Assert.Equal(Velocity, (double)star["velocity"]!, 0.3);
        Assert.Equal(Velocity - 30, (double)star["velocity_2"]!, 0.3);
        Assert.Contains("frames that the files do not state, so that each has a velocity of its own", result.Error, StringComparison.Ordinal);
        Assert.Contains("later.csv: the velocity_2 of -8.", result.Error, StringComparison.Ordinal);
        Assert.Equal(10, star["card"]!["lines"]!.AsArray().Count);

        result = Run("seen.csv later.csv", "--together --velocity=-100:100 --continuum 2 --barycentric=-10,20").Succeeded();
        star = JsonNode.Parse(File.ReadAllText(_bench["out.json"]))![0]!;
        Assert.Equal(Velocity - 10, (double)star["velocity"]!, 0.3);
        Assert.Null(star["velocity_2"]);
        Assert.Contains("is in the barycentric frame", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("seen.csv opposite.csv", "-25,35")]
    [InlineData("opposite.csv seen.csv", "35,-25")]
    public void Exposures_half_a_year_apart_are_correlated_at_the_barycentre(string files, string corrections)
    {
        // The Earth's velocities differ by more than the descent reaches from a peak.
        BlaseResult result = Run(files, $"--together --velocity=-150:150 --continuum 2 --barycentric={corrections}").Succeeded();
        Assert.Equal(Velocity - 25, (double)JsonNode.Parse(File.ReadAllText(_bench["out.json"]))![0]!["velocity"]!, 0.3);
        Assert.DoesNotContain("poor_fit", File.ReadAllText(_bench["out.json"]), StringComparison.Ordinal);
        Assert.Contains("cross-correlation 0.9", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Standard_stars_correct_the_model()
    {
        BlaseResult result = Run("later.csv", "--velocity=-100:100 --continuum 2 --prior logg=4.25 --standards standards.csv").Succeeded();
        JsonNode star = JsonNode.Parse(File.ReadAllText(_bench["out.json"]))![0]!;
        Assert.Equal(Velocity - 30, (double)star["velocity"]!, 0.3);
        Assert.Equal(2, star["card"]!["standards"]!.AsArray().Count);
        JsonNode deeper = star["card"]!["standards"]![1]!;
        Assert.Equal("deeper.csv", (string)deeper["spectrum"]!);
        Assert.Equal(4050, (double)deeper["label"]!["teff"]!);
        Assert.Equal(Velocity + 9, (double)deeper["velocity"]!, 0.3);
        Assert.True((double)deeper["rms_corrected"]! < (double)deeper["rms"]!);
        Assert.True(double.IsFinite((double)deeper["left_out"]!["teff"]!));
        Assert.Null(deeper["left_out"]!["logg"]);
        Assert.Contains("Standard seen.csv: velocity 21.", result.Error, StringComparison.Ordinal);
        Assert.Contains("with the others' correction it is found at teff", result.Error, StringComparison.Ordinal);
        Assert.True((double)star["teff_err"]! > Math.Abs((double)deeper["left_out"]!["teff"]! - 4050) / 2);
    }

    [Fact]
    public void A_standard_is_not_written_over()
    {
        string before = File.ReadAllText(_bench["deeper.csv"]);
        _bench.Run("infer manifold.h5 later.csv -o deeper.csv --velocity free --continuum 2 --standards standards.csv").Refused(2, "The output deeper.csv is a standard of standards.csv");
        Assert.Equal(before, File.ReadAllText(_bench["deeper.csv"]));
    }

    [Fact]
    public void A_narrow_instrument_is_folded_into_the_lines_and_that_is_said()
    {
        BlaseResult result = Run("seen.csv", "--velocity=-100:100 --continuum 2 --resolution 10000000 --fold 0.1").Succeeded();
        Assert.Contains("folded into the widths of the lines, which is wrong by", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("folded", Run("seen.csv", "--velocity=-100:100 --continuum 2 --resolution 10000000 --fold 0").Succeeded().Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("along.csv")]
    [InlineData("lsf.csv")]
    public void The_instrument_may_be_a_table(string file)
    {
        BlaseResult result = Run("seen.csv", $"--velocity=-100:100 --continuum 2 --instrument {file}").Succeeded();
        JsonNode star = JsonNode.Parse(File.ReadAllText(_bench["out.json"]))![0]!;
        Assert.Equal(Velocity, (double)star["velocity"]!, 0.3);
        Assert.Equal(4050, (double)star["teff"]!, 40.0);
        Assert.DoesNotContain("No --resolution was given", result.Error, StringComparison.Ordinal);
        Assert.NotEmpty(star["card"]!["disagreeing_lines"]!.AsArray());
    }

    [Fact]
    public void A_velocity_outside_of_the_range_is_said()
    {
        BlaseResult result = Run("seen.csv", "--velocity=5:15 --continuum 2");
        Assert.Contains(result.ExitCode == 0 ? "highest at an end of the velocities from 5 to 15" : "does not correlate", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_correction_that_the_file_does_not_state_is_not_guessed() =>
        Run("seen.csv", "--velocity free --barycentric file").Refused(3, "does not state its barycentric correction");

    private BlaseResult Run(string spectrum, string arguments) => _bench.Run($"infer manifold.h5 {spectrum} -o out.json {arguments}");

    private void WriteTable(string name, string header, IEnumerable<double[]> rows)
    {
        var text = new StringBuilder(header + "\n");
        foreach (double[] row in rows) text.Append(string.Join(',', row.Select(value => value.ToString("R", CultureInfo.InvariantCulture)))).Append('\n');
        _bench.Write(name, text.ToString());
    }
}
