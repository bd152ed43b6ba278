namespace Blase3D.Tests;

/// <summary>
/// Every numerical tolerance of the tests, in one place, with its reason. They may become tighter, never looser.
/// </summary>
internal static class Tolerances
{
    // Against golden vectors of the original code (tests/golden); absolute unless said.
    public const double GoldenForward = 1e-12;             // closed formula, up to a few hundred factors per pixel
    public const double GoldenProfile = 1e-12;             // closed formula
    public const double GoldenGradientRelative = 1e-9;     // sums of up to 6,000 terms
    public const double GoldenIterate = 1e-9;              // ten Adam steps
    public const double GoldenStartRms = 1e-9;             // rms of a whole spectrum; its continuum is good to 1e-9
    public const double GoldenCloneRms = 1e-6;             // rms after 100 Adam steps on 6,567 lines: chaotic in the last digits
    public const double GoldenInterpolation = 1e-12;       // closed formula
    public const double GoldenReconstruction = 1e-10;      // the same lines read from .pt and CSV
    public const double GoldenBlackbodyRelative = 1e-12;   // closed formula
    public const double GoldenContinuumRelative = 1e-9;    // LAPACK's truncated solution is itself 1e-10 from the exact one
    public const double GoldenLineRelative = 1e-10;        // prominences, widths, initial lines of the same flux
    public const double GoldenChainLineRelative = 1e-9;    // the same after preprocessing: continuum 1e-10, widths magnify it

    public const double GoldenProcessRelative = 1e-8;      // Gaussian process: solves with a condition number of 1e8
    public const double ProcessRelative = 1e-10;           // eight processes at once against plain loops; condition numbers up to 1e5
    public const double OriginalProcessSigmaRelative = 1e-4; // its sigma goes through an explicit inverse; 6e-5 off the exact one

    // Against each other and against the mathematics.
    public const double FiniteDifferenceRelative = 1e-6;   // analytic gradient against central differences
    public const double CrossLaneForward = 1e-13;          // products in another order
    public const double CrossLaneGradientRelative = 1e-11; // sums in another order
    public const double ExpRelative = 4e-16;               // LaneMath.Exp against Math.Exp
    public const double VoigtWingRelative = 1e-14;         // series over lanes against the scalar function
    public const double FaddeevaAbsolute = 4e-15;          // against a table of 60 digits (contract: 1e-13)
    public const double HierarchicalRounding = 2e-13;      // on top of the tolerance: products of hundreds of factors in another order
    public const double HierarchicalGradient = 30;         // times the tolerance: derivatives of the interpolation error, see the test
    public const double CrossLaneHierarchicalGradient = 1e-9; // as the exact kernels' promise; interpolation sums cancel
    public const double ShapeRelative = 1e-13;             // line constants against 28 digits, and lines among others against alone

    // Kernels on devices against the scalar reference.
    public const double DeviceDoubleForward = 1e-12;       // products of up to a few hundred factors in another order
    public const double DeviceSingleForward = 1e-5;        // the same in single precision
    public const double DeviceDoubleGradientRelative = 1e-11; // sums in another order, relative to the largest
    public const double DeviceSingleGradientRelative = 1e-4; // the same in single precision; terms cancel
    public const double DeviceSingleIterate = 1e-3;        // ten Adam steps in single precision: a step is as long for a gradient of rounding as for a large one
    public const double DeviceExpUlp = 2;                  // own exponential, units of the last place
    public const double DeviceLogUlp = 2;                  // own logarithm
    public const double DeviceSqrtUlp = 3;                 // the driver's; OpenCL promises 3 in single precision
    public const double DeviceSineUlp = 2;                 // own sine and cosine, units of the last place of 1

    // What float32 storage of a line's parameters may cost.
    public const double NodeReconstruction = 1e-6;         // manifold at a node against the clone
    public const double SliceReconstruction = 1e-6;        // slice of the full spectrum against the truncated one

    // What a star's light meets on its way to the detector.
    public const double GoldenBroadening = 1e-12;          // closed formulas; sums of 901 terms
    public const double BesselAbsolute = 2e-14;            // against integrals and another library
    public const double FoldedSampling = 1e-6;             // widened lines against a convolution of 25 samples to the narrowest width, beyond what the bound allows
    public const double ExtrinsicModel = 1e-5;             // lines of 1.6 km/s on a lattice of 0.5 km/s against closed forms: its cubic spline
    public const double UnbroadenedSpline = 3e-4;          // the same without any broadening, between the points of the lattice
    public const double ExtrinsicDifferences = 1e-8;       // analytic against fourth-order differences, of fluxes about 1
    public const double BroadenedColumn = 1e-7;            // rms of sums over pixels against eniric's: 5e-8, single precision of its files
    public const double BroadenedColumnSampling = 1.6e-4;  // rms of exact kernels against the same: what its sampling of narrow kernels costs
    public const double ResolvedSums = 3e-6;               // rms of exact kernels against such sums on pixels divided by 16, the edge of the rotation
    public const double RecoveredBySums = 1e-5;            // velocity in km/s, v sin i and R relative, of such columns: their single precision
    public const double RecoveredVelocity = 5e-4;          // km/s, by exact kernels on a lattice of 0.5 km/s under pixels of 0.6: its cubic spline
    public const double RecoveredByExactKernels = 5e-4;    // v sin i and R, relative, from sums on pixels divided by 16
}
