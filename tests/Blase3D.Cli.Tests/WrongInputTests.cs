using System.Globalization;
using Blase3D.Cli.Verbs;
using Xunit;

namespace Blase3D.Cli.Tests;

/// <summary>Inputs that are whole files and fit in form, but are not what the verb needs: said in one sentence, never computed with in silence.</summary>
public sealed class WrongInputTests(Workbench bench) : IClassFixture<Workbench>
{
    [Fact]
    public void Another_grid_of_the_same_nodes_is_not_the_one_that_was_cloned()
    {
        bench.Run($"grid synthesize -o twin.h5 {Workbench.Nodes} --seed 2").Succeeded();
        bench.RunOver("x.h5", "build clones.h5 -o x.h5 --residual twin.h5 --quiet").Refused(3, "twin.h5 is not the grid that clones.h5 was made of", "teff=4000, logg=4, feh=-0.5");
        Assert.Contains("twin.h5 may not be the grid", bench.Run("report clones.h5 twin.h5 -o twin-report").Succeeded().Error, StringComparison.Ordinal);

        // The same grid made again at another time is another file of the same fluxes.
        bench.Run($"grid synthesize -o again.h5 {Workbench.Nodes}", ("SOURCE_DATE_EPOCH", "1700000000")).Succeeded();
        Assert.DoesNotContain("may not be", bench.Run("report clones.h5 again.h5 -o report").Succeeded().Error, StringComparison.Ordinal);
        bench.Run("build clones.h5 -o again-manifold.h5 --residual again.h5").Succeeded();
    }

    [Fact]
    public void What_a_state_dictionary_cannot_say_is_refused_or_told()
    {
        bench.Run("clone grid.h5 -o voigt.h5 --profile voigt --composition opacity --epochs 3").Succeeded();
        bench.Run("export voigt.h5 -o voigt-arrays").Refused(3, "Voigt", "Opacity", ".csv");
        bench.Run("export voigt.h5 -o voigt.csv").Succeeded();
        Assert.Contains("not the wavelengths (8500 to 8520 A)", bench.Run("export clones.h5 -o arrays").Succeeded().Error, StringComparison.Ordinal);
        string told = bench.Run("import-pt arrays -o back.h5").Succeeded().Error;
        Assert.Contains("windows of 6000 pixels", told, StringComparison.Ordinal);
        Assert.Contains("8038 to 12849 A", told, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1e300, 0.01, "fluxes", "E+300")]
    [InlineData(1e-250, 0.01, "fluxes", "E-250")]
    [InlineData(1, 1e200, "errors", "E+200")]
    [InlineData(1, 1e-200, "errors", "E-200")]
    public void Numbers_whose_squares_are_none_are_named(double flux, double error, string what, string size)
    {
        bench.Write("odd.csv", "wavelength_vac,flux,sigma\n" + string.Concat(Enumerable.Range(0, 100).Select(
            i => string.Create(CultureInfo.InvariantCulture, $"{8501 + (0.1 * i)},{flux * (1 - (0.01 * (i % 7)))},{error}\n"))));
        bench.RunOver("x.csv", "infer manifold.h5 odd.csv -o x.csv --normalized --quiet").Refused(3, "odd.csv", what, size);
    }

    [Fact]
    public void Bytes_of_a_binary_file_do_not_reach_the_terminal()
    {
        var random = new Random(7);
        byte[] garbage = new byte[5000];
        random.NextBytes(garbage);
        foreach (string name in new[] { "garbage.fits", "garbage.csv", "garbage.dat" })
        {
            File.WriteAllBytes(bench[name], garbage);
            foreach (string line in new[] { $"infer manifold.h5 {name} -o x.csv", $"inspect {name}", $"grid import {name} -o x.h5" })
            {
                string said = bench.Run(line).Refused(3, name).Error.TrimEnd('\n');
                Assert.DoesNotContain(said, c => char.IsControl(c) || c == '\uFFFD');
                Assert.True(said.Length < 400, said);
            }
        }
    }

    [Fact]
    public void Nodes_and_points_are_not_both_taken() =>
        bench.RunOver("x.h5", "grid synthesize -o x.h5 --points points.csv --teff 5000").Refused(2, "--points", "--teff");

    [Fact]
    public void Every_verb_that_reads_much_can_be_stopped()
    {
        foreach (int shard in new[] { 1, 2 }) bench.Run($"clone grid.h5 -o stop-{shard}.h5 --epochs 2 --shard {shard}/2").Succeeded();
        CommonOptions[] verbs =
        [
            new MergeVerb { Parts = [bench["stop-1.h5"], bench["stop-2.h5"]], Output = bench["stopped.h5"] },
            new ExportVerb { Clones = bench["clones.h5"], Output = bench["stopped.csv"] },
            new VerifyVerb { File = bench["clones.h5"] },
            new VerifyVerb { File = bench["grid.h5"] },
            new VerifyVerb { File = bench["manifold.h5"] },
            new VerifyVerb(),
            new InspectVerb { File = bench["grid.h5"] },
        ];
        foreach (CommonOptions verb in verbs)
        {
            verb.Quiet = true;
            Assert.Equal(130, CommandLineRunner.RunVerb(verb, ["stopped"], () => 130, new CancellationToken(canceled: true)));
        }

        Assert.Empty(Directory.GetFiles(bench.Folder, "stopped.*"));
        Workbench.AssertNothingHalfWritten(bench.Folder);
    }
}
