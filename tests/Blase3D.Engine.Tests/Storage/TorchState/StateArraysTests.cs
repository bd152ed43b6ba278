using Blase3D.Engine.Cloning;
using Blase3D.Engine.Storage.Npz;
using Blase3D.Engine.Storage.Tables;
using Blase3D.Engine.Storage.TorchState;
using Blase3D.Engine.Tests.Storage.Hdf5;
using Xunit;

namespace Blase3D.Engine.Tests.Storage.TorchState;

/// <summary>Clones that leave the engine come back as they were.</summary>
public sealed class StateArraysTests : IDisposable
{
    private readonly StorageFolder _folder = new();

    [Fact]
    public void Arrays_have_the_names_and_shapes_of_a_state_dictionary()
    {
        StateArrays.Write(_folder["a.npz"], TinyContent.Clones.Spectra[2]);
        NpzReader arrays = NpzReader.Open(_folder["a.npz"]);
        Assert.Equal(["amplitudes", "sigma_widths", "gamma_widths", "lam_centers", "pre_line_centers", "a_coeff", "b_coeff", "c_coeff", "radial_velocity"], arrays.Names);
        Assert.All(arrays.Names.Take(5), name => Assert.Equal([3], arrays.Shape(name)));
        Assert.All(arrays.Names.Skip(5), name => Assert.Empty(arrays.Shape(name)));
        Assert.Equal([1, 0, 0, 0], arrays.Names.Skip(5).Select(name => arrays.Doubles(name).Single()));
        byte[] first = File.ReadAllBytes(_folder["a.npz"]);
        StateArrays.Write(_folder["a.npz"], TinyContent.Clones.Spectra[2]);
        Assert.Equal(first, File.ReadAllBytes(_folder["a.npz"]));
    }

    [Fact]
    public void Arrays_come_back_as_the_same_lines()
    {
        foreach (int row in new[] { 0, 1, 2 })
        {
            string path = _folder[ArchiveFileName.Of(4000 + row, 4.5, -0.5, ".npz")];
            StateArrays.Write(path, TinyContent.Clones.Spectra[row]);
        }

        ArchiveClones archive = ArchiveClones.Open([.. _folder.Names.Select(name => _folder[name])], null);
        Assert.Equal([4000, 4.5, -0.5, 4001, 4.5, -0.5, 4002, 4.5, -0.5], archive.Points.Values.ToArray());
        for (int row = 0; row < 3; row++)
        {
            ClonedSpectrum expected = TinyContent.Clones.Spectra[row], read = archive.Read(row);
            Assert.Equal(expected.InitialCenter, read.InitialCenter);
            Assert.Equal(expected.Lines.Center, read.Lines.Center);
            Assert.Equal(expected.Lines.LnAmplitude, read.Lines.LnAmplitude);
            Assert.Equal(expected.Lines.LnSigma, read.Lines.LnSigma);
            Assert.Equal(expected.Lines.LnGamma, read.Lines.LnGamma);
        }

        Assert.Empty(archive.Notes);
    }

    [Theory]
    [InlineData(4700, 4.5, -0.5, "T4700G4.5Z-0.5.npz")]
    [InlineData(12000, 2, 0, "T12000G2.0Z0.0.npz")]
    [InlineData(4050.5, 4.25, 0.125, "T4050.5G4.25Z0.125.npz")]
    public void Names_of_files_say_the_point(double teff, double logg, double feh, string name)
    {
        Assert.Equal(name, ArchiveFileName.Of(teff, logg, feh, ".npz"));
        Assert.True(ArchiveFileName.TryParsePoint(name, out ArchivePoint point));
        Assert.Equal(new ArchivePoint(teff, logg, feh), point);
    }

    [Fact]
    public void A_table_has_one_line_per_line_to_the_last_bit()
    {
        ClonesTable.Write(_folder["a.csv"], LineClonesFileTests.Odd);
        string[] lines = File.ReadAllLines(_folder["a.csv"]);
        Assert.Equal("teff,logg,feh,initial_center,center,ln_amplitude,ln_sigma,ln_gamma,origin", lines[0]);
        Assert.Equal("4000,4.5,0,8500.02,8500.021,-4,-3.25,-3,inherited", lines[1]);
        Assert.Equal("residual", lines[2].Split(',')[^1]);
        Assert.Equal(1 + 2 + 0 + 3, lines.Length);
        double[] centers = [.. lines[3..].Select(line => double.Parse(line.Split(',')[4], System.Globalization.CultureInfo.InvariantCulture))];
        Assert.Equal(LineClonesFileTests.Odd.Spectra[2].Lines.Center, centers);
    }

    [Fact]
    public void Arrays_that_are_no_state_are_refused()
    {
        using (FileStream stream = File.Create(_folder["T4000G4.5Z0.0.npz"]))
        {
            using var writer = new NpzWriter(stream);
            writer.Add("flux", [1.0, 2]);
        }

        Refusal.BadInput(() => ArchiveClones.Open([_folder["T4000G4.5Z0.0.npz"]], null).Read(0), "no tensor lam_centers", "flux");
    }

    public void Dispose() => _folder.Dispose();
}
