using Blase3D.Kernels;
using Blase3D.Kernels.Contracts;

namespace Blase3D.Engine.Cloning.QuasiNewton;

/// <summary>The lines of a fit with what is known of each: where it was first found, how it came to be, and what it is held to.</summary>
/// <param name="Table">The parameters, which the fit changes.</param>
/// <param name="InitialCenter">Where each was found first, in Angstrom; ascending, no two alike, so that it names the line on the whole grid.</param>
/// <param name="Origin">How each came to be in this spectrum.</param>
/// <param name="Home">The parameters that each is held to.</param>
internal sealed record FitLines(LineTable Table, double[] InitialCenter, LineOrigin[] Origin, LineTable Home)
{
    private const double FullWeightDepth = 0.1;

    /// <summary>Lines found in the spectrum; held to where they were found. What has no defined shape is left out.</summary>
    public static FitLines Detected(LineTable initial)
    {
        int[] order = [.. Enumerable.Range(0, initial.Count).Where(j => !ILineKernels.IsDegenerate(initial, j)).OrderBy(j => initial.Center[j])];
        LineTable table = Select(initial, order);
        var named = new double[table.Count];
        for (int j = 0; j < named.Length; j++) named[j] = j > 0 && !(table.Center[j] > named[j - 1]) ? Math.BitIncrement(named[j - 1]) : table.Center[j];
        return new FitLines(table, named, new LineOrigin[table.Count], table.Clone());
    }

    /// <summary>The lines of a neighbour; held to its parameters.</summary>
    public static FitLines Inherited(ClonedSpectrum neighbour)
    {
        var origin = new LineOrigin[neighbour.Lines.Count];
        Array.Fill(origin, LineOrigin.Inherited);
        return new FitLines(neighbour.Lines.Clone(), neighbour.InitialCenter, origin, neighbour.Lines);
    }

    /// <summary>The lines of a clone and those of neighbours that it lacks; its own are held to what they are, the others to the neighbours' parameters.</summary>
    public static FitLines Around(ClonedSpectrum own, NeighbourLines more)
    {
        int count = own.Lines.Count;
        double Name(int j) => j < count ? more.Renamed[j] : more.Names[j - count];
        int[] order = [.. Enumerable.Range(0, count + more.Names.Length).OrderBy(Name)];
        var table = new LineTable(
            Column(own.Lines.Center, more.Lines.Center), Column(own.Lines.LnAmplitude, more.Lines.LnAmplitude),
            Column(own.Lines.LnSigma, more.Lines.LnSigma), Column(own.Lines.LnGamma, more.Lines.LnGamma));
        LineOrigin[] origin = Array.ConvertAll(
            order, j => j >= count || more.Taken[j] ? LineOrigin.Inherited : own.Origin.Length == 0 ? LineOrigin.Detected : own.Origin[j]);
        return new FitLines(table, Array.ConvertAll(order, Name), origin, table.Clone());

        double[] Column(double[] mine, double[] theirs) => Array.ConvertAll(order, j => j < count ? mine[j] : theirs[j - count]);
    }

    /// <summary>
    /// The weight of every line's distance from its home. An inherited line is held as given however faint it is, as the neighbour knew it; one of this
    /// spectrum, fainter than 0.1, is held less with the square of its depth: its start is a guess, and it could not fade otherwise.
    /// </summary>
    public double[] Weights(LineProfile profile, double start, double inherited)
    {
        var weights = new double[Table.Count];
        for (int j = 0; j < weights.Length; j++)
        {
            double share = Math.Min(1, LinePeak.Depth(profile, Home.LnAmplitude[j], Home.LnSigma[j], Home.LnGamma[j]) / FullWeightDepth);
            weights[j] = Origin[j] == LineOrigin.Inherited ? inherited : start * share * share;
        }

        return weights;
    }

    /// <summary>
    /// Without the lines that are fainter at their centre than given. Lines of this spectrum are held to what they are now, so that the distance of
    /// one stage does not hold up the next; inherited ones stay held to the neighbour.
    /// </summary>
    public FitLines Without(LineProfile profile, double depth) =>
        Keep(j => LinePeak.Depth(profile, Table.LnAmplitude[j], Table.LnSigma[j], Table.LnGamma[j]) >= depth);

    /// <summary>Some of the lines; those of this spectrum are held to what they are now.</summary>
    public FitLines Keep(Func<int, bool> isKept)
    {
        int[] kept = [.. Enumerable.Range(0, Table.Count).Where(isKept)];
        LineTable table = Select(Table, kept), home = Select(Home, kept);
        LineOrigin[] origin = Array.ConvertAll(kept, j => Origin[j]);
        for (int j = 0; j < origin.Length; j++)
        {
            if (origin[j] == LineOrigin.Inherited) continue;
            (home.Center[j], home.LnAmplitude[j]) = (table.Center[j], table.LnAmplitude[j]);
            (home.LnSigma[j], home.LnGamma[j]) = (table.LnSigma[j], table.LnGamma[j]);
        }

        return new FitLines(table, Array.ConvertAll(kept, j => InitialCenter[j]), origin, home);
    }

    /// <summary>With more lines, found in the residual. One that was found where another was gets a name a hair above.</summary>
    public FitLines With(LineTable found)
    {
        int own = Table.Count, all = own + found.Count;
        var named = new SortedSet<double>(InitialCenter);
        var names = new double[found.Count];
        for (int k = 0; k < names.Length; k++)
        {
            double name = found.Center[k];
            while (!named.Add(name)) name = Math.BitIncrement(name);
            names[k] = name;
        }

        double Name(int j) => j < own ? InitialCenter[j] : names[j - own];
        int[] order = [.. Enumerable.Range(0, all).OrderBy(Name)];
        LineTable Merge(LineTable table) => new(
            Column(order, table.Center, found.Center), Column(order, table.LnAmplitude, found.LnAmplitude),
            Column(order, table.LnSigma, found.LnSigma), Column(order, table.LnGamma, found.LnGamma));
        return new FitLines(
            Merge(Table), Array.ConvertAll(order, Name), Array.ConvertAll(order, j => j < own ? Origin[j] : LineOrigin.Residual), Merge(Home));

        double[] Column(int[] rows, double[] mine, double[] theirs) => Array.ConvertAll(rows, j => j < own ? mine[j] : theirs[j - own]);
    }

    private static LineTable Select(LineTable table, int[] rows) => new(
        Array.ConvertAll(rows, j => table.Center[j]), Array.ConvertAll(rows, j => table.LnAmplitude[j]),
        Array.ConvertAll(rows, j => table.LnSigma[j]), Array.ConvertAll(rows, j => table.LnGamma[j]));
}
