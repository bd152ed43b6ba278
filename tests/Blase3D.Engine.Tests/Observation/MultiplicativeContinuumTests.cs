using Blase3D.Engine.Observation;
using MathNet.Numerics.LinearAlgebra;
using Xunit;

namespace Blase3D.Engine.Tests.Observation;

public sealed class MultiplicativeContinuumTests
{
    private static readonly DetectorPixels[] Orders =
    [
        DetectorPixels.FromCenters([.. Enumerable.Range(0, 90).Select(i => 8000 + (0.1 * i))]),
        DetectorPixels.FromCenters([.. Enumerable.Range(0, 60).Select(i => 8007 + (0.12 * i))]),
    ];

    [Fact]
    public void Functions_are_what_their_names_say()
    {
        var value = new double[7];
        foreach (double t in (double[])[-1, -0.3, 0, 0.77, 1])
        {
            ContinuumBasis.Chebyshev(6).At(t, value);
            for (int k = 0; k < 7; k++) Assert.Equal(Math.Cos(k * Math.Acos(t)), value[k], 1e-13);
            ContinuumBasis.Spline(4).At(t, value);
            Assert.Equal(1, value.Sum(), 1e-14);
            Assert.All(value, b => Assert.InRange(b, 0, 2.0 / 3 + 1e-12));
        }

        Assert.Contains("degree of the continuum is 60", Assert.Throws<EngineException>(() => ContinuumBasis.Chebyshev(60)).Message, StringComparison.Ordinal);
        Assert.Throws<EngineException>(() => ContinuumBasis.Spline(0));
    }

    [Fact]
    public void What_data_have_been_divided_by_changes_nothing()
    {
        double[] model = Model(0), data = [.. model.Select((m, i) => m * (2 + (0.01 * i)))], weight = [.. data.Select((_, i) => 1 + (0.5 * Math.Sin(i)))];
        double[] unit = [.. data.Select((_, i) => 1 + (0.4 * Math.Cos(0.1 * i)))], plain = new double[data.Length], divided = new double[data.Length];
        new MultiplicativeContinuum(Orders, ContinuumBasis.Chebyshev(2)).Solve(data, weight, model, plain);
        var continuum = new MultiplicativeContinuum(Orders, ContinuumBasis.Chebyshev(2), unit);
        continuum.Solve([.. data.Zip(unit, (d, u) => d / u)], [.. weight.Zip(unit, (w, u) => w * u)], model, divided);
        Agreement.WithinAbsolute(plain, divided, 1e-11);
        double[] level = [.. continuum.Value.Zip(unit, (c, u) => c * u)];
        Assert.Equal(level[20], 0.5 * (level[19] + level[21]), 1e-3);
    }

    [Fact]
    public void A_continuum_of_its_kind_is_found_and_pixels_that_do_not_count_are_ignored()
    {
        foreach (ContinuumBasis basis in (ContinuumBasis[])[ContinuumBasis.Chebyshev(4), ContinuumBasis.Spline(3)])
        {
            var continuum = new MultiplicativeContinuum(Orders, basis);
            double[] model = Model(0), truth = new double[model.Length], function = new double[basis.Count];
            int first = 0;
            for (int n = 0; n < 2; n++)
            {
                for (int i = 0; i < Orders[n].Count; i++)
                {
                    basis.At((2.0 * i / (Orders[n].Count - 1)) - 1, function);
                    truth[first + i] = 1e-13 * (n + 1) * function.Select((b, k) => b / (k + 1)).Sum();
                }

                first += Orders[n].Count;
            }

            double[] data = [.. model.Zip(truth, (m, c) => m * c)], weight = [.. data.Select((_, i) => i % 7 == 3 ? 0 : 1e13)], residual = new double[data.Length];
            for (int i = 3; i < data.Length; i += 7) (data[i], model[i]) = (double.NaN, double.NaN);
            continuum.Solve(data, weight, model, residual);
            Assert.All(residual, r => Assert.Equal(0, r, 1e-11));
            Agreement.Relative(truth, continuum.Value, 1e-10, "continuum");
            Assert.Equal(2 * basis.Count, continuum.FreedomUsed);
            Assert.Equal(2e-13, continuum.Coefficients(1)[0], 1e-22);
        }
    }

