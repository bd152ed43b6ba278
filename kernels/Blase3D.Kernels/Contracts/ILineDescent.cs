namespace Blase3D.Kernels.Contracts;

/// <summary>What a descent by Adam with amsgrad on the mean squared residual of one spectrum begins with.</summary>
/// <param name="Model">Profile and composition.</param>
/// <param name="Lines">The lines; they are copied.</param>
/// <param name="Windows">Their windows, which stay as they are.</param>
/// <param name="Wavelength">Ascending wavelengths in Angstrom, length P.</param>
/// <param name="Flux">The spectrum to come near to, length P.</param>
/// <param name="Start">The first pixel that counts.</param>
/// <param name="End">The pixel behind the last that counts.</param>
/// <param name="Steps">The most steps.</param>
/// <param name="CenterRate">The learning rate of centres in Angstrom.</param>
/// <param name="Rate">The learning rate of ln amplitude, ln sigma and ln gamma, and of the velocity in km/s.</param>
/// <param name="SmallestLnWidth">What ln sigma and ln gamma of every line are kept above; empty for no limit.</param>
/// <param name="TrainVelocity">Whether all lines share a velocity v that moves too: centres are evaluated at mu (1 + v / c).</param>
public sealed record DescentProblem(
    LineModel Model,
    LineTable Lines,
    LineWindows Windows,
    double[] Wavelength,
    double[] Flux,
    int Start,
    int End,
    int Steps,
    double CenterRate,
    double Rate,
    double[] SmallestLnWidth,
    bool TrainVelocity);

/// <summary>Kernels that can keep a whole descent in the memory of a device.</summary>
public interface ILineDescents
{
    /// <summary>Begins a descent.</summary>
    /// <param name="problem">With what.</param>
    /// <returns>Null when the memory of the device does not suffice for the whole spectrum.</returns>
    /// <exception cref="Gpu.Devices.ComputeDeviceException">The device fails.</exception>
    ILineDescent? Begin(DescentProblem problem);
}

/// <summary>A descent on a device: lines, moments and spectrum stay there. For one caller at a time.</summary>
public interface ILineDescent : IDisposable
{
    /// <summary>Evaluates the lines as they are.</summary>
    /// <returns>The mean of (S - flux)^2 over the pixels that count.</returns>
    /// <exception cref="Gpu.Devices.ComputeDeviceException">The device fails.</exception>
    double Evaluate();

    /// <summary>Moves all lines one step against the gradient of the last evaluation. A derivative that is not finite moves nothing.</summary>
    /// <exception cref="Gpu.Devices.ComputeDeviceException">The device fails.</exception>
    void Move();

    /// <summary>Copies the lines as they are.</summary>
    /// <exception cref="Gpu.Devices.ComputeDeviceException">The device fails.</exception>
    LineTable Read();

    /// <summary>Copies the velocity of all lines as it is, in km/s; 0 when it is not trained.</summary>
    /// <exception cref="Gpu.Devices.ComputeDeviceException">The device fails.</exception>
    double ReadVelocity();
}
