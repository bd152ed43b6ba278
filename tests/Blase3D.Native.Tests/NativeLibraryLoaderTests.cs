using Blase3D.Native.Cfitsio;
using Blase3D.Native.Hdf5;
using Xunit;

namespace Blase3D.Native.Tests;

public class NativeLibraryLoaderTests
{
    [Fact]
    public void An_absent_library_says_which_names_were_tried_and_how_to_install_it()
    {
        var loader = new NativeLibraryLoader(
            "absent", "HDF5", ["libnot-here.so.1", "/nowhere/libnot-here.so"], "H5Fopen", Hdf5Library.InstallSentence);

        var failure = Assert.Throws<NativeLibraryMissingException>(() => loader.Load());

        Assert.Equal("HDF5", failure.LibraryName);
        Assert.Equal(["libnot-here.so.1", "/nowhere/libnot-here.so"], failure.NamesTried);
        foreach (string word in new[] { "apt install", "dnf install", "conda install", "brew install", "HDF5_LIBRARY", "libnot-here.so.1" })
        {
            Assert.Contains(word, failure.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_library_of_another_kind_is_passed_over()
    {
        IReadOnlyList<string> hdf5 = Hdf5Library.Names(NativeLibraryCandidates.ThisPlatform);
        var loader = new NativeLibraryLoader("other", "CFITSIO", hdf5, "ffdkopn", FitsLibrary.InstallSentence);

        var failure = Assert.Throws<NativeLibraryMissingException>(() => loader.Load());

        Assert.Contains(failure.NamesTried, name => name.EndsWith("(has no function ffdkopn)", StringComparison.Ordinal));
    }

    [Fact]
    public void The_installed_libraries_load_and_remember_their_name()
    {
        var loader = new NativeLibraryLoader(
            "again", "CFITSIO", ["libnot-here.so", .. FitsLibrary.Names(NativeLibraryCandidates.ThisPlatform)], "ffdkopn", string.Empty);

        Assert.NotEqual(0, loader.Load());
        Assert.Equal(loader.Load(), loader.Load());
        Assert.NotEqual("libnot-here.so", loader.LoadedFrom);
    }

    [Fact]
    public void An_override_is_the_only_candidate()
    {
        IReadOnlyList<string> candidates = NativeLibraryCandidates.For(
            NativePlatform.Linux, name => name == "HDF5_LIBRARY" ? "/opt/libhdf5.so.200" : null, "HDF5_LIBRARY", ["libhdf5.so"]);

        Assert.Equal(["/opt/libhdf5.so.200"], candidates);
    }

    [Theory]
    [InlineData(NativePlatform.Linux, "lib/libhdf5.so.310")]
    [InlineData(NativePlatform.MacOS, "lib/libhdf5.310.dylib")]
    [InlineData(NativePlatform.Windows, "Library/bin/hdf5.dll")]
    public void The_active_conda_environment_is_searched_after_the_plain_names(object platform, string inside)
    {
        var system = (NativePlatform)platform;
        IReadOnlyList<string> names = Hdf5Library.Names(system);

        IReadOnlyList<string> candidates = NativeLibraryCandidates.For(
            system, name => name == "CONDA_PREFIX" ? "/env" : null, "HDF5_LIBRARY", names);

        Assert.Equal(names, candidates.Take(names.Count));
        Assert.Contains(Path.Combine("/env", inside), candidates);
    }

    [Fact]
    public void Homebrew_folders_are_searched_on_macOS_only()
    {
        Assert.Contains("/opt/homebrew/lib/libcfitsio.dylib", For(NativePlatform.MacOS));
        Assert.DoesNotContain(For(NativePlatform.Linux), name => name.Contains("homebrew", StringComparison.Ordinal));

        static IReadOnlyList<string> For(NativePlatform system) =>
            NativeLibraryCandidates.For(system, _ => null, "CFITSIO_LIBRARY", FitsLibrary.Names(system));
    }

    [Theory]
    [InlineData("libhdf5_serial.so.103")]
    [InlineData("libhdf5_serial.so.310")]
    [InlineData("libhdf5.so.200")]
    [InlineData("libhdf5.so.310")]
    public void The_names_of_HDF5_1_10_to_1_14_on_Linux_are_known(string name) =>
        Assert.Contains(name, Hdf5Library.Names(NativePlatform.Linux));
}
