using System.Globalization;
using System.Security.Cryptography;
using Blase3D.Engine.Spectra;
using Blase3D.Engine.Tests;
using Blase3D.Native.Cfitsio;
using Blase3D.Native.Hdf5;
using Xunit;
using Xunit.Abstractions;

namespace Blase3D.Cli.Tests;

/// <summary>What the user is told although the work goes on, and what an output remembers of its inputs.</summary>
public sealed class NoteTests(Workbench bench, ITestOutputHelper output) : IClassFixture<Workbench>
{
    [Fact]
    public void Zero_and_negative_fluxes_of_a_grid_are_counted_when_it_is_cloned()
    {
        WriteModel("teff4000_logg4_feh0.csv", i => i is 50 or 51 ? -0.01 : 1 + (0.1 * Math.Sin(i)));
        WriteModel("teff4100_logg4_feh0.csv", i => 1 + (0.1 * Math.Sin(i)));
        bench.Run("grid import teff4000_logg4_feh0.csv teff4100_logg4_feh0.csv -o negative.h5").Succeeded();
        BlaseResult cloned = bench.Run("clone negative.h5 -o negative-clones.h5 --epochs 2").Succeeded();
        Assert.Contains("1 of the spectra hold 2 zero or negative fluxes, most of them teff=4000, logg=4, feh=0 (2 of 201 pixels).", cloned.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_chosen_extension_is_inferred_with_its_notes_and_its_file_is_remembered()
    {
        double[] wavelength = Hdf5Content.Doubles(bench["star.h5"], "/wavelength"), flux = Hdf5Content.Doubles(bench["star.h5"], "/flux");
        using (FitsFile fits = FitsFile.Create(bench["two.fits"]))
        {
            fits.WriteTable("A", [("WAVE", "Angstrom", wavelength), ("FLUX", string.Empty, flux)]);
            fits.WriteTable("B", [("WAVE", "nm", [.. wavelength.Reverse().Select(w => w / 10)]), ("FLUX", string.Empty, [.. flux.Reverse()])]);
            fits.Close();
        }

        const string how = " -o two.h5 --normalized --method gradient --medium vacuum";
        bench.Run("infer manifold.h5 two.fits" + how).Refused(3, "A, B", "two.fits[A]");
        BlaseResult result = bench.Run("infer manifold.h5 two.fits[B]" + how).Succeeded();
        Assert.Contains("turned round", result.Error, StringComparison.Ordinal);
        using Hdf5File stored = Hdf5File.OpenRead(bench["two.h5"]);
        string hash = Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(bench["two.fits"])));
        Assert.Contains(stored.ReadStringsAttribute("/", "inputs")!, input => input.Contains("two.fits", StringComparison.Ordinal) && input.EndsWith(hash, StringComparison.Ordinal));
    }

    [Fact]
    public void Notes_of_many_spectra_come_in_the_order_of_the_spectra()
    {
        double[] wavelength = Hdf5Content.Doubles(bench["star.h5"], "/wavelength"), flux = Hdf5Content.Doubles(bench["star.h5"], "/flux");
        string[] names = [.. Enumerable.Range(0, 24).Select(n => $"order-{n:00}.csv")];
        foreach (string name in names)
            bench.Write(name, "wavelength,flux\n" + string.Concat(wavelength.Zip(flux, (w, f) => FormattableString.Invariant($"{w:R},{(w == wavelength[700] ? 0 : f):R}\n"))));
        BlaseResult result = bench.Run("infer manifold.h5 order-*.csv -o order.csv --normalized --method gradient --medium vacuum --initial 4 --threads 4").Succeeded();
        Assert.Equal(names, result.Error.Split('\n').Where(line => line.Contains("are zero or negative", StringComparison.Ordinal)).Select(line => line[..line.IndexOf(':', StringComparison.Ordinal)]));
    }

