using Blase3D.Engine.Association;
using Blase3D.Engine.Cloning;
using Blase3D.Engine.Grids;
using Blase3D.Engine.Manifolds;
using Blase3D.Engine.Reconstruction;
using Blase3D.Engine.Storage.Hdf5;
using Blase3D.Engine.Tests.Inference;
using Blase3D.Engine.Tests.Manifolds;
using Blase3D.Kernels;
using Xunit;

namespace Blase3D.Engine.Tests.Storage.Hdf5;

/// <summary>Damaged manifold files are refused with a sentence, and a part of a file is read without the rest.</summary>
public sealed class ManifoldDamageTests : IDisposable
{
    private readonly StorageFolder _folder = new();

    [Theory]
    [InlineData("plain")]
    [InlineData("compressed")]
    [InlineData("surfaces")]
    [InlineData("residual")]
    [InlineData("errors")]
    public void A_flipped_bit_anywhere_is_refused_or_changes_nothing(string kind)
    {
        LineManifold manifold = Large(nodes: 6, linesPerNode: 40);
        manifold = kind switch
        {
            "compressed" => LineManifoldFile.Rounded(manifold),
            "surfaces" => SurfaceFit.Fit(manifold, 1, Workers.OneThread),
            "residual" => manifold.With(new ResidualTerm(new Wave(), 1e-5, ResidualTerm.SameShare(0.5f, manifold.Wavelength.Length))),
            "errors" => manifold.With(Errors(manifold)),
            _ => manifold,
        };
        LineManifoldFile.Write(_folder["m.h5"], manifold, TinyContent.Provenance, kind == "compressed");
        byte[] bytes = File.ReadAllBytes(_folder["m.h5"]);
        LineManifold whole = LineManifoldFile.Read(_folder["m.h5"]);
        int refused = 0;
        for (int at = 0; at < bytes.Length; at += 13)
        {
            byte[] flipped = [.. bytes];
            flipped[at] ^= (byte)(1 << (at % 8));
            File.WriteAllBytes(_folder["d.h5"], flipped);
            try
            {
                LineManifold read = LineManifoldFile.Read(_folder["d.h5"]);
                LineManifoldFileTests.AssertEqual(whole, read);
                Assert.Equal(whole.Scheme, read.Scheme);
                Assert.Equal(whole.Surfaces?.Coefficient, read.Surfaces?.Coefficient);
                Assert.Equal(whole.Surfaces?.Box, read.Surfaces?.Box);
                Assert.Equal(whole.ErrorMap?.AtNode, read.ErrorMap?.AtNode);
                Assert.Equal(whole.ErrorMap?.Between, read.ErrorMap?.Between);
                for (int node = 0; node < 6; node++) Assert.Equal(Residual(whole, node), Residual(read, node));
            }
            catch (EngineException failure)
            {
                refused++;
                Assert.Equal(ErrorCode.BadInput, failure.Code);
                Assert.Contains("d.h5", failure.Message, StringComparison.Ordinal);
                Assert.DoesNotContain('\n', failure.Message);
            }
        }

        Assert.True(refused > bytes.Length / 13 / 4, $"only {refused} flips of {bytes.Length / 13} were noticed");
    }

    [Fact]
    public void A_flipped_bit_in_any_value_is_named_with_its_dataset()
    {
        LineManifold manifold = Large(nodes: 6, linesPerNode: 40);
        LineManifoldFile.Write(_folder["m.h5"], manifold, TinyContent.Provenance);
        byte[] bytes = File.ReadAllBytes(_folder["m.h5"]);
        foreach ((string name, byte[] values) in new (string, byte[])[]
        {
            ("/ln_gamma", Bytes(manifold.Entries.LnGamma)), ("/center_shift", Bytes(manifold.Entries.CenterShift)), ("/line_index", Bytes(manifold.Entries.LineIndex)),
            ("/line_center", Bytes(manifold.LineCenter)), ("/wavelength", Bytes(manifold.Wavelength)), ("/node_offset", Bytes(manifold.NodeOffset)),
        })
        {
            int at = bytes.AsSpan().IndexOf(values);
            Assert.True(at > 0);
            byte[] flipped = [.. bytes];
            flipped[at + (values.Length / 2)] ^= 1;
            File.WriteAllBytes(_folder["d.h5"], flipped);
            Refusal.BadInput(() => LineManifoldFile.Read(_folder["d.h5"]), "d.h5 is damaged", $"of {name} do not fit their checksum");
        }

        static byte[] Bytes<T>(T[] values)
            where T : unmanaged => System.Runtime.InteropServices.MemoryMarshal.AsBytes<T>(values).ToArray();
    }

