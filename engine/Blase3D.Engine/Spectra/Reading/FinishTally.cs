namespace Blase3D.Engine.Spectra.Reading;

/// <summary>Counts over all orders of what was done to pixels.</summary>
internal sealed class FinishTally
{
    internal int Pixels { get; set; }

    internal int Marked { get; set; }

    internal int NotNumbers { get; set; }

    internal int BadErrors { get; set; }

    internal int Reversed { get; set; }

    /// <summary>One sentence for each thing that was done at all.</summary>
    internal void AddTo(List<string> notes)
    {
        if (Marked > 0) notes.Add($"{Marked} of {Pixels} pixels are marked as bad in the file and were masked.");
        if (NotNumbers > 0) notes.Add($"{NotNumbers} of {Pixels} pixels have no flux that is a number and were masked.");
        if (BadErrors > 0) notes.Add($"{BadErrors} of {Pixels} pixels have an error that is not above 0 and were masked.");
        if (Reversed > 0) notes.Add("The wavelengths were descending and were turned round.");
    }
}
