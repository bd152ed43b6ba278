namespace Blase3D.Engine.Cloning;

/// <summary>How a line of a clone came to be. The numbers are those of the clones file.</summary>
public enum LineOrigin : byte
{
    /// <summary>A minimum of the spectrum itself.</summary>
    Detected = 0,

    /// <summary>Taken over from the clone of a neighbouring point of the grid, where it had been found.</summary>
    Inherited = 1,

    /// <summary>A minimum of what the lines found first had left over.</summary>
    Residual = 2,
}
