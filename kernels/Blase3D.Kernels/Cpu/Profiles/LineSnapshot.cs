using System.Runtime.InteropServices;
using Blase3D.Kernels.Contracts;

namespace Blase3D.Kernels.Cpu.Profiles;

/// <summary>The lines of the last evaluation: the gradient of a spectrum has the same ones, whose constants are then known.</summary>
internal sealed class LineSnapshot
{
    private LineProfile _profile;
    private int _count = -1;
    private double[] _center = [];
    private double[] _lnAmplitude = [];
    private double[] _lnSigma = [];
    private double[] _lnGamma = [];

    /// <summary>Remembers the lines.</summary>
    /// <returns>Whether they were the remembered ones already, bit for bit.</returns>
    public bool IsSame(LineProfile profile, LineTable lines)
    {
        int count = lines.Count;
        if (profile == _profile && count == _count && Equal(lines.Center, _center, count) && Equal(lines.LnAmplitude, _lnAmplitude, count)
            && Equal(lines.LnSigma, _lnSigma, count) && Equal(lines.LnGamma, _lnGamma, count)) return true;
        if (_center.Length < count)
            (_center, _lnAmplitude, _lnSigma, _lnGamma) = (new double[count], new double[count], new double[count], new double[count]);
        (_profile, _count) = (profile, count);
        Array.Copy(lines.Center, _center, count);
        Array.Copy(lines.LnAmplitude, _lnAmplitude, count);
        Array.Copy(lines.LnSigma, _lnSigma, count);
        Array.Copy(lines.LnGamma, _lnGamma, count);
        return false;
    }

    /// <summary>Lines came otherwise: the next ones are others.</summary>
    public void Forget() => _count = -1;

    // As bytes, which compares many at a time, and NaN with NaN.
    private static bool Equal(double[] a, double[] b, int count) =>
        MemoryMarshal.AsBytes(a.AsSpan(0, count)).SequenceEqual(MemoryMarshal.AsBytes(b.AsSpan(0, count)));
}