    [Fact]
    public void Zero_and_negative_fluxes_of_an_observed_spectrum_are_counted_and_runs_of_zeros_are_missing()
    {
        double[] wavelength = Hdf5Content.Doubles(bench["star.h5"], "/wavelength"), flux = Hdf5Content.Doubles(bench["star.h5"], "/flux");
        Write("whole", i => flux[i]);
        Write("holes", i => i is >= 500 and < 700 || i == 900 ? 0 : flux[i]);
        Write("missing", i => i is >= 500 and < 700 ? double.NaN : i == 900 ? 0 : flux[i]);
        string[] Infer(string name, out string error)
        {
            BlaseResult result = bench.Run($"infer manifold.h5 {name}.csv -o {name}-result.csv --normalized --method gradient --medium vacuum").Succeeded();
            error = result.Error;
            return File.ReadAllLines(bench[$"{name}-result.csv"])[1].Split(',')[1..8];
        }

        _ = Infer("whole", out string silent);
        Assert.DoesNotContain("zero", silent, StringComparison.Ordinal);
        string[] holes = Infer("holes", out string said);
        Assert.Contains("holes.csv: 201 of 2001 fluxes are zero or negative; 200 of them are runs of zeros and were taken as missing.", said, StringComparison.Ordinal);
        Assert.Equal(Infer("missing", out _), holes);

        void Write(string name, Func<int, double> value) => bench.Write($"{name}.csv", "wavelength,flux\n" + string.Concat(
            wavelength.Select((w, i) => string.Create(CultureInfo.InvariantCulture, $"{w:R},{value(i):R}\n"))));
    }

