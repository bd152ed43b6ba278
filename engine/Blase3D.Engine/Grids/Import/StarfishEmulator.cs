using Blase3D.Engine.Spectra;
using Blase3D.Engine.Spectra.Reading;
using Blase3D.Native.Hdf5;

namespace Blase3D.Engine.Grids.Import;

/// <summary>
/// The principal components that Starfish keeps of a grid (Czekala et al. 2015, ApJ 812, 128, eq. 23): flux = mean + sigma * sum_k w_k e_k at the
/// grid points, times a scale where there is one. Two layouts: gparams, w and eigenspectra with wavelength, mean and sigma in front; and
/// grid_points, weights, wavelength, flux_mean, flux_std, eigenspectra. Spectra are as good as the components that were kept.
/// </summary>
internal sealed class StarfishEmulator(ImportContext context)
{
    private static readonly string[] UsualAxes = [GridAxes.Teff, GridAxes.Logg, GridAxes.Feh, GridAxes.Alpha];
    private static readonly string[] ScaleNames = ["flux_scalars", "factors"];

    internal static bool Recognises(Hdf5File hdf) => hdf.Exists("eigenspectra") && (hdf.Exists("gparams") || hdf.Exists("grid_points"));

    internal IReadOnlyList<GridRow> Read(Hdf5File hdf, string file)
    {
        bool isOld = hdf.Exists("gparams");
        (double[] eigen, long[] eigenShape) = Hdf5Sources.Values(hdf, "eigenspectra", 2);
        (double[] points, long[] shape) = Hdf5Sources.Values(hdf, isOld ? "gparams" : "grid_points", 2);
        (double[] weights, long[] weightShape) = Hdf5Sources.Values(hdf, isOld ? "w" : "weights", 2);
        int pixels = (int)eigenShape[1], front = isOld ? 3 : 0, components = (int)eigenShape[0] - front, count = (int)shape[0];

        // The older layout has a row of weights per component, the newer one per grid point.
        bool fits = isOld ? weightShape is [var k, var m] && k == components && m == count : weightShape is [var m2, var k2] && k2 == components && m2 == count;
        if (components < 1 || !fits)
            throw Bad(file, $"{count} points, {components} components and weights of the shape [{string.Join(", ", weightShape)}] do not belong together");
        double[] wavelength = isOld ? eigen[..pixels] : Vector(hdf, file, "wavelength", pixels);
        double[] mean = isOld ? eigen[pixels..(2 * pixels)] : Vector(hdf, file, "flux_mean", pixels);
        double[] sigma = isOld ? eigen[(2 * pixels)..(3 * pixels)] : Vector(hdf, file, "flux_std", pixels);
        string? scales = ScaleNames.FirstOrDefault(hdf.Exists);
        double[] scale = scales is null ? [.. Enumerable.Repeat(1.0, count)] : Vector(hdf, file, scales, count);
        WavelengthMedium? said = !isOld && hdf.ReadDoubleAttribute("wavelength", "air") is { } air ? (air != 0 ? WavelengthMedium.Air : WavelengthMedium.Vacuum) : null;
        MediumCheck.Require(file, said, context.Options.Medium);
        WavelengthCut? cut = context.Cut(file, wavelength);
        if (cut is null)
        {
            context.NoteNoOverlap(file);
            return [];
        }

        string[] axes = AxesOf(hdf, file, isOld, (int)shape[1]);
        context.Notes.Say($"{file} keeps {components} principal components of its {count} spectra, not the spectra themselves.");
        var rows = new List<GridRow>();
        for (int i = 0; i < count; i++)
        {
            int own = i;
            string source = $"{file} row {i}";
            Dictionary<string, double> point = Hdf5Sources.Point(file, axes, points.AsSpan(i * axes.Length, axes.Length));
            if (!context.Accept(source, point)) continue;
            double[] w = [.. Enumerable.Range(0, components).Select(c => isOld ? weights[c * count + own] : weights[own * components + c])];
            rows.Add(new GridRow(source, cut.Wavelength, point, destination =>
            {
                for (int p = 0; p < destination.Length; p++)
                {
                    int pixel = cut.First + p;
                    double sum = 0;
                    for (int c = 0; c < components; c++) sum += w[c] * eigen[(front + c) * pixels + pixel];
                    destination[p] = scale[own] * (mean[pixel] + sigma[pixel] * sum);
                }
            }));
        }

        return rows;
    }

    private string[] AxesOf(Hdf5File hdf, string file, bool isOld, int count)
    {
        if (!isOld && hdf.ReadStringsAttribute("grid_points", "names") is { } names && names.Length == count)
            return [.. names.Select(name => name is "T" ? GridAxes.Teff : GridAxes.FromAnyName(name))];
        if (count > UsualAxes.Length) throw Bad(file, $"it has {count} parameters without names; at most {UsualAxes.Length} are known by their place");
        string[] usual = UsualAxes[..count];
        context.Notes.Say($"{file} does not name its parameters; they were taken as {string.Join(", ", usual)}.");
        return usual;
    }

    private static double[] Vector(Hdf5File hdf, string file, string path, int length) => Hdf5Sources.Values(hdf, path, 1).Values is var values && values.Length == length
        ? values
        : throw Bad(file, $"{path} has {values.Length} values instead of {length}");

    private static EngineException Bad(string file, string what) =>
        new(ErrorCode.BadInput, $"{file} cannot be read as a Starfish emulator: {what}.");
}
