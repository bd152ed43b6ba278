namespace Blase3D.Engine.Spectra.Reading;

/// <summary>Makes an exposure of vacuum Angstrom and standard deviations out of what a file has, and notes what had to be done.</summary>
internal static class ExposureFinish
{
    // Formats that are called by their instrument, and what a header of such a file says.
    private static readonly string[] Instruments = ["HPF", "CARMENES", "IGRINS"];

    internal static Exposure Finish(SourceSelection selection, string format, RawExposure raw, WavelengthMedium? asked)
    {
        string file = selection.Path;
        if (asked is { } medium) MediumCheck.Require(file, raw.Medium, medium);
        bool isAssumed = asked is null && raw.Medium is null;
        WavelengthMedium actual = asked ?? raw.Medium ?? WavelengthMedium.Vacuum;
        var notes = new List<string>(raw.Notes);
        var tally = new FinishTally();
        var orders = new List<Spectrum>();
        IReadOnlyList<RawOrder> wanted = Wanted(file, raw.Orders, selection.Order);
        double[]?[] sigmas = Sigmas(wanted, raw.Errors, notes, out ErrorKind errors);
        for (int i = 0; i < wanted.Count; i++)
        {
            string name = wanted.Count == 1 ? file : FormattableString.Invariant($"{file}, order {wanted[i].Number}");
            orders.Add(FinishOrder(name, wanted[i], sigmas[i], raw.Unit, actual, tally) with { Name = Path.GetFileName(file), IsMediumAssumed = isAssumed });
        }

        int empty = orders.RemoveAll(order => order.MaskedCount == order.Flux.Length);
        if (orders.Count == 0) throw NoFlux(file, tally);
        if (empty > 0) notes.Add($"{empty} of {wanted.Count} orders have no good pixel and were left out.");
        tally.AddTo(notes);
        string? instrument = raw.Header.Text("INSTRUME") ?? raw.Header.Text("INSTRUMENT");
        if (Instruments.Contains(format) && instrument is not null && !instrument.Contains(format, StringComparison.OrdinalIgnoreCase))
            notes.Add($"The file is laid out like one of {format} and was read so, but says that the instrument is {instrument}; check what its wavelengths and errors are.");
        var facts = new SpectrumFacts
        {
            Format = format,
            File = file,
            Extension = raw.Extension,
            Instrument = instrument,
            Star = raw.Header.Text("OBJECT") ?? raw.Header.Text("OBJID"),
            DateObserved = raw.Header.Text("DATE-OBS"),
            Medium = actual,
            IsMediumAssumed = isAssumed,
            WavelengthUnit = raw.Unit,
            FluxUnit = raw.FluxUnit,
            Errors = errors,
            Frame = raw.Frame,
            BarycentricVelocityKmPerS = raw.BarycentricVelocityKmPerS,
            IsNormalized = raw.IsNormalized,
            Header = raw.Header,
            Notes = notes,
        };
        return new Exposure(Path.GetFileName(file), [.. orders.Select(order => order with { Facts = facts })], facts);
    }

    private static IReadOnlyList<RawOrder> Wanted(string file, IReadOnlyList<RawOrder> orders, int? wanted)
    {
        if (wanted is not { } number) return orders;
        return orders.FirstOrDefault(order => order.Number == number) is { } found
            ? [found]
            : throw SpectrumRules.Bad($"{file} has no order {number}; it has {orders.Count}, from 0 to {orders.Count - 1}.");
    }

    /// <summary>
    /// Errors as standard deviations. A file that has a place for errors and nothing in it (not a number everywhere, or 1 everywhere) gives
    /// none: a placeholder is no measurement.
    /// </summary>
    private static double[]?[] Sigmas(IReadOnlyList<RawOrder> orders, ErrorKind kind, List<string> notes, out ErrorKind actual)
    {
        double[]?[] sigmas = [.. orders.Select(order => order.Errors is null ? null : SpectrumColumns.ToSigma(order.Errors, kind))];
        actual = kind;
        if (kind == ErrorKind.None || Array.TrueForAll(sigmas, sigma => sigma is null))
        {
            actual = ErrorKind.None;
            return new double[]?[orders.Count];
        }

        bool allNaN = sigmas.All(sigma => sigma is null || Array.TrueForAll(sigma, double.IsNaN));
        bool allOne = !allNaN && sigmas.All(sigma => sigma is null || Array.TrueForAll(sigma, value => value == 1));
        if (!allNaN && !allOne) return sigmas;
        notes.Add($"The errors of the file are {(allOne ? "1" : "not a number")} at every pixel: a placeholder, taken as no errors.");
        actual = ErrorKind.None;
        return new double[]?[orders.Count];
    }

    private static Spectrum FinishOrder(
        string name, RawOrder raw, double[]? sigma, string unit, WavelengthMedium medium, FinishTally tally)
    {
        double[] wavelength = [.. raw.Wavelength], flux = [.. raw.Flux];
        if (flux.Length != wavelength.Length)
            throw SpectrumRules.Bad($"{name} has {wavelength.Length} wavelengths and {flux.Length} fluxes; they must be as many.");
        foreach ((int length, string what) in new[] { (sigma?.Length, "errors"), (raw.Bad?.Length, "mask values"), (raw.Telluric?.Length, "transmissions") }
            .Where(pair => pair.Item1 is not null).Select(pair => (pair.Item1!.Value, pair.Item2)))
        {
            if (length != flux.Length) throw SpectrumRules.Bad($"{name} has {flux.Length} fluxes and {length} {what}; they must be as many.");
        }

        WavelengthUnit.ToAngstrom(name, wavelength, unit);
        Mask(flux, sigma, raw.Bad, tally);
        double[]? errors = sigma is null ? null : [.. sigma], telluric = raw.Telluric is null ? null : [.. raw.Telluric];
        if (wavelength.Length > 1 && wavelength[0] > wavelength[^1])
        {
            tally.Reversed++;
            foreach (double[]? values in new[] { wavelength, flux, errors, telluric })
            {
                if (values is not null) Array.Reverse(values);
            }
        }

        WavelengthOrder.Require(name, wavelength);
        MediumCheck.ToVacuum(wavelength, medium);
        return new Spectrum(wavelength, flux, errors, name) { Order = raw.Number, TelluricTransmission = telluric };
    }

    private static void Mask(double[] flux, double[]? sigma, bool[]? bad, FinishTally tally)
    {
        bool anyGood = sigma is not null && Array.Exists(sigma, error => error > 0 && double.IsFinite(error));
        for (int i = 0; i < flux.Length; i++)
        {
            tally.Pixels++;
            if (bad?[i] == true)
            {
                tally.Marked++;
                flux[i] = double.NaN;
            }
            else if (!double.IsFinite(flux[i]))
            {
                tally.NotNumbers++;
                flux[i] = double.NaN;
            }
            else if (anyGood && !(sigma![i] > 0 && double.IsFinite(sigma[i])))
            {
                // Without any good error the whole spectrum would go; the stage that needs errors says what is wrong with them.
                tally.BadErrors++;
                flux[i] = double.NaN;
            }
        }
    }

    private static EngineException NoFlux(string file, FinishTally tally) => tally.Marked > 0
        ? SpectrumRules.Bad($"{file} holds no flux that is a number: {tally.Marked} of {tally.Pixels} pixels are marked as bad in the file; check its mask.")
        : SpectrumRules.Bad($"{file} holds no flux that is a number.");
}
