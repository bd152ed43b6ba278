namespace Blase3D.Engine.Storage.TorchState;

/// <summary>
/// The lines of one spectrum as the published code saves them: four parameters per line, a quadratic continuum and a radial velocity.
/// </summary>
/// <remarks>
/// The radial velocity was trained together with the centres: the spectrum that was fitted has its lines at
/// centre * (1 + velocity / c). It is given here as saved; the importer decides to apply it.
/// </remarks>
/// <param name="CenterAngstrom">Line centres in vacuum Angstrom, length L (state name lam_centers).</param>
/// <param name="LnAmplitude">Natural logarithm of the line area in Angstrom, length L (amplitudes).</param>
/// <param name="LnSigma">Natural logarithm of the Gaussian standard deviation in Angstrom, length L (sigma_widths).</param>
/// <param name="LnGamma">Natural logarithm of the Lorentz half width in Angstrom, length L (gamma_widths).</param>
/// <param name="InitialCenterAngstrom">Centres before the fit in Angstrom, length L (pre_line_centers), or null when not saved.</param>
/// <param name="ContinuumCoefficients">Constant, linear, quadratic coefficient (a_coeff, b_coeff, c_coeff); 1, 0, 0 when not saved.</param>
/// <param name="RadialVelocityKmPerS">Radial velocity in km/s; 0 when not saved.</param>
/// <param name="NonFiniteLineCount">How many lines have a NaN or infinite parameter (a fit that diverged); the lines are kept.</param>
public sealed record BlaseState(
    double[] CenterAngstrom,
    double[] LnAmplitude,
    double[] LnSigma,
    double[] LnGamma,
    double[]? InitialCenterAngstrom,
    (double A, double B, double C) ContinuumCoefficients,
    double RadialVelocityKmPerS,
    int NonFiniteLineCount)
{
    /// <summary>The number of lines.</summary>
    public int LineCount => CenterAngstrom.Length;

    /// <summary>Reads the state of a .pt file, or of a .npz file with the same names.</summary>
    /// <param name="path">A .pt or .npz file.</param>
    /// <exception cref="EngineException">BadInput: see <see cref="TorchStateDictionary.Read(string)"/> and <see cref="From"/>.</exception>
    public static BlaseState Read(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return From(path.EndsWith(".npz", StringComparison.OrdinalIgnoreCase) ? TorchStateDictionary.ReadArrays(path) : TorchStateDictionary.Read(path));
    }

    /// <summary>Takes the state from a dictionary; names that are not known are ignored.</summary>
    /// <param name="dictionary">Tensors by name.</param>
    /// <exception cref="EngineException">
    /// BadInput: a tensor is missing, not one-dimensional, or of another length than lam_centers.
    /// </exception>
    public static BlaseState From(TorchStateDictionary dictionary)
    {
        ArgumentNullException.ThrowIfNull(dictionary);
        double[] center = Column(dictionary, "lam_centers", null)
            ?? throw Missing(dictionary, "lam_centers");
        double[] Required(string name) => Column(dictionary, name, center.Length) ?? throw Missing(dictionary, name);
        double[] amplitude = Required("amplitudes");
        double[] sigma = Required("sigma_widths");
        double[] gamma = Required("gamma_widths");
        double[]? initial = Column(dictionary, "pre_line_centers", center.Length);
        int nonFinite = 0;
        for (int j = 0; j < center.Length; j++)
        {
            // A sum is finite exactly when no term is NaN or infinite, because logarithms and centres are far from overflow.
            if (!double.IsFinite(center[j] + amplitude[j] + sigma[j] + gamma[j] + (initial?[j] ?? 0))) nonFinite++;
        }

        return new BlaseState(
            center,
            amplitude,
            sigma,
            gamma,
            initial,
            (Scalar(dictionary, "a_coeff", 1), Scalar(dictionary, "b_coeff", 0), Scalar(dictionary, "c_coeff", 0)),
            Scalar(dictionary, "radial_velocity", 0),
            nonFinite);
    }

    private static double[]? Column(TorchStateDictionary dictionary, string name, int? length)
    {
        if (dictionary.Find(name) is not { } tensor) return null;
        if (tensor.Shape.Count != 1 || (length is { } expected && tensor.Values.Length != expected))
        {
            string shape = string.Join(", ", tensor.Shape);
            throw Bad(dictionary, $"has {name} of shape [{shape}] where [{(length is null ? "lines" : length)}] is expected");
        }

        return tensor.Values;
    }

    private static double Scalar(TorchStateDictionary dictionary, string name, double absent)
    {
        if (dictionary.Find(name) is not { } tensor) return absent;
        if (tensor.Values.Length == 1 && double.IsFinite(tensor.Values[0])) return tensor.Values[0];
        throw Bad(dictionary, $"has {name} with {tensor.Values.Length} values where one finite number is expected");
    }

    private static EngineException Missing(TorchStateDictionary dictionary, string name) =>
        Bad(dictionary, $"has no tensor {name} (it has: {TorchFormat.Shorten(string.Join(", ", dictionary.Names))})");

    private static EngineException Bad(TorchStateDictionary dictionary, string what) =>
        new(ErrorCode.BadInput, $"'{dictionary.Path}' {what}; give a state of blase's sparse emulator.");
}
