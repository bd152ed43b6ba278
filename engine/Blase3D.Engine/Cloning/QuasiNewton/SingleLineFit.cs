using Blase3D.Kernels.Contracts;

namespace Blase3D.Engine.Cloning.QuasiNewton;

/// <summary>One line in the place of two, fitted to a few pixels by Gauss-Newton steps with differences for derivatives.</summary>
internal sealed class SingleLineFit
{
    private const int MostSteps = 5;
    private const double Difference = 1e-4;
    private const double Damping = 1e-6;

    private SingleLineFit(double[] parameters) => Parameters = parameters;

    /// <summary>Centre in Angstrom, ln a, ln sigma, ln gamma.</summary>
    public double[] Parameters { get; private set; }

    /// <summary>Begins with the line that has the pair's area, centroid and widths; null when the two have none.</summary>
    public static SingleLineFit? Of(LineTable table, int left, int right)
    {
        double a = Math.Exp(table.LnAmplitude[left]), b = Math.Exp(table.LnAmplitude[right]), area = a + b;
        double share = a / area, apart = table.Center[right] - table.Center[left];
        double square = (share * Math.Exp(2 * table.LnSigma[left])) + ((1 - share) * Math.Exp(2 * table.LnSigma[right])) + (share * (1 - share) * apart * apart);
        double gamma = (share * Math.Exp(table.LnGamma[left])) + ((1 - share) * Math.Exp(table.LnGamma[right]));
        double[] start = [table.Center[left] + ((1 - share) * apart), Math.Log(area), 0.5 * Math.Log(square), Math.Log(gamma)];
        return start.All(double.IsFinite) ? new SingleLineFit(start) : null;
    }

    /// <summary>Multiplies the line's depth; a factor that is no positive number changes nothing.</summary>
    public void Deepen(double factor)
    {
        if (factor > 0 && double.IsFinite(factor)) Parameters[1] += Math.Log(factor);
    }

    /// <summary>The line as a table.</summary>
    public LineTable Table() => TableOf(Parameters);

    /// <summary>Runs.</summary>
    /// <param name="flux">The pixels.</param>
    /// <param name="others">What all other lines leave of the continuum there.</param>
    /// <param name="forward">The spectrum of a table of lines there.</param>
    /// <returns>The sum of the squared residuals.</returns>
    public double Run(double[] flux, double[] others, Func<LineTable, double[]> forward)
    {
        double[] residual = Residual(Parameters);
        double sum = VectorSums.Dot(residual, residual);

        // The unit of the centre is the width, that of the others a logarithm.
        double[] unit = [Math.Exp(Parameters[2]) + Math.Exp(Parameters[3]), 1, 1, 1];
        for (int step = 0; step < MostSteps; step++)
        {
            double[][] slopes = [.. Enumerable.Range(0, 4).Select(k => Slope(k, residual))];
            double[] trial = [.. Parameters];
            double[] move = Solve(slopes, residual);
            for (int k = 0; k < 4; k++) trial[k] -= unit[k] * Math.Clamp(move[k], -0.5, 0.5);
            double[] tried = Residual(trial);
            double now = VectorSums.Dot(tried, tried);
            if (!(now < sum)) break;
            (Parameters, residual, sum) = (trial, tried, now);
        }

        return sum;

        double[] Residual(double[] at)
        {
            double[] own = forward(TableOf(at));
            for (int i = 0; i < own.Length; i++) own[i] = (others[i] * own[i]) - flux[i];
            return own;
        }

        double[] Slope(int parameter, double[] from)
        {
            double[] moved = [.. Parameters];
            moved[parameter] += Difference * unit[parameter];
            double[] there = Residual(moved);
            for (int i = 0; i < there.Length; i++) there[i] = (there[i] - from[i]) / Difference;
            return there;
        }
    }

    private static LineTable TableOf(double[] p) => new([p[0]], [p[1]], [p[2]], [p[3]]);

    // (J J^T + damping diag) x = J r by Gauss elimination; the damped matrix is positive definite, so no pivot is needed.
    private static double[] Solve(double[][] slopes, double[] residual)
    {
        var matrix = new double[4, 5];
        for (int k = 0; k < 4; k++)
        {
            for (int l = 0; l < 4; l++) matrix[k, l] = VectorSums.Dot(slopes[k], slopes[l]);
            matrix[k, k] = (matrix[k, k] * (1 + Damping)) + 1e-12;
            matrix[k, 4] = VectorSums.Dot(slopes[k], residual);
        }

        for (int k = 0; k < 4; k++)
        {
            for (int row = k + 1; row < 4; row++)
            {
                double factor = matrix[row, k] / matrix[k, k];
                for (int l = k; l < 5; l++) matrix[row, l] -= factor * matrix[k, l];
            }
        }

        var solution = new double[4];
        for (int k = 3; k >= 0; k--)
        {
            double sum = matrix[k, 4];
            for (int l = k + 1; l < 4; l++) sum -= matrix[k, l] * solution[l];
            solution[k] = sum / matrix[k, k];
        }

        return solution;
    }
}
