namespace Blase3D.Engine.Grids;

/// <summary>How values between the nodes of a grid come from those at the nodes.</summary>
public enum InterpolationScheme
{
    /// <summary>Multilinear in the corners of the cell: continuous, with a crease at every plane of nodes.</summary>
    Linear,

    /// <summary>
    /// Parabolas through neighbouring nodes along every axis, blended smoothly from corner to corner (see <see cref="CellStencil"/>): the
    /// first derivatives are continuous.
    /// </summary>
    Cubic,
}
