using Blase3D.Engine;
using Blase3D.Engine.Cloning;
using Blase3D.Engine.Devices;
using Blase3D.Engine.Grids;
using Blase3D.Engine.Inference;
using Blase3D.Engine.Inference.Batches;
using Blase3D.Engine.Manifolds;
using Blase3D.Engine.Reconstruction;
using Blase3D.Engine.Reconstruction.Resident;
using Blase3D.Engine.Spectra;
using Blase3D.Kernels.Contracts;
using Blase3D.Kernels.Gpu;
using Blase3D.Kernels.Gpu.Devices;
using Blase3D.Tests;
using Xunit;
using Xunit.Abstractions;

namespace Blase3D.Kernels.Tests.Backends;

/// <summary>Reconstructions and comparisons from a manifold that stays on a device, against those of the processor.</summary>
public class ResidentMatrixTests(ITestOutputHelper output)
{
    public static TheoryData<string, InterpolationScheme, bool> Cells
    {
        get
        {
            var cells = new TheoryData<string, InterpolationScheme, bool>();
            foreach (string name in Backend.Names.Where(name => name.Contains('-', StringComparison.Ordinal)))
            {
                foreach (InterpolationScheme scheme in Enum.GetValues<InterpolationScheme>())
                {
                    cells.Add(name, scheme, false);
                    cells.Add(name, scheme, true);
                }
            }

            return cells;
        }
    }

    [Theory]
    [MemberData(nameof(Cells))]
    public void Spectra_on_any_wavelengths(string backend, InterpolationScheme scheme, bool hasResidual)
    {
        if (Backend.Find(backend, output) is not { } set) return;
        LineManifold manifold = ResidentProblem.Make(hasResidual);
        GridPoints points = Grid(manifold, ResidentProblem.Points(12));
        double[] own = manifold.Wavelength;
        double[] other = [.. Enumerable.Range(0, 1400).Select(i => own[3] + 0.007 + (0.013 * i))];
        foreach (double[]? wavelength in new[] { null, own[700..1900], other, own[40..42], [] })
        {
            for (int linesOnly = 0; linesOnly < (hasResidual ? 2 : 1); linesOnly++)
            {
                var options = new ReconstructionOptions { Scheme = scheme, LinesOnly = linesOnly > 0 };
                var notes = new List<string>();
                IReadOnlyList<double[]> expected = BatchReconstruction.Run(manifold, points, options, KernelSet.Find("scalar")!, Workers.OneThread, wavelength);
                IReadOnlyList<double[]> found = BatchReconstruction.Run(manifold, points, options, set, Workers.OneThread, wavelength, note: notes.Add);
                Assert.Contains("stays on the device", Assert.Single(notes), StringComparison.Ordinal);
                for (int n = 0; n < points.Count; n++) Assert.InRange(LineProblem.MaxDifference(expected[n], found[n]), 0, Tolerance(backend));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Cells))]
    public void Misfits_of_stars(string backend, InterpolationScheme scheme, bool hasResidual)
    {
        if (Backend.Find(backend, output) is not { } set) return;
        LineManifold manifold = ResidentProblem.Make(hasResidual);
        double[] own = manifold.Wavelength;
        var random = new Random(5);
        double[] flux = [.. own.Select((_, i) => i % 23 == 4 ? double.NaN : 1 - (0.4 * random.NextDouble()))];
        ObservedTarget[] targets =
        [
            ObservedTarget.Normalized(new Spectrum(own, flux, null, "one")), ObservedTarget.Normalized(new Spectrum(own, [.. flux.Reverse()], null, "other")),
            ObservedTarget.Normalized(new Spectrum(own[200..1300], flux[200..1300], null, "short")),
            ObservedTarget.AtCandidate(new Spectrum(own, [.. flux.Select(f => double.IsNaN(f) ? 1 : f)], null, "raw"), new CloneRecipe(), 4200),
        ];
        double[] weight = [.. own.Select((_, i) => i % 17 == 2 ? double.NaN : random.NextDouble())];
        double[]?[] weights = [null, weight, null, weight];
        double[][] points = [.. ResidentProblem.Points(4), [9000, 4, 0]];
        ObjectiveRequest[] requests =
        [
            .. from star in Enumerable.Range(0, 4) from point in points.Take(points.Length - 1) select new ObjectiveRequest(star, point, star != 1 || point[0] > 4200),
        ];
        var options = new ReconstructionOptions { Scheme = scheme };
        double[] expected = new double[requests.Length], found = new double[requests.Length], again = new double[requests.Length];
        using var reference = new ReconstructedObjectives(manifold, targets, options, KernelSet.Find("scalar")!, weights);
        var notes = new List<string>();
        using var batch = new ReconstructedObjectives(manifold, targets, options, set, weights) { Note = notes.Add };
        reference.Evaluate(requests, Workers.OneThread, expected);
        batch.Evaluate(requests, Workers.OneThread, found);
        Assert.InRange(LineProblem.MaxDifference(expected, found), 0, Tolerance(backend));
        Assert.Equal(reference.Reconstructions, batch.Reconstructions);
        Assert.All(notes, note => Assert.Contains("stays on the device", note, StringComparison.Ordinal));
        Assert.Equal(2, notes.Count);

        // Alone, a request has the same value bit for bit.
        for (int r = 0; r < requests.Length; r += 5)
        {
            batch.Evaluate([requests[r]], Workers.OneThread, again.AsSpan(r, 1));
            Assert.Equal(found[r], again[r]);
        }
    }

