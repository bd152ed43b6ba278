using MathNet.Numerics.LinearAlgebra;

namespace Blase3D.Engine.Inference.Observed;

/// <summary>How well one of several manifolds explains a star.</summary>
/// <param name="Name">The manifold, usually its file.</param>
/// <param name="Result">Its fit.</param>
/// <param name="ChiSquare">Of its fit on the pixels that all fits have, with the errors of the fit that is best.</param>
/// <param name="LnEvidence">The logarithm of its evidence, up to a constant that all share.</param>
/// <param name="Share">Its share of the evidence of all, 0 to 1.</param>
/// <remarks>
/// The evidence is that of Laplace: the likelihood at the best point times the volume of the errors there, over that of the prior (Kass and Raftery 1995, eq. 5).
/// All manifolds are judged by one noise, the errors of the pixels with the floor and the robust weights that the fit of the smallest rms ended with; otherwise one that
/// fits badly would excuse itself by a high floor. What a model is wrong by is alike in neighbouring pixels, which chi-square does not know: shares are
/// more decided than they should be.
/// </remarks>
public sealed record ManifoldEvidence(string Name, ObservedStarResult Result, double ChiSquare, double LnEvidence, double Share)
{
    /// <summary>Compares fits of the same pixels.</summary>
    /// <param name="fits">The name of each manifold, its fit, and its prior over the axes of the star.</param>
    /// <returns>In the order of <paramref name="fits"/>.</returns>
    /// <exception cref="EngineException">BadInput: the fits are not of the same pixels, or have none in common.</exception>
    public static IReadOnlyList<ManifoldEvidence> Compare(IReadOnlyList<(string Name, ObservedStarResult Result, ParameterPrior Prior)> fits)
    {
        ArgumentNullException.ThrowIfNull(fits);
        ObservedStarResult[] results = [.. fits.Select(fit => fit.Result)];
        int pixels = results[0].Residual.Length;
        if (results.Any(result => result.Residual.Length != pixels))
            throw new EngineException(ErrorCode.BadInput, "The fits are not of the same pixels; cut the spectrum to what all manifolds cover.");
        double[] weight = results.MinBy(result => result.Inference.Rms)!.Weight;
        int[] common = [.. Enumerable.Range(0, pixels).Where(i => weight[i] > 0 && results.All(result => double.IsFinite(result.Residual[i])))];
        if (common.Length == 0) throw new EngineException(ErrorCode.BadInput, "The manifolds have no pixel in common that counts; compare manifolds that cover the same wavelengths.");
        double[] chiSquare = [.. results.Select(result => common.Sum(i => weight[i] * result.Residual[i] * result.Residual[i]))];
        double[] ln = [.. fits.Select((fit, m) => (-0.5 * (chiSquare[m] + fit.Prior.Penalty(fit.Result.Inference.Value))) + LnOccam(fit.Result.Inference, fit.Prior))];
        double highest = ln.Max(), sum = ln.Sum(value => Math.Exp(value - highest));
        return [.. fits.Select((fit, m) => new ManifoldEvidence(fit.Name, fit.Result, chiSquare[m], ln[m], Math.Exp(ln[m] - highest) / sum))];
    }

    /// <summary>The parameters that all manifolds have, averaged by their shares; the errors hold what the manifolds differ by.</summary>
    /// <param name="manifolds">As from <see cref="Compare"/>.</param>
    public static IReadOnlyList<(string Axis, double Value, double Error)> Average(IReadOnlyList<ManifoldEvidence> manifolds)
    {
        ArgumentNullException.ThrowIfNull(manifolds);
        var averaged = new List<(string, double, double)>();
        foreach (string axis in manifolds[0].Result.Inference.AxisNames)
        {
            (double Share, double Value, double Error)[] values =
                [.. manifolds.Select(m => (m.Share, Index: m.Result.Inference.AxisNames.ToList().IndexOf(axis), m.Result.Inference))
                    .Where(m => m.Index >= 0).Select(m => (m.Share, m.Inference.Value[m.Index], m.Inference.Error[m.Index]))];
            if (values.Length < manifolds.Count || values.Any(v => v.Share > 1e-3 && double.IsNaN(v.Error))) continue;
            double mean = values.Sum(v => v.Share * v.Value);
            averaged.Add((axis, mean, Math.Sqrt(values.Where(v => v.Share > 0 && !double.IsNaN(v.Error)).Sum(v => v.Share * ((v.Error * v.Error) + ((v.Value - mean) * (v.Value - mean)))))));
        }

        return averaged;
    }

    // The volume that the errors leave over that of the prior, for the axes that the star constrains; velocity and the like have the same prior everywhere.
    private static double LnOccam(InferenceResult result, ParameterPrior prior)
    {
        ParameterCovariance covariance = result.Card!.Covariance;
        int[] axes = covariance.Constrained;
        if (axes.Length == 0) return 0;
        int all = result.Value.Length;
        Matrix<double> errors = Matrix<double>.Build.Dense(axes.Length, axes.Length, (a, b) => covariance.Matrix[(axes[a] * all) + axes[b]]);
        double lnVolume = 0.5 * ((axes.Length * Math.Log(2 * Math.PI)) + Math.Log(Math.Max(errors.Determinant(), double.Epsilon)));
        return lnVolume - axes.Sum(d => Math.Log(Math.Min(prior.Upper[d] - prior.Lower[d], Math.Sqrt(2 * Math.PI) * (double.IsFinite(prior.Sigma[d]) ? prior.Sigma[d] : double.MaxValue))));
    }
}
