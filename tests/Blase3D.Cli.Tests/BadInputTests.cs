using System.Diagnostics;
using System.Globalization;
using Blase3D.Native.Cfitsio;
using Blase3D.Native.Hdf5;
using Xunit;
using Xunit.Abstractions;

namespace Blase3D.Cli.Tests;

/// <summary>Files that are missing, damaged, of another kind, or hold what cannot be used: exit code 3 and one sentence with their name.</summary>
public sealed class BadInputTests(Workbench bench, ITestOutputHelper output) : IClassFixture<Workbench>
{
    private const string Star = " " + Workbench.Star;

    [Theory]
    [InlineData("clone none.h5 -o x.h5", "none.h5 does not exist")]
    [InlineData("clone folder.h5 -o x.h5", "folder.h5 is a folder")]
    [InlineData("clone text.h5 -o x.h5", "text.h5 is not an HDF5 file")]
    [InlineData("clone empty.h5 -o x.h5", "empty.h5 is not an HDF5 file")]
    [InlineData("clone cut.h5 -o x.h5", "cut.h5 cannot be used as HDF5: truncated file; unable to open file (", "whole")]
    [InlineData("clone clones.h5 -o x.h5", "clones.h5 is of TYPE line-clones", "grid-spectra")]
    [InlineData("clone manifold.h5 -o x.h5", "manifold.h5 is of TYPE line-manifold", "grid import")]
    [InlineData("build grid.h5 -o x.h5", "grid.h5 is of TYPE grid-spectra", "line-clones", "clone")]
    [InlineData("build manifold.h5 -o x.h5", "manifold.h5 is of TYPE line-manifold", "line-clones")]
    [InlineData("build none.h5 -o x.h5", "none.h5 does not exist")]
    [InlineData("build cut.h5 -o x.h5", "cut.h5", "whole")]
    [InlineData("reconstruct clones.h5 -o x.h5" + Star, "clones.h5 is of TYPE line-clones", "line-manifold", "build")]
    [InlineData("reconstruct none.h5 -o x.h5" + Star, "none.h5 does not exist")]
    [InlineData("reconstruct cut.h5 -o x.h5" + Star, "cut.h5", "whole")]
    [InlineData("reconstruct manifold.h5 -o x.h5 --points none.csv", "none.csv does not exist")]
    [InlineData("reconstruct manifold.h5 -o x.h5 --points folder", "folder is a folder")]
    [InlineData("reconstruct manifold.h5 -o x.h5 --points text.csv", "text.csv has no column teff", "teff,logg,feh")]
    [InlineData("reconstruct manifold.h5 -o x.h5 --points empty.csv", "empty.csv has no column teff")]
    [InlineData("reconstruct manifold.h5 -o x.h5 --like none.csv" + Star, "none.csv does not exist")]
    [InlineData("reconstruct manifold.h5 -o x.h5 --like clones.h5" + Star, "clones.h5 is of TYPE line-clones")]
    [InlineData("infer clones.h5 star.h5 -o x.csv", "clones.h5 is of TYPE line-clones", "line-manifold")]
    [InlineData("infer manifold.h5 clones.h5 -o x.csv", "clones.h5 is of TYPE line-clones", "spectra")]
    [InlineData("infer manifold.h5 none.fits -o x.csv", "none.fits does not exist")]
    [InlineData("infer manifold.h5 folder -o x.csv", "folder is a folder")]
    [InlineData("infer manifold.h5 text.fits -o x.csv", "text.fits cannot be used as FITS")]
    [InlineData("infer manifold.h5 empty.fits -o x.csv", "empty.fits cannot be used as FITS")]
    [InlineData("infer manifold.h5 empty.csv -o x.csv", "empty.csv holds no rows")]
    [InlineData("infer manifold.h5 star.h5 none.h5 -o x.csv", "none.h5 does not exist")]
    [InlineData("infer manifold.h5 star.h5 --medium air -o x.csv", "star.h5", "vacuum", "air")]
    [InlineData("grid synthesize -o x.h5 --points none.csv", "none.csv does not exist")]
    [InlineData("grid synthesize -o x.h5 --wavelength-file none.fits", "none.fits does not exist")]
    [InlineData("grid import none -o x.h5", "none does not exist")]
    [InlineData("grid import folder -o x.h5", "folder: no model spectrum")]
    [InlineData("grid import grid.h5 -o x.h5", "grid.h5 is no model spectrum")]
    [InlineData("grid import text.fits -o x.h5", "text.fits cannot be used as FITS")]
    [InlineData("grid import text.csv -o x.h5", "text.csv holds no rows")]
    [InlineData("import-pt none.pt -o x.h5", "none.pt does not exist")]
    [InlineData("import-pt folder -o x.h5", "No .pt file was found in folder")]
    [InlineData("import-pt T4000G4.5Z0.0.pt -o x.h5", "T4000G4.5Z0.0.pt", "torch.save")]
    [InlineData("import-pt grid.h5 --point teff=4000,logg=4,feh=0 -o x.h5", "grid.h5", "torch.save")]
    [InlineData("inspect none", "none does not exist")]
    [InlineData("inspect none.pt", "none.pt")]
    [InlineData("inspect folder.h5", "folder.h5 is a folder")]
    [InlineData("inspect text.h5", "text.h5 is not an HDF5 file")]
    [InlineData("inspect cut.h5", "cut.h5", "whole")]
    [InlineData("inspect text.csv", "text.csv")]
    [InlineData("inspect text.pt", "text.pt", "executed")]
    public void Unusable_files_are_exit_code_3(string line, params string[] named) =>
        bench.RunOver(line.Contains("x.csv", StringComparison.Ordinal) ? "x.csv" : "x.h5", line).Refused(3, named);

