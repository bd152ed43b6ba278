using Blase3D.Engine.Spectra;
using Blase3D.Engine.Spectra.Reading;
using Xunit;
using Xunit.Abstractions;

namespace Blase3D.Engine.Tests.Spectra;

public class RealSpectrumTests(ITestOutputHelper output)
{
    [Fact]
    public void WASP_69_has_its_26_gaps_and_uncertainties()
    {
        string? path = SharedData.PathOrSay("blase/WASP_69_hpf_stack.fits", output);
        if (path is null) return;
        Spectrum spectrum = SpectrumReader.Read(path);
        Assert.Equal(2048, spectrum.WavelengthAngstrom.Length);
        Assert.Equal(26, spectrum.Flux.Count(double.IsNaN));
        Assert.InRange(spectrum.WavelengthAngstrom[0], 8656, 8657);
        Assert.Equal(2048, spectrum.Sigma!.Length);
    }

    [Fact]
    public void Gl_51_is_read_from_CSV()
    {
        string? path = SharedData.PathOrSay("starfish/Gl51_SpeX_8050-12900.csv", output);
        if (path is null) return;
        Spectrum spectrum = SpectrumReader.Read(path);
        Assert.Equal(8051.96, spectrum.WavelengthAngstrom[0]);
        Assert.Equal(9.31695e-14, spectrum.Flux[0]);
        Assert.Equal(8.6419e-16, spectrum.Sigma![0]);
    }

    [Fact]
    public void A_PHOENIX_cut_brings_its_own_wavelengths()
    {
        string? path = SharedData.PathOrSay("eniric/lte03900-4.50-0.0.PHOENIX-ACES-HiRes.8000-9300.fits.gz", output);
        if (path is null) return;
        Spectrum spectrum = SpectrumReader.Read(path);
        Assert.Equal(130000, spectrum.Flux.Length);
        Assert.Equal(8000, spectrum.WavelengthAngstrom[0], 9);
    }

    [Fact]
    public void Echelle_orders_and_cubes_are_no_single_spectrum()
    {
        string? orders = SharedData.PathOrSay("hpf/HR4829_Goldilocks_20210517T054403_v1.0_0060.spectra.fits.gz", output);
        string? cube = SharedData.PathOrSay("welter/phoenix_grid_8000-10028_mhp0.0.fits.gz", output);
        if (orders is null || cube is null) return;
        Assert.Contains(
            "Sci Wavl [2048 x 28]", Assert.Throws<EngineException>(() => SpectrumReader.Read(orders)).Message, StringComparison.Ordinal);
        Assert.Throws<EngineException>(() => SpectrumReader.Read(cube));
    }
}
