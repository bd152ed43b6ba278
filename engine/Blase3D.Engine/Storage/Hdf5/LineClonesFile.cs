using Blase3D.Engine.Cloning;
using Blase3D.Engine.Grids;
using Blase3D.Kernels.Contracts;
using Blase3D.Native.Hdf5;

namespace Blase3D.Engine.Storage.Hdf5;

/// <summary>Reads and writes `line-clones` revision 1 (data-schemas/line-clones.md).</summary>
public static class LineClonesFile
{
    /// <summary>The TYPE.</summary>
    public const string Type = "line-clones";

    /// <summary>Writes clones.</summary>
    /// <param name="path">The file; appears whole or not at all.</param>
    /// <param name="clones">The clones.</param>
    /// <param name="provenance">How they came to be.</param>
    /// <exception cref="EngineException">BadInput: the wavelengths do not ascend, or the file cannot be written.</exception>
    public static void Write(string path, LineClones clones, Provenance provenance)
    {
        ArgumentNullException.ThrowIfNull(clones);
        ArgumentNullException.ThrowIfNull(provenance);
        if (clones.Spectra.Count != clones.Points.Count)
            throw new ArgumentException($"There are {clones.Points.Count} points and {clones.Spectra.Count} spectra; each point needs one.", nameof(clones));
        FileHeader.RequireAscending(clones.Wavelength, path);
        AtomicFile.Write(path, temporary =>
        {
            using Hdf5File file = Hdf5File.Create(temporary);
            FileHeader.Write(file, path, Type, clones.Points.AxisNames, provenance);
            RecipeAttributes.Write(file, clones.Recipe);
            file.Write<double>("/wavelength", clones.Wavelength, [clones.Wavelength.Length]);
            file.Write("/points", clones.Points.Values, [clones.Points.Count, clones.Points.Dimensions]);
            var offset = new long[clones.Spectra.Count + 1];
            for (int s = 0; s < clones.Spectra.Count; s++) offset[s + 1] = offset[s] + clones.Spectra[s].Lines.Count;
            file.Write<long>("/line_offset", offset, [offset.Length]);
            WriteColumn("/initial_center", s => s.InitialCenter);
            WriteColumn("/center", s => s.Lines.Center);
            WriteColumn("/ln_amplitude", s => s.Lines.LnAmplitude);
            WriteColumn("/ln_sigma", s => s.Lines.LnSigma);
            WriteColumn("/ln_gamma", s => s.Lines.LnGamma);
            file.Write<double>("/rms", [.. clones.Spectra.Select(s => s.Rms)], [clones.Spectra.Count]);
            file.Close();

            void WriteColumn(string name, Func<ClonedSpectrum, double[]> column)
            {
                var all = new double[offset[^1]];
                for (int s = 0; s < clones.Spectra.Count; s++) column(clones.Spectra[s]).AsSpan(0, clones.Spectra[s].Lines.Count).CopyTo(all.AsSpan((int)offset[s]));
                file.Write<double>(name, all, [all.Length]);
            }
        });
    }

    /// <summary>Reads clones.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="EngineException">The file is missing, of another type or revision, or does not fit together.</exception>
    public static LineClones Read(string path) => FileHeader.Read(path, [Type], file =>
    {
        GridPoints points = FileHeader.Points(file, path);
        long[] offset = FileHeader.Column<long>(file, path, "/line_offset");
        string[] names = ["/initial_center", "/center", "/ln_amplitude", "/ln_sigma", "/ln_gamma"];
        double[][] columns = [.. names.Select(name => FileHeader.Column<double>(file, path, name))];
        double[] rms = FileHeader.Column<double>(file, path, "/rms");
        if (offset.Length != points.Count + 1 || rms.Length != points.Count || offset[0] != 0 || columns.Any(c => c.Length != offset[^1]))
            throw new EngineException(ErrorCode.BadInput, $"{path} does not fit together ({points.Count} points, {offset.Length} offsets, {columns[0].Length} lines); make the file again.");
        var spectra = new ClonedSpectrum[points.Count];
        for (int s = 0; s < spectra.Length; s++)
        {
            if (offset[s + 1] < offset[s] || offset[s + 1] > offset[^1])
                throw new EngineException(ErrorCode.BadInput, $"{path} has a /line_offset that does not ascend at {s + 1}; make the file again.");
            Range range = (int)offset[s]..(int)offset[s + 1];
            spectra[s] = new ClonedSpectrum
            {
                InitialCenter = columns[0][range],
                Lines = new LineTable(columns[1][range], columns[2][range], columns[3][range], columns[4][range]),
                Rms = rms[s],
            };
        }

        return new LineClones(points, FileHeader.Wavelength(file, path), spectra, RecipeAttributes.Read(file, path));
    });
}