    [Theory]
    [InlineData("clone grid.h5 -o folder.h5", "folder.h5", "folder")]
    [InlineData("clone grid.h5 -o text.csv/x.h5", "text.csv", "is a file and no folder")]
    [InlineData("clone grid.h5 -o /proc/x.h5", "/proc/x.h5", "permissions")]
    [InlineData("demo --out text.csv", "text.csv", "permissions")]
    public void An_output_that_cannot_be_written_is_refused_before_the_work(string line, params string[] named)
    {
        bench.Run(line).Refused(3, named);
        Assert.Empty(Directory.GetDirectories(bench.Folder, "*.work"));
    }

    [Fact]
    public void A_packed_HDF5_grid_is_to_be_unpacked()
    {
        bench.Write("models.h5.gz", "packed");
        bench.RunOver("x.h5", "grid import models.h5.gz -o x.h5").Refused(3, "models.h5.gz is packed", "gunzip models.h5.gz");
    }

    [Fact]
    public void An_HDF5_file_of_another_maker_says_what_is_missing()
    {
        using (Hdf5File file = Hdf5File.Create(bench["other.h5"]))
        {
            file.Write<double>("/wavelength", [1, 2, 3], [3]);
            file.Close();
        }

        bench.Run("clone other.h5 -o x.h5").Refused(3, "other.h5", "TYPE", "grid-spectra");
        bench.Run("inspect other.h5").Refused(3, "other.h5", "TYPE");
    }

    [Fact]
    public void A_damaged_HDF5_file_is_refused_wherever_the_damage_is()
    {
        byte[] whole = File.ReadAllBytes(bench["manifold.h5"]);
        foreach (int at in new[] { 9, 40, 60, whole.Length / 50 })
        {
            byte[] damaged = [.. whole];
            for (int i = at; i < at + 8; i++) damaged[i] ^= 0xFF;
            File.WriteAllBytes(bench["damaged.h5"], damaged);
            bench.RunOver("x.h5", "reconstruct damaged.h5 -o x.h5" + Star).Refused(3, "damaged.h5");
        }
    }

    [Fact]
    public void A_PHOENIX_spectrum_without_its_wavelength_file_names_it()
    {
        Directory.CreateDirectory(bench["phoenix"]);
        WriteFits("phoenix/lte04000-4.50-0.0.PHOENIX-ACES-AGSS-COND-2011-HiRes.fits", fits => fits.WriteImage([.. Enumerable.Range(0, 40).Select(i => 1.0 + i)], [40]));
        bench.RunOver("x.h5", "grid import phoenix -o x.h5").Refused(3, "lte04000-4.50-0.0", "WAVE_PHOENIX-ACES-AGSS-COND-2011.fits");
        WriteFits("phoenix/WAVE_PHOENIX-ACES-AGSS-COND-2011.fits", fits => fits.WriteImage([.. Enumerable.Range(0, 40).Select(i => 8500.0 + i)], [40]));
        bench.Run("grid import phoenix -o good.h5").Succeeded();
        bench.RunOver("x.h5", "grid import phoenix -o x.h5 --wavelength 9000:9100").Refused(5, "9000", "8500 to 8539");
    }

