namespace Blase3D.Kernels.Contracts;

/// <summary>
/// Lines that are made while they are taken, a few at a time, so that no table of all of them is ever written: for example interpolated between the nodes
/// of a manifold.
/// </summary>
public interface ILineSource
{
    /// <summary>The number of parts, at least 1. They may be read side by side; one after the other they are the lines in order.</summary>
    int Parts { get; }

    /// <summary>Starts reading a part from its first line; at most one reader of a part is in use at a time.</summary>
    /// <param name="part">0 to <see cref="Parts"/> - 1.</param>
    ILineReader Open(int part);
}

/// <summary>Reads the lines of a part of an <see cref="ILineSource"/>, once.</summary>
public interface ILineReader
{
    /// <summary>Lines for which a table must have room.</summary>
    const int LeastRoom = 512;

    /// <summary>Appends the next lines, roughly ascending in their centres, as many as there is room for.</summary>
    /// <param name="block">With room for <see cref="LeastRoom"/> lines; small enough to stay in the nearest cache.</param>
    /// <returns>Whether there were any; if not, the part is at its end.</returns>
    bool Read(LineTable block);
}

/// <summary>
/// Kernels that take lines from an <see cref="ILineSource"/>: interpolation, constants and windows of lines, and the spectrum, in one go. What they give is
/// what <see cref="ILineKernels"/> gives for a table of the same lines, bit for bit (for kernels with a tolerance: unless there are lines too narrow to be
/// seen between pixels, which do not share the tolerance here); after the first call of a size nothing is allocated.
/// </summary>
public interface IStreamedLineKernels : ILineKernels
{
    /// <summary>The number of lines of the last evaluation of a source.</summary>
    int StreamedLines { get; }

    /// <summary>Evaluates S as <see cref="ILineKernels.Forward"/> does.</summary>
    /// <param name="model">Profile and composition.</param>
    /// <param name="source">The lines.</param>
    /// <param name="rule">Which pixels of <paramref name="wavelength"/> belong to a line.</param>
    /// <param name="wavelength">Vacuum Angstrom, ascending, length P.</param>
    /// <param name="workers">The threads to use.</param>
    /// <param name="transmission">Receives S, length P; 1 where no line reaches.</param>
    void Forward(LineModel model, ILineSource source, WindowRule rule, double[] wavelength, Workers workers, double[] transmission);

    /// <summary>Compares S with data as <see cref="ILineKernels.SquaredResidual"/> does; no spectrum is written either.</summary>
    /// <param name="model">Profile and composition.</param>
    /// <param name="source">The lines.</param>
    /// <param name="rule">Which pixels of <paramref name="wavelength"/> belong to a line.</param>
    /// <param name="wavelength">Vacuum Angstrom, ascending, length P.</param>
    /// <param name="data">What S is compared with, length P; NaN where a pixel does not count.</param>
    /// <param name="weight">The weight of every pixel, length P, or null for 1; NaN where a pixel does not count.</param>
    /// <param name="workers">The threads to use.</param>
    /// <returns>sum weight (data - S)^2 over the pixels that count, and their number.</returns>
    (double Sum, int Pixels) SquaredResidual(
        LineModel model, ILineSource source, WindowRule rule, double[] wavelength, double[] data, double[]? weight, Workers workers);
}
