using Blase3D.Engine.Manifolds;
using Blase3D.Native.Hdf5;

namespace Blase3D.Engine.Storage.Hdf5;

/// <summary>The residuals of a file; blocks are read when needed and kept, up to half a gigabyte of them.</summary>
internal sealed class StoredResiduals : IResidualReader, IDisposable
{
    private const long LargestCacheBytes = 1L << 29;

    private readonly Hdf5Dataset _code;
    private readonly string _path;
    private readonly Lock _reading;
    private readonly float[] _step;
    private readonly uint[] _sum;
    private readonly int _pixels;
    private readonly int _blocks;
    private readonly Dictionary<(int Node, int Block), short[]> _cache = [];
    private long _cacheBytes;

    public StoredResiduals(Hdf5File file, string path, int nodes, int pixels, Lock reading)
    {
        (_path, _reading, _pixels, _blocks) = (path, reading, pixels, ResidualCode.BlocksOf(pixels));
        using Hdf5Dataset step = FileHeader.Dataset(file, path, "/residual/step", 2);
        using Hdf5Dataset share = FileHeader.Dataset(file, path, "/residual/line_share", 1), sum = FileHeader.Dataset(file, path, BlockChecksums.PathOf("/residual/code"), 2);
        _code = FileHeader.Dataset(file, path, "/residual/code", 2);
        if (!_code.Shape.SequenceEqual([nodes, pixels]) || !step.Shape.SequenceEqual([nodes, _blocks]) || !sum.Shape.SequenceEqual(step.Shape) || (share.Length != _blocks && share.Length != ResidualTerm.SharesOf(pixels)))
        {
            _code.Dispose();
            throw new EngineException(ErrorCode.BadInput, $"{path} has residuals of another shape than its {nodes} nodes and {pixels} wavelengths; make the file again.");
        }

        _step = step.ReadAll<float>();
        _sum = sum.ReadAll<uint>();
        float[] shares = share.ReadAll<float>();
        BlockChecksums.Verify<float>(file, path, "/residual/step", _step);
        BlockChecksums.Verify<float>(file, path, "/residual/line_share", shares);
        if (!Array.TrueForAll(_step, s => s >= 0 && float.IsFinite(s)) || !Array.TrueForAll(shares, s => s is >= 0 and <= 1))
        {
            _code.Dispose();
            throw new EngineException(ErrorCode.BadInput, $"{path} has residual steps or line shares out of range; make the file again.");
        }

        // The first files had one share for every block of codes.
        const int sharesPerBlock = ResidualCode.BlockPixels / ResidualTerm.SharePixels;
        LineShare = shares.Length == ResidualTerm.SharesOf(pixels) ? shares : [.. Enumerable.Range(0, ResidualTerm.SharesOf(pixels)).Select(k => shares[k / sharesPerBlock])];
        foreach (float s in _step) ErrorBound = Math.Max(ErrorBound, s / 2);
    }

    public double ErrorBound { get; }

    public float[] LineShare { get; }

    public void Read(int node, int firstPixel, Span<double> destination)
    {
        for (int done = 0; done < destination.Length;)
        {
            int pixel = firstPixel + done, block = pixel / ResidualCode.BlockPixels, inside = pixel - (block * ResidualCode.BlockPixels);
            short[] code = Block(node, block);
            int count = Math.Min(code.Length - inside, destination.Length - done);
            double step = _step[(node * _blocks) + block];
            for (int i = 0; i < count; i++) destination[done + i] = step * code[inside + i];
            done += count;
        }
    }

    public void Dispose() => _code.Dispose();

    private short[] Block(int node, int block)
    {
        lock (_reading)
        {
            if (_cache.TryGetValue((node, block), out short[]? known)) return known;
            int first = block * ResidualCode.BlockPixels;
            var code = new short[Math.Min(ResidualCode.BlockPixels, _pixels - first)];
            NativeErrors.Guard(_path, () => _code.Read<short>([node, first], [1, code.Length], code));
            if (BlockChecksums.OfBlock<short>(code) != _sum[(node * _blocks) + block])
            {
                throw new EngineException(
                    ErrorCode.BadInput,
                    $"{_path} is damaged: the residuals of node {node} do not fit their checksum; copy it again from where it came, or make it again.");
            }

            if (_cacheBytes > LargestCacheBytes)
            {
                _cache.Clear();
                _cacheBytes = 0;
            }

            _cacheBytes += code.Length * sizeof(short);
            return _cache[(node, block)] = code;
        }
    }
}
