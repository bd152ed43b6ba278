using Blase3D.Engine.Storage;
using Blase3D.Native;
using Blase3D.Native.Cfitsio;
using Blase3D.Native.Hdf5;
using Xunit;

namespace Blase3D.Engine.Tests.Storage;

public class NativeErrorsTests
{
    [Fact]
    public void An_absent_library_is_exit_code_4_and_keeps_its_advice()
    {
        EngineException failure = Fail(
            new NativeLibraryMissingException("CFITSIO", ["libcfitsio.so.10"], "Install it with 'apt install x'."));
        Assert.Equal(ErrorCode.MissingLibrary, failure.Code);
        Assert.Contains("apt install", failure.Message, StringComparison.Ordinal);
        Assert.StartsWith("star.fits", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Damaged_files_and_failing_disks_are_exit_code_3()
    {
        Exception[] failures =
        [
            new FitsException("ffgpv", "star.fits", 107, "end of file"), new Hdf5Exception("H5Dread", "a.h5:/x", "bad checksum"),
            new IOException("disk"), new UnauthorizedAccessException("no"), new InvalidDataException("gzip"),
        ];
        foreach (Exception inner in failures)
        {
            EngineException failure = Fail(inner);
            Assert.Equal(ErrorCode.BadInput, failure.Code);
            Assert.Same(inner, failure.InnerException);
        }
    }

    [Fact]
    public void Other_failures_pass_unchanged()
    {
        Assert.Throws<InvalidOperationException>(() => NativeErrors.Guard("x", () => throw new InvalidOperationException()));
        var own = new EngineException(ErrorCode.OutOfRange, "said");
        Assert.Same(own, Fail(own));
        Assert.Equal(5, NativeErrors.Guard("x", () => 5));
    }

    private static EngineException Fail(Exception inner) =>
        Assert.Throws<EngineException>(() => NativeErrors.Guard("star.fits", () => throw inner));
}
