using Blase3D.Engine.Cloning;
using Blase3D.Native.Hdf5;

namespace Blase3D.Engine.Storage.Hdf5;

/// <summary>The run of clones as root attributes (data-schemas/line-clones.md).</summary>
internal static class RunAttributes
{
    public static void Write(Hdf5File file, CloneRun? run)
    {
        if (run is null) return;
        file.SetAttribute("/", "run", run.Fingerprint);
        file.SetAttribute("/", "kernels", run.Kernels);
        if (run.Part is not { } part) return;
        file.SetAttribute("/", "shard", part.ToString());
        file.SetAttribute("/", "grid_spectra", part.GridRows);
    }

    public static CloneRun? Read(Hdf5File file, string path, int rows)
    {
        if (file.ReadStringAttribute("/", "run") is not { } fingerprint) return null;
        GridShard? part = null;
        if (file.ReadStringAttribute("/", "shard") is { } shard)
        {
            long gridRows = file.ReadInt64Attribute("/", "grid_spectra") ?? 0;
            part = GridShard.Parse(shard, (int)Math.Clamp(gridRows, 0, int.MaxValue));
            if (part.Rows != rows)
                throw new EngineException(ErrorCode.BadInput, $"{path} holds {rows} spectra, but shard {shard} of {gridRows} has {part.Rows}; clone that shard again.");
        }

        return new CloneRun(fingerprint, file.ReadStringAttribute("/", "kernels") ?? string.Empty, part);
    }
}
