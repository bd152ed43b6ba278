using Blase3D.Engine.Manifolds;
using Blase3D.Kernels;
using Blase3D.Kernels.Gpu.Devices;

namespace Blase3D.Engine.Reconstruction.Resident;

/// <summary>
/// A manifold that stays in the memory of a device from batch to batch, with what belongs to the wavelengths of the spectra. Without a device it does
/// nothing. For one batch at a time.
/// </summary>
/// <param name="manifold">The manifold.</param>
/// <param name="options">How spectra are reconstructed.</param>
/// <param name="kernels">The kernels to use.</param>
public sealed class ManifoldResidence(LineManifold manifold, ReconstructionOptions options, KernelSet kernels) : IDisposable
{
    // Stars of one survey share their wavelengths; where each has its own, keeping them all would fill the memory.
    private const int MostKept = 16;

    private readonly List<(double[] Wavelength, ResidentReconstruction Spectra)> _frames = [];
    private ResidentManifold? _rows;

    /// <summary>Whether a device can make the reconstructions.</summary>
    internal bool Serves { get; } = ResidentManifold.Serves(manifold, options, kernels);

    /// <summary>Frees the memory of the device; what is needed again is brought there again.</summary>
    public void Dispose()
    {
        foreach ((double[] _, ResidentReconstruction spectra) in _frames) spectra.Dispose();
        _frames.Clear();
        _rows?.Dispose();
        _rows = null;
    }

    /// <summary>Reconstructions on wavelengths, which are compared by their values.</summary>
    /// <param name="wavelength">Angstrom, as of <see cref="SpectrumReconstructor"/>.</param>
    /// <param name="note">Receives a sentence about the memory when something is brought to the device.</param>
    /// <exception cref="ComputeDeviceException">The device has no room, or fails.</exception>
    internal ResidentReconstruction On(double[] wavelength, Action<string>? note)
    {
        int known = _frames.FindIndex(frame => ReferenceEquals(frame.Wavelength, wavelength) || frame.Wavelength.AsSpan().SequenceEqual(wavelength));
        if (known >= 0) return _frames[known].Spectra;
        _rows ??= new ResidentManifold(manifold, kernels, [.. Enumerable.Range(0, manifold.NodePresent.Length).Where(node => manifold.NodePresent[node])]);
        var made = new ResidentReconstruction(_rows, options, wavelength);
        _frames.Add((wavelength, made));
        note?.Invoke(made.Prediction);
        return made;
    }

    /// <summary>Ends a batch: the wavelengths used last stay.</summary>
    internal void Trim()
    {
        for (; _frames.Count > MostKept; _frames.RemoveAt(0)) _frames[0].Spectra.Dispose();
    }
}
