using Blase3D.Engine.Inference;
using Blase3D.Engine.Inference.Observed;
using Blase3D.Engine.Inference.Standards;
using Blase3D.Engine.Storage.Tables;
using Blase3D.Native.Hdf5;

namespace Blase3D.Engine.Storage.Hdf5;

/// <summary>Writes `inference-results` revision 1 (data-schemas/inference-results.md).</summary>
public static class InferenceFile
{
    /// <summary>The TYPE.</summary>
    public const string Type = "inference-results";

    /// <summary>Writes results.</summary>
    /// <param name="path">The file; appears whole or not at all.</param>
    /// <param name="results">At least one result, all of the same axes.</param>
    /// <param name="provenance">How they came to be.</param>
    /// <exception cref="EngineException">BadInput: the file cannot be written.</exception>
    public static void Write(string path, IReadOnlyList<NamedResult> results, Provenance provenance)
    {
        ArgumentNullException.ThrowIfNull(results);
        ArgumentNullException.ThrowIfNull(provenance);
        if (results.Count == 0 || results.Any(r => !r.Result.AxisNames.SequenceEqual(results[0].Result.AxisNames, StringComparer.Ordinal)))
            throw new ArgumentException("Give at least one result, all of the same axes.", nameof(results));
        AtomicFile.Write(path, temporary =>
        {
            using Hdf5File file = Hdf5File.Create(temporary);
            int rows = results.Count, axes = results[0].Result.AxisNames.Count;
            FileHeader.Write(file, path, Type, results[0].Result.AxisNames, provenance);
            file.WriteStrings("/spectrum", [.. results.Select(r => r.Spectrum)]);
            file.Write<double>("/value", [.. results.SelectMany(r => r.Result.Value)], [rows, axes]);
            file.Write<double>("/error", [.. results.SelectMany(r => r.Result.Error)], [rows, axes]);
            file.Write<double>("/rms", [.. results.Select(r => r.Result.Rms)], [rows]);
            file.Write<long>("/evaluations", [.. results.Select(r => (long)r.Result.Evaluations)], [rows]);
            file.Write<double>("/seconds", [.. results.Select(r => r.Result.Seconds)], [rows]);
            file.WriteStrings("/flags", [.. results.Select(r => string.Join(";", r.Result.Flags))]);
            ResultCard[] cards = [.. results.Select(r => r.Result.Card).OfType<ResultCard>()];
            if (cards.Length == rows)
            {
                file.Write<long>("/pixels", [.. results.Select(r => (long)r.Result.Pixels)], [rows]);
                file.WriteStrings("/notes", [.. results.Select(r => string.Join("\n", r.Result.Notes))]);
                WriteCards(file, cards, rows, axes);
            }

            file.Close();
        });
    }

    private static void WriteCards(Hdf5File file, ResultCard[] cards, int rows, int axes)
    {
        file.WriteStrings("/likelihood", [.. cards.Select(card => card.Likelihood)]);
        file.WriteStrings("/residuals", [.. cards.Select(card => InferenceCard.Name(card.ResidualModel))]);
        file.Write<double>("/correlation", [.. cards.SelectMany(card => card.Covariance.Correlation)], [rows, axes, axes]);
        file.Write<double>("/chi_square", [.. cards.Select(card => card.ChiSquare)], [rows]);
        file.Write<double>("/chi_square_with_model_error", [.. cards.Select(card => card.ChiSquareWithFloor)], [rows]);
        file.Write<long>("/continuum_degree", [.. cards.Select(card => (long)(card.ContinuumDegree ?? -1))], [rows]);
        file.Write<double>("/emulator_rms", [.. cards.Select(card => card.EmulatorRms)], [rows]);
        file.Write<long>("/degrees_of_freedom", [.. cards.Select(card => (long)card.DegreesOfFreedom)], [rows]);
        file.Write<double>("/nearest_node", [.. cards.SelectMany(card => card.NearestNode)], [rows, axes]);
        int regions = cards.Max(card => card.ModelError.Count), minima = cards.Max(card => card.OtherMinima.Count), disagreeing = cards.Max(card => card.Disagreeing.Count);
        if (regions > 0) file.Write<double>("/model_error", [.. cards.SelectMany(card => Padded(card.ModelError, regions))], [rows, regions]);
        if (minima > 0)
        {
            file.Write<double>("/other_minimum", [.. cards.SelectMany(card => Padded(card.OtherMinima.SelectMany(other => other.Point), minima * axes))], [rows, minima, axes]);
            file.Write<double>("/other_minimum_delta_chi_square", [.. cards.SelectMany(card => Padded(card.OtherMinima.Select(other => other.DeltaChiSquare), minima))], [rows, minima]);
        }

        if (disagreeing > 0)
        {
            file.Write<double>("/disagreeing_line", [.. cards.SelectMany(card => Padded(card.Disagreeing.SelectMany(Columns), 4 * disagreeing))], [rows, disagreeing, 4]);
        }

        WriteStandards(file, cards.MaxBy(card => card.Standards.Count)!.Standards);
        int lines = cards.Max(card => card.Lines.Count);
        if (lines > 0)
        {
            file.Write<double>("/line_center", [.. cards.SelectMany(card => Padded(card.Lines.Select(line => line.CenterAngstrom), lines))], [rows, lines]);
            file.Write<double>("/line_information", [.. cards.SelectMany(card => Padded(card.Lines.SelectMany(line => line.InformationShare), lines * axes))], [rows, lines, axes]);
            file.Write<double>("/line_chi_square", [.. cards.SelectMany(card => Padded(card.Lines.Select(line => line.ChiSquareShare), lines))], [rows, lines]);
        }

        int draws = cards.Max(card => card.Posterior?.Draws.Count ?? 0);
        if (draws == 0) return;
        double[] none = new double[axes];
        Array.Fill(none, double.NaN);
        file.Write<double>("/posterior", [.. cards.SelectMany(card => Padded((card.Posterior?.Draws ?? []).SelectMany(draw => draw), draws * axes))], [rows, draws, axes]);
        file.Write<double>("/r_hat", [.. cards.SelectMany(card => card.Posterior?.RHat ?? none)], [rows, axes]);
        file.Write<double>("/effective_size", [.. cards.SelectMany(card => card.Posterior?.EffectiveSize ?? none)], [rows, axes]);
    }

    // Those of a run are the same for all its results.
    private static void WriteStandards(Hdf5File file, IReadOnlyList<StandardResult> stars)
    {
        if (stars.Count == 0) return;
        int axes = stars[0].Label.Length;
        file.WriteStrings("/standard_spectrum", [.. stars.Select(star => star.Name)]);
        file.Write<double>("/standard_label", [.. stars.SelectMany(star => star.Label)], [stars.Count, axes]);
        file.Write<double>("/standard_left_out", [.. stars.SelectMany(star => Padded(star.LeftOut ?? [], axes))], [stars.Count, axes]);
        file.Write<double>("/standard_fit", [.. stars.SelectMany(star => new[] { star.VelocityKmPerS, star.RmsBefore, star.RmsAfter })], [stars.Count, 3]);
    }

    private static double[] Columns(DisagreeingLine line) => [line.CenterAngstrom, line.ObservedAngstrom, line.MeanResidual, line.Significance];

    private static IEnumerable<double> Padded(IEnumerable<double> values, int length)
    {
        double[] all = [.. values];
        return all.Concat(Enumerable.Repeat(double.NaN, length - all.Length));
    }
}
