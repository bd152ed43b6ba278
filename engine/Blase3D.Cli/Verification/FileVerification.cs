using Blase3D.Engine;
using Blase3D.Engine.Storage.Hdf5;

namespace Blase3D.Cli.Verification;

/// <summary>Reads everything in a file of the engine and verifies the checksums that it has.</summary>
internal static class FileVerification
{
    /// <summary>Verifies a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="cancellation">Stops between two spectra, or at the end.</param>
    /// <returns>What its checksums say: good or none.</returns>
    /// <exception cref="EngineException">BadInput: it is damaged, or no file of this engine.</exception>
    public static string Verify(string path, CancellationToken cancellation = default)
    {
        string? type = FileHeader.TypeOf(path);
        switch (type)
        {
            case LineManifoldFile.Type or LineManifoldFile.SurfacesType:
                using (StoredManifold stored = LineManifoldFile.Open(path))
                {
                    _ = stored.ReadAll();
                    cancellation.ThrowIfCancellationRequested();
                    return stored.IsChecked ? "good" : "none";
                }

            case LineClonesFile.Type:
                using (StoredClones clones = LineClonesFile.Open(path))
                {
                    for (int row = 0; row < clones.Tally.Count; row++)
                    {
                        cancellation.ThrowIfCancellationRequested();
                        _ = clones.Read(row);
                    }
                }

                return "none";
            case SpectraFile.GridType or SpectraFile.ResultType:
                using (StoredSpectra spectra = SpectraFile.Open(path))
                {
                    var flux = new double[spectra.Wavelength.Count];
                    for (int row = 0; row < spectra.Points.Count; row++)
                    {
                        cancellation.ThrowIfCancellationRequested();
                        spectra.ReadFlux(row, flux);
                    }


                    return "none";
                }

            default:
                throw new EngineException(ErrorCode.BadInput, $"{path} is an HDF5 file of {(type is null ? "no TYPE" : $"the TYPE {type}")}, which cannot be verified; give a grid, clones, a manifold or spectra.");
        }
    }
}