    [Fact]
    public void An_order_with_few_or_no_pixels_has_fewer_coefficients()
    {
        var continuum = new MultiplicativeContinuum(Orders, ContinuumBasis.Chebyshev(5));
        double[] model = Model(0), residual = new double[model.Length];
        double[] weight = [.. model.Select((_, i) => i is 10 or 20 or 50 ? 1.0 : 0)];
        continuum.Solve(model, weight, model, residual);
        Assert.Equal(3, continuum.FreedomUsed);
        Assert.All(residual, r => Assert.Equal(0, r, 1e-12));
        Assert.All(continuum.Value[90..], value => Assert.Equal(0, value));
    }

    // With what is left of the derivatives after the projection, the normal matrix is that of the fit with all coefficients, inverted, cut out and inverted.
    [Fact]
    public void Its_share_of_the_errors_is_that_of_a_fit_of_everything()
    {
        const double p = 0.2, step = 1e-5;
        ContinuumBasis basis = ContinuumBasis.Chebyshev(3);
        var continuum = new MultiplicativeContinuum(Orders, basis);
        double[] data = [.. Model(0.35).Select((m, i) => m * (2 + (0.01 * i)))], weight = [.. data.Select((_, i) => 1 + (0.3 * (i % 5)))];
        double[] residual = new double[data.Length], slope = [.. Model(p + step).Zip(Model(p - step), (a, b) => (a - b) / (2 * step))];
        continuum.Solve(data, weight, Model(p), residual);
        double[] column = [.. slope.Select((s, i) => -s * continuum.Value[i] * weight[i])];
        double[] whole = [.. column];
        continuum.Project(column);

        // The derivative of the sum of squares by p, the continuum following.
        double Squares(double at)
        {
            var r = new double[data.Length];
            continuum.Solve(data, weight, Model(at), r);
            return r.Sum(x => x * x);
        }

        double analytic = 2 * column.Zip(residual, (c, r) => c * r).Sum();
        Assert.Equal((Squares(p + step) - Squares(p - step)) / (2 * step), analytic, 1e-6 * Math.Abs(analytic));

        double[][] full = [whole, .. Enumerable.Range(0, 8).Select(k => Coefficient(basis, k, weight, p))];
        Matrix<double> normal = Matrix<double>.Build.Dense(9, 9, (a, b) => full[a].Zip(full[b], (x, y) => x * y).Sum());
        Assert.Equal(normal.Inverse()[0, 0], 1 / column.Sum(c => c * c), 1e-9 * normal.Inverse()[0, 0]);
    }

    private static double[] Coefficient(ContinuumBasis basis, int index, double[] weight, double p)
    {
        (int order, int k) = (index / 4, index % 4);
        double[] column = new double[weight.Length], model = Model(p), value = new double[4];
        int first = order == 0 ? 0 : Orders[0].Count;
        for (int i = 0; i < Orders[order].Count; i++)
        {
            basis.At((2.0 * i / (Orders[order].Count - 1)) - 1, value);
            column[first + i] = weight[first + i] * value[k] * model[first + i];
        }

        return column;
    }

    // A line at 8004 Angstrom that both orders might see, moved by p.
    private static double[] Model(double p) => [.. Orders.SelectMany(order => order.CenterAngstrom)
        .Select(w => 1 - (0.6 * Math.Exp(-0.5 * Math.Pow((w - 8004 - p) / 0.5, 2))) - (0.4 * Math.Exp(-Math.Pow((w - 8010 - p) / 0.7, 2))))];
}
