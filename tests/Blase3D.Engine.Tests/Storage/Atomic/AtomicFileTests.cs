using Blase3D.Engine.Storage;
using Blase3D.Native.Posix;
using Xunit;

namespace Blase3D.Engine.Tests.Storage.Atomic;

public sealed class AtomicFileTests : IDisposable
{
    private readonly StorageFolder _folder = new();

    [Fact]
    public void A_file_appears_under_its_name_only_when_it_is_written()
    {
        AtomicFile.Write(_folder["new/deep/a.txt"], temporary =>
        {
            Assert.False(File.Exists(_folder["new/deep/a.txt"]));
            Assert.Equal(_folder["new/deep"], Path.GetDirectoryName(temporary));
            Assert.EndsWith(".txt", temporary, StringComparison.Ordinal);
            File.WriteAllText(temporary, "whole");
            Assert.False(File.Exists(_folder["new/deep/a.txt"]));
        });
        Assert.Equal("whole", File.ReadAllText(_folder["new/deep/a.txt"]));
        Assert.Equal(["new", "new/deep", "new/deep/a.txt"], _folder.Names);
    }

    [Fact]
    public void The_names_of_a_folder_are_brought_to_the_disk()
    {
        Assert.Equal(!OperatingSystem.IsWindows(), FolderSync.Flush(Path.GetDirectoryName(_folder["a"])!));
        Assert.False(FolderSync.Flush(_folder["none"]));
    }

    public static TheoryData<Exception> Failures =>
    [
        new IOException("the cable"), new InvalidOperationException("a bug"), new OperationCanceledException(),
        new EngineException(ErrorCode.OutOfRange, "outside"), new UnauthorizedAccessException("not yours"), new ArgumentException("a bug"),
    ];

    [Theory]
    [MemberData(nameof(Failures))]
    public void A_writer_that_fails_leaves_the_old_file_and_no_temporary(Exception failure)
    {
        File.WriteAllText(_folder["a.txt"], "old");
        Exception? seen = Record.Exception(() => AtomicFile.Write(_folder["a.txt"], temporary =>
        {
            File.WriteAllText(temporary, "half");
            throw failure;
        }));
        if (failure is IOException or UnauthorizedAccessException)
        {
            var refused = Assert.IsType<EngineException>(seen);
            Assert.Equal(ErrorCode.BadInput, refused.Code);
            Assert.Contains(failure.Message, refused.Message, StringComparison.Ordinal);
            Assert.Contains("nothing was changed", refused.Message, StringComparison.Ordinal);
        }
        else
        {
            Assert.Same(failure, seen);
        }

        Assert.Equal("old", File.ReadAllText(_folder["a.txt"]));
        Assert.Equal(["a.txt"], _folder.Names);
    }

    [Fact]
    public void A_writer_that_makes_no_file_makes_no_empty_one_either()
    {
        Refusal.BadInput(() => AtomicFile.Write(_folder["a.txt"], _ => { }), "a.txt could not be written");
        Assert.Empty(_folder.Names);
    }

    [Fact]
    public void A_folder_of_that_name_is_left_alone()
    {
        Directory.CreateDirectory(_folder["a"]);
        foreach (string path in new[] { _folder["a"], _folder["a/"], _folder["b/"], "/" })
            Refusal.BadInput(() => AtomicFile.Write(path, temporary => File.WriteAllText(temporary, "x")), "there is a folder of that name");
        Assert.Equal(["a"], _folder.Names);
    }

    [Fact]
    public void A_file_in_the_place_of_the_folder_is_left_alone()
    {
        File.WriteAllText(_folder["a"], "old");
        Refusal.BadInput(() => AtomicFile.Write(_folder["a/b.txt"], temporary => File.WriteAllText(temporary, "x")), "b.txt could not be written");
        Assert.Equal("old", File.ReadAllText(_folder["a"]));
        Assert.Equal(["a"], _folder.Names);
    }

