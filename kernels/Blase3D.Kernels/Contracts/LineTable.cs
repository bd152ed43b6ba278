namespace Blase3D.Kernels.Contracts;

/// <summary>
/// The parameters of the lines of one spectrum as four columns (structure of arrays). The columns may be longer than <see cref="Count"/>,
/// so that a table is filled again and again without allocation.
/// </summary>
public sealed class LineTable
{
    /// <summary>Makes an empty table with room for a number of lines.</summary>
    /// <param name="capacity">At least 0.</param>
    public LineTable(int capacity = 0) => Reserve(capacity);

    /// <summary>Wraps four columns of one length; nothing is copied.</summary>
    /// <param name="center">Line centres mu' in Angstrom (vacuum).</param>
    /// <param name="lnAmplitude">Natural logarithm of the amplitude (area) a in Angstrom.</param>
    /// <param name="lnSigma">Natural logarithm of the Gaussian standard deviation in Angstrom.</param>
    /// <param name="lnGamma">Natural logarithm of the Lorentzian half width at half maximum in Angstrom.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public LineTable(double[] center, double[] lnAmplitude, double[] lnSigma, double[] lnGamma)
    {
        ArgumentNullException.ThrowIfNull(center);
        ArgumentNullException.ThrowIfNull(lnAmplitude);
        ArgumentNullException.ThrowIfNull(lnSigma);
        ArgumentNullException.ThrowIfNull(lnGamma);
        if (lnAmplitude.Length != center.Length || lnSigma.Length != center.Length || lnGamma.Length != center.Length)
            throw new ArgumentException($"The columns have {center.Length}, {lnAmplitude.Length}, {lnSigma.Length} and {lnGamma.Length} lines; they must agree.");
        (Center, LnAmplitude, LnSigma, LnGamma, Count) = (center, lnAmplitude, lnSigma, lnGamma, center.Length);
    }

    /// <summary>The number of lines in use, at most the length of the columns.</summary>
    public int Count { get; set; }

    /// <summary>Line centres mu' in Angstrom (vacuum).</summary>
    public double[] Center { get; private set; } = [];

    /// <summary>Natural logarithm of the amplitude (area) a in Angstrom.</summary>
    public double[] LnAmplitude { get; private set; } = [];

    /// <summary>Natural logarithm of the Gaussian standard deviation sigma in Angstrom.</summary>
    public double[] LnSigma { get; private set; } = [];

    /// <summary>Natural logarithm of the Lorentzian half width at half maximum gamma in Angstrom.</summary>
    public double[] LnGamma { get; private set; } = [];

    /// <summary>How many more lines there is room for.</summary>
    public int Room => Center.Length - Count;

    /// <summary>For an <see cref="ILineReader"/> that begins to append.</summary>
    /// <returns>The number of lines that are there.</returns>
    /// <exception cref="InvalidOperationException">There is less room than a reader may ask for.</exception>
    public int BeginRead() => Room >= ILineReader.LeastRoom
        ? Count
        : throw new InvalidOperationException($"A table with room for {Room} lines is given to a reader that may need {ILineReader.LeastRoom}; reserve more.");

    /// <summary>Makes room for a number of lines; what the table held is kept.</summary>
    /// <param name="capacity">The number of lines to have room for.</param>
    public void Reserve(int capacity)
    {
        if (capacity <= Center.Length) return;
        (double[] c, double[] a, double[] s, double[] g) = (Center, LnAmplitude, LnSigma, LnGamma);
        Array.Resize(ref c, capacity);
        Array.Resize(ref a, capacity);
        Array.Resize(ref s, capacity);
        Array.Resize(ref g, capacity);
        (Center, LnAmplitude, LnSigma, LnGamma) = (c, a, s, g);
    }

    /// <summary>A deep copy with columns of exactly <see cref="Count"/> lines.</summary>
    public LineTable Clone() => new(Center[..Count], LnAmplitude[..Count], LnSigma[..Count], LnGamma[..Count]);
}
