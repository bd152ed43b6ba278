using Blase3D.Engine.Cloning;
using Blase3D.Engine.Grids;
using Blase3D.Engine.Storage.Hdf5;
using Xunit;

namespace Blase3D.Engine.Tests.Storage.Hdf5;

/// <summary>Parts of a grid make the whole, and nothing else does.</summary>
public sealed class MergedClonesTests : IDisposable
{
    private readonly StorageFolder _folder = new();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Parts_in_any_order_are_the_whole_byte_for_byte(int count)
    {
        LineClones whole = LineClonesFileTests.Odd;
        LineClonesFile.Write(_folder["whole.h5"], whole, TinyContent.Provenance, new CloneRun("f", "scalar", null));
        string[] parts = [.. Enumerable.Range(1, count).Select(number => WritePart(number, count))];
        using MergedClones merged = MergedClones.Open([.. parts.Reverse()]);
        LineClonesFile.Write(_folder["merged.h5"], merged, TinyContent.Provenance, merged.Run);
        Assert.Equal(File.ReadAllBytes(_folder["whole.h5"]), File.ReadAllBytes(_folder["merged.h5"]));
    }

    [Fact]
    public void What_is_no_whole_is_refused()
    {
        string first = WritePart(1, 3), second = WritePart(2, 3), third = WritePart(3, 3), half = WritePart(1, 2), otherRun = WritePart(3, 3, "g", "other.h5");
        LineClonesFile.Write(_folder["whole.h5"], TinyContent.Clones, TinyContent.Provenance, new CloneRun("f", "scalar", null));
        LineClonesFile.Write(_folder["old.h5"], TinyContent.Clones, TinyContent.Provenance);
        Refusal.BadInput(() => MergedClones.Open([]), "No part");
        Refusal.BadInput(() => MergedClones.Open([first, third]), "1 of 3 shards are missing (2)");
        Refusal.BadInput(() => MergedClones.Open([first, second, third, second]), "2-of-3.h5", "both shard 2/3");
        Refusal.BadInput(() => MergedClones.Open([first, second, otherRun]), "other.h5", "not made of the same grid");
        Refusal.BadInput(() => MergedClones.Open([half, second]), "1-of-2.h5", "shard 1/2", "shard 2/3");
        Refusal.BadInput(() => MergedClones.Open([_folder["whole.h5"]]), "whole.h5 is not a part");
        Refusal.BadInput(() => MergedClones.Open([first, _folder["old.h5"]]), "old.h5 is not a part");
        Refusal.BadInput(() => MergedClones.Open([_folder["none.h5"]]), "none.h5 does not exist");
    }

    [Fact]
    public void Parts_with_one_point_twice_are_refused()
    {
        GridPoints twice = new(["teff"], [4000, 4100, 4000]);
        string[] parts = [.. Enumerable.Range(1, 3).Select(number => WritePart(number, 3, points: twice))];
        Refusal.BadInput(() => MergedClones.Open(parts), "teff=4000", "keep one");
    }

    [Fact]
    public void Different_kernels_are_named()
    {
        using MergedClones merged = MergedClones.Open([WritePart(1, 2, kernels: "avx512"), WritePart(2, 2, kernels: "avx2")]);
        Assert.Equal("avx2, avx512", merged.Run.Kernels);
    }

    public void Dispose() => _folder.Dispose();

    private string WritePart(int number, int count, string fingerprint = "f", string? name = null, string kernels = "scalar", GridPoints? points = null)
    {
        LineClones whole = LineClonesFileTests.Odd;
        var shard = new GridShard(number, count, whole.Points.Count);
        int[] rows = [.. Enumerable.Range(shard.FirstRow, shard.Rows)];
        string path = _folder[name ?? $"{number}-of-{count}.h5"];
        LineClones part = whole with { Points = (points ?? whole.Points).Select(rows), Spectra = [.. rows.Select(row => whole.Spectra[row])] };
        LineClonesFile.Write(path, part, TinyContent.Provenance, new CloneRun(fingerprint, kernels, shard));
        return path;
    }
}
