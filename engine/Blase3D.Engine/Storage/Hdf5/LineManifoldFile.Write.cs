using Blase3D.Engine.Manifolds;
using Blase3D.Native.Hdf5;

namespace Blase3D.Engine.Storage.Hdf5;

/// <content>Writing.</content>
public static partial class LineManifoldFile
{
    private const int ChunkElements = 16384;

    private static readonly Hdf5Layout Compressed = new() { Chunk = [ChunkElements], Shuffle = true, DeflateLevel = 6 };

    /// <summary>Writes a manifold with all that belongs to it; residuals node by node.</summary>
    /// <param name="path">The file; appears whole or not at all.</param>
    /// <param name="manifold">The manifold.</param>
    /// <param name="provenance">How it came to be.</param>
    /// <param name="compress">
    /// Whether to shuffle and deflate the entries, rounded beforehand (<see cref="Rounded"/>): about half the size, and reading takes longer.
    /// </param>
    /// <param name="progress">Receives the share of the residuals done, 0 to 1.</param>
    /// <exception cref="EngineException">BadInput: the wavelengths do not ascend, a residual cannot be made, or the file cannot be written.</exception>
    public static void Write(string path, LineManifold manifold, Provenance provenance, bool compress = false, Action<double>? progress = null)
    {
        ArgumentNullException.ThrowIfNull(manifold);
        ArgumentNullException.ThrowIfNull(provenance);
        FileHeader.RequireAscending(manifold.Wavelength, path);
        AtomicFile.Write(path, temporary =>
        {
            using Hdf5File file = Hdf5File.Create(temporary);
            FileHeader.Write(file, path, manifold.Surfaces is null ? Type : SurfacesType, manifold.Axes.Names, provenance);
            RecipeAttributes.Write(file, manifold.Recipe);
            file.SetAttribute("/", "interpolation", manifold.Scheme == Grids.InterpolationScheme.Cubic ? "cubic" : "linear");
            file.SetAttribute("/", "residual", manifold.Residual is null ? 0 : 1);
            file.SetAttribute("/", BlockChecksums.Attribute, BlockChecksums.Kind);
            file.SetAttribute("/", "max_shift_angstrom", manifold.MaxShiftAngstrom);
            for (int d = 0; d < manifold.Axes.Dimensions; d++) BlockChecksums.Write(file, $"/axis/{manifold.Axes.Names[d]}", manifold.Axes.Values(d), [manifold.Axes.Values(d).Length]);
            WritePlain<double>("/wavelength", manifold.Wavelength);
            WritePlain<double>("/line_center", manifold.LineCenter);
            WritePlain<long>("/node_offset", manifold.NodeOffset);
            WritePlain<byte>("/node_present", Array.ConvertAll(manifold.NodePresent, present => present ? (byte)1 : (byte)0));
            bool small = compress || manifold.Surfaces is not null;
            ManifoldEntries entries = manifold.Entries;
            WriteColumn<int>("/line_index", entries.LineIndex, small);
            if (manifold.Surfaces is { } surfaces) WriteSurfaces(file, manifold, surfaces);
            else
            {
                WriteColumn<float>("/center_shift", entries.CenterShift, small);
                WriteColumn<float>("/ln_amplitude", entries.LnAmplitude, small);
                WriteColumn<float>("/ln_sigma", entries.LnSigma, small);
                WriteColumn<float>("/ln_gamma", entries.LnGamma, small);
            }

            if (manifold.Residual is { } residual) WriteResidual(file, manifold, residual, progress);
            ErrorMapFile.Write(file, manifold.Axes, manifold.Wavelength.Length, manifold.ErrorMap);
            file.Close();

            void WritePlain<T>(string name, T[] values)
                where T : unmanaged => BlockChecksums.Write<T>(file, name, values, [values.Length]);

            void WriteColumn<T>(string name, T[] values, bool deflate)
                where T : unmanaged => BlockChecksums.Write<T>(file, name, values, [values.Length], deflate ? Compressed : null);
        });
    }

    /// <summary>The manifold as a compressed file gives it back: parameters rounded by <see cref="ManifoldRounding"/>.</summary>
    /// <param name="manifold">A manifold with parameters at the nodes; a residual term and an error map are not kept, since they belong to the unrounded lines.</param>
    public static LineManifold Rounded(LineManifold manifold)
    {
        ArgumentNullException.ThrowIfNull(manifold);
        ManifoldEntries e = manifold.Entries;
        var rounded = new ManifoldEntries(
            e.LineIndex,
            ManifoldRounding.Round(e.CenterShift, ManifoldRounding.CenterStepAngstrom),
            ManifoldRounding.Round(e.LnAmplitude, ManifoldRounding.LogarithmStep),
            ManifoldRounding.Round(e.LnSigma, ManifoldRounding.LogarithmStep),
            ManifoldRounding.Round(e.LnGamma, ManifoldRounding.LogarithmStep));
        return new LineManifold(
            manifold.Axes, manifold.Wavelength, manifold.LineCenter, manifold.NodePresent, manifold.NodeOffset, rounded, manifold.Recipe)
        {
            Scheme = manifold.Scheme,
        };
    }

    private static void WriteSurfaces(Hdf5File file, LineManifold manifold, LineSurfaces surfaces)
    {
        int lines = manifold.LineCenter.Length, dimensions = manifold.Axes.Dimensions, terms = LineSurfaces.Exponents(dimensions, surfaces.Degree).Length;
        file.SetAttribute("/", "surface_degree", surfaces.Degree);
        WriteBlock("/surface/box", surfaces.Box, [lines, dimensions, 2]);
        WriteBlock("/surface/coefficient", surfaces.Coefficient, [lines, 4, terms]);

        void WriteBlock(string name, float[] values, long[] shape) => BlockChecksums.Write<float>(
            file, name, values, shape, Compressed with { Chunk = [Math.Clamp(lines, 1, 256), shape[1], shape[2]] });
    }

    private static void WriteResidual(Hdf5File file, LineManifold manifold, ResidualTerm residual, Action<double>? progress)
    {
        int nodes = manifold.Axes.NodeCount, pixels = manifold.Wavelength.Length, blocks = ResidualCode.BlocksOf(pixels);
        var layout = new Hdf5Layout { Chunk = [1, ResidualCode.BlockPixels], Shuffle = true, DeflateLevel = 4 };
        using Hdf5Dataset codes = file.CreateDataset<short>("/residual/code", [nodes, pixels], layout);
        var row = new double[pixels];
        var code = new short[pixels];
        var steps = new float[nodes * blocks];
        var sums = new uint[nodes * blocks];
        for (int node = 0; node < nodes; node++)
        {
            if (!manifold.NodePresent[node]) continue;
            residual.Reader.Read(node, 0, row);
            ResidualCode.Encode(row, residual.ErrorBound, code, steps.AsSpan(node * blocks, blocks));
            codes.Write<short>([node, 0], [1, pixels], code);
            for (int block = 0; block < blocks; block++) sums[(node * blocks) + block] = BlockChecksums.OfBlock<short>(ResidualCode.Block(code, block));
            progress?.Invoke((node + 1.0) / nodes);
        }

        file.Write<uint>(BlockChecksums.PathOf("/residual/code"), sums, [nodes, blocks]);
        BlockChecksums.Write<float>(file, "/residual/step", steps, [nodes, blocks]);
        BlockChecksums.Write<float>(file, "/residual/line_share", residual.LineShare, [residual.LineShare.Length]);
    }
}