    [Theory]
    [MemberData(nameof(Cells))]
    public void Windows_that_follow_the_strength_of_lines(string backend, InterpolationScheme scheme, bool hasResidual)
    {
        if (Backend.Find(backend, output) is not { } set) return;
        foreach (LineProfile profile in new[] { LineProfile.Blase, LineProfile.Voigt })
        {
            LineManifold manifold = ResidentProblem.Make(hasResidual, profile);
            GridPoints points = Grid(manifold, ResidentProblem.Points(9));
            double[] own = manifold.Wavelength;
            foreach (double[]? wavelength in new[] { null, own[700..1900], own[40..42] })
            {
                IReadOnlyList<double[]> whole = BatchReconstruction.Run(
                    manifold, points, new ReconstructionOptions { Scheme = scheme, WindowPixels = 2 * own.Length }, KernelSet.Find("scalar")!, Workers.OneThread, wavelength);
                double last = 0;
                foreach (double tolerance in new[] { 1e-9, 1e-3 })
                {
                    var notes = new List<string>();
                    IReadOnlyList<double[]> found = BatchReconstruction.Run(
                        manifold, points, new ReconstructionOptions { Scheme = scheme, WindowTolerance = tolerance }, set, Workers.OneThread, wavelength, note: notes.Add);
                    Assert.Contains("stays on the device", Assert.Single(notes), StringComparison.Ordinal);
                    double largest = Enumerable.Range(0, points.Count).Max(n => LineProblem.MaxDifference(whole[n], found[n]));
                    Assert.InRange(largest, 0, tolerance + Tolerance(backend));
                    if (wavelength is null && tolerance > last && last > 0) Assert.True(largest > 1e-5, $"nothing was left out with a tolerance of {tolerance}: {largest}");
                    last = tolerance;
                }
            }
        }
    }

