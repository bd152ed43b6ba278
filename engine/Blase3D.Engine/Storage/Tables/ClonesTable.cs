using System.Globalization;
using Blase3D.Engine.Cloning;

namespace Blase3D.Engine.Storage.Tables;

/// <summary>Writes clones as CSV: one line of the file per spectral line, with the columns of the axes first.</summary>
public static class ClonesTable
{
    /// <summary>
    /// Writes the columns AXES, initial_center, center, ln_amplitude, ln_sigma, ln_gamma (to the last bit) and origin (detected, inherited,
    /// residual). One spectrum is in memory at a time. Skipped spectra have no lines.
    /// </summary>
    /// <param name="path">The file; appears whole or not at all.</param>
    /// <param name="clones">The clones.</param>
    /// <param name="progress">Receives the share done, 0 to 1.</param>
    /// <param name="cancellation">Stops between two spectra; nothing is left behind.</param>
    /// <exception cref="EngineException">BadInput: the clones cannot be read, or the file cannot be written.</exception>
    public static void Write(string path, IClonedRows clones, Action<double>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(clones);
        AtomicFile.Write(path, temporary =>
        {
            using var writer = new StreamWriter(temporary) { NewLine = "\n" };
            writer.WriteLine(string.Join(',', [.. clones.Points.AxisNames, "initial_center", "center", "ln_amplitude", "ln_sigma", "ln_gamma", "origin"]));
            for (int row = 0; row < clones.Points.Count; row++)
            {
                cancellation.ThrowIfCancellationRequested();
                ClonedSpectrum clone = clones.Read(row);
                string point = string.Join(',', clones.Points[row].ToArray().Select(value => value.ToString("R", CultureInfo.InvariantCulture)));
                for (int line = 0; line < clone.Lines.Count; line++)
                {
                    string origin = (clone.Origin.Length == 0 ? LineOrigin.Detected : clone.Origin[line]).ToString().ToLowerInvariant();
                    writer.WriteLine(string.Create(
                        CultureInfo.InvariantCulture,
                        $"{point},{clone.InitialCenter[line]:R},{clone.Lines.Center[line]:R},{clone.Lines.LnAmplitude[line]:R},{clone.Lines.LnSigma[line]:R},{clone.Lines.LnGamma[line]:R},{origin}"));
                }

                progress?.Invoke((row + 1.0) / clones.Points.Count);
            }
        });
    }
}
