using Blase3D.Engine.Plotting;

namespace Blase3D.Engine.Inference;

/// <summary>What the page of a star shows: data, model and residual, and slices of the objective.</summary>
/// <param name="WavelengthAngstrom">Vacuum Angstrom, length P.</param>
/// <param name="Data">The normalised spectrum, NaN where a pixel does not count.</param>
/// <param name="Residual">Data minus model.</param>
/// <param name="Slices">One per free axis.</param>
public sealed record StarPage(double[] WavelengthAngstrom, double[] Data, double[] Residual, IReadOnlyList<ObjectiveSlice> Slices)
{
    /// <summary>The wavelength of a line in the data over that at rest.</summary>
    public double LineFactor { get; init; } = 1;

    /// <summary>Whether the wavelengths are those in the frame of the star, as where exposures of several frames are shown together.</summary>
    public bool IsAtRest { get; init; }

    private string WavelengthLabel => IsAtRest ? "vacuum wavelength at rest / A" : "vacuum wavelength / A";

    private const int SlicePoints = 41;
    private const double SliceErrors = 6;

    // In steps of the pixels before it.
    private const double WidestStep = 10;

    internal static StarPage Of(StarFinish star, GradientFinish finish, double[] best, ParameterCovariance covariance, ParameterPrior prior, double temper)
    {
        double factor = star.Objective.LineFactor(best);
        double[] wavelength = double.IsNaN(factor) ? star.Objective.RestWavelength(best) : star.Objective.Wavelength;
        star.Objective.TryResidual(best, out double[] residual);
        double total = star.Objective.Squares(residual).Weight;
        double[] kept = [.. residual], data = [.. kept.Zip(star.Objective.Model, (r, m) => r + m)];
        var slices = new List<ObjectiveSlice>();
        foreach (int d in prior.FreeAxes)
        {
            double error = covariance.Error[d];
            slices.Add(new ObjectiveSlice(
                d,
                Slice(d, prior.Lower[d], prior.Upper[d]),
                double.IsNaN(error) ? null : Slice(d, Math.Max(prior.Lower[d], best[d] - (SliceErrors * error)), Math.Min(prior.Upper[d], best[d] + (SliceErrors * error)))));
        }

        return WithGaps(wavelength, data, kept, slices) with { LineFactor = double.IsNaN(factor) ? 1 : factor, IsAtRest = double.IsNaN(factor) };

        (double[] X, double[] DeltaChiSquare) Slice(int axis, double low, double high)
        {
            double[] x = [.. Enumerable.Range(0, SlicePoints).Select(i => low + ((high - low) * i / (SlicePoints - 1)))];
            double[] y = Array.ConvertAll(x, value =>
            {
                double[] point = [.. best];
                point[axis] = value;
                double here = finish.Value(point);
                return star.RiseAt(point, here, temper, total);
            });
            return (x, y);
        }
    }

    // Between orders, and where one begins before the other ends, no line is drawn.
    private static StarPage WithGaps(double[] wavelength, double[] data, double[] residual, List<ObjectiveSlice> slices)
    {
        List<double> x = [], y = [], r = [];
        for (int i = 0; i < wavelength.Length; i++)
        {
            double step = i > 0 ? wavelength[i] - wavelength[i - 1] : 0, before = i > 1 ? wavelength[i - 1] - wavelength[i - 2] : Math.Abs(step);
            if (step < 0 || step > WidestStep * before)
            {
                // A pixel's width from both, so that their steps end where the pixels do.
                x.AddRange([wavelength[i - 1] + before, wavelength[i] - (i + 1 < wavelength.Length ? wavelength[i + 1] - wavelength[i] : before)]);
                y.AddRange([double.NaN, double.NaN]);
                r.AddRange([double.NaN, double.NaN]);
            }

            x.Add(wavelength[i]);
            y.Add(data[i]);
            r.Add(residual[i]);
        }

        return new StarPage([.. x], [.. y], [.. r], slices);
    }

