namespace Blase3D.Engine.Grids.Synthesis;

/// <summary>How the number of absorbers of a species follows temperature and pressure.</summary>
public enum SpeciesKind
{
    /// <summary>A neutral atom: lost to ionisation in hot stars.</summary>
    Neutral,

    /// <summary>A singly ionised atom: appears where the neutral one is lost, and is itself ionised further.</summary>
    Ionized,

    /// <summary>A molecule: dissociates in warm stars.</summary>
    Molecule,
}

/// <summary>
/// A kind of absorber of the synthetic grid. The energies are those of the real species; shares and strengths are chosen so that the
/// paper's grid (1,314 points, 128,723 lines) has about as many lines per spectrum as the paper reports, from about 300 to about 38,000.
/// </summary>
/// <param name="Name">Spectroscopic name, for example Fe I.</param>
/// <param name="Kind">Neutral atom, ion or molecule.</param>
/// <param name="MassAmu">Mass in atomic mass units: the thermal width goes with its inverse root.</param>
/// <param name="BindingEv">First ionisation energy of an atom, dissociation energy of a molecule, in eV.</param>
/// <param name="SecondBindingEv">
/// Second ionisation energy of an atom in eV. For a molecule: 5040 K over the temperature at which half of it is bound at solar gravity.
/// </param>
/// <param name="FehExponent">Lines strengthen as 10^(FehExponent feh): 0 for H and He, 1 for metals, more for two metals.</param>
/// <param name="Share">Share of this species in a line list; all shares sum to about one.</param>
/// <param name="LowExcitationEv">Lowest excitation energy in eV.</param>
/// <param name="HighExcitationEv">Highest excitation energy in eV.</param>
/// <param name="LogStrength">log10 of abundance times the constants of the absorption coefficient, relative.</param>
/// <param name="LogGfScatter">Standard deviation of log10 gf among the lines, dex.</param>
/// <param name="DampingFactor">Pressure broadening relative to a metal line (hydrogen: linear Stark effect).</param>
public sealed record SyntheticSpecies(
    string Name,
    SpeciesKind Kind,
    double MassAmu,
    double BindingEv,
    double SecondBindingEv,
    double FehExponent,
    double Share,
    double LowExcitationEv,
    double HighExcitationEv,
    double LogStrength,
    double LogGfScatter,
    double DampingFactor)
{
    /// <summary>All species, in the order of <see cref="SyntheticLineList.SpeciesIndex"/>.</summary>
    public static IReadOnlyList<SyntheticSpecies> All { get; } =
    [
        new("Fe I", SpeciesKind.Neutral, 55.85, 7.90, 16.19, 1, 0.22, 2.2, 6.5, 2.90, 1.4, 1),
        new("Ti I", SpeciesKind.Neutral, 47.87, 6.83, 13.58, 1, 0.05, 0.5, 4.5, 1.90, 1.4, 1),
        new("Ca I", SpeciesKind.Neutral, 40.08, 6.11, 11.87, 1, 0.03, 1.9, 5.5, 2.80, 1.4, 1),
        new("Si I", SpeciesKind.Neutral, 28.09, 8.15, 16.35, 1, 0.05, 4.5, 7.0, 3.70, 1.4, 1.5),
        new("C I", SpeciesKind.Neutral, 12.01, 11.26, 24.38, 1, 0.03, 7.3, 9.7, 4.00, 1.4, 2),
        new("Fe II", SpeciesKind.Ionized, 55.85, 7.90, 16.19, 1, 0.03, 5.0, 11.0, 2.60, 1.4, 1),
        new("Ca II", SpeciesKind.Ionized, 40.08, 6.11, 11.87, 1, 0.006, 1.7, 9.0, 2.60, 1.4, 1),
        new("H I", SpeciesKind.Neutral, 1.008, 13.60, 1000, 0, 0.0008, 12.0, 12.9, 11.00, 1.4, 8),
        new("He I", SpeciesKind.Neutral, 4.003, 24.59, 54.42, 0, 0.001, 19.7, 23.8, 11.60, 1.4, 5),
        new("TiO", SpeciesKind.Molecule, 63.87, 6.87, 5040.0 / 3400, 1.5, 0.32, 0, 2.5, -0.40, 1.0, 0.5),
        new("CN", SpeciesKind.Molecule, 26.02, 7.72, 5040.0 / 4200, 1.5, 0.10, 0, 2.5, 0.60, 1.0, 0.5),
        new("H2O", SpeciesKind.Molecule, 18.02, 5.10, 5040.0 / 2900, 1.0, 0.1622, 0, 2.5, -0.10, 1.0, 0.5),
    ];
}
