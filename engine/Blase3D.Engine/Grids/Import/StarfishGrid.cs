using System.Globalization;
using System.Text.RegularExpressions;
using Blase3D.Engine.Spectra;
using Blase3D.Engine.Spectra.Reading;
using Blase3D.Native.Hdf5;

namespace Blase3D.Engine.Grids.Import;

/// <summary>
/// Grids of Starfish (Czekala et al. 2015, ApJ 812, 128): wl, pars and one dataset per spectrum in the group flux, named like t3000g3.5z-0.5;
/// the letters tell the axes. The attribute air of wl tells the medium.
/// </summary>
internal sealed partial class StarfishGrid(ImportContext context)
{
    internal static bool Recognises(Hdf5File hdf) => hdf.Exists("flux") && hdf.Exists("pars") && hdf.Exists("wl");

    internal IReadOnlyList<GridRow> Read(Hdf5File hdf, string file)
    {
        WavelengthMedium? said = hdf.ReadDoubleAttribute("wl", "air") is { } air ? (air != 0 ? WavelengthMedium.Air : WavelengthMedium.Vacuum) : null;
        MediumCheck.Require(file, said, context.Options.Medium);
        (double[] pars, long[] shape) = Hdf5Sources.Values(hdf, "pars", 2);
        double[] wavelength = Hdf5Sources.Values(hdf, "wl", 1).Values;
        IReadOnlyList<string> names = hdf.Children("flux");
        if (names.Count != shape[0])
            throw new EngineException(ErrorCode.BadInput, $"{file} has {names.Count} spectra and {shape[0]} rows of parameters; they must be as many.");
        WavelengthCut? cut = context.Cut(file, wavelength);
        if (cut is null)
        {
            context.NoteNoOverlap(file);
            return [];
        }

        var reader = new Hdf5Rows(file);
        var rows = new List<GridRow>();
        foreach (string name in names)
        {
            string source = $"{file} {name}", path = $"flux/{name}";
            Dictionary<string, double> point = PointOf(file, name, pars, (int)shape[1]);
            if (!context.Accept(source, point)) continue;
            RequireLength(hdf, file, path, wavelength.Length);
            rows.Add(new GridRow(source, cut.Wavelength, point, destination => reader.Read(path, [cut.First], [destination.Length]).CopyTo(destination)));
        }

        return rows;
    }

    private static void RequireLength(Hdf5File hdf, string file, string path, int pixels)
    {
        using Hdf5Dataset dataset = hdf.OpenDataset(path);
        if (dataset.Shape is not [var n] || n != pixels)
            throw new EngineException(ErrorCode.BadInput, $"{file}: {path} has the shape [{string.Join(", ", dataset.Shape)}] instead of {pixels} pixels.");
    }

    /// <summary>The parameters of a spectrum: the row of pars that its rounded name means.</summary>
    private static Dictionary<string, double> PointOf(string file, string name, double[] pars, int axes)
    {
        MatchCollection tokens = Token().Matches(name);
        if (tokens.Count != axes || tokens.Sum(token => token.Length) != name.Length)
            throw new EngineException(ErrorCode.BadInput, $"{file}: the spectrum {name} does not name the {axes} parameters of pars, as t3000g3.5z-0.5 names three.");
        string[] names = [.. tokens.Select(token => AxisOf(token.Groups[1].Value))];
        double[] rounded = [.. tokens.Select(token => double.Parse(token.Groups[2].Value, NumberStyles.Float, CultureInfo.InvariantCulture))];
        int best = -1;
        double nearest = double.PositiveInfinity;
        for (int row = 0; row * axes < pars.Length; row++)
        {
            double distance = 0;
            for (int a = 0; a < axes; a++) distance += Math.Abs(pars[row * axes + a] - rounded[a]) / Math.Max(1, Math.Abs(rounded[a]));
            if (distance < nearest) (best, nearest) = (row, distance);
        }

        return nearest < 0.01 * axes
            ? Hdf5Sources.Point(file, names, pars.AsSpan(best * axes, axes))
            : throw new EngineException(ErrorCode.BadInput, $"{file}: no row of pars has the parameters of the spectrum {name}.");
    }

    private static string AxisOf(string letters) => letters.ToLowerInvariant() switch
    {
        "t" => GridAxes.Teff,
        "g" => GridAxes.Logg,
        "z" => GridAxes.Feh,
        "a" => GridAxes.Alpha,
        var other => GridAxes.FromAnyName(other),
    };

    [GeneratedRegex(@"([A-Za-z_]+)([-+]?\d+(?:\.\d+)?)")]
    private static partial Regex Token();
}