    /// <summary>Draws the page.</summary>
    /// <param name="name">The star's name.</param>
    /// <param name="result">Its result.</param>
    public PlotFigure Draw(string name, InferenceResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        ResultCard card = result.Card ?? throw new ArgumentException("The result has no card to draw.", nameof(result));
        double[] model = [.. Data.Zip(Residual, (d, r) => d - r)];
        string values = string.Join(", ", result.AxisNames.Select((axis, d) => double.IsNaN(result.Error[d])
            ? FormattableString.Invariant($"{axis} {result.Value[d]:G6}")
            : FormattableString.Invariant($"{axis} {result.Value[d]:G6} \u00b1 {result.Error[d]:G2}")));
        string quality = double.IsNaN(card.ChiSquare)
            ? FormattableString.Invariant($"rms {result.Rms:0.0000}")
            : FormattableString.Invariant($"rms {result.Rms:0.0000}, chi2 {card.ChiSquare:G5} ({card.ChiSquareWithFloor:G5} with the model's error) for {card.DegreesOfFreedom}");
        var panels = new List<PlotPanel>();
        (double low, double high) = (WavelengthAngstrom.Min(), WavelengthAngstrom.Max());
        AddSpectrum(panels, "whole spectrum", low, high, model, card);
        (double? shown, string what) = card.Lines.Count > 0 ? (card.Lines[0].CenterAngstrom * LineFactor, "the line that says most") : (DeepestLine(model), "the deepest line");
        if (shown is { } center)
        {
            double half = Math.Max(5, 0.01 * (high - low));
            AddSpectrum(panels, FormattableString.Invariant($"around {what}, {center:0.00} A"), Math.Max(low, center - half), Math.Min(high, center + half), model, card);
        }

        foreach (ObjectiveSlice slice in Slices)
        {
            panels.Add(SlicePanel(slice.Whole, slice.Axis, $"{result.AxisNames[slice.Axis]}, whole prior", result, null));
            if (slice.Near is { } near) panels.Add(SlicePanel(near, slice.Axis, $"{result.AxisNames[slice.Axis]}, six errors", result, (-3, 60)));
        }

        string flags = result.Flags.Count == 0 ? string.Empty : $"; flags: {string.Join(", ", result.Flags)}";
        return new PlotFigure($"{name}\n{values}\n{quality}{flags}", panels) { WidthPixels = 1400, Columns = 2 };
    }

    // Where the model is lowest of the pixels that count; null when none does.
    private double? DeepestLine(double[] model)
    {
        int[] counted = [.. Enumerable.Range(0, model.Length).Where(i => double.IsFinite(model[i]))];
        return counted.Length == 0 ? null : WavelengthAngstrom[counted.MinBy(i => model[i])];
    }

    private void AddSpectrum(List<PlotPanel> panels, string title, double low, double high, double[] model, ResultCard card)
    {
        double[] shown = [.. Data.Where((value, i) => WavelengthAngstrom[i] >= low && WavelengthAngstrom[i] <= high && double.IsFinite(value))];
        double deepest = shown.Length > 0 ? shown.Min() : 0;
        panels.Add(new PlotPanel
        {
            Title = title,
            XLabel = WavelengthLabel,
            YLabel = "flux / continuum",
            XRange = (low, high),
            YRange = (Math.Clamp(deepest, -0.2, 0.9) - 0.05, Math.Clamp(shown.Length > 0 ? shown.Max() : 1, 1.02, 1.5) + 0.03),
            HeightPixels = 260,
            Marks =
            [
                new CurveMark(WavelengthAngstrom, Data, IsStepped: true) { Label = "data", WidthPixels = 1.4 },
                new CurveMark(WavelengthAngstrom, model) { Label = "model", Color = PlotColors.Vermilion, WidthPixels = 1 },
                .. card.Lines.Count == 0 ? Array.Empty<PlotMark>() : [new StrokesMark([.. card.Lines.Select(line => line.CenterAngstrom * LineFactor)]) { Label = "deciding lines", Color = PlotColors.Green }],
            ],
        });
        panels.Add(new PlotPanel
        {
            Title = "data - model",
            XLabel = WavelengthLabel,
            YLabel = "residual / continuum",
            XRange = (low, high),
            HeightPixels = 260,
            Marks = [new RuleMark(0) { Color = PlotColors.Grey }, new CurveMark(WavelengthAngstrom, Residual) { Color = PlotColors.Blue, WidthPixels = 0.8 }],
        });
    }

    private static PlotPanel SlicePanel((double[] X, double[] DeltaChiSquare) slice, int axis, string title, InferenceResult result, (double, double)? range)
    {
        double value = result.Value[axis], error = result.Error[axis];
        var marks = new List<PlotMark> { new RuleMark(0) { Color = PlotColors.Grey } };
        if (range is not null)
        {
            // The parabola of the others held at their best: its width is the conditional error, not the stated one.
            marks.Add(new RuleMark(1) { Color = PlotColors.Grey });
            marks.Add(new CurveMark([value - error, value + error], [1, 1]) { Label = "\u00b1 1 error (all free)", Color = PlotColors.Green, WidthPixels = 3 });
        }

        marks.Add(new CurveMark(slice.X, slice.DeltaChiSquare) { Label = "others held at their best", Color = PlotColors.Blue });
        marks.Add(new DotsMark([value], [0]) { Color = PlotColors.Vermilion, RadiusPixels = 3.5 });
        return new PlotPanel { Title = title, XLabel = result.AxisNames[axis], YLabel = "change of chi-square", XRange = (slice.X[0], slice.X[^1]), YRange = range, HeightPixels = 170, Marks = marks };
    }
}

/// <summary>The objective along one axis, the others at their best: the change of chi-square on the scale of the stated errors.</summary>
/// <param name="Axis">The axis.</param>
/// <param name="Whole">Over the whole prior.</param>
/// <param name="Near">Over six errors to both sides; null without an error.</param>
public sealed record ObjectiveSlice(int Axis, (double[] X, double[] DeltaChiSquare) Whole, (double[] X, double[] DeltaChiSquare)? Near);