    [Fact]
    public void A_medium_that_nobody_said_is_noted_once()
    {
        WriteModel("first.csv", i => 1 + (0.1 * Math.Sin(i)));
        WriteModel("second.csv", i => 1 + (0.1 * Math.Cos(i)));
        const string Line = "infer manifold.h5 first.csv second.csv star.h5 -o media.csv --normalized --method gradient";
        string[] notes = [.. bench.Run(Line).Succeeded().Error.Split('\n').Where(line => line.Contains("--medium air", StringComparison.Ordinal))];
        Assert.StartsWith("first.csv and 1 more do not say", Assert.Single(notes), StringComparison.Ordinal);
        Assert.DoesNotContain("--medium", bench.Run("infer manifold.h5 first.csv -o media.csv --normalized --method gradient --medium vacuum").Succeeded().Error, StringComparison.Ordinal);
        Assert.DoesNotContain("--medium", bench.Run("infer manifold.h5 star.h5 -o media.csv --method gradient").Succeeded().Error, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_said_of_a_spectrum_stays_with_its_result_although_nothing_is_printed()
    {
        double[] wavelength = Hdf5Content.Doubles(bench["star.h5"], "/wavelength"), flux = Hdf5Content.Doubles(bench["star.h5"], "/flux");
        bench.Write("part.csv", "wavelength,flux\n" + string.Concat(wavelength.Zip(flux, (w, f) => FormattableString.Invariant($"{w + 5:R},{(w == wavelength[700] ? 0 : f):R}\n"))));
        const string Line = "infer manifold.h5 part.csv -o part.{0} --normalized --method gradient --initial 4 --quiet --prior teff=3000:5000";
        Assert.Empty(bench.Run(string.Format(CultureInfo.InvariantCulture, Line, "json")).Succeeded().Error);
        string[] notes = [.. System.Text.Json.Nodes.JsonNode.Parse(File.ReadAllText(bench["part.json"]))![0]!["notes"]!.AsArray().Select(note => (string)note!)];
        foreach (string part in new[] { "500 of 2001 pixels lie outside of the manifold's 8500 to 8520 A and were left out", "1 of 1501 fluxes are zero or negative", "taken as vacuum", "was cut to teff=4000:4200" })
            Assert.Single(notes, note => note.Contains(part, StringComparison.Ordinal));
        bench.Run(string.Format(CultureInfo.InvariantCulture, Line, "h5")).Succeeded();
        using Hdf5File file = Hdf5File.OpenRead(bench["part.h5"]);
        Assert.Equal(notes, Assert.Single(file.ReadStrings("/notes")).Split('\n'));
    }

    [Fact]
    public void Air_wavelengths_that_nobody_declared_are_suspected_where_they_fit_badly()
    {
        double[] wavelength = Hdf5Content.Doubles(bench["star.h5"], "/wavelength"), flux = Hdf5Content.Doubles(bench["star.h5"], "/flux");
        Write("inair.csv", AirVacuum.ToAir);
        Write("invacuum.csv", w => w);
        System.Text.Json.Nodes.JsonNode air = Infer("inair.csv"), vacuum = Infer("invacuum.csv"), declared = Infer("inair.csv --medium air");
        string[] flags = [.. air["flags"]!.AsArray().Select(flag => (string)flag!)];
        Assert.Contains("poor_fit", flags);
        Assert.Contains("wavelengths_shifted", flags);
        string note = Assert.Single(air["notes"]!.AsArray().Select(note => (string)note!), note => note.Contains("km/s", StringComparison.Ordinal));
        Assert.Contains("air wavelengths look so (-82 km/s): give --medium air", note, StringComparison.Ordinal);
        foreach (System.Text.Json.Nodes.JsonNode fine in new[] { vacuum, declared }) Assert.DoesNotContain("wavelengths_shifted", fine["flags"]!.AsArray().Select(flag => (string)flag!));

        System.Text.Json.Nodes.JsonNode Infer(string spectrum) =>
            bench.Run($"infer manifold.h5 {spectrum} -o air.json --normalized --initial 32 --guided 4 --json").Succeeded().Json[0]!;

        void Write(string name, Func<double, double> medium) => bench.Write(name, "wavelength,flux,error\n" + string.Concat(
            wavelength.Zip(flux, (w, f) => FormattableString.Invariant($"{medium(w):R},{f:R},0.005\n"))));
    }

    [Fact]
    public void An_imported_folder_is_remembered_by_the_hashes_of_its_files()
    {
        Directory.CreateDirectory(bench["models"]);
        string[] names = [.. Enumerable.Range(0, 33).Select(n => $"models/teff{4000 + n}_logg4_feh0.csv")];
        foreach (string name in names[..2]) WriteModel(name, i => 1 + (0.1 * Math.Sin(i)));
        bench.Write("models/notes.txt", "no model");
        bench.Run("grid import models -o two.h5").Succeeded();
        Assert.Equal([.. names[..2].Select(Entry)], Inputs("two.h5"));
        foreach (string name in names[2..]) WriteModel(name, i => 1 + (0.1 * Math.Sin(i)));
        bench.Run("grid import models -o many.h5").Succeeded();
        string all = string.Concat(names.Select(name => Entry(name) + "\n").Order(StringComparer.Ordinal));
        Assert.Equal([$"33 files  {Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(all)))}"], Inputs("many.h5"));
    }

    [Fact]
    public void A_real_cube_of_models_is_inspected()
    {
        if (SharedData.PathOrSay("welter/phoenix_grid_8000-10028_mhp0.0.fits.gz", output) is not { } cube) return;
        System.Text.Json.Nodes.JsonNode facts = bench.Run($"inspect {cube} --json").Succeeded().Json;
        Assert.Equal((28, 109565), ((int)facts["spectra"]!, (int)facts["pixels"]!));
        Assert.Contains("teff", (string?)facts["axes"], StringComparison.Ordinal);
    }

    private string Entry(string name) => $"{Path.GetFileName(name)}  {Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(bench[name])))}";

    private string[] Inputs(string name)
    {
        using Hdf5File file = Hdf5File.OpenRead(bench[name]);
        return file.ReadStringsAttribute("/", "inputs")!;
    }

    private void WriteModel(string name, Func<int, double> flux) => bench.Write(name, "wavelength,flux\n" + string.Concat(
        Enumerable.Range(0, 201).Select(i => string.Create(CultureInfo.InvariantCulture, $"{8500 + (0.1 * i)},{flux(i):R}\n"))));
}
