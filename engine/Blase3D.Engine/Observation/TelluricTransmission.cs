using Blase3D.Engine.Spectra;

namespace Blase3D.Engine.Observation;

/// <summary>
/// The transmission of the Earth's atmosphere as it was above the telescope, at the instrument's resolution: linear between its wavelengths, which are
/// in the observatory's frame, and averaged over the pixels of an order.
/// </summary>
public sealed class TelluricTransmission
{
    private readonly double[] _wavelength;
    private readonly double[] _transmission;

    // The integral up to each wavelength.
    private readonly double[] _sum;

    /// <summary>Takes a spectrum of the transmission.</summary>
    /// <param name="wavelengthAngstrom">Vacuum Angstrom in the observatory's frame, strictly ascending, at least two.</param>
    /// <param name="transmission">0 to 1 (to 1.05 is taken as noise, and as it is), of the same length.</param>
    /// <param name="name">What to call it in errors.</param>
    /// <exception cref="EngineException"><see cref="ErrorCode.BadInput"/>: fewer than two values, not ascending, or not 0 to 1.</exception>
    public TelluricTransmission(double[] wavelengthAngstrom, double[] transmission, string name)
    {
        ArgumentNullException.ThrowIfNull(wavelengthAngstrom);
        ArgumentNullException.ThrowIfNull(transmission);
        SpectrumRules.RequireSameLength(wavelengthAngstrom.Length, transmission.Length);
        if (wavelengthAngstrom.Length < 2) throw SpectrumRules.Bad($"{name} has {wavelengthAngstrom.Length} values of a transmission; give at least two.");
        _sum = new double[wavelengthAngstrom.Length];
        for (int i = 0; i < transmission.Length; i++)
        {
            if (!(transmission[i] is >= 0 and <= 1.05))
                throw SpectrumRules.Bad($"{name} has a transmission of {transmission[i]} at {wavelengthAngstrom[i]} A; give 0 to 1.");
            if (i == 0) continue;
            double step = wavelengthAngstrom[i] - wavelengthAngstrom[i - 1];
            if (!(step > 0)) throw SpectrumRules.Bad($"{name} has the wavelength {wavelengthAngstrom[i]} A after {wavelengthAngstrom[i - 1]}; sort it by wavelength.");
            _sum[i] = _sum[i - 1] + (0.5 * step * (transmission[i] + transmission[i - 1]));
        }

        (_wavelength, _transmission, Name) = ([.. wavelengthAngstrom], [.. transmission], name);
    }

    /// <summary>What to call it.</summary>
    public string Name { get; }

    /// <summary>Whether it says anything about an order.</summary>
    /// <param name="order">As for <see cref="AppliedTo"/>.</param>
    /// <exception cref="EngineException">As for <see cref="AppliedTo"/>.</exception>
    public bool Reaches(Spectrum order)
    {
        ArgumentNullException.ThrowIfNull(order);
        double factor = DopplerShift.Factor(MovedKmPerS(order));
        return order.WavelengthAngstrom[0] / factor < _wavelength[^1] && order.WavelengthAngstrom[^1] / factor > _wavelength[0];
    }

    /// <summary>An order with this transmission times the one that its own file gives.</summary>
    /// <param name="order">The order; its <see cref="SpectrumFacts.Frame"/> says where the atmosphere's lines are in it.</param>
    /// <returns>Pixels beyond the ends of the transmission have the one of the order's file, or 1.</returns>
    /// <exception cref="EngineException">
    /// <see cref="ErrorCode.BadInput"/>: the order is not in the observatory's frame and its file does not say by what velocity it was moved.
    /// </exception>
    public Spectrum AppliedTo(Spectrum order)
    {
        ArgumentNullException.ThrowIfNull(order);
        double factor = DopplerShift.Factor(MovedKmPerS(order));
        DetectorPixels pixels = DetectorPixels.FromCenters(order.WavelengthAngstrom);
        double[] own = order.TelluricTransmission ?? [.. order.Flux.Select(_ => 1.0)], result = new double[own.Length];
        for (int i = 0; i < result.Length; i++) result[i] = own[i] * Mean(pixels.LowerAngstrom[i] / factor, pixels.UpperAngstrom[i] / factor);
        return order with { TelluricTransmission = result };
    }

    // The velocity that the observatory's wavelengths have been moved by.
    private static double MovedKmPerS(Spectrum order) => order.Facts switch
    {
        null or { Frame: SpectralFrame.Observatory or SpectralFrame.NotStated } => 0,
        { Frame: SpectralFrame.Barycentric or SpectralFrame.Heliocentric, BarycentricVelocityKmPerS: { } velocity } => velocity,
        { } facts => throw SpectrumRules.Bad(
            $"{order.Name} is in the {facts.Frame} frame and does not say by what velocity it was moved from the observatory's, in which a telluric transmission is; give a spectrum in the observatory's frame, or leave out --telluric."),
    };

    private double Mean(double low, double high)
    {
        if (low < _wavelength[0] || high > _wavelength[^1]) return 1;
        return high > low ? (Integral(high) - Integral(low)) / (high - low) : 1;
    }

    private double Integral(double at)
    {
        int above = Array.BinarySearch(_wavelength, at);
        if (above >= 0) return _sum[above];
        above = ~above;
        double step = at - _wavelength[above - 1], share = step / (_wavelength[above] - _wavelength[above - 1]);
        double there = ((1 - share) * _transmission[above - 1]) + (share * _transmission[above]);
        return _sum[above - 1] + (0.5 * step * (_transmission[above - 1] + there));
    }
}
