using System.Text.Json;
using Blase3D.Engine.Inference.BayesianOptimization;

namespace Blase3D.Engine.Tests.Inference.BayesianOptimization;

/// <summary>The stored scikit-optimize run (tests/golden/07_gp.json) and the objective it minimised.</summary>
internal sealed class GoldenProcess
{
    private readonly JsonElement root;

    public GoldenProcess()
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(GoldenFile.PathOf("07_gp.json")));
        root = document.RootElement.Clone();
        double[] bounds = this["bounds"];
        Box = new SearchBox([bounds[0], bounds[2], bounds[4]], [bounds[1], bounds[3], bounds[5]]);
        double[] iterates = this["x_iters"];
        UnitPoints = [.. iterates.Chunk(3).SelectMany(point => Box.ToUnit(point))];
        Values = this["func_vals"];
    }

    public SearchBox Box { get; }

    public double[] UnitPoints { get; }

    public double[] Values { get; }

    /// <summary>An array by name, flattened in C order.</summary>
    public double[] this[string name]
    {
        get
        {
            var values = new List<double>();
            Collect(root.GetProperty(name), values);
            return [.. values];
        }
    }

    /// <summary>The posterior of one of the 21 stored fits with its stored parameters.</summary>
    public GaussianProcess Fit(int index)
    {
        int count = (int)this["n_obs"][index];
        var parameters = new KernelParameters(
            this["const"][index], this["length_scale"][(3 * index)..((3 * index) + 3)], this["noise"][index]);
        return GaussianProcess.Condition(parameters, UnitPoints.AsSpan(0, 3 * count), Values.AsSpan(0, count));
    }

    /// <summary>f(T, g, Z) with its minimum 0.01 at (5080, 3.7, -0.1).</summary>
    public static double Objective(double[] point)
    {
        double teff = (point[0] - 5080) / 1000, logg = (point[1] - 3.7) / 4, feh = (point[2] + 0.1) / 0.5;
        return Math.Sqrt(1e-4 + (0.02 * teff * teff) + (0.01 * logg * logg) + (0.003 * feh * feh));
    }

    private static void Collect(JsonElement element, List<double> values)
    {
        if (element.ValueKind != JsonValueKind.Array)
        {
            values.Add(element.GetDouble());
            return;
        }

        foreach (JsonElement child in element.EnumerateArray())
        {
            Collect(child, values);
        }
    }
}
