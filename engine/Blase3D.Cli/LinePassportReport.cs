using System.Text.Json.Nodes;
using Blase3D.Engine.Grids;
using Blase3D.Engine.Manifolds.Passport;

namespace Blase3D.Cli;

/// <summary>A line's passport on the terminal or as JSON.</summary>
internal static class LinePassportReport
{
    public static void Print(Session session, LinePassport passport, RectilinearAxes axes, string? plot)
    {
        (string Name, string Unit, double[] Values)[] columns =
        [
            ("center_shift", "A", passport.CenterShift), ("ln_amplitude", "ln A", passport.LnAmplitude), ("ln_sigma", "ln A", passport.LnSigma),
            ("ln_gamma", "ln A", passport.LnGamma), ("depth", "of the continuum", passport.Depth),
        ];
        int[] nodes = [.. Enumerable.Range(0, passport.IsAt.Length).Where(node => passport.IsAt[node])];
        var facts = new JsonObject
        {
            ["line"] = passport.Line,
            ["reference_center_angstrom"] = passport.ReferenceCenter,
            ["nodes_present"] = nodes.Length,
            ["nodes"] = passport.IsAt.Length,
            ["where"] = new JsonObject(axes.Names.Select((name, d) => KeyValuePair.Create(name, (JsonNode?)Range(nodes.Select(node => axes.Values(d)[axes.IndexAlong(node, d)]))))),
        };
        foreach ((string name, _, double[] values) in columns) facts[name] = Range(values.Where(double.IsFinite));
        facts["neighbours"] = new JsonArray([.. passport.Neighbours.Select(beside => (JsonNode)new JsonObject
        {
            ["line"] = beside.Line,
            ["reference_center_angstrom"] = beside.ReferenceCenter,
            ["nodes_present"] = beside.Presence,
            ["greatest_depth"] = beside.GreatestDepth,
        })]);
        if (plot is not null) facts["plot"] = plot;
        session.Result(facts, () =>
        {
            TextWriter to = Console.Out;
            to.WriteLine(FormattableString.Invariant($"line {passport.Line} at {passport.ReferenceCenter:0.000} A (vacuum), present at {nodes.Length} of {passport.IsAt.Length} nodes"));
            if (nodes.Length > 0)
                to.WriteLine("  where: " + string.Join(", ", axes.Names.Select((name, d) => Ends(name, nodes.Select(node => axes.Values(d)[axes.IndexAlong(node, d)]), "0.####"))));
            foreach ((string name, string unit, double[] values) in columns)
                to.WriteLine("  " + Ends(name.Replace('_', ' '), values.Where(double.IsFinite), "0.0000") + " " + unit);
            foreach (LineNeighbour beside in passport.Neighbours)
            {
                to.WriteLine(FormattableString.Invariant(
                    $"  beside: line {beside.Line} at {beside.ReferenceCenter:0.000} A ({beside.ReferenceCenter - passport.ReferenceCenter:+0.000;-0.000}), {beside.Presence} nodes, at most {beside.GreatestDepth:0.000} deep"));
            }

            if (plot is not null) to.WriteLine($"  drawn in {plot}");
        });
    }

    private static JsonArray? Range(IEnumerable<double> values)
    {
        double[] known = [.. values];
        return known.Length == 0 ? null : new JsonArray(known.Min(), known.Max());
    }

    private static string Ends(string name, IEnumerable<double> values, string format)
    {
        double[] known = [.. values];
        return known.Length == 0 ? $"{name} unknown" : string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{name} {known.Min().ToString(format, System.Globalization.CultureInfo.InvariantCulture)} to {known.Max().ToString(format, System.Globalization.CultureInfo.InvariantCulture)}");
    }
}
