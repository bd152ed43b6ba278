namespace Blase3D.Engine.Preprocessing;

/// <summary>A spectrum that is about 1 between its lines, with all that it was divided by: flux = original / blackbody /
/// percentile / continuum.</summary>
/// <param name="Flux">The result, length P.</param>
/// <param name="Blackbody">Surface flux of the black body in erg/s/cm2/cm, length P.</param>
/// <param name="Percentile">The percentile of original / blackbody; 1 in published mode.</param>
/// <param name="Continuum">The polynomial at every pixel, length P, above 0.</param>
/// <param name="ContinuumAnchors">The pixels it was fitted through, ascending.</param>
/// <param name="ContinuumDegree">The degree that was used; in published mode the number of columns - 1.</param>
public sealed record PreprocessedSpectrum(
    double[] Flux, double[] Blackbody, double Percentile, double[] Continuum, int[] ContinuumAnchors, int ContinuumDegree);
