using Blase3D.Kernels.Contracts;

namespace Blase3D.Engine.Reconstruction;

public sealed partial class ResidualSpectrum
{
    /// <summary>How the residual of a node reaches the wanted pixels, for a device; null when it reaches none.</summary>
    internal ResidualTaps? Taps()
    {
        if (_sum.Length == 0) return null;
        int length = Math.Max(_sum.Length, ResidualTaps.Taps), at = 0;
        var first = new int[_wanted.Length];
        var weight = new double[ResidualTaps.Taps * _wanted.Length];
        var share = new double[_wanted.Length];
        for (int i = 0; i < _wanted.Length; i++)
        {
            if (_sameSteps)
            {
                first[i] = Math.Min(i, length - ResidualTaps.Taps);
                weight[(ResidualTaps.Taps * i) + i - first[i]] = 1;
                share[i] = _residual.ShareAt(_first + i);
                continue;
            }

            share[i] = -1;
            if (!(_wanted[i] >= _own[_first] && _wanted[i] <= _own[_first + _sum.Length - 1])) continue;
            (int from, int to) = Neighbours(_wanted[i], ref at);
            first[i] = Math.Min(from, length - ResidualTaps.Taps);
            share[i] = _residual.ShareAt(_first + at);
            for (int j = from; j <= to; j++) weight[(ResidualTaps.Taps * i) + j - first[i]] = Basis(j, from, to, _wanted[i]);
        }

        return new ResidualTaps(length, first, weight, share);
    }

    /// <summary>The residual of a node in the form that <see cref="Taps"/> describes.</summary>
    /// <param name="node">A present node.</param>
    /// <exception cref="EngineException">BadInput: what is stored is damaged.</exception>
    internal double[] RowOf(int node)
    {
        _residual.Reader.Read(node, _first, _row);
        if (_row.Length >= ResidualTaps.Taps) return _row;
        var padded = new double[ResidualTaps.Taps];
        _row.CopyTo(padded, 0);
        return padded;
    }
}
