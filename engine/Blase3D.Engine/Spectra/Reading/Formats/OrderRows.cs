namespace Blase3D.Engine.Spectra.Reading.Formats;

/// <summary>Orders as the rows of images of one shape.</summary>
internal static class OrderRows
{
    /// <param name="source">The file.</param>
    /// <param name="flux">One or two dimensions, pixels first.</param>
    /// <param name="wavelength">The same shape.</param>
    /// <param name="errors">The same shape, or null.</param>
    /// <param name="mask">The same shape, any value but 0 marks a bad pixel; or null.</param>
    /// <exception cref="EngineException">The shapes differ.</exception>
    internal static IReadOnlyList<RawOrder> Read(SourceFile source, SourceHdu flux, SourceHdu wavelength, SourceHdu? errors, SourceHdu? mask)
    {
        foreach (SourceHdu? other in new[] { wavelength, errors, mask })
        {
            if (other is not null && !other.HasShapeOf(flux))
                throw SpectrumRules.Bad($"{source.Path}: {other.Describe()} does not have the shape of {flux.Describe()}; both must be the same.");
        }

        if (flux.Shape.Length is not (1 or 2)) throw SpectrumRules.Bad($"{source.Path}: {flux.Describe()} is not a list of orders.");
        long count = flux.Shape.Length == 1 ? 1 : flux.Shape[1];
        var orders = new List<RawOrder>();
        for (int row = 0; row < count; row++)
        {
            orders.Add(new RawOrder(row, source.Row(wavelength, row), source.Row(flux, row), errors is null ? null : source.Row(errors, row))
            {
                Bad = mask is null ? null : SpectrumColumns.ToBad(source.Row(mask, row)),
            });
        }

        return orders;
    }
}
