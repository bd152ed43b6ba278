namespace Blase3D.Engine.Storage.TorchState;

/// <summary>A tensor of a state dictionary, converted to double precision.</summary>
/// <param name="Shape">The extents; empty for a single number.</param>
/// <param name="Values">The elements in C order (last axis fastest); the product of <paramref name="Shape"/> many.</param>
public sealed record TorchTensor(IReadOnlyList<int> Shape, double[] Values);
