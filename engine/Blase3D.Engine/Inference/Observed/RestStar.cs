using Blase3D.Engine.Manifolds;
using Blase3D.Engine.Observation;
using Blase3D.Engine.Reconstruction;
using Blase3D.Kernels;

namespace Blase3D.Engine.Inference.Observed;

/// <summary>
/// The star at rest on a lattice, with its derivatives; where the instrument is folded into the lines (<see cref="LineFolding"/>), as this instrument would see it.
/// What was made last is kept until another point is asked for.
/// </summary>
internal sealed partial class RestStar
{
    private readonly LineManifold _manifold;
    private readonly Workers _workers;
    private readonly SpectrumReconstructor _reconstructor;
    private readonly double? _sigmaKmPerS;
    private readonly AxisEnd? _end;
    private readonly double[]? _correction;
    private double[]? _innerFlux;
    private double[][]? _innerSlopes;
    private double[] _point = [];
    private double _factor;

    /// <summary>Prepares evaluations.</summary>
    /// <param name="manifold">The manifold.</param>
    /// <param name="options">How to reconstruct.</param>
    /// <param name="kernels">The kernels to use.</param>
    /// <param name="workers">The threads to use.</param>
    /// <param name="wavelength">The lattice.</param>
    /// <param name="foldedKmPerS">The standard deviation of the instrument that is folded into the lines; null when none is.</param>
    /// <param name="continuation">An axis that goes on beyond its end, not with a folded instrument; null when none does.</param>
    /// <param name="correction">What the spectrum is to be multiplied by, length N, not with a folded instrument; null for nothing.</param>
    public RestStar(
        LineManifold manifold, ReconstructionOptions options, KernelSet kernels, Workers workers, double[] wavelength, double? foldedKmPerS, AxisContinuation? continuation = null, double[]? correction = null)
    {
        (_manifold, _workers, _sigmaKmPerS, _end, _correction) = (manifold, workers, foldedKmPerS, continuation?.EndOf(manifold.Axes), correction);
        _reconstructor = new SpectrumReconstructor(manifold, options, kernels, wavelength);
        Tangents = new SpectrumTangents(manifold, options, kernels, wavelength);
        if (foldedKmPerS is { } sigma) Tangents.Reshape = (lines, directions) => LineFolding.Widen(lines, sigma / _factor, directions);
        Flux = new double[wavelength.Length];
        Slopes = [.. Enumerable.Range(0, manifold.Axes.Dimensions).Select(_ => new double[wavelength.Length])];
        ResolutionSlope = new double[foldedKmPerS is null ? 0 : wavelength.Length];
    }

    /// <summary>Whether the instrument is in the lines.</summary>
    public bool IsFolded => _sigmaKmPerS is not null;

    /// <summary>The lines and the derivatives at the last point.</summary>
    public SpectrumTangents Tangents { get; }

    /// <summary>The spectrum.</summary>
    public double[] Flux { get; }

    /// <summary>Its derivatives by the axes of the manifold.</summary>
    public double[][] Slopes { get; }

    /// <summary>Its derivative by the factor of the resolving power, where the instrument is folded.</summary>
    public double[] ResolutionSlope { get; }

    /// <summary>Makes <see cref="Flux"/>.</summary>
    /// <param name="stellar">The point on the axes of the manifold.</param>
    /// <param name="factor">The factor of the resolving power.</param>
    /// <returns>False when the point's cell lacks a node.</returns>
    public bool TryFlux(ReadOnlySpan<double> stellar, double factor)
    {
        if (stellar.SequenceEqual(_point) && (factor == _factor || !IsFolded)) return true;
        (_point, _factor) = ([], factor);
        try
        {
            if (IsBeyond(stellar)) Continue(stellar, _end!, withSlopes: false);
            else if (IsFolded) Tangents.Evaluate(stellar, _workers, Flux);
            else _reconstructor.Reconstruct(stellar, _workers, Flux);
        }
        catch (EngineException failure) when (failure.Code == ErrorCode.OutOfRange)
        {
            return false;
        }

        Correct(Flux);
        _point = stellar.ToArray();
        return true;
    }

    /// <summary>Makes <see cref="Flux"/>, <see cref="Slopes"/> and, where the instrument is folded, <see cref="ResolutionSlope"/>.</summary>
    /// <param name="stellar">The point on the axes of the manifold.</param>
    /// <param name="factor">The factor of the resolving power.</param>
    /// <param name="withResolution">Whether the last one is wanted.</param>
    /// <returns>False when the point's cell lacks a node.</returns>
    public bool TrySlopes(ReadOnlySpan<double> stellar, double factor, bool withResolution)
    {
        (_point, _factor) = ([], factor);
        try
        {
            if (IsBeyond(stellar)) Continue(stellar, _end!, withSlopes: true);
            else Tangents.Evaluate(stellar, _workers, Flux, Slopes);
        }
        catch (EngineException failure) when (failure.Code == ErrorCode.OutOfRange)
        {
            return false;
        }

        Correct(Flux);
        foreach (double[] slope in Slopes) Correct(slope);
        if (withResolution && _sigmaKmPerS is { } sigma) Tangents.Along(LineFolding.AlongResolution(Tangents.Lines, sigma / factor, factor), _workers, ResolutionSlope);
        return true;
    }

    /// <summary>Multiplies by what corrects the model.</summary>
    /// <param name="values">One value per place of the lattice.</param>
    public void Correct(Span<double> values)
    {
        for (int n = 0; _correction is not null && n < values.Length; n++) values[n] *= _correction[n];
    }

    /// <summary>How far the spectrum is from the convolved one if an instrument is folded, see <see cref="FoldingBound"/>; of a star that is not folded.</summary>
    /// <param name="stellar">The point on the axes of the manifold, in a complete cell.</param>
    /// <param name="sigmaKmPerS">The standard deviation of the instrument.</param>
    /// <param name="enough">As soon as this is passed the search may stop.</param>
    public double FoldingBound(ReadOnlySpan<double> stellar, double sigmaKmPerS, double enough)
    {
        _point = [];
        Tangents.Evaluate(stellar, _workers, Flux);
        return Observation.FoldingBound.Largest(_manifold.Recipe.Cloning.Model, Tangents.Lines, sigmaKmPerS, Tangents.Wavelength, enough);
    }
}