    [Fact]
    public void A_folder_that_may_not_be_written_is_named()
    {
        // Not even root may make a file in /proc.
        if (!Directory.Exists("/proc/self"))
        {
            Console.WriteLine("NOT RUN: /proc is not here");
            return;
        }

        Refusal.BadInput(() => AtomicFile.Write("/proc/a.txt", temporary => File.WriteAllText(temporary, "x")), "/proc/a.txt could not be written", "permissions of /proc");
    }

    [Fact]
    public void A_device_is_not_replaced_by_a_file()
    {
        if (OperatingSystem.IsWindows())
        {
            Console.WriteLine("NOT RUN: Windows has no /dev");
            return;
        }

        foreach (string device in new[] { "/dev/null", "/dev/blase3d-no-such-device" })
            Refusal.BadInput(() => AtomicFile.Write(device, temporary => File.WriteAllText(temporary, "x")), device, "it is a device");
    }

    [Fact]
    public void A_link_is_followed()
    {
        if (OperatingSystem.IsWindows())
        {
            Console.WriteLine("NOT RUN: links need a privilege on Windows");
            return;
        }

        Directory.CreateDirectory(_folder["disk"]);
        File.CreateSymbolicLink(_folder["near"], _folder["disk/far"]);
        foreach (string text in new[] { "made", "replaced" })
        {
            AtomicFile.Write(_folder["near"], temporary =>
            {
                Assert.Equal(_folder["disk"], Path.GetDirectoryName(temporary));
                File.WriteAllText(temporary, text);
            });
            Assert.Equal(text, File.ReadAllText(_folder["disk/far"]));
        }

        Assert.Equal(["disk", "disk/far", "near"], _folder.Names);
        File.CreateSymbolicLink(_folder["loop"], _folder["loop"]);
        Refusal.BadInput(() => AtomicFile.Write(_folder["loop"], temporary => File.WriteAllText(temporary, "x")), "loop could not be written");
    }

    [Theory]
    [InlineData(255, "")]
    [InlineData(200, ".h5")]
    [InlineData(1, "")]
    [InlineData(100, ".ending-of-more-than-a-hundred-letters-ending-of-more-than-a-hundred-letters-ending-of-more-than-a-hundred-letters")]
    public void Any_name_that_a_file_may_have_will_do(int length, string ending)
    {
        string name = new string('x', length) + ending;
        AtomicFile.Write(_folder[name], temporary => File.WriteAllText(temporary, "x"));
        Assert.Equal([name], _folder.Names);
    }

    [Fact]
    public async Task Readers_see_the_old_file_or_the_new_one_whole()
    {
        string path = _folder["a.txt"];
        Write(0);
        using var stop = new CancellationTokenSource();
        int reads = 0;
        Task[] readers = [.. Enumerable.Range(0, 3).Select(_ => Task.Run(() =>
        {
            while (!stop.IsCancellationRequested)
            {
                string text = File.ReadAllText(path);
                Assert.Equal(10_000, text.Length);
                Assert.Equal(new string(text[0], 10_000), text);
                Interlocked.Increment(ref reads);
            }
        }))];
        for (int i = 1; i <= 50 || (Volatile.Read(ref reads) < 20 && !readers.Any(reader => reader.IsFaulted)); i++) Write(i % 10);
        await stop.CancelAsync();
        await Task.WhenAll(readers);
        Assert.True(reads >= 20);
        Assert.Equal(["a.txt"], _folder.Names);

        void Write(int digit) => AtomicFile.Write(path, temporary =>
        {
            using StreamWriter writer = File.CreateText(temporary);
            for (int i = 0; i < 10_000; i++) writer.Write(digit);
        });
    }

    [Fact]
    public void Writers_of_one_name_do_not_disturb_one_another()
    {
        Parallel.For(0, 50, i => AtomicFile.Write(_folder["a.txt"], temporary => File.WriteAllText(temporary, new string((char)('a' + (i % 26)), 1000))));
        string text = File.ReadAllText(_folder["a.txt"]);
        Assert.Equal(new string(text[0], 1000), text);
        Assert.Equal(["a.txt"], _folder.Names);
    }

    public void Dispose() => _folder.Dispose();
}
