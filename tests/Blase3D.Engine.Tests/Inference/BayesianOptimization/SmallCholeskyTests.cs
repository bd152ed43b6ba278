using Blase3D.Engine.Inference.BayesianOptimization;
using Xunit;

namespace Blase3D.Engine.Tests.Inference.BayesianOptimization;

public sealed class SmallCholeskyTests
{
    [Fact]
    public void Solves_and_inverts_every_order_up_to_seventy()
    {
        for (int order = 1; order <= 70; order++)
        {
            double[,] matrix = Matrix(order);
            SmallCholesky factor = Filled(matrix);
            Assert.True(factor.TryFactor());

            var solution = new double[factor.Stride];
            for (int i = 0; i < order; i++)
            {
                solution[i] = Math.Sin(i + 1);
            }

            factor.ForwardSolve(solution);
            factor.BackwardSolve(solution);
            var workspace = new double[factor.InverseWorkspaceLength];
            var inverse = new double[factor.InverseWorkspaceLength];
            factor.Inverse(workspace, inverse);
            for (int i = 0; i < order; i++)
            {
                double product = 0;
                for (int j = 0; j < order; j++)
                {
                    product += matrix[i, j] * solution[j];
                }

                Assert.Equal(Math.Sin(i + 1), product, 1e-12);
                for (int j = i; j < order; j++)
                {
                    double identity = 0;
                    for (int k = 0; k < order; k++)
                    {
                        identity += matrix[i, k] * inverse[(Math.Min(k, j) * factor.InverseStride) + Math.Max(k, j)];
                    }

                    Assert.Equal(i == j ? 1 : 0, identity, 1e-12);
                }
            }
        }
    }

    [Fact]
    public void Block_solve_gives_the_single_solve_to_the_last_bit()
    {
        foreach (int order in new[] { 1, 2, 3, 7, 8, 9, 31, 64, 121 })
        {
            SmallCholesky factor = Filled(Matrix(order));
            Assert.True(factor.TryFactor());
            var block = new double[order * 32];
            for (int i = 0; i < block.Length; i++)
            {
                block[i] = Math.Cos(i);
            }

            var columns = new double[32][];
            for (int c = 0; c < 32; c++)
            {
                columns[c] = new double[factor.Stride];
                for (int i = 0; i < order; i++)
                {
                    columns[c][i] = block[(i * 32) + c];
                }

                factor.ForwardSolve(columns[c]);
            }

            factor.ForwardSolveBlock(block);
            for (int c = 0; c < 32; c++)
            {
                for (int i = 0; i < order; i++)
                {
                    Assert.Equal(columns[c][i], block[(i * 32) + c]);
                }
            }
        }
    }

    [Fact]
    public void Log_determinant_is_that_of_a_known_matrix()
    {
        SmallCholesky factor = Filled(new double[,] { { 4, 2 }, { 2, 5 } });
        Assert.True(factor.TryFactor());
        Assert.Equal(Math.Log(16), factor.LogDeterminant, 1e-15);
    }

    [Theory]
    [InlineData(-1.0)]
    [InlineData(0.0)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void Refuses_a_matrix_that_is_not_positive_definite(double last)
    {
        double[,] matrix = Matrix(9);
        matrix[8, 8] = last;
        Assert.False(Filled(matrix).TryFactor());
    }

    private static SmallCholesky Filled(double[,] matrix)
    {
        var factor = new SmallCholesky(matrix.GetLength(0));
        for (int i = 0; i < factor.Order; i++)
        {
            for (int j = i; j < factor.Order; j++)
            {
                factor.Row(i)[j] = matrix[i, j];
            }
        }

        return factor;
    }

    private static double[,] Matrix(int order)
    {
        var matrix = new double[order, order];
        for (int i = 0; i < order; i++)
        {
            for (int j = 0; j < order; j++)
            {
                matrix[i, j] = Math.Exp(-0.3 * Math.Abs(i - j)) + (i == j ? 0.5 : 0);
            }
        }

        return matrix;
    }
}
