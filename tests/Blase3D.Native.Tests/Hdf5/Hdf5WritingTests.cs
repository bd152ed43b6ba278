using Blase3D.Native.Hdf5;
using Xunit;

namespace Blase3D.Native.Tests.Hdf5;

public class Hdf5WritingTests
{
    [Fact]
    public void The_same_content_at_another_time_is_the_same_file()
    {
        using var scratch = new Scratch();
        byte[] first = Sample(scratch["a.h5"]);
        Thread.Sleep(1100);
        Assert.Equal(first, Sample(scratch["b.h5"]));
    }

    [Fact]
    public void Groups_on_the_way_are_made_once()
    {
        using var scratch = new Scratch();
        using Hdf5File file = Hdf5File.Create(scratch["a.h5"]);
        file.Write<int>("/a/b/one", [1], [1]);
        file.Write<int>("a/b/two", [2], [1]);
        file.Write<int>("a//three", [3], [1]);
        Assert.Equal(["b", "three"], file.Children("a"));
        Assert.Equal(["one", "two"], file.Children("/a/b"));
        Assert.Throws<Hdf5Exception>(() => file.Write<int>("/a/b/one/below-a-dataset", [1], [1]));
        Assert.Throws<Hdf5Exception>(() => file.Write<int>("/", [1], [1]));
    }

    [Fact]
    public void Thousands_of_strings_fit_into_an_attribute()
    {
        string[] inputs = [.. Enumerable.Range(0, 8000).Select(i => $"lte{i:D5}-4.50-0.0.fits  {new string('a', 64)}")];
        using var scratch = new Scratch();
        using (Hdf5File file = Hdf5File.Create(scratch["a.h5"]))
        {
            file.SetAttribute("/", "inputs", inputs);
            file.Close();
        }

        using Hdf5File again = Hdf5File.OpenRead(scratch["a.h5"]);
        Assert.Equal(inputs, again.ReadStringsAttribute("/", "inputs")!);
    }

    [Fact]
    public void A_full_device_is_reported_at_the_latest_by_Close()
    {
        if (!File.Exists("/dev/full"))
        {
            Console.WriteLine("NOT RUN: /dev/full is not here");
            return;
        }

        var failure = Assert.Throws<Hdf5Exception>(() =>
        {
            using Hdf5File file = Hdf5File.Create("/dev/full");
            file.Write<double>("v", new double[1000], [1000]);
            file.Close();
        });
        Assert.Contains("No space left", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_program_started_while_a_file_is_open_does_not_keep_it_locked()
    {
        if (OperatingSystem.IsWindows())
        {
            Console.WriteLine("NOT RUN: no program sleep on Windows");
            return;
        }

        using var scratch = new Scratch();
        using Hdf5File file = Hdf5File.Create(scratch["a.h5"]);
        file.SetAttribute("/", "TYPE", "sample");
        using var child = System.Diagnostics.Process.Start("sleep", "60");
        try
        {
            file.Close();
            using (FileStream stream = new(scratch["a.h5"], FileMode.Open, FileAccess.ReadWrite, FileShare.None)) Assert.True(stream.Length > 0);
            using Hdf5File again = Hdf5File.OpenRead(scratch["a.h5"]);
            Assert.Equal("sample", again.ReadStringAttribute("/", "TYPE"));
            Assert.False(child.HasExited);
        }
        finally
        {
            child.Kill();
        }
    }

    private static byte[] Sample(string path)
    {
        using (Hdf5File file = Hdf5File.Create(path))
        {
            file.SetAttribute("/", "TYPE", "sample");
            file.SetAttribute("/", "axes", ["teff", "logg"]);
            for (int i = 0; i < 12; i++) file.SetAttribute("/", $"number{i}", i);
            file.Write<double>("/axis/teff", [1, 2], [2]);
            file.WriteStrings("names", ["a", "b"]);
            file.Write<float>("/flux", new float[200], [2, 100], new Hdf5Layout { Chunk = [1, 100], Shuffle = true, DeflateLevel = 4 });
            file.Close();
        }

        return File.ReadAllBytes(path);
    }
}
