using Blase3D.Engine.Grids;
using Blase3D.Engine.Grids.Import;
using Blase3D.Engine.Spectra;
using Blase3D.Native.Hdf5;
using Xunit;

namespace Blase3D.Engine.Tests.Grids;

/// <summary>Grids of other programs, in small files of their layouts.</summary>
public sealed class Hdf5ImportTests : IDisposable
{
    private static readonly double[] Wave = ScratchFolder.Wavelength;
    private readonly ScratchFolder _scratch = new();

    public void Dispose() => _scratch.Dispose();

    [Theory]
    [InlineData("CONST", 1, 1.0)]
    [InlineData("LINEAR", 2, 1 - (0.5 / 3))]
    [InlineData("QUAD", 3, 1 - (0.5 / 3) - (0.25 / 6))]
    [InlineData("SQRT", 3, 1 - (0.5 / 3) - (0.25 / 5))]
    [InlineData("CLARET", 5, 1 - (0.5 / 5) - (0.25 / 3) - (0.125 * 3 / 7) - (0.0625 / 2))]
    public void MSG_intensities_are_integrated_over_the_disk(string law, int coefficients, double share)
    {
        ISpectralGrid grid = GridImporter.Import([Msg("m.h5", law, coefficients)], new GridImportOptions()).Grid;
        var flux = new double[Wave.Length];
        grid.ReadFlux(0, flux);
        Assert.All(Enumerable.Range(0, flux.Length), p => Assert.Equal(Math.PI * share * (100 + p), flux[p], 9));
        Assert.Equal(share, DiskMean(law, mu => mu) / Math.PI, 4);

        // The same by brute force: 2 pi int I(mu) mu dmu with I(1) = 1 and the coefficients 1/2, 1/4, 1/8, 1/16.
        static double DiskMean(string law, Func<double, double> weight)
        {
            const int steps = 20000;
            double sum = 0;
            for (int i = 0; i < steps; i++)
            {
                double mu = (i + 0.5) / steps;
                double dark = law switch
                {
                    "LINEAR" => 0.5 * (1 - mu),
                    "QUAD" => (0.5 * (1 - mu)) + (0.25 * (1 - mu) * (1 - mu)),
                    "SQRT" => (0.5 * (1 - mu)) + (0.25 * (1 - Math.Sqrt(mu))),
                    "CLARET" => Enumerable.Range(1, 4).Sum(k => Math.Pow(0.5, k) * (1 - Math.Pow(mu, k / 2.0))),
                    _ => 0,
                };
                sum += (1 - dark) * weight(mu) / steps;
            }

            return 2 * Math.PI * sum;
        }
    }

    [Fact]
    public void MSG_grids_are_ragged_and_may_have_any_axes()
    {
        GridImport import = GridImporter.Import([Msg("m.h5", "CONST", 1)], new GridImportOptions { WavelengthRange = (8002, 8012) });
        ISpectralGrid grid = import.Grid;
        Assert.Equal(["teff", "logg", "z_zo"], grid.Points.AxisNames);
        Assert.Equal([4000, 4, 0.5, 4000, 5, 0.5, 5000, 5, 0.5], grid.Points.Values.ToArray());
        Assert.Contains(import.Notes, note => note.Contains("1 of the 4 nodes", StringComparison.Ordinal));
        Assert.Equal(21, grid.Wavelength.Count);
        var flux = new double[21];
        grid.ReadFlux(2, flux);
        Assert.Equal(Math.PI * (300 + 4), flux[0], 9);
    }

