using Blase3D.Kernels;

namespace Blase3D.Engine.Inference.Batches;

/// <summary>A value that is wanted: the misfit of one star at one point.</summary>
/// <param name="Star">Which of the stars.</param>
/// <param name="Point">One value per axis of the manifold.</param>
/// <param name="IsShared">
/// Whether other stars may ask for the same point: its spectrum is then written once and compared with all of them, while that of a point of
/// one star alone is compared as it is made. Both agree to rounding; a search says so by what the point is, not by who else is there.
/// </param>
public readonly record struct ObjectiveRequest(int Star, double[] Point, bool IsShared = true);

/// <summary>
/// The misfits of many stars. All that are wanted in one round come in one call, so that an implementation can share what stars have in common,
/// on whatever device it runs.
/// </summary>
public interface IObjectiveBatch
{
    /// <summary>The number of stars.</summary>
    int Stars { get; }

    /// <summary>Evaluates every request.</summary>
    /// <param name="requests">Any number, in any order; a star may have several.</param>
    /// <param name="workers">The threads to use on this machine.</param>
    /// <param name="values">
    /// Receives one misfit per request, NaN where the point's cell lacks a node. A value depends on its own star and point alone.
    /// </param>
    /// <exception cref="EngineException">BadInput: no pixel of a star counts.</exception>
    void Evaluate(IReadOnlyList<ObjectiveRequest> requests, Workers workers, Span<double> values);
}
