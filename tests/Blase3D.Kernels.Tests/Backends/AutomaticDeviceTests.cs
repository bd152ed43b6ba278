using System.Runtime.InteropServices;
using Blase3D.Engine;
using Blase3D.Engine.Devices;
using Blase3D.Kernels.Gpu;
using Blase3D.Kernels.Gpu.Devices;
using Xunit;

namespace Blase3D.Kernels.Tests.Backends;

/// <summary>What --backend auto takes, with lists of devices that this machine does not have.</summary>
public class AutomaticDeviceTests
{
    private static readonly DeviceEntry
        Processor = new("opencl", 0, "PoCL", "a processor", 1000, HasDoublePrecision: true, null, IsProcessor: true),
        Radeon = new("opencl", 1, "a Radeon", "a card", 1000, HasDoublePrecision: true, null),
        Small = new("opencl", 2, "a small card", "a card", 1000, HasDoublePrecision: false, null),
        Tesla = new("cuda", 0, "an H200", "a card", 1000, HasDoublePrecision: true, null),
        Old = new("cuda", 1, "an old card", "a card", 1000, HasDoublePrecision: true, "its compute capability is 7.0"),
        Absent = new("cuda", -1, "CUDA", string.Empty, 0, HasDoublePrecision: false, "no driver");

    [Fact]
    public void Without_a_card_the_processor_computes_and_nothing_is_said()
    {
        foreach (DeviceEntry[] entries in (DeviceEntry[][])[[], [Absent], [Absent, Processor]])
            Assert.Equal((null, null), AutomaticDevice.Choose(entries, _ => throw new InvalidOperationException("Nothing is to be opened.")));
    }

    [Fact]
    public void A_card_that_works_is_taken_CUDA_first()
    {
        Assert.Equal("an H200", Chosen([Processor, Radeon, Tesla]).Name);
        Assert.Equal("a Radeon", Chosen([Absent, Processor, Radeon]).Name);
        Assert.Equal("a Radeon", Chosen([Old, Small, Radeon]).Name);

        static IComputeDevice Chosen(DeviceEntry[] entries)
        {
            (IComputeDevice? device, string? sentence) = AutomaticDevice.Choose(entries, entry => new FakeDevice(entry));
            Assert.Null(sentence);
            return device!;
        }
    }

    [Fact]
    public void A_card_that_does_not_work_makes_way_for_the_next_one()
    {
        (IComputeDevice? device, string? _) = AutomaticDevice.Choose(
            [Tesla, Radeon], entry => entry == Tesla ? throw new EngineException(ErrorCode.MissingLibrary, "The driver refuses.") : new FakeDevice(entry));
        Assert.Equal("a Radeon", device!.Name);
    }

    [Fact]
    public void Why_a_card_is_not_taken_is_one_sentence()
    {
        Says([Old], "its compute capability is 7.0");
        Says([Small, Processor], "no double precision");
        Says([Tesla], "The driver refuses", _ => throw new EngineException(ErrorCode.MissingLibrary, "The driver refuses."));
        var closed = new List<FakeDevice>();
        Says([Tesla], "no such register", entry => Kept(new FakeDevice(entry) { CompilerSays = "no such register" }));
        Says([Tesla], "wrong numbers", entry => Kept(new FakeDevice(entry) { IsWrong = true }));
        Assert.All(closed, device => Assert.True(device.IsDisposed));

        FakeDevice Kept(FakeDevice device)
        {
            closed.Add(device);
            return device;
        }

        static void Says(DeviceEntry[] entries, string why, Func<DeviceEntry, IComputeDevice>? open = null)
        {
            (IComputeDevice? device, string? sentence) = AutomaticDevice.Choose(entries, open ?? (entry => new FakeDevice(entry)));
            Assert.Null(device);
            Assert.StartsWith($"Lines are computed on the processor and not on {entries[0].Name}: ", sentence, StringComparison.Ordinal);
            Assert.Contains(why, sentence, StringComparison.Ordinal);
        }
    }

    /// <summary>A device that can do nothing but copy.</summary>
    private sealed class FakeDevice(DeviceEntry entry) : IComputeDevice
    {
        public string? CompilerSays { get; init; }

        public bool IsWrong { get; init; }

        public bool IsDisposed { get; private set; }

        public string Backend => entry.Backend;

        public string Name => entry.Name;

        public bool HasDoublePrecision => entry.HasDoublePrecision;

        public long MemoryBytes => entry.MemoryBytes;

        public IComputeCommands CreateCommands() => new Commands(this);

        public void Dispose() => IsDisposed = true;

        private sealed class Commands(FakeDevice device) : IComputeCommands
        {
            public IComputeDevice Device => device;

            public ComputeBuffer Allocate(long bytes) => new Memory(bytes);

            public ComputeKernel Kernel(KernelProgram program, string name) => device.CompilerSays is { } log
                ? throw new ComputeDeviceException(DeviceFailure.BuildFailed, $"A kernel does not compile: {log}.")
                : new Copy(name);

            public void Write<T>(ReadOnlySpan<T> values, ComputeBuffer buffer)
                where T : unmanaged
                => MemoryMarshal.AsBytes(values).CopyTo(((Memory)buffer).Values);

            public void Read<T>(ComputeBuffer buffer, Span<T> values)
                where T : unmanaged
                => ((Memory)buffer).Values.CopyTo(MemoryMarshal.AsBytes(values));

            public void Run(ComputeKernel kernel, int groups, ReadOnlySpan<ComputeArgument> arguments)
            {
                if (!device.IsWrong) ((Memory)arguments[1].Buffer!).Values.CopyTo(((Memory)arguments[2].Buffer!).Values, 0);
            }

            public void Finish()
            {
            }

            public void Dispose()
            {
            }
        }

        private sealed class Copy(string name) : ComputeKernel(name);

        private sealed class Memory(long bytes) : ComputeBuffer(bytes)
        {
            public byte[] Values { get; } = new byte[bytes];

            protected override void Dispose(bool isDisposing)
            {
            }
        }
    }
}
