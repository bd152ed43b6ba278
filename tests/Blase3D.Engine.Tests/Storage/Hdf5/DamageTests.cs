using Blase3D.Engine.Grids;
using Blase3D.Engine.Storage.Hdf5;
using Xunit;
using Xunit.Abstractions;

namespace Blase3D.Engine.Tests.Storage.Hdf5;

/// <summary>Damaged files are refused or read; they end in nothing worse.</summary>
public sealed class DamageTests(ITestOutputHelper output) : IDisposable
{
    private readonly StorageFolder _folder = new();

    public static TheoryData<string> Contents => [.. TinyContent.Writers.Keys, "compressed", "many rows"];

    [Theory]
    [MemberData(nameof(Contents))]
    public void A_file_cut_short_anywhere_is_refused(string content)
    {
        (string type, byte[] whole) = Make(content);
        for (int cut = 0; cut < 60; cut++)
        {
            int length = cut < 20 ? cut * 8 : (int)((long)(whole.Length - 1) * (cut - 19) / 40);
            File.WriteAllBytes(_folder["cut.h5"], whole[..length]);
            Refusal.BadInput(() => TinyContent.ReadWhole(type, _folder["cut.h5"]), "cut.h5");
        }
    }

    [Theory]
    [MemberData(nameof(Contents))]
    public void A_changed_byte_is_refused_or_harmless(string content)
    {
        (string type, byte[] whole) = Make(content);
        var random = new Random(20260101);
        int refused = 0;
        for (int trial = 0; trial < 1000; trial++)
        {
            byte[] bad = [.. whole];
            int at = random.Next(whole.Length);
            bad[at] = trial % 2 == 0 ? (byte)(bad[at] ^ (1 << random.Next(8))) : (byte)random.Next(256);
            refused += IsRefused(type, bad);
        }

        output.WriteLine($"{content}: {whole.Length} bytes, {refused} of 1000 refused");
        Assert.InRange(refused, 50, 1000);
    }

    [Theory]
    [MemberData(nameof(Contents))]
    public void A_run_of_garbage_is_refused_or_harmless(string content)
    {
        (string type, byte[] whole) = Make(content);
        var random = new Random(20260102);
        for (int trial = 0; trial < 300; trial++)
        {
            byte[] bad = [.. whole];
            int at = random.Next(whole.Length);
            random.NextBytes(bad.AsSpan(at, Math.Min(random.Next(1, 200), whole.Length - at)));
            _ = IsRefused(type, bad);
        }
    }

    public void Dispose() => _folder.Dispose();

    private (string Type, byte[] Bytes) Make(string content)
    {
        switch (content)
        {
            case "compressed":
                TinyContent.WriteCompressedGrid(_folder["a.h5"]);
                break;
            case "many rows":
                var points = new GridPoints(["teff"], [.. Enumerable.Range(0, 150).Select(i => (double)i)]);
                double[][] flux = [.. Enumerable.Range(0, 150).Select(_ => TinyContent.Flux[0])];
                SpectraFile.WriteGrid(_folder["a.h5"], new MemoryGrid(TinyContent.Wavelength, points, flux), normalized: true, TinyContent.Provenance);
                break;
            default:
                TinyContent.Writers[content](_folder["a.h5"]);
                break;
        }

        string type = FileHeader.TypeOf(_folder["a.h5"])!;
        _ = TinyContent.ReadWhole(type, _folder["a.h5"]);
        return (type, File.ReadAllBytes(_folder["a.h5"]));
    }

    private int IsRefused(string type, byte[] bytes)
    {
        File.WriteAllBytes(_folder["bad.h5"], bytes);
        try
        {
            _ = TinyContent.ReadWhole(type, _folder["bad.h5"]);
            return 0;
        }
        catch (EngineException failure)
        {
            Assert.Equal(ErrorCode.BadInput, failure.Code);
            Assert.Contains("bad.h5", failure.Message, StringComparison.Ordinal);
            return 1;
        }
    }
}
