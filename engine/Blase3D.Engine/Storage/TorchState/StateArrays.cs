using Blase3D.Engine.Cloning;
using Blase3D.Engine.Storage.Npz;

namespace Blase3D.Engine.Storage.TorchState;

/// <summary>Writes a clone as the arrays of a state dictionary, in a .npz file that NumPy reads and <see cref="BlaseState"/> too.</summary>
public static class StateArrays
{
    /// <summary>
    /// Writes the arrays amplitudes, sigma_widths, gamma_widths (natural logarithms), lam_centers and pre_line_centers (vacuum Angstrom), f8
    /// of length L, and the numbers a_coeff = 1, b_coeff = 0, c_coeff = 0 and radial_velocity = 0: the continuum is divided out, and a
    /// velocity is in the centres already.
    /// </summary>
    /// <param name="path">The file; appears whole or not at all.</param>
    /// <param name="clone">A clone, not a skipped one.</param>
    /// <exception cref="EngineException">BadInput: the file cannot be written.</exception>
    public static void Write(string path, ClonedSpectrum clone)
    {
        ArgumentNullException.ThrowIfNull(clone);
        int lines = clone.Lines.Count;
        AtomicFile.Write(path, temporary =>
        {
            using FileStream stream = File.Create(temporary);
            using var writer = new NpzWriter(stream, deflate: false);
            writer.Add("amplitudes", clone.Lines.LnAmplitude.AsSpan(0, lines));
            writer.Add("sigma_widths", clone.Lines.LnSigma.AsSpan(0, lines));
            writer.Add("gamma_widths", clone.Lines.LnGamma.AsSpan(0, lines));
            writer.Add("lam_centers", clone.Lines.Center.AsSpan(0, lines));
            writer.Add("pre_line_centers", clone.InitialCenter.AsSpan(0, lines));
            writer.AddScalar("a_coeff", 1);
            writer.AddScalar("b_coeff", 0);
            writer.AddScalar("c_coeff", 0);
            writer.AddScalar("radial_velocity", 0);
        });
    }
}
