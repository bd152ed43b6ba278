using Blase3D.Engine.Inference.Observed;
using Blase3D.Engine.Observation;

namespace Blase3D.Engine.Inference.Standards;

/// <summary>A star whose parameters are known.</summary>
/// <param name="Star">Its pixels.</param>
/// <param name="Label">Its parameters, one value per axis of the manifold; beyond an end of an axis it is taken to be at the end.</param>
/// <param name="Profile">The instrument.</param>
/// <param name="RotationKmPerS">v sin i in km/s; null to fit it.</param>
public sealed record StandardStar(StarObservation Star, double[] Label, InstrumentProfile Profile, double? RotationKmPerS = 0);

/// <summary>What came of a standard star.</summary>
/// <param name="Name">What to call it.</param>
/// <param name="Label">Its parameters as they were used, one value per axis of the manifold.</param>
/// <param name="VelocityKmPerS">Its velocity in the frame of its wavelengths.</param>
/// <param name="RmsBefore">Data minus model at its parameters, in units of the continuum, without a correction.</param>
/// <param name="RmsAfter">The same with the correction that it took part in.</param>
/// <param name="LeftOut">
/// Its parameters as they are found with the correction of the other standards, one value per axis, NaN where the axis was held; null when no others cover half of its pixels.
/// </param>
public sealed record StandardResult(string Name, double[] Label, double VelocityKmPerS, double RmsBefore, double RmsAfter, double[]? LeftOut);

/// <summary>A correction and the stars that it is from.</summary>
/// <param name="Correction">The correction; its errors are the scatter of the standards about their labels, each left out in turn.</param>
/// <param name="Stars">The standards.</param>
/// <param name="Notes">Sentences for the user.</param>
public sealed record StandardsCalibration(ModelCorrection Correction, IReadOnlyList<StandardResult> Stars, IReadOnlyList<string> Notes);
