using System.Runtime.CompilerServices;

namespace Blase3D.Kernels.Contracts;

/// <summary>Finds places in one array of wavelengths, again and again: even cells of wavelength say between which pixels to look.</summary>
/// <remarks>
/// The cell of a wavelength never decreases with it, so the first pixel that is not below a value lies between the first pixel of the value's
/// cell and the first pixel of the next one.
/// </remarks>
public sealed class WavelengthIndex
{
    private const int PixelsPerCell = 8;
    private const int Counted = 4;

    private readonly double[] _wavelength;
    private readonly int[] _first;
    private readonly double _low;
    private readonly double _perAngstrom;

    /// <summary>Makes the cells.</summary>
    /// <param name="wavelength">Ascending wavelengths in Angstrom; they must not change.</param>
    public WavelengthIndex(double[] wavelength)
    {
        ArgumentNullException.ThrowIfNull(wavelength);
        _wavelength = wavelength;
        int cells = (wavelength.Length / PixelsPerCell) + 1;
        _first = new int[cells + 1];
        double range = wavelength.Length == 0 ? 0 : wavelength[^1] - wavelength[0];
        (_low, _perAngstrom) = (wavelength.Length == 0 ? 0 : wavelength[0], range > 0 ? cells / range : 0);
        for (int cell = 0, i = 0; cell <= cells; cell++)
        {
            while (i < wavelength.Length && Cell(wavelength[i]) < cell) i++;
            _first[cell] = i;
        }

        _first[cells] = wavelength.Length;
    }

    /// <summary>The first pixel whose wavelength is not below the value, as <see cref="LineWindows.SearchSorted"/>.</summary>
    /// <param name="value">The value to place, Angstrom.</param>
    /// <returns>0 to the number of pixels; 0 for a value that is not a number.</returns>
    public int Find(double value)
    {
        if (double.IsNaN(value)) return 0;
        double place = Math.Clamp((value - _low) * _perAngstrom, 0, _first.Length - 2);
        int cell = (int)place, low = _first[cell], high = _first[cell + 1];

        // Pixels are nearly even within a cell. Counting in a few around the guess has no branch to mispredict, so the loads of many values overlap.
        int begin = low + (int)((place - cell) * (high - low)) - (Counted / 2);
        if (begin >= 0 && begin <= _wavelength.Length - Counted)
        {
            ref double near = ref _wavelength[begin];
            int below = IsBelow(near) + IsBelow(Unsafe.Add(ref near, 1)) + IsBelow(Unsafe.Add(ref near, 2)) + IsBelow(Unsafe.Add(ref near, 3));
            if (below is > 0 and < Counted) return begin + below;
        }

        return low + LineWindows.SearchSorted(_wavelength.AsSpan(low, high - low), value);

        int IsBelow(double wavelength) => Unsafe.BitCast<bool, byte>(wavelength < value);
    }

    private int Cell(double value) => (int)Math.Clamp((value - _low) * _perAngstrom, 0, _first.Length - 2);
}
