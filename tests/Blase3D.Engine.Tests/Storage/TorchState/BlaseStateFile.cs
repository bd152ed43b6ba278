using System.Globalization;
using System.IO.Compression;

namespace Blase3D.Engine.Tests.Storage.TorchState;

/// <summary>Writes states as blase saves them, and reads the tables that were made of such states.</summary>
internal static class BlaseStateFile
{
    /// <summary>Writes a state; columns are centre, ln a, ln sigma, ln gamma and perhaps the centres before the fit.</summary>
    public static string Write(string path, double[][] columns, double velocityKmPerS)
    {
        string[] names = ["lam_centers", "amplitudes", "sigma_widths", "gamma_widths", "pre_line_centers"];
        string[] keys = [.. columns.Select((_, k) => k.ToString(CultureInfo.InvariantCulture))];
        PickleWriter pickle = new PickleWriter().Proto(2).OrderedDict().Op('(');
        for (int k = 0; k < columns.Length; k++) pickle.Text(names[k]).Vector(keys[k], columns[k].Length);
        pickle.Text("radial_velocity").Vector("9", 1).Op('u').Op('.');
        using var file = new TorchFile();
        file.Write(
            pickle.ToArray(), [.. keys.Zip(columns, (key, c) => (key, TorchFile.Doubles(c))), ("9", TorchFile.Doubles(velocityKmPerS))]);
        File.Copy(file.Path, path);
        return path;
    }

    /// <summary>The four columns of a table with two header lines, and the velocity that the first one states.</summary>
    public static (double[][] Columns, double VelocityKmPerS) ReadTable(string path)
    {
        using var reader = new StreamReader(new GZipStream(File.OpenRead(path), CompressionMode.Decompress));
        string header = reader.ReadLine()!;
        reader.ReadLine();
        var rows = new List<double[]>();
        while (reader.ReadLine() is { } row) rows.Add([.. row.Split(',').Select(Number)]);
        const string before = "radial_velocity=";
        double velocity = Number(header[(header.IndexOf(before, StringComparison.Ordinal) + before.Length)..]);
        return ([.. Enumerable.Range(0, 4).Select(k => rows.Select(row => row[k]).ToArray())], velocity);

        static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
    }
}
