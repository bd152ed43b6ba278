using Blase3D.Engine.Observation;
using Blase3D.Engine.Spectra;
using Blase3D.Engine.Spectra.Reading;
using Xunit;

namespace Blase3D.Engine.Tests.Observation;

public sealed class TelluricTransmissionTests : IDisposable
{
    private readonly ScratchFolder _scratch = new();

    public void Dispose() => _scratch.Dispose();

    [Fact]
    public void Pixels_take_the_mean_over_their_width()
    {
        // A triangle of depth 1 and base 8010 to 8012, seen by pixels of 0.5 A.
        var telluric = new TelluricTransmission([8000, 8010, 8011, 8012, 8015], [1, 1, 0, 1, 1], "air");
        double[] seen = telluric.AppliedTo(Order(null)).TelluricTransmission!;
        double missing = seen.Sum(t => 1 - t) * 0.5;
        Assert.Equal(1, missing, 1e-9);
        Assert.Equal(0.125, seen[22], 1e-9);
        Assert.Equal(1, seen[35]);
    }

    [Fact]
    public void It_multiplies_what_the_file_gives_and_follows_the_frame()
    {
        var telluric = new TelluricTransmission([7990, 8011, 8011.001, 8030], [0.8, 0.8, 0.6, 0.6], "air");
        double[] own = [.. Enumerable.Repeat(0.5, 40)];
        double[] seen = telluric.AppliedTo(Order(null) with { TelluricTransmission = own }).TelluricTransmission!;
        Assert.Equal(0.4, seen[2], 1e-12);
        Assert.Equal(0.3, seen[30], 1e-12);

        // 75 km/s move the step from 8011 to 8013 A.
        Spectrum barycentric = Order(new SpectrumFacts { Format = "x", File = "x", Frame = SpectralFrame.Barycentric, BarycentricVelocityKmPerS = 75 });
        seen = telluric.AppliedTo(barycentric).TelluricTransmission!;
        Assert.Equal(0.8, seen[25], 1e-9);
        Assert.Equal(0.6, seen[27], 1e-9);
        Refused("does not say by what velocity", () => telluric.AppliedTo(Order(new SpectrumFacts { Format = "x", File = "x", Frame = SpectralFrame.Star })));
    }

    [Fact]
    public void Files_are_read_with_names_units_and_media()
    {
        (double[] wavelength, double[] transmission) = TransmissionFile.Read(_scratch.Write("t.csv", "transmission,wavelength_nm\n0.9,800\n0.8,801\n"));
        Assert.Equal([8000.0, 8010], wavelength);
        Assert.Equal([0.9, 0.8], transmission);
        (wavelength, transmission) = TransmissionFile.Read(_scratch.Write("t.txt", "8000 0.9\n8001 0.8\n"), WavelengthMedium.Air);
        Assert.Equal(AirVacuum.ToVacuum(8001), wavelength[1]);
        Assert.Equal([0.9, 0.8], transmission);
        Refused("does not exist", () => TransmissionFile.Read("no-such.csv"));
        Refused("one column", () => TransmissionFile.Read(_scratch.Write("one.txt", "8000\n8001\n")));
        Refused("after 8001", () => new TelluricTransmission([8001, 8000], [1, 1], "t"));
        Refused("0 to 1", () => new TelluricTransmission([8000, 8001], [1, 80], "t"));
        Refused("at least two", () => new TelluricTransmission([8000], [1], "t"));
    }

    private static Spectrum Order(SpectrumFacts? facts) => new(ScratchFolder.Wavelength, ScratchFolder.Flux, null, "order") { Facts = facts };

    private static void Refused(string word, Func<object> make) => Assert.Contains(word, Assert.Throws<EngineException>(make).Message, StringComparison.Ordinal);
}
