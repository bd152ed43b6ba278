using Blase3D.Engine.Observation;
using Blase3D.Kernels;

namespace Blase3D.Engine.Tests.Observation;

/// <summary>The <see cref="ExtrinsicModel"/> of the engine under pixels without width.</summary>
internal static class ExactBroadening
{
    /// <summary>A spectrum on its own wavelengths, rotated (unless v sin i is 0) and seen by a Gaussian instrument.</summary>
    public static double[] Broaden(double[] wavelength, double[] flux, double rotationKmPerS, double resolution, double stepKmPerS = RestLattice.DefaultStepKmPerS)
    {
        RestLattice lattice = RestLattice.Under([DetectorPixels.Points(wavelength)], 0, 0, 0, wavelength[2], wavelength[^3], stepKmPerS);
        var seen = new double[wavelength.Length];
        new ExtrinsicModel(lattice, InstrumentProfile.Gaussian(resolution))
            .Evaluate(new Extrinsics(0, rotationKmPerS), SixPointPolynomial.At(wavelength, flux, lattice.WavelengthAngstrom), Workers.OneThread, seen);
        return seen;
    }
}