    [Fact]
    public void A_manifold_goes_to_the_device_once_for_all_batches_of_stars()
    {
        if (Backend.Device("opencl", output) is not { } inner) return;
        using var device = new WatchedDevice(inner);
        KernelSet set = GpuKernelSet.Create(device, GpuPrecision.Binary64);
        LineManifold manifold = ResidentProblem.Make(hasResidual: true);
        var options = new ReconstructionOptions();
        ObjectiveRequest[] requests = [.. ResidentProblem.Points(6).Select(point => new ObjectiveRequest(0, point, true))];
        double[][] found = [.. Enumerable.Range(0, 3).Select(_ => new double[requests.Length])];
        long[] bytes = new long[3];
        var notes = new List<string>();
        using (var residence = new ManifoldResidence(manifold, options, set))
        {
            for (int batch = 0; batch < 3; batch++)
            {
                // The last one has wavelengths of its own; arrays of the same values are the same.
                ObservedTarget star = ObservedTarget.Normalized(new Spectrum(manifold.Wavelength[(batch / 2)..], [.. manifold.Wavelength[(batch / 2)..].Select(_ => 0.9)], null, $"star {batch}"));
                using var objectives = new ReconstructedObjectives(manifold, [star], options, set, residence: residence) { Note = notes.Add };
                objectives.Evaluate(requests, Workers.OneThread, found[batch]);
                bytes[batch] = device.WrittenBytes - bytes.Sum();
            }
        }

        Assert.Equal(found[0], found[1]);
        Assert.Equal(2, notes.Count);
        long star1 = manifold.Wavelength.Length * sizeof(double);
        Assert.InRange(bytes[1], star1, star1 + 20_000);
        Assert.True(bytes[2] < bytes[0], $"{bytes[2]} bytes for other wavelengths, {bytes[0]} for the first star");
    }

    [Fact]
    public void A_point_whose_cell_lacks_a_node_is_not_a_number()
    {
        if (Backend.Find("opencl-double", output) is not { } set) return;
        LineManifold whole = ResidentProblem.Make(hasResidual: false);
        bool[] present = [.. whole.NodePresent.Select((_, node) => node > 0)];
        var holed = new LineManifold(whole.Axes, whole.Wavelength, whole.LineCenter, present, whole.NodeOffset, whole.Entries, whole.Recipe);
        ObservedTarget star = ObservedTarget.Normalized(new Spectrum(whole.Wavelength, [.. whole.Wavelength.Select(_ => 0.9)], null, "star"));
        using var batch = new ReconstructedObjectives(holed, [star], new ReconstructionOptions(), set);
        var values = new double[2];
        batch.Evaluate([new(0, [4050, 4.2, -0.3]), new(0, [4400, 4.8, -0.3])], Workers.OneThread, values);
        Assert.Equal([true, false], values.Select(double.IsNaN));
        EngineException failure = Assert.Throws<EngineException>(() => BatchReconstruction.Run(
            holed, Grid(holed, [.. Enumerable.Repeat(new[] { 4050, 4.2, -0.3 }, 5)]), new ReconstructionOptions(), set, Workers.OneThread));
        Assert.Equal(ErrorCode.OutOfRange, failure.Code);
    }

    [Theory]
    [InlineData(2_000_000, "stays on the device")]
    [InlineData(700_000, "on the processor")]
    public void What_does_not_fit_is_split_or_done_otherwise_and_said(long limitBytes, string said)
    {
        if (Backend.Device("opencl", output) is null) return;
        using IComputeDevice small = DeviceCatalog.Open("opencl", null, limitBytes);
        KernelSet set = GpuKernelSet.Create(small, GpuPrecision.Binary64);
        LineManifold manifold = ResidentProblem.Make(hasResidual: true);
        GridPoints points = Grid(manifold, ResidentProblem.Points(40));
        var notes = new List<string>();
        IReadOnlyList<double[]> expected = BatchReconstruction.Run(manifold, points, new ReconstructionOptions(), KernelSet.Find("scalar")!, Workers.OneThread);
        IReadOnlyList<double[]> found = BatchReconstruction.Run(manifold, points, new ReconstructionOptions(), set, Workers.OneThread, note: notes.Add);
        for (int n = 0; n < points.Count; n++) Assert.InRange(LineProblem.MaxDifference(expected[n], found[n]), 0, Tolerances.DeviceDoubleForward);
        Assert.Contains(said, notes[^1], StringComparison.Ordinal);
    }

    private static double Tolerance(string backend) => Backend.IsSingle(backend) ? Tolerances.DeviceSingleForward : Tolerances.DeviceDoubleForward;

    private static GridPoints Grid(LineManifold manifold, double[][] points) => new(manifold.Axes.Names, [.. points.SelectMany(point => point)]);
}
