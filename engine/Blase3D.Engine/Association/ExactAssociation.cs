using Blase3D.Engine.Cloning;

namespace Blase3D.Engine.Association;

/// <summary>The published association: the same line is the line with the same starting pixel (paper section 2.3).</summary>
public static class ExactAssociation
{
    /// <summary>Groups the lines by the wavelength of their starting pixel.</summary>
    /// <param name="clones">The clones of a grid.</param>
    public static LineFamilies Associate(LineClones clones)
    {
        ArgumentNullException.ThrowIfNull(clones);
        double[] centers = [.. clones.Spectra.SelectMany(spectrum => spectrum.InitialCenter).Distinct().Order()];
        int[][] families = [.. clones.Spectra.Select(spectrum => Array.ConvertAll(spectrum.InitialCenter, center => Array.BinarySearch(centers, center)))];
        for (int s = 0; s < families.Length; s++)
        {
            if (families[s].Distinct().Count() != families[s].Length)
            {
                throw new EngineException(
                    ErrorCode.BadInput,
                    $"The clone at {clones.Points.Describe(s)} has two lines with one starting pixel; {(clones.Recipe.Continuation ? string.Empty : "use --association tracked, or ")}clone it again.");
            }
        }

        return new LineFamilies(centers, families);
    }
}
