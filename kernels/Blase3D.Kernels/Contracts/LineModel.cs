namespace Blase3D.Kernels.Contracts;

/// <summary>The shape of one spectral line, V(x; sigma, gamma) with unit area, multiplied by the amplitude A.</summary>
/// <remarks>
/// eta = 1.36603 r - 0.47719 r^2 + 0.11116 r^3 with r = fL / f and
/// f^5 = fG^5 + 2.69269 fG^4 fL + 2.42843 fG^3 fL^2 + 4.47163 fG^2 fL^3 + 0.07842 fG fL^4 + fL^5 (Ida, Ando and Toraya 2000);
/// fL = 2 gamma in all of them.
/// </remarks>
public enum LineProfile
{
    /// <summary>
    /// eta L(gamma) + (1 - eta) G(sigma) with fG = 2.3548 sigma: what the published blase code computes, and the profile of its archive.
    /// </summary>
    Blase,

    /// <summary>
    /// eta L(f / 2) + (1 - eta) G(f / (2 sqrt(2 ln 2))): both parts with the common full width f, as the paper prints it (its equation 2).
    /// </summary>
    Thompson,

    /// <summary>The exact convolution of a Gaussian and a Lorentzian, from the Faddeeva function.</summary>
    Voigt,
}

/// <summary>How the profiles of all lines make one spectrum.</summary>
public enum Composition
{
    /// <summary>S = prod_j (1 - clamp(V_j, 0, 0.999999999)), the published composition.</summary>
    Product,

    /// <summary>S = exp(-sum_j V_j): the lines' opacities add.</summary>
    Opacity,
}

/// <summary>The model of a spectrum: the profile of its lines and the way they are composed.</summary>
/// <param name="Profile">The shape of a line.</param>
/// <param name="Composition">How the lines are put together.</param>
public readonly record struct LineModel(LineProfile Profile, Composition Composition)
{
    /// <summary>The published model: <see cref="LineProfile.Blase"/> lines in a <see cref="Composition.Product"/>.</summary>
    public static LineModel Published => new(LineProfile.Blase, Composition.Product);

    /// <summary>The largest depth a single line may reach in a <see cref="Composition.Product"/>; beyond it the gradient is zero.</summary>
    public const double MaxDepth = 0.999999999;
}
