using Blase3D.Engine.Tests;
using Blase3D.Engine.Tests.Storage.TorchState;
using Xunit;
using Xunit.Abstractions;

namespace Blase3D.Cli.Tests;

/// <summary>State dictionaries of the public archive, read without executing what they ask for.</summary>
public sealed class ImportPtTests(ITestOutputHelper output) : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("blase3d-archive-").FullName;

    [Fact]
    public void States_become_a_manifold_and_spectra()
    {
        Directory.CreateDirectory(Path.Combine(_folder, "archive"));
        foreach ((string name, double shift) in new[] { ("T4700G4.5Z0.0.pt", 0.0), ("T4800G4.5Z0.0.pt", 0.002) })
        {
            double[] center = [8500.1 + shift, 8502.3 + shift, 8507.7 + shift];
            BlaseStateFile.Write(
                Path.Combine(_folder, "archive", name), [center, [-3, -4, -3.5], [-3, -3.2, -3.1], [-4, -4, -4], [8500.1, 8502.3, 8507.7]], velocityKmPerS: 0.5);
        }

        BlaseResult imported = Run("import-pt archive -o clones.h5").Succeeded();
        Assert.Contains("velocity of 0.5 km/s", imported.Error, StringComparison.Ordinal);
        Assert.Equal(6, (int)Run("inspect clones.h5 --json").Succeeded().Json["lines"]!);
        Assert.Equal(3, (int)Run("inspect archive/T4700G4.5Z0.0.pt --json").Succeeded().Json["lines"]!);
        Run("build clones.h5 --association exact -o manifold.h5").Succeeded();
        Run("reconstruct manifold.h5 --teff 4750 --logg 4.5 --feh 0 --wavelength 8499:8509 -o star.h5").Succeeded();

        // The deepest pixel is at the strongest line, shifted by half of the difference and by the velocity.
        double[] wavelength = Hdf5Content.Doubles(Path.Combine(_folder, "star.h5"), "/wavelength"), flux = Hdf5Content.Doubles(Path.Combine(_folder, "star.h5"), "/flux");
        Assert.Equal(8500.101 * (1 + (0.5 / 299_792.458)), wavelength[Array.IndexOf(flux, flux.Min())], 0.011);
        Assert.Contains(flux, f => f > 0.999);
    }

    [Fact]
    public void The_point_of_a_single_file_can_be_given()
    {
        BlaseStateFile.Write(Path.Combine(_folder, "emulator.pt"), [[8500.1], [-2], [-3], [-4]], velocityKmPerS: 0);
        Run("import-pt emulator.pt -o clones.h5").Refused(2, "emulator.pt", "--point");
        Run("import-pt emulator.pt --point teff=4700,logg=4.5,feh=-0.5 -o clones.h5").Succeeded();
        Assert.Contains("teff 4700", (string?)Run("inspect clones.h5 --json").Succeeded().Json["axes"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("os", "system")]
    [InlineData("builtins", "exec")]
    [InlineData("subprocess", "Popen")]
    public void A_malicious_pickle_is_refused_and_not_executed(string module, string name)
    {
        string trace = Path.Combine(_folder, "executed");
        using var file = new TorchFile();
        file.Write(new PickleWriter().Proto(2).Global(module, name).Text($"touch {trace}").Raw(0x85).Op('R').Op('.').ToArray());
        File.Copy(file.Path, Path.Combine(_folder, "T4700G4.5Z0.0.pt"));
        File.WriteAllText(Path.Combine(_folder, "clones.h5"), "an old result");
        Run("import-pt T4700G4.5Z0.0.pt -o clones.h5").Refused(3, "T4700G4.5Z0.0.pt", $"{module}.{name}", "nothing in the file was executed");
        Run("inspect T4700G4.5Z0.0.pt").Refused(3, $"{module}.{name}");
        Assert.False(File.Exists(trace));
        Assert.Equal("an old result", File.ReadAllText(Path.Combine(_folder, "clones.h5")));
        Workbench.AssertNothingHalfWritten(_folder);
    }

    [Fact]
    public void A_cut_state_is_refused()
    {
        string path = BlaseStateFile.Write(Path.Combine(_folder, "T4700G4.5Z0.0.pt"), [[8500.1], [-2], [-3], [-4]], velocityKmPerS: 0);
        byte[] whole = File.ReadAllBytes(path);
        foreach (int length in new[] { whole.Length / 2, whole.Length - 30, 10 })
        {
            File.WriteAllBytes(path, whole[..length]);
            Run("import-pt T4700G4.5Z0.0.pt -o clones.h5").Refused(3, "T4700G4.5Z0.0.pt");
        }

        Assert.False(File.Exists(Path.Combine(_folder, "clones.h5")));
    }

    [Fact]
    public void A_real_state_of_the_archive_becomes_a_spectrum()
    {
        if (SharedData.PathOrSay("blase/emulator_T4700g4p5_prom0p01_HPF.pt", output) is not { } real) return;
        Run($"import-pt {real} -o clones.h5").Refused(2, "--point");
        Run($"import-pt {real} --point teff=4700,logg=4.5,feh=0 -o clones.h5").Succeeded();
        Run("build clones.h5 -o manifold.h5").Succeeded();
        Run("reconstruct manifold.h5 --teff 4700 --logg 4.5 --feh 0 --wavelength 8600:8700 -o star.h5").Succeeded();
        double[] flux = Hdf5Content.Doubles(Path.Combine(_folder, "star.h5"), "/flux");
        Assert.All(flux, f => Assert.InRange(f, 0, 1));
        Assert.Contains(flux, f => f < 0.5); // the Ca II line at 8664 A
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private BlaseResult Run(string line) => BlaseProcess.Run(_folder, line);
}
