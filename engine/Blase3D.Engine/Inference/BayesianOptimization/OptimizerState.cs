using System.Text.Json;
using System.Text.Json.Serialization;

namespace Blase3D.Engine.Inference.BayesianOptimization;

/// <summary>
/// Everything that a <see cref="BayesianOptimizer"/> needs to go on as if it had never stopped, as plain values.
/// </summary>
public sealed record OptimizerState
{
    private static readonly JsonSerializerOptions Format = new()
    {
        // A failed evaluation is stored as it was told.
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    /// <summary>Seed the optimiser was started with.</summary>
    public required ulong Seed { get; init; }

    /// <summary>Four words of the generator.</summary>
    public required ulong[] Generator { get; init; }

    /// <summary>Lower bounds.</summary>
    public required double[] Lower { get; init; }

    /// <summary>Upper bounds.</summary>
    public required double[] Upper { get; init; }

    /// <summary>Evaluations in the order told.</summary>
    public required Evaluation[] History { get; init; }

    /// <summary>Pending points, in the units of the bounds.</summary>
    public required double[][] Pending { get; init; }

    /// <summary>Whether each pending point was proposed by the model.</summary>
    public required bool[] PendingGuided { get; init; }

    /// <summary>Sobol points used.</summary>
    public required int DesignPoints { get; init; }

    /// <summary>Fits made.</summary>
    public required int Fits { get; init; }

    /// <summary>Number of evaluations that the model at hand has seen; 0 when there is none and the next proposal fits one.</summary>
    public required int FittedCount { get; init; }

    /// <summary>Result of the last fit; null before the first.</summary>
    public required KernelParameters? LastFit { get; init; }

    /// <summary>The second derivatives that the last fit has gathered, by which the next one begins; null for none.</summary>
    public double[]? LastHessian { get; init; }

    /// <summary>Gains of the hedge.</summary>
    public required double[] Gains { get; init; }

    /// <summary>Last proposal of each acquisition, in the unit cube.</summary>
    public required double[][] Proposals { get; init; }

    /// <summary>Side of the trust region; null without one.</summary>
    public required double? TrustRegionSide { get; init; }

    /// <summary>Improvements in a row.</summary>
    public required int TrustRegionSuccesses { get; init; }

    /// <summary>Guided evaluations in a row without improvement.</summary>
    public required int TrustRegionFailures { get; init; }

    /// <summary>Writes the state as JSON; numbers are written so that they read back to the last bit.</summary>
    /// <returns>JSON text.</returns>
    public string ToJson() => JsonSerializer.Serialize(this, Format);

    /// <summary>Reads a state written by <see cref="ToJson"/>.</summary>
    /// <param name="json">JSON text.</param>
    /// <returns>The state.</returns>
    /// <exception cref="EngineException">BadInput: the text is not a complete state.</exception>
    public static OptimizerState FromJson(string json)
    {
        try
        {
            return JsonSerializer.Deserialize<OptimizerState>(json, Format)
                ?? throw new EngineException(ErrorCode.BadInput, "The optimiser state is null; use the text that was stored.");
        }
        catch (JsonException cause)
        {
            throw new EngineException(
                ErrorCode.BadInput, $"The optimiser state cannot be read ({cause.Message}); use the text that was stored.", cause);
        }
    }
}
