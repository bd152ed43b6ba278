using Blase3D.Engine.Inference.Observed;
using Blase3D.Engine.Inference.Sampling;
using Blase3D.Engine.Inference.Standards;

namespace Blase3D.Engine.Inference;

/// <summary>What stands behind a result: how the errors came to be, what else could be, and which lines decided.</summary>
public sealed record ResultCard
{
    /// <summary>rms or chi2.</summary>
    public required string Likelihood { get; init; }

    /// <summary>The covariance of the axes, see <see cref="ParameterCovariance"/>.</summary>
    public required ParameterCovariance Covariance { get; init; }

    /// <summary>What was assumed of the residuals for it.</summary>
    public required ResidualModel ResidualModel { get; init; }

    /// <summary>Chi-square with the errors of the pixels alone, without a floor; NaN when the spectrum has none or they were not used.</summary>
    public double ChiSquare { get; init; } = double.NaN;

    /// <summary>Chi-square with the model's error as a floor; NaN like <see cref="ChiSquare"/>.</summary>
    public double ChiSquareWithFloor { get; init; } = double.NaN;

    /// <summary>Pixels minus free parameters.</summary>
    public required int DegreesOfFreedom { get; init; }

    /// <summary>The degree of the continuum that was solved for with the parameters; null where the spectrum's normalisation was taken as it is.</summary>
    public int? ContinuumDegree { get; init; }

    /// <summary>The model's own error by region, standard deviations in units of the continuum; empty without chi-square.</summary>
    public IReadOnlyList<double> ModelError { get; init; } = [];

    /// <summary>
    /// The rms of what the manifold itself may be wrong by at the best point, in units of the continuum, from its neighbouring nodes left out
    /// (<see cref="Reconstruction.EmulatorError"/>); part of the errors. 0 when the model's error was given.
    /// </summary>
    public double EmulatorRms { get; init; }

    /// <summary>The present node nearest to the best point, in steps of the grid; what is no axis of the manifold is as at the best point.</summary>
    public required double[] NearestNode { get; init; }

    /// <summary>Other minima that the search found, farther away than five errors, the best first.</summary>
    public IReadOnlyList<OtherMinimum> OtherMinima { get; init; } = [];

    /// <summary>The lines that hold most of the information, the largest first.</summary>
    public IReadOnlyList<DecidingLine> Lines { get; init; } = [];

    /// <summary>The lines of the model where the data are systematically off, the most significant first; of fits with velocity and continuum only.</summary>
    public IReadOnlyList<DisagreeingLine> Disagreeing { get; init; } = [];

    /// <summary>The standard stars that corrected the model; their scatter is part of the errors of the result, not of <see cref="Covariance"/>. Empty when there are none.</summary>
    public IReadOnlyList<StandardResult> Standards { get; init; } = [];

    /// <summary>The drawn posterior, when it was asked for.</summary>
    public PosteriorSample? Posterior { get; init; }
}

/// <summary>A minimum besides the best.</summary>
/// <param name="Point">One value per axis.</param>
/// <param name="DeltaChiSquare">How much less likely it is, as a difference of chi-square on the scale of the stated errors.</param>
public sealed record OtherMinimum(double[] Point, double DeltaChiSquare);

/// <summary>A line and what it says about the star.</summary>
/// <param name="CenterAngstrom">Its centre at the best point, vacuum Angstrom.</param>
/// <param name="InformationShare">
/// Its share of the Fisher information of the lines about every axis, one value per axis (0 for fixed ones): sum_i w_i J_i J_ij / sum_i w_i J_i^2, J being
/// the derivative of the spectrum of the lines (without residual term and normalisation) and J_ij the part of it that comes from this line. All lines
/// add up to 1; a share may be negative.
/// </param>
/// <param name="ChiSquareShare">The share of all squares of the residual that lies within one full width at half maximum of its centre; lines may overlap.</param>
public sealed record DecidingLine(double CenterAngstrom, double[] InformationShare, double ChiSquareShare);
