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
    public void Every_HPF_file_has_28_orders_in_the_observatorys_frame()
    {
        string? folder = SharedData.PathOrSay("hpf", output);
        if (folder is null) return;
        foreach (string file in Directory.GetFiles(folder, "*.fits.gz"))
        {
            Exposure exposure = SpectrumReader.ReadExposure(file);
            bool isGoldilocks = file.Contains("Goldilocks", StringComparison.Ordinal);
            Assert.Equal(("HPF", SpectralFrame.Observatory), (exposure.Facts.Format, exposure.Facts.Frame));
            Assert.Equal(isGoldilocks ? ErrorKind.StandardDeviation : ErrorKind.Variance, exposure.Facts.Errors);
            Assert.Equal(isGoldilocks, exposure.Facts.BarycentricVelocityKmPerS is not null);
            Assert.Equal(28, exposure.Orders.Count);
            Assert.InRange(exposure.MaskedShare, 0.001, 0.01);
            double[] ratios = [.. exposure.Orders.Select(order => order.SignalToNoise!.Value)];
            Assert.All(ratios, ratio => Assert.InRange(ratio, 3, 1500));
            output.WriteLine($"{Path.GetFileName(file)} {exposure.Facts.Star}: S/N {ratios.Min():0} to {ratios.Max():0}, masked {exposure.MaskedShare:0.0000}");
        }
    }

    [Fact]
    public void CARMENES_has_a_transmission_and_no_errors_worth_the_name()
    {
        string? path = SharedData.PathOrSay("carmenes/J17578+046_Barnard_car-20160325T05h28m38s_nir_A.cut.fits.gz", output);
        if (path is null) return;
        Spectrum spectrum = SpectrumReader.Read(path);
        Assert.Equal(("CARMENES", SpectralFrame.Observatory), (spectrum.Facts!.Format, spectrum.Facts.Frame));
        Assert.Equal(26.264166, spectrum.Facts.BarycentricVelocityKmPerS);
        Assert.Equal((59980, 89), (spectrum.Flux.Length, spectrum.MaskedCount));
        Assert.Null(spectrum.Sigma);
        Assert.InRange(spectrum.TelluricTransmission!.Min(), 0, 0.01);
    }

    [Fact]
    public void TRES_orders_overlap_and_a_cube_of_models_is_no_spectrum()
    {
        string? orders = SharedData.PathOrSay("starfish/WASP14-2009-06-14_TRES_orders_8000-9100.fits.gz", output);
        string? cube = SharedData.PathOrSay("welter/phoenix_grid_8000-10028_mhp0.0.fits.gz", output);
        if (orders is null || cube is null) return;
        Exposure exposure = SpectrumReader.ReadExposure(orders, WavelengthMedium.Air);
        Assert.Equal(6, exposure.Orders.Count);
        Assert.Equal(("WASP-14", -19.99458), (exposure.Facts.Star, exposure.Facts.BarycentricVelocityKmPerS));
        Assert.Equal(AirVacuum.ToVacuum(7883.27555252), exposure.Orders[0].WavelengthAngstrom[0], 6);
        Assert.Contains("[109565 x 28]", Assert.Throws<EngineException>(() => SpectrumReader.Read(cube)).Message, StringComparison.Ordinal);
    }
}