    [Fact]
    public void Cut_and_damaged_FITS_files_are_refused()
    {
        bench.Run("reconstruct manifold.h5 -o whole.fits" + Star).Succeeded();
        byte[] whole = File.ReadAllBytes(bench["whole.fits"]);
        File.WriteAllBytes(bench["cut.fits"], whole[..4000]);
        byte[] header = [.. whole];
        for (int i = 80; i < 240; i++) header[i] = (byte)'x';
        File.WriteAllBytes(bench["damaged.fits"], header);
        foreach (string file in new[] { "cut.fits", "damaged.fits" })
        {
            bench.RunOver("x.csv", $"infer manifold.h5 {file} --normalized -o x.csv").Refused(3, file);
            bench.RunOver("x.h5", $"grid import {file} -o x.h5").Refused(3, file);
            bench.Run($"inspect {file}").Refused(3, file);
        }
    }

    [Fact]
    public void A_model_without_usable_flux_names_its_file_or_its_point()
    {
        WriteModel("teff4100_logg4_feh0.csv", i => 1, i => i == 7 ? "nan" : "1.5");
        bench.RunOver("x.h5", "grid import teff4100_logg4_feh0.csv -o x.h5").Refused(3, "teff4100_logg4_feh0.csv", "pixel 7", "8507");
        WriteModel("teff4100_logg4_feh0.csv", i => 0);
        bench.Run("grid import teff4100_logg4_feh0.csv -o dark-grid.h5").Succeeded();
        bench.RunOver("x.h5", "clone dark-grid.h5 -o x.h5").Refused(3, "teff=4100", "0 at all");
    }

    [Theory]
    [InlineData("nan")]
    [InlineData("0")]
    public void An_observed_spectrum_without_usable_flux_is_named(string flux)
    {
        WriteModel("dark.csv", i => 1, i => flux);
        bench.RunOver("x.csv", "infer manifold.h5 dark.csv -o x.csv").Refused(3, "dark.csv");
    }