    [Fact]
    public void A_damaged_MSG_grid_is_refused_in_a_sentence()
    {
        Refused("'ODD' is not known", Msg("a.h5", "ODD", 1));
        Refused("[40, 2] instead of [40, 1]", Msg("b.h5", "CONST", 2));
        Refused("node 99 of v_lin_seq", Msg("c.h5", "CONST", 1, lastNode: 99));
        var failure = Assert.Throws<EngineException>(
            () => GridImporter.Import([Msg("d.h5", "CONST", 1)], new GridImportOptions { Medium = WavelengthMedium.Air }));
        Assert.Contains("--medium vacuum", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Starfish_grids_take_their_axes_from_the_names_of_the_spectra()
    {
        string file = Write("s.hdf5", hdf =>
        {
            hdf.Write<double>("/wl", Wave, [40]);
            hdf.SetAttribute("/wl", "air", 1L);
            hdf.Write<double>("/pars", [3000, 4.5, 0.02, 2, 3100, 4.5, 0.02, 2], [2, 4]);
            hdf.Write<double>("/flux/t3000g4.5z0.0fsed2", ScratchFolder.Flux, [40]);
            hdf.Write<double>("/flux/t3100g4.5z0.0fsed2", [.. ScratchFolder.Flux.Select(f => 2 * f)], [40]);
        });
        Refused("--medium air", file);
        ISpectralGrid grid = GridImporter.Import([file], new GridImportOptions { Medium = WavelengthMedium.Air }).Grid;
        Assert.Equal(["teff", "logg", "feh", "fsed"], grid.Points.AxisNames);
        Assert.Equal([3000, 4.5, 0.02, 2, 3100, 4.5, 0.02, 2], grid.Points.Values.ToArray());
        Assert.Equal(AirVacuum.ToVacuum(8000), grid.Wavelength[0], 9);
        var flux = new double[40];
        grid.ReadFlux(1, flux);
        Assert.Equal(2 * ScratchFolder.Flux[7], flux[7]);
    }

    [Fact]
    public void A_Starfish_grid_whose_names_do_not_fit_is_refused()
    {
        string Odd(string name, string spectrum, int rows) => Write(name, hdf =>
        {
            hdf.Write<double>("/wl", Wave, [40]);
            hdf.Write<double>("/pars", [.. Enumerable.Repeat(3000.0, rows)], [rows, 1]);
            hdf.Write<double>($"/flux/{spectrum}", ScratchFolder.Flux.AsSpan(0, 39), [39]);
        });
        Refused("does not name the 1 parameters", Odd("a.h5", "x", 1));
        Refused("no row of pars", Odd("b.h5", "t4000", 1));
        Refused("1 spectra and 2 rows", Odd("c.h5", "t3000", 2));
        Refused("instead of 40 pixels", Odd("d.h5", "t3000", 1));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Emulators_give_back_mean_and_components(bool isOld)
    {
        double[] ones = [.. Wave.Select(_ => 1.0)], halves = [.. Wave.Select(_ => 0.5)], ramp = [.. Enumerable.Range(0, 40).Select(i => (double)i)];
        string file = Write("e.hdf5", hdf =>
        {
            hdf.Write<double>(isOld ? "/gparams" : "/grid_points", [1900, 4, 2000, 4], [2, 2]);
            if (isOld)
            {
                hdf.Write<double>("/eigenspectra", [.. Wave, .. ones, .. halves, .. ramp, .. ones], [5, 40]);
                hdf.Write<double>("/w", [1, 2, 10, 20], [2, 2]);
                hdf.Write<double>("/flux_scalars", [100, 200], [2]);
                return;
            }

            hdf.SetAttribute("/grid_points", "names", (IReadOnlyList<string>)["T", "C/O"]);
            hdf.Write<double>("/wavelength", Wave, [40]);
            hdf.Write<double>("/flux_mean", ones, [40]);
            hdf.Write<double>("/flux_std", halves, [40]);
            hdf.Write<double>("/eigenspectra", [.. ramp, .. ones], [2, 40]);
            hdf.Write<double>("/weights", [1, 10, 2, 20], [2, 2]);
        });
        GridImport import = GridImporter.Import([file], new GridImportOptions { WavelengthRange = (8002, 8012) });
        Assert.Equal(isOld ? ["teff", "logg"] : ["teff", "co"], import.Grid.Points.AxisNames);
        var flux = new double[21];
        import.Grid.ReadFlux(1, flux);
        Assert.Equal((isOld ? 200 : 1) * (1 + (0.5 * ((2 * 4) + 20))), flux[0], 9);
        Assert.Equal(isOld, import.Notes.Any(note => note.Contains("does not name its parameters", StringComparison.Ordinal)));
        Assert.Contains(import.Notes, note => note.Contains("principal components", StringComparison.Ordinal));
    }

    [Fact]
    public void An_emulator_that_contradicts_itself_and_an_unknown_file_are_refused()
    {
        Refused("do not belong together", Write("a.h5", hdf =>
        {
            hdf.Write<double>("/gparams", [1900, 4], [1, 2]);
            hdf.Write<double>("/eigenspectra", [.. Wave, .. Wave, .. Wave, .. Wave], [4, 40]);
            hdf.Write<double>("/w", [1, 2], [1, 2]);
        }));
        Refused("HDF5 of MSG", Write("b.h5", hdf => hdf.Write<double>("/x", [1], [1])));
    }

    [Fact]
    public void A_text_names_other_axes_in_its_comment()
    {
        string rows = string.Join('\n', Wave.Select(w => $"{w},1"));
        string file = _scratch.Write("x.csv", "# teff=900 logg=4 c/o=0.55 f_sed=2 logkzz=8\nwavelength,flux\n" + rows);
        ISpectralGrid grid = GridImporter.Import([file], new GridImportOptions()).Grid;
        Assert.Equal(["teff", "logg", "co", "fsed", "logkzz"], grid.Points.AxisNames);
        Assert.Equal([900, 4, 0.55, 2, 8], grid.Points.Values.ToArray());
    }

    private static void Refused(string word, string file)
    {
        var failure = Assert.Throws<EngineException>(() => GridImporter.Import([file], new GridImportOptions()));
        Assert.Equal(ErrorCode.BadInput, failure.Code);
        Assert.Contains(word, failure.Message, StringComparison.Ordinal);
        Assert.Contains(Path.GetFileName(file), failure.Message, StringComparison.Ordinal);
    }

    private string Write(string name, Action<Hdf5File> write)
    {
        using Hdf5File hdf = Hdf5File.Create(_scratch[name]);
        write(hdf);
        hdf.Close();
        return _scratch[name];
    }

    /// <summary>Axes 2 x 2 x 1 of which the second node is missing; the coefficients of pixel p of node i are 100 i + p times 1, 1/2, 1/4, ...</summary>
    private string Msg(string name, string law, int coefficients, int lastNode = 4) => Write(name, hdf =>
    {
        hdf.Write<double>("/vgrid/axes[1]/x", [4000, 5000], [2]);
        hdf.SetAttribute("/vgrid/axes[1]", "label", "Teff");
        hdf.Write<double>("/vgrid/axes[2]/x", [4, 5], [2]);
        hdf.SetAttribute("/vgrid/axes[2]", "label", "log(g)");
        hdf.Write<double>("/vgrid/axes[3]/x", [0.5], [1]);
        hdf.SetAttribute("/vgrid/axes[3]", "label", "Z/Zo");
        hdf.SetAttribute("/vgrid", "rank", 3);
        hdf.Write<int>("/vgrid/v_lin_seq", [1, 3, lastNode], [3]);
        for (int i = 1; i <= 3; i++)
        {
            double[] c = [.. Enumerable.Range(0, 40).SelectMany(p => Enumerable.Range(0, coefficients).Select(k => ((100 * i) + p) * Math.Pow(0.5, k)))];
            hdf.Write<double>($"/specsource/specints[{i}]/c", c, [40, coefficients]);
            hdf.Write<double>($"/specsource/specints[{i}]/limb/unused", [0], [1]);
            hdf.SetAttribute($"/specsource/specints[{i}]/limb", "law", law);
            hdf.Write<double>($"/specsource/specints[{i}]/range/unused", [0], [1]);
            hdf.SetAttribute($"/specsource/specints[{i}]/range", "TYPE", "lin_range_t");
            hdf.SetAttribute($"/specsource/specints[{i}]/range", "x_0", 7999.75);
            hdf.SetAttribute($"/specsource/specints[{i}]/range", "dx", 0.5);
            hdf.SetAttribute($"/specsource/specints[{i}]/range", "n", 41);
        }
    });
}
