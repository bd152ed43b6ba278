namespace Blase3D.Engine.Grids.Synthesis;

/// <summary>The parameters of one synthetic star.</summary>
/// <param name="Teff">Effective temperature in K.</param>
/// <param name="Logg">Surface gravity in dex of cm/s2.</param>
/// <param name="Feh">Metallicity in dex.</param>
public readonly record struct SyntheticPoint(double Teff, double Logg, double Feh)
{
    /// <summary>Refuses a point at which the formulas lose their meaning.</summary>
    /// <exception cref="EngineException">OutOfRange: teff outside 1500-30000 K, logg outside -1-8, or feh outside -5-2.</exception>
    internal void RequireRange()
    {
        if (Teff is >= 1500 and <= 30000 && Logg is >= -1 and <= 8 && Feh is >= -5 and <= 2) return;
        throw new EngineException(
            ErrorCode.OutOfRange,
            FormattableString.Invariant($"The point teff={Teff}, logg={Logg}, feh={Feh} is outside of the synthetic grid's formulas; ")
            + "give teff 1500 to 30000 K, logg -1 to 8 and feh -5 to 2.");
    }
}