    [Fact]
    public void A_truncated_file_is_refused()
    {
        LineManifoldFile.Write(_folder["m.h5"], Large(nodes: 6, linesPerNode: 40), TinyContent.Provenance);
        byte[] bytes = File.ReadAllBytes(_folder["m.h5"]);
        for (int length = bytes.Length - 1; length > 0; length -= 997)
        {
            File.WriteAllBytes(_folder["t.h5"], bytes[..length]);
            Refusal.BadInput(() => LineManifoldFile.Read(_folder["t.h5"]), "t.h5");
        }
    }

    [Fact]
    public void A_range_of_wavelengths_reads_its_slice_of_the_nodes_that_are_needed()
    {
        LineManifold manifold = Large(nodes: 8, linesPerNode: 20_000);
        LineManifoldFile.Write(_folder["m.h5"], manifold, TinyContent.Provenance);
        double[] range = [.. manifold.Wavelength.Where(w => w is >= 8520 and <= 8520.2)];
        var options = new ReconstructionOptions { WindowPixels = 40, Scheme = InterpolationScheme.Linear };
        double[] expected = Reconstruct(manifold, range);
        using StoredManifold stored = LineManifoldFile.Open(_folder["m.h5"]);
        Assert.Equal(0, stored.EntryBytesRead);
        (int first, int end) = SpectrumReconstructor.LinesInReach(stored.Manifold, options, range);
        stored.Restrict(first, end);
        Assert.Equal(expected, Reconstruct(stored.Manifold, range));

        // Two nodes; per node the lines of the range in five columns, up to two whole blocks of 1,024 more in each, and a few blocks to find them.
        long needed = 2L * 20 * (end - first), most = needed + (2 * 20 * 2048) + (2 * 4 * 8 * 2 * 1024);
        Assert.InRange(end - first, 100, 1000);
        Assert.InRange(stored.EntryBytesRead, needed, most);
        Assert.True(stored.EntryBytesRead < new FileInfo(_folder["m.h5"]).Length / 10);
        Assert.Throws<InvalidOperationException>(() => stored.Restrict(0, 5));

        double[] Reconstruct(LineManifold from, double[] wavelength)
        {
            var flux = new double[wavelength.Length];
            new SpectrumReconstructor(from, options, KernelSet.Best, wavelength).Reconstruct([4150], Workers.OneThread, flux);
            return flux;
        }
    }

    [Fact]
    public void Reading_when_needed_gives_what_reading_at_once_gives()
    {
        LineManifold manifold = ToyManifold.Whole;
        LineManifoldFile.Write(_folder["m.h5"], manifold, TinyContent.Provenance);
        using StoredManifold stored = LineManifoldFile.Open(_folder["m.h5"]);
        double[] point = [4310, 4.62, -0.2];
        Assert.Equal(ToyManifold.Star(manifold, point), ToyManifold.Star(stored.Manifold, point));
        LineManifoldFileTests.AssertEqual(manifold, stored.Manifold);
        LineManifoldFileTests.AssertEqual(manifold, stored.ReadAll());
        Assert.True(stored.IsChecked);
    }

