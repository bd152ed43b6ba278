using Xunit;

namespace Blase3D.Cli.Tests;

/// <summary>A native library that is not installed: exit code 4 and how to install it, and only where it is needed.</summary>
public sealed class MissingLibraryTests(Workbench bench) : IClassFixture<Workbench>
{
    private static readonly (string, string) NoHdf5 = ("HDF5_LIBRARY", "/nonexistent/libhdf5.so"), NoCfitsio = ("CFITSIO_LIBRARY", "/nonexistent/libcfitsio.so");

    [Theory]
    [InlineData("grid synthesize -o x.h5 " + Workbench.Nodes)]
    [InlineData("clone grid.h5 -o x.h5")]
    [InlineData("build clones.h5 -o x.h5")]
    [InlineData("reconstruct manifold.h5 -o x.h5 " + Workbench.Star)]
    [InlineData("infer manifold.h5 star.h5 -o x.h5")]
    [InlineData("inspect grid.h5")]
    public void Without_HDF5_the_sentence_says_how_to_install_it(string line) =>
        bench.RunOver("x.h5", line, NoHdf5).Refused(4, "HDF5", "apt install", "conda install", "HDF5_LIBRARY", "/nonexistent/libhdf5.so");

    [Fact]
    public void Help_and_version_need_no_library()
    {
        Assert.Equal("blase3d 0.1.0\n", bench.Run("--version", NoHdf5, NoCfitsio).Succeeded().Output);
        Assert.Contains("GRID.h5", bench.Run("clone --help", NoHdf5, NoCfitsio).Succeeded().Output, StringComparison.Ordinal);
        bench.Run("clone grid.h5 -o x.txt", NoHdf5, NoCfitsio).Refused(2, "x.txt");
    }

    [Fact]
    public void CFITSIO_is_needed_for_FITS_alone()
    {
        bench.Run($"reconstruct manifold.h5 {Workbench.Star} -o star.fits").Succeeded();
        bench.Run($"reconstruct manifold.h5 {Workbench.Star} -o star.csv", NoCfitsio).Succeeded();
        bench.Run("infer manifold.h5 star.csv --normalized --method gradient -o star-results.csv", NoCfitsio).Succeeded();
        bench.RunOver("x.csv", "infer manifold.h5 star.fits --normalized -o x.csv", NoCfitsio).Refused(4, "star.fits", "CFITSIO", "apt install");
        bench.RunOver("x.fits", $"reconstruct manifold.h5 {Workbench.Star} -o x.fits", NoCfitsio).Refused(4, "x.fits", "CFITSIO", "CFITSIO_LIBRARY");
        bench.RunOver("x.h5", "grid import star.fits -o x.h5", NoCfitsio).Refused(4, "CFITSIO");
    }
}
