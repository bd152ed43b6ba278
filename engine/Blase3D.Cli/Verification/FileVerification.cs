using Blase3D.Engine;
using Blase3D.Engine.Storage.Hdf5;

namespace Blase3D.Cli.Verification;

/// <summary>Reads everything in a file of the engine and verifies the checksums that it has.</summary>
internal static class FileVerification
{
    /// <summary>Verifies a file.</summary>
    /// <param name="path">The file.</param>
    /// <returns>What its checksums say: good or none.</returns>
    /// <exception cref="EngineException">BadInput: it is damaged, or no file of this engine.</exception>
    public static string Verify(string path)
    {
        string? type = FileHeader.TypeOf(path);
        switch (type)
        {
            case LineManifoldFile.Type or LineManifoldFile.SurfacesType:
                using (StoredManifold stored = LineManifoldFile.Open(path))
                {
                    _ = stored.ReadAll();
                    return stored.IsChecked ? "good" : "none";
                }

            case LineClonesFile.Type:
                _ = LineClonesFile.Read(path);
                return "none";
            case SpectraFile.GridType or SpectraFile.ResultType:
                using (StoredSpectra spectra = SpectraFile.Open(path))
                {
                    var flux = new double[spectra.Wavelength.Count];
                    for (int row = 0; row < spectra.Points.Count; row++) spectra.ReadFlux(row, flux);
                    return "none";
                }

            default:
                throw new EngineException(ErrorCode.BadInput, $"{path} is an HDF5 file of {(type is null ? "no TYPE" : $"the TYPE {type}")}, which cannot be verified; give a grid, clones, a manifold or spectra.");
        }
    }
}
