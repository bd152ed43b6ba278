using Blase3D.Kernels.Contracts;
using Blase3D.Kernels.Cpu.Lanes;

namespace Blase3D.Kernels.Cpu.Profiles;

/// <summary>
/// The constants of one pseudo-Voigt line, V(x) = P / (x^2 + q) + Q exp(-h x^2), with their derivatives. Both pseudo-Voigt profiles have this form, so
/// one kernel body serves them; they differ in how (P, q, Q, h) follow from (a, sigma, gamma): <see cref="ShapeLanes{T}"/>.
/// </summary>
internal readonly struct LineShape
{
    /// <summary>Full width of a Gaussian per standard deviation, 2 sqrt(2 ln 2).</summary>
    public static readonly double FwhmPerSigma = 2 * Math.Sqrt(2 * Math.Log(2));

    /// <summary>The shape of a line of a table.</summary>
    public LineShape(LineProfile profile, LineColumns lines, int line)
    {
        (Center, CoreHalfWidth) = (lines.Center[line], lines.CoreHalfWidth[line]);
        (LorentzNumerator, LorentzSquare) = (lines.Numerator[line], lines.Square[line]);
        (GaussDepth, GaussRate) = (lines.Depth[line], lines.Rate[line]);
        (PerLnSigma, PerLnGamma) = Derivatives(profile, lines.LorentzMixing[line], lines.GaussMixing[line], lines.GaussShare[line]);
    }

    private LineShape(LineProfile profile, double center, in ShapeLanes<Lane1> shape)
    {
        (Center, CoreHalfWidth) = (center, Lane1.Sum(shape.CoreHalfWidth));
        (LorentzNumerator, LorentzSquare) = (Lane1.Sum(shape.Numerator), Lane1.Sum(shape.Square));
        (GaussDepth, GaussRate) = (Lane1.Sum(shape.Depth), Lane1.Sum(shape.Rate));
        (PerLnSigma, PerLnGamma) = Derivatives(profile, Lane1.Sum(shape.LorentzMixing), Lane1.Sum(shape.GaussMixing), Lane1.Sum(shape.GaussShare));
    }

    /// <summary>The centre in Angstrom.</summary>
    public double Center { get; }

    /// <summary>P, in Angstrom^2 (per unit depth).</summary>
    public double LorentzNumerator { get; }

    /// <summary>q, in Angstrom^2.</summary>
    public double LorentzSquare { get; }

    /// <summary>Q, the central depth of the Gaussian part.</summary>
    public double GaussDepth { get; }

    /// <summary>h, in Angstrom^-2.</summary>
    public double GaussRate { get; }

    /// <summary>The Gaussian part is negligible farther than this from the centre, in Angstrom; 0 when it is negligible everywhere.</summary>
    public double CoreHalfWidth { get; }

    /// <summary>Derivatives of (P, q, Q, h) with respect to ln sigma.</summary>
    public ShapeDerivative PerLnSigma { get; }

    /// <summary>Derivatives of (P, q, Q, h) with respect to ln gamma.</summary>
    public ShapeDerivative PerLnGamma { get; }

    /// <summary>The shape of a line with its derivatives.</summary>
    /// <param name="profile">Blase or Thompson.</param>
    /// <param name="center">Angstrom.</param>
    /// <param name="amplitude">a in Angstrom, positive.</param>
    /// <param name="sigma">Angstrom, at least 0.</param>
    /// <param name="gamma">Angstrom, at least 0; not both widths 0.</param>
    public static LineShape Create(LineProfile profile, double center, double amplitude, double sigma, double gamma) =>
        new(profile, center, new ShapeLanes<Lane1>(profile, Lane1.Broadcast(amplitude), Lane1.Broadcast(sigma), Lane1.Broadcast(gamma)));

    private (ShapeDerivative PerLnSigma, ShapeDerivative PerLnGamma) Derivatives(LineProfile profile, double lorentzMixing, double gaussMixing, double gaussShare)
    {
        // How the widths of the two parts follow ln sigma: each its own, or both the common f.
        double lorentzFollows = profile == LineProfile.Blase ? 0 : gaussShare;
        double gaussFollows = profile == LineProfile.Blase ? 1 : gaussShare;
        return (
            new ShapeDerivative(
                (LorentzNumerator * lorentzFollows) - lorentzMixing,
                2 * LorentzSquare * lorentzFollows,
                (-GaussDepth * gaussFollows) + gaussMixing,
                -2 * GaussRate * gaussFollows),
            new ShapeDerivative(
                (LorentzNumerator * (1 - lorentzFollows)) + lorentzMixing,
                2 * LorentzSquare * (1 - lorentzFollows),
                (-GaussDepth * (1 - gaussFollows)) - gaussMixing,
                -2 * GaussRate * (1 - gaussFollows)));
    }
}

/// <summary>The derivative of (P, q, Q, h) with respect to one parameter.</summary>
internal readonly record struct ShapeDerivative(double LorentzNumerator, double LorentzSquare, double GaussDepth, double GaussRate);
