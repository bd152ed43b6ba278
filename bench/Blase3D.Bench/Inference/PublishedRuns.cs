using System.Globalization;
using Blase3D.Engine;

namespace Blase3D.Bench.Inference;

/// <summary>One published inference: the truth and what was found.</summary>
/// <param name="True">Teff, logg, feh.</param>
/// <param name="Found">What the original found with a prior of 500 K around the truth.</param>
/// <param name="Seconds">How long it took.</param>
internal sealed record PublishedRun(double[] True, double[] Found, double Seconds)
{
    /// <summary>Reads the table of 420 runs: seven columns without a header.</summary>
    public static PublishedRun[] Read(string path)
    {
        if (!File.Exists(path))
            throw new EngineException(ErrorCode.BadInput, $"The published runs {path} are not here; give --published FILE, or leave out the part with --only.");
        return [.. File.ReadLines(path)
            .Select(line => line.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            .Where(cells => cells.Length == 7)
            .Select(cells => Array.ConvertAll(cells, cell => double.Parse(cell, CultureInfo.InvariantCulture)))
            .Select(row => new PublishedRun(row[..3], row[3..6], row[6]))];
    }
}
