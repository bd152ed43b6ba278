using Blase3D.Engine;
using Blase3D.Engine.Cloning;
using Blase3D.Engine.Grids;
using Blase3D.Engine.Grids.Synthesis;
using Blase3D.Engine.Inference;
using Blase3D.Engine.Manifolds;
using Blase3D.Engine.Spectra;
using Blase3D.Engine.Storage;
using Blase3D.Kernels.Contracts;
using Blase3D.Kernels.Gpu;
using Blase3D.Kernels.Gpu.Devices;
using Xunit;
using Xunit.Abstractions;

namespace Blase3D.Kernels.Tests.Backends;

/// <summary>What a run does when its device is lost or lacks memory, and what it says of memory before.</summary>
public class DeviceFailureTests(ITestOutputHelper output)
{
    [Fact]
    public void A_device_lost_while_cloning_ends_the_run_and_finished_spectra_stay()
    {
        if (Backend.Device("opencl", output) is not { } opencl) return;
        SyntheticGrid grid = new SynthesisOptions { LowAngstrom = 8500, HighAngstrom = 8506, Lines = 30, Seed = 3 }.CreateGrid();
        var part = new GridSelection(grid, [0, 1, 2]);
        var recipe = new CloneRecipe { Continuation = false, Return = false, Cloning = CloneOptions.Adam with { Epochs = 3 } };
        var whole = new WatchedDevice(opencl);
        LineClones expected = new GridCloner(part, recipe, GpuKernelSet.Create(whole, GpuPrecision.Binary64)).Clone(Workers.OneThread);
        string folder = Directory.CreateTempSubdirectory("blase3d-lost-").FullName;
        try
        {
            string file = Path.Combine(folder, "clones.h5");
            File.WriteAllText(file, "an old result");
            var lost = new WatchedDevice(opencl, whole.Runs / 2);
            using (CloneJournal journal = CloneJournal.Open(file, "run", insist: false))
            {
                ComputeDeviceException failure = Assert.Throws<ComputeDeviceException>(() => Run(journal, lost));
                Assert.Equal(DeviceFailure.Failed, failure.Failure);
                Assert.InRange(journal.Work.Finished, 1, 2);
                Assert.Equal(ErrorCode.MissingLibrary, NativeErrors.Translate(file, failure)!.Code);
            }

            // Given again, the command goes on, and the result is that of an undisturbed run bit for bit.
            using (CloneJournal journal = CloneJournal.Open(file, "run", insist: true))
            {
                Assert.InRange(journal.Work.Resumed, 1, 2);
                Run(journal, opencl);
                for (int row = 0; row < 3; row++)
                {
                    Assert.Equal(expected.Spectra[row].Lines.LnAmplitude, journal.Find(row)!.Lines.LnAmplitude);
                    Assert.Equal(expected.Spectra[row].Lines.Center, journal.Find(row)!.Lines.Center);
                }
            }

            Assert.Equal("an old result", File.ReadAllText(file));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        void Run(CloneJournal journal, IComputeDevice device) =>
            new GridCloner(part, recipe, GpuKernelSet.Create(device, GpuPrecision.Binary64)).Run(Workers.OneThread, [0, 1, 2], journal.Recall, journal.Keep);
    }

    [Fact]
    public void A_device_lost_while_stars_are_inferred_ends_the_run_instead_of_failing_every_star()
    {
        if (Backend.Device("opencl", output) is not { } opencl) return;
        LineManifold manifold = ResidentProblem.Make(hasResidual: false);
        double[] flux = [.. manifold.Wavelength.Select((_, i) => 1 - (0.2 * Math.Abs(Math.Sin(0.05 * i))))];
        ParameterPrior prior = ParameterPrior.WholeRange(manifold.Axes);
        InferenceTask[] tasks = [.. Enumerable.Range(0, 2).Select(_ => new InferenceTask(ObservedTarget.Normalized(new Spectrum(manifold.Wavelength, flux, null, "star")), prior))];
        var options = new InferenceOptions { InitialEvaluations = 8, GuidedEvaluations = 2 };
        var whole = new WatchedDevice(opencl);
        Assert.All(Infer(whole), outcome => Assert.NotNull(outcome.Result));
        foreach (long runs in new[] { 0, 3, whole.Runs / 2, whole.Runs - 1 })
        {
            Exception failure = Assert.ThrowsAny<Exception>(() => Infer(new WatchedDevice(opencl, runs)));
            Assert.IsType<ComputeDeviceException>(failure is AggregateException several ? several.GetBaseException() : failure);
        }

        IReadOnlyList<InferenceOutcome> Infer(IComputeDevice device) =>
            StellarParameterInference.InferMany(manifold, tasks, options, GpuKernelSet.Create(device, GpuPrecision.Binary64), Workers.OneThread);
    }

    [Theory]
    [InlineData(GpuPrecision.Binary64)]
    [InlineData(GpuPrecision.Binary32)]
    public void Memory_is_what_was_said_before(GpuPrecision precision)
    {
        if (Backend.Device("opencl", output) is not { } opencl) return;
        var model = new LineModel(LineProfile.Blase, Composition.Product);
        LineProblem problem = LineProblem.Random(41, pixels: 9001, lines: 500, window: 2000);
        double[] cotangent = [.. problem.Wavelength.Select(Math.Sin)];
        SpectrumMemory memory = SpectrumMemory.Of(precision);
        long predicted = memory.Bytes(9001, 500);
        var watched = new WatchedDevice(opencl);
        problem.Gradient(GpuKernelSet.Create(watched, precision).Create(), model, cotangent);
        Assert.InRange(watched.AllocatedBytes, 0.99 * predicted, 1.02 * predicted);

        Assert.Equal(1, memory.Slices(9001, 500, predicted + 100));
        Assert.Equal(2, memory.Slices(9001, 500, predicted - memory.BytesPerPixel));
        Assert.Equal(4, memory.Slices(9001, 500, memory.Bytes(9001 / 4 + 1, 500)));
        Assert.Equal(0, memory.Slices(9001, 500, memory.Bytes(400, 500)));
    }
}
