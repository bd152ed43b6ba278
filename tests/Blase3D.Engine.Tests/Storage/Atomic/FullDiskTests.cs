using System.Diagnostics;
using Blase3D.Engine.Grids;
using Blase3D.Engine.Storage;
using Blase3D.Engine.Storage.Hdf5;
using Blase3D.Engine.Tests.Storage.Hdf5;
using Blase3D.Native.Hdf5;
using Xunit;
using Xunit.Abstractions;

namespace Blase3D.Engine.Tests.Storage.Atomic;

/// <summary>A disk that fills up while a file is written.</summary>
public sealed class FullDiskTests(ITestOutputHelper output) : IDisposable
{
    private readonly StorageFolder _folder = new();

    [Fact]
    public void A_stream_that_meets_a_full_device_leaves_the_old_file()
    {
        if (!Here("/dev/full")) return;
        File.WriteAllText(_folder["a.txt"], "old");
        Refusal.BadInput(
            () => AtomicFile.Write(_folder["a.txt"], temporary =>
            {
                File.WriteAllText(temporary, "half");
                using FileStream stream = File.OpenWrite("/dev/full");
                stream.Write(new byte[100_000]);
            }),
            "a.txt could not be written", "No space left", "nothing was changed", "free space");
        Assert.Equal("old", File.ReadAllText(_folder["a.txt"]));
        Assert.Equal(["a.txt"], _folder.Names);
    }

    [Fact]
    public void An_HDF5_file_that_cannot_be_closed_leaves_the_old_file()
    {
        if (!Here("/dev/full")) return;
        TinyContent.WriteGrid(_folder["a.h5"]);
        Refusal.BadInput(
            () => AtomicFile.Write(_folder["a.h5"], temporary =>
            {
                File.WriteAllText(temporary, "half");
                using Hdf5File file = Hdf5File.Create("/dev/full");
                file.Write<double>("/wavelength", TinyContent.Wavelength, [16]);
                file.Close();
            }),
            "a.h5 could not be written", "No space left", "nothing was changed");
        SpectraFileTests.AssertIsTiny(_folder["a.h5"], normalized: false);
        Assert.Equal(["a.h5"], _folder.Names);
    }

    [Theory]
    [InlineData("grid")]
    [InlineData("compressed grid")]
    [InlineData("result")]
    public void A_small_disk_that_fills_up_anywhere_in_a_file_is_reported(string kind)
    {
        Directory.CreateDirectory(_folder["disk"]);
        if (!Mount(_folder["disk"]))
        {
            Say("NOT RUN: a small disk cannot be mounted here");
            return;
        }

        try
        {
            // The disk has 256 kB. With a ballast of every size the end comes at the start, in the rows, and at the closing of a file.
            string path = _folder["disk/a.h5"];
            double[] wavelength = [.. Enumerable.Range(1, 200).Select(i => 8000.0 + i)];
            var random = new Random(5);
            double[][] flux = [.. Enumerable.Range(0, 100).Select(_ => wavelength.Select(_ => (double)random.NextSingle()).ToArray())];
            var grid = new MemoryGrid(wavelength, new GridPoints(["teff"], [.. wavelength[..100]]), flux);
            Action write = kind == "result"
                ? () => SpectraFile.WriteResult(path, wavelength, grid.Points, flux, TinyContent.Provenance)
                : () => SpectraFile.WriteGrid(path, grid, normalized: true, TinyContent.Provenance, compress: kind != "grid");
            TinyContent.WriteGrid(path);
            int refused = 0, written = 0;
            for (int ballast = 256; ballast >= 0; ballast -= 4)
            {
                FillUp(_folder["disk/ballast"], ballast * 1024);
                try
                {
                    write();
                    written++;
                    using (StoredSpectra whole = SpectraFile.Open(path))
                    {
                        for (int row = 0; row < 100; row++) Assert.Equal(flux[row], SpectraFileTests.Row(whole, row));
                    }

                    File.Delete(path);
                    File.Delete(_folder["disk/ballast"]);
                    TinyContent.WriteGrid(path);
                }
                catch (EngineException failure)
                {
                    refused++;
                    Assert.Equal(ErrorCode.BadInput, failure.Code);
                    Assert.Contains("a.h5 could not be written", failure.Message, StringComparison.Ordinal);
                    Assert.Contains("No space left", failure.Message, StringComparison.Ordinal);
                    SpectraFileTests.AssertIsTiny(path, normalized: false);
                }

                Assert.DoesNotContain(_folder.Names, name => name.Contains("partial", StringComparison.Ordinal));
            }

            output.WriteLine($"refused {refused}, written {written}");
            Assert.True(refused > 5 && written > 5);
        }
        finally
        {
            _ = Run("umount", "-l", _folder["disk"]);
        }
    }

    public void Dispose() => _folder.Dispose();

    private static bool Mount(string folder) =>
        OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess && Run("mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", folder);

    private static void FillUp(string path, int bytes)
    {
        using FileStream stream = File.Create(path);
        try
        {
            stream.Write(new byte[bytes]);
            stream.Flush();
        }
        catch (IOException)
        {
            // The ballast is as large as the disk allows.
        }
    }

    private static bool Run(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true });
            process!.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    private bool Here(string device)
    {
        if (File.Exists(device)) return true;
        Say($"NOT RUN: {device} is not here");
        return false;
    }

    private void Say(string line)
    {
        output.WriteLine(line);
        Console.WriteLine(line);
    }
}
