using System.Globalization;
using Blase3D.Engine.Cloning;
using Blase3D.Engine.Grids;
using Blase3D.Engine.Storage;
using Blase3D.Engine.Storage.Hdf5;
using Blase3D.Native.Cfitsio;
using Blase3D.Native.Hdf5;
using Xunit;

namespace Blase3D.Cli.Tests;

/// <summary>Whole files whose content no verb can use: exit code 3 and one sentence with the file.</summary>
public sealed class UnusableContentTests(Workbench bench) : IClassFixture<Workbench>
{
    private static readonly Provenance Made = Provenance.Of("test", []);

    [Theory]
    [InlineData("exact")]
    [InlineData("tracked")]
    public void Two_clones_of_one_point_are_refused(string association)
    {
        LineClones clones = LineClonesFile.Read(bench["clones.h5"]);
        LineClonesFile.Write(bench["twice.h5"], clones with { Points = FirstPointTwice(clones.Points) }, Made);
        bench.RunOver("x.h5", $"build twice.h5 -o x.h5 --association {association}").Refused(3, "Two clones", "teff=4000, logg=4, feh=-0.5", "keep one");
    }

    [Fact]
    public void Two_spectra_of_one_point_are_refused_before_the_work()
    {
        using (StoredSpectra grid = SpectraFile.Open(bench["grid.h5"]))
            SpectraFile.WriteResult(bench["twice-grid.h5"], [.. grid.Wavelength], FirstPointTwice(grid.Points), [.. Enumerable.Range(0, grid.Points.Count).Select(_ => new double[grid.Wavelength.Count])], Made);
        bench.RunOver("x.h5", "clone twice-grid.h5 -o x.h5").Refused(3, "Two spectra", "teff=4000, logg=4, feh=-0.5", "keep one");
    }

    [Fact]
    public void Files_without_points_or_wavelengths_are_refused()
    {
        string[] axes = ["teff", "logg", "feh"];
        SpectraFile.WriteResult(bench["no-points.h5"], [1, 2, 3], new GridPoints(axes, []), [], Made);
        SpectraFile.WriteResult(bench["no-pixels.h5"], [], new GridPoints(axes, [4000, 4, 0]), [[]], Made);
        LineClones clones = LineClonesFile.Read(bench["clones.h5"]);
        LineClonesFile.Write(bench["no-pixel-clones.h5"], clones with { Wavelength = [] }, Made);
        bench.RunOver("x.h5", "clone no-points.h5 -o x.h5").Refused(3, "no-points.h5", "no point");
        bench.RunOver("x.csv", "infer manifold.h5 no-points.h5 -o x.csv").Refused(3, "no-points.h5", "no point");
        bench.RunOver("x.h5", "clone no-pixels.h5 -o x.h5").Refused(3, "no-pixels.h5", "no wavelength");
        bench.RunOver("x.h5", "build no-pixel-clones.h5 -o x.h5").Refused(3, "no-pixel-clones.h5", "no wavelength");
    }

    [Fact]
    public void A_manifold_without_wavelengths_is_refused()
    {
        using (Hdf5File from = Hdf5File.OpenRead(bench["manifold.h5"]))
        using (Hdf5File to = Hdf5File.Create(bench["no-pixel-manifold.h5"]))
        {
            to.SetAttribute("/", "TYPE", "line-manifold");
            to.SetAttribute("/", "REVISION", 1L);
            to.SetAttribute("/", "axes", from.ReadStringsAttribute("/", "axes")!);
            foreach (string name in from.Children("/").Where(child => child != "checksum").SelectMany(child => child == "axis" ? from.Children("/axis").Select(axis => $"/axis/{axis}") : [$"/{child}"]))
            {
                using Hdf5Dataset dataset = from.OpenDataset(name);
                double[] values = name == "/wavelength" ? [] : dataset.ReadAll<double>();
                to.Write<double>(name, values, [values.Length]);
            }

            to.Close();
        }

        bench.RunOver("x.h5", $"reconstruct no-pixel-manifold.h5 -o x.h5 {Workbench.Star}").Refused(3, "no-pixel-manifold.h5", "no wavelength");
    }

    [Theory]
    [InlineData("")]
    [InlineData(" --normalized")]
    [InlineData(" --normalized --compat blase")]
    public void A_flux_of_zeros_has_no_parameters(string options)
    {
        bench.Write("zeros.csv", "wavelength,flux\n" + string.Concat(Enumerable.Range(0, 2001).Select(i => string.Create(CultureInfo.InvariantCulture, $"{8500 + (0.01 * i)},0\n"))));
        bench.RunOver("x.csv", $"infer manifold.h5 zeros.csv -o x.csv{options}").Refused(3, "zeros.csv", "other than 0");
    }

    [Fact]
    public void A_column_that_is_there_twice_is_named()
    {
        bench.Write("double.csv", "teff,logg,feh,Teff\n4000,4,0,4100\n");
        bench.RunOver("x.h5", "reconstruct manifold.h5 --points double.csv -o x.h5").Refused(3, "double.csv", "more than one column teff");
    }

    [Fact]
    public void A_cube_with_a_parameter_that_is_no_number_is_named_with_its_row()
    {
        WriteCube("odd.fits", [4000, double.NaN]);
        bench.RunOver("x.h5", "grid import odd.fits -o x.h5").Refused(3, "odd.fits", "row 1", "teff = NaN");
    }

    [Fact]
    public void A_cube_of_models_is_inspected()
    {
        WriteCube("cube.fits", [4000, 4100]);
        System.Text.Json.Nodes.JsonNode facts = bench.Run("inspect cube.fits --json").Succeeded().Json;
        Assert.Equal(("model spectra", 2, 40), ((string)facts["type"]!, (int)facts["spectra"]!, (int)facts["pixels"]!));
        Assert.Equal("teff 4000 to 4100", (string?)facts["axes"]);
        Assert.Equal("[8500,8539]", facts["wavelength_angstrom"]!.ToJsonString());
    }

    private static GridPoints FirstPointTwice(GridPoints points)
    {
        double[] values = points.Values.ToArray();
        values.AsSpan(0, points.Dimensions).CopyTo(values.AsSpan(points.Dimensions));
        return new GridPoints(points.AxisNames, values);
    }

    // Named WAVE, not WAVE_VAC, so that only the importer of grids knows what it is.
    private void WriteCube(string name, double[] teff)
    {
        using FitsFile fits = FitsFile.Create(bench[name]);
        fits.WriteImage([.. Enumerable.Repeat(1.0, 40 * teff.Length)], [40, teff.Length]);
        fits.WriteImage([.. Enumerable.Range(0, 40).Select(i => 8500.0 + i)], [40]);
        fits.SetKey("EXTNAME", "WAVE", null);
        fits.WriteTable("PARAMS", [("TEFF", "K", teff)]);
        fits.Close();
    }
}