    [Fact]
    public void Compression_costs_what_is_stated_and_no_more()
    {
        LineManifold manifold = ToyManifold.Whole, rounded = LineManifoldFile.Rounded(manifold);
        LineManifoldFile.Write(_folder["c.h5"], rounded, TinyContent.Provenance, compress: true);
        LineManifold read = LineManifoldFile.Read(_folder["c.h5"]);
        LineManifoldFileTests.AssertEqual(rounded, read);
        for (int e = 0; e < manifold.Entries.LineIndex.Length; e++)
        {
            Assert.InRange(Math.Abs(manifold.Entries.CenterShift[e] - read.Entries.CenterShift[e]), 0, ManifoldRounding.CenterStepAngstrom / 2);
            Assert.InRange(Math.Abs(manifold.Entries.LnAmplitude[e] - read.Entries.LnAmplitude[e]), 0, ManifoldRounding.LogarithmStep / 2);
            Assert.InRange(Math.Abs(manifold.Entries.LnSigma[e] - read.Entries.LnSigma[e]), 0, ManifoldRounding.LogarithmStep / 2);
            Assert.InRange(Math.Abs(manifold.Entries.LnGamma[e] - read.Entries.LnGamma[e]), 0, ManifoldRounding.LogarithmStep / 2);
        }

        double[] point = [4310, 4.62, -0.2];
        Assert.InRange(ToyManifold.Star(manifold, point).Zip(ToyManifold.Star(read, point), (a, b) => Math.Abs(a - b)).Max(), 0, 2e-4);
    }

    [Theory]
    [InlineData(InterpolationScheme.Linear)]
    [InlineData(InterpolationScheme.Cubic)]
    public void The_interpolation_is_kept(InterpolationScheme scheme)
    {
        LineClones clones = ToyClones.Lattice(ToyClones.Smooth);
        LineManifoldFile.Write(_folder["m.h5"], ManifoldBuilder.Build(clones, ExactAssociation.Associate(clones), scheme), TinyContent.Provenance);
        Assert.Equal(scheme, LineManifoldFile.Read(_folder["m.h5"]).Scheme);
    }

    public void Dispose() => _folder.Dispose();

    private static double[] Residual(LineManifold manifold, int node)
    {
        var row = new double[manifold.Wavelength.Length];
        manifold.Residual?.Reader.Read(node, 0, row);
        return row;
    }

    private static LineManifold Large(int nodes, int linesPerNode)
    {
        var axes = new RectilinearAxes(["teff"], [[.. Enumerable.Range(0, nodes).Select(n => 4000.0 + (100 * n))]]);
        var random = new Random(nodes);
        ManifoldEntries entries = ManifoldEntries.Allocate(nodes * linesPerNode);
        for (int e = 0; e < entries.LineIndex.Length; e++)
        {
            entries.LineIndex[e] = e % linesPerNode;
            entries.CenterShift[e] = (float)(0.01 * random.NextDouble());
            (entries.LnAmplitude[e], entries.LnSigma[e], entries.LnGamma[e]) = ((float)(-8 + random.NextDouble()), (float)(-4 + random.NextDouble()), (float)(-4 + random.NextDouble()));
        }

        double[] center = [.. Enumerable.Range(0, linesPerNode).Select(k => 8500.01 + (39.9 * k / linesPerNode))];
        return new LineManifold(
            axes, ToyClones.Wavelength, center, [.. Enumerable.Repeat(true, nodes)], [.. Enumerable.Range(0, nodes + 1).Select(n => (long)n * linesPerNode)], entries, new CloneRecipe());
    }

    private static ErrorMap Errors(LineManifold manifold)
    {
        int regions = ErrorMap.RegionsOf(manifold.Wavelength.Length, 1024);
        return new ErrorMap(
            manifold.Axes, manifold.Wavelength, 1024, [.. Enumerable.Range(0, manifold.Axes.NodeCount * regions).Select(k => 0.001f * k)],
            [.. Enumerable.Range(0, (manifold.Axes.NodeCount - 1) * regions).Select(k => k == 2 ? float.NaN : 0.01f * k)]);
    }

    private sealed class Wave : IResidualReader
    {
        public void Read(int node, int firstPixel, Span<double> destination)
        {
            for (int i = 0; i < destination.Length; i++) destination[i] = 0.01 * Math.Sin((node + firstPixel + i) / 50.0);
        }
    }
}
