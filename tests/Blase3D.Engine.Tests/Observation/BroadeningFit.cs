using Blase3D.Engine.Observation;
using Blase3D.Kernels;
using MathNet.Numerics.LinearAlgebra;

namespace Blase3D.Engine.Tests.Observation;

/// <summary>Finds velocity, v sin i, R and a constant factor of a spectrum of which the star at rest is known, by Gauss-Newton steps.</summary>
internal static class BroadeningFit
{
    private const int Steps = 30;
    private static readonly ExtrinsicParameter[] Free = [ExtrinsicParameter.Velocity, ExtrinsicParameter.Rotation, ExtrinsicParameter.Resolution];

    // No step is longer, in the units of the parameters.
    private static readonly double[] Longest = [1, 1, 0.1];

    public static Extrinsics Run(double[] restWavelength, double[] rest, double[] observedWavelength, double[] data, Extrinsics start, double resolution, int edge)
    {
        DetectorPixels points = DetectorPixels.Points(observedWavelength);
        RestLattice lattice = RestLattice.Under([points], start.VelocityKmPerS - 5, start.VelocityKmPerS + 5, 0, restWavelength[2], restWavelength[^3]);
        var model = new ExtrinsicModel(lattice, InstrumentProfile.Gaussian(resolution));
        double[] star = BroadenedPhoenixTests.OnLattice(restWavelength, rest, lattice), seen = new double[data.Length];
        double[][] slopes = [.. Free.Select(_ => new double[data.Length])];
        Extrinsics at = start;
        for (int step = 0; step < Steps; step++)
        {
            model.Evaluate(at, star, [], Free, Workers.OneThread, seen, [], slopes);
            int[] counts = [.. Enumerable.Range(edge, data.Length - (2 * edge)).Where(i => double.IsFinite(seen[i]))];
            Matrix<double> design = Matrix<double>.Build.Dense(counts.Length, 4, (r, c) => c == 3 ? seen[counts[r]] : slopes[c][counts[r]]);
            double[] moved = design.QR().Solve(Vector<double>.Build.Dense(counts.Length, r => data[counts[r]] - seen[counts[r]])).ToArray();
            for (int k = 0; k < Free.Length; k++) at = at.With(Free[k], Math.Max(at[Free[k]] + Math.Clamp(moved[k], -Longest[k], Longest[k]), k == 0 ? double.NegativeInfinity : 0.2));
        }

        return at;
    }
}