    [Fact]
    public void Descending_wavelengths_of_a_spectrum_are_turned_round_and_of_a_model_refused()
    {
        WriteModel("teff4000_logg4_feh-1.csv", i => 1, wavelength: i => 8519 - i);
        bench.RunOver("x.h5", "grid import teff4000_logg4_feh-1.csv -o x.h5").Refused(3, "teff4000_logg4_feh-1.csv", "descending", "ascending");
        Assert.Contains("turned round", bench.Run("inspect teff4000_logg4_feh-1.csv").Succeeded().Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_spectrum_elsewhere_is_out_of_range_with_both_ranges()
    {
        WriteModel("red.csv", i => 1, wavelength: i => 12000 + i);
        bench.RunOver("x.csv", "infer manifold.h5 red.csv -o x.csv").Refused(5, "red.csv", "12000 to 12019", "8500 to 8520");
        bench.RunOver("x.h5", "reconstruct manifold.h5 --like red.csv -o x.h5" + Star).Refused(5, "red.csv", "12000", "8500 to 8520");
    }

    [Fact]
    public void Air_and_vacuum_are_not_mixed_up()
    {
        WriteModel("teff4000_logg5_feh0.csv", i => 1 + (0.1 * i), header: "wavelength_air,flux");
        bench.RunOver("x.h5", "grid import teff4000_logg5_feh0.csv -o x.h5").Refused(3, "teff4000_logg5_feh0.csv", "air", "--medium air");
        bench.Run("grid import teff4000_logg5_feh0.csv -o air.h5 --medium air").Succeeded();
        Assert.Equal(8502.34, Hdf5Content.Doubles(bench["air.h5"], "/wavelength")[0], 0.01);
        WriteModel("vacuum.csv", i => 1, header: "wavelength_vac,flux");
        bench.RunOver("x.csv", "infer manifold.h5 vacuum.csv --medium air -o x.csv").Refused(3, "vacuum.csv", "--medium vacuum");
    }

    [Fact]
    public void A_missing_node_is_named()
    {
        bench.Write("seven.csv", "teff,logg,feh\n4000,4,-0.5\n4000,4,0\n4000,4.5,-0.5\n4000,4.5,0\n4100,4,-0.5\n4100,4,0\n4100,4.5,-0.5\n");
        bench.Run("grid synthesize -o seven.h5 --points seven.csv --wavelength 8500:8520 --lines 200").Succeeded();
        bench.Run("clone seven.h5 -o seven-clones.h5 --epochs 5").Succeeded();
        BlaseResult built = bench.Run("build seven-clones.h5 -o seven-manifold.h5").Succeeded();
        Assert.Contains("teff=4100, logg=4.5, feh=0", built.Error, StringComparison.Ordinal);
        Assert.Contains("teff=4100, logg=4.5, feh=0", bench.Run("inspect seven-manifold.h5").Succeeded().Output, StringComparison.Ordinal);
        bench.RunOver("x.h5", "reconstruct seven-manifold.h5 --teff 4050 --logg 4.2 --feh=-0.2 -o x.h5").Refused(5, "needs the node teff=4100, logg=4.5, feh=0");
        bench.Run("reconstruct seven-manifold.h5 --teff 4050 --logg 4 --feh=-0.2 -o edge.h5").Succeeded();
        bench.RunOver("x.csv", "infer seven-manifold.h5 star.h5 --prior teff=4010:4090 logg=4.1:4.4 feh=-0.4:-0.1 -o x.csv").Refused(5, "1 nodes missing", "prior");
    }

    [Fact]
    public void A_point_with_a_word_for_a_number_is_named_with_its_line()
    {
        bench.Write("words.csv", "teff,logg,feh\n4000,4,0\n4000,four,0\n");
        bench.RunOver("x.h5", "reconstruct manifold.h5 --points words.csv -o x.h5").Refused(3, "words.csv", "line 3", "logg");
        bench.Write("outside.csv", "teff,logg,feh\n4000,4,0\n4000,4,2\n");
        bench.RunOver("x.h5", "reconstruct manifold.h5 --points outside.csv -o x.h5").Refused(5, "feh=2", "nearest valid point");
    }

    [Fact]
    public void A_file_or_folder_without_permission_is_named()
    {
        if (!OperatingSystem.IsLinux() || !CanDropRights())
        {
            const string Line = "NOT RUN: rights cannot be dropped here (setpriv)";
            output.WriteLine(Line);
            Console.WriteLine(Line);
            return;
        }

        File.Copy(bench["grid.h5"], bench["secret.h5"]);
        bench.Write("secret.csv", "teff,logg,feh\n4000,4,0\n");
        Directory.CreateDirectory(bench["closed"]);
        foreach (string name in new[] { "secret.h5", "secret.csv" }) File.SetUnixFileMode(bench[name], UnixFileMode.None);
        File.SetUnixFileMode(bench["closed"], UnixFileMode.UserRead | UnixFileMode.UserExecute);
        Unprivileged("clone secret.h5 -o x.h5").Refused(3, "secret.h5", "denied");
        Unprivileged("reconstruct manifold.h5 --points secret.csv -o x.h5").Refused(3, "secret.csv", "denied");
        Unprivileged("infer manifold.h5 secret.csv -o x.csv").Refused(3, "secret.csv", "denied");
        Unprivileged("clone grid.h5 -o closed/x.h5").Refused(3, "closed/x.h5", "permissions");
        Unprivileged("clone grid.h5 -o closed/below/x.h5").Refused(3, "closed/below/x.h5", "permissions");
    }

    // The administrator may read everything: the capability to do so is dropped, not the user.
    private static readonly string[] Setpriv = ["setpriv", "--bounding-set", "-dac_override,-dac_read_search", "--inh-caps=-all"];

    private static bool CanDropRights()
    {
        if (!Environment.IsPrivilegedProcess) return true;
        try
        {
            return BlaseProcess.Finish(BlaseProcess.Start("/", [.. Setpriv, "true"])).ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    private BlaseResult Unprivileged(string line)
    {
        string[] before = Environment.IsPrivilegedProcess ? Setpriv : [];
        Process process = BlaseProcess.Start(bench.Folder, [.. before, "dotnet", BlaseProcess.Program, .. line.Split(' ')]);
        return BlaseProcess.Finish(process);
    }

    private void WriteModel(string name, Func<int, double> flux, Func<int, string>? text = null, Func<int, double>? wavelength = null, string header = "wavelength,flux") =>
        bench.Write(name, header + "\n" + string.Concat(Enumerable.Range(0, 20).Select(i => string.Create(
            CultureInfo.InvariantCulture, $"{wavelength?.Invoke(i) ?? 8500 + i},{text?.Invoke(i) ?? flux(i).ToString(CultureInfo.InvariantCulture)}\n"))));

    private void WriteFits(string name, Action<FitsFile> write)
    {
        using FitsFile fits = FitsFile.Create(bench[name]);
        write(fits);
        fits.Close();
    }
}
