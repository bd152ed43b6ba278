using System.Globalization;

namespace Blase3D.Engine.Spectra;

/// <summary>The keywords of a file with their values as text. A keyword that is there twice counts with its first value.</summary>
public sealed class SpectrumHeader
{
    private readonly Dictionary<string, string> _values = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<KeyValuePair<string, string>> _cards = [];

    /// <summary>Makes a header.</summary>
    /// <param name="cards">Keywords and values in the order of the file.</param>
    public SpectrumHeader(IEnumerable<KeyValuePair<string, string>> cards)
    {
        ArgumentNullException.ThrowIfNull(cards);
        foreach ((string keyword, string value) in cards)
        {
            _cards.Add(new(keyword, value));
            _values.TryAdd(keyword, value);
        }
    }

    /// <summary>A header without a card.</summary>
    public static SpectrumHeader Empty { get; } = new([]);

    /// <summary>All cards in the order of the file.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Cards => _cards;

    /// <summary>The value of a keyword as text; null when it is absent or empty.</summary>
    /// <param name="keyword">Letter case ignored.</param>
    public string? Text(string keyword) => _values.TryGetValue(keyword, out string? value) && value.Trim() is { Length: > 0 } text ? text : null;

    /// <summary>The value of a keyword as a number; null when it is absent or no finite number.</summary>
    /// <param name="keyword">Letter case ignored.</param>
    public double? Number(string keyword) =>
        Text(keyword) is { } text
        && double.TryParse(text.Replace('D', 'E'), NumberStyles.Float, CultureInfo.InvariantCulture, out double value)
        && double.IsFinite(value) ? value : null;

    /// <summary>This header followed by another one, whose cards count where this one has none.</summary>
    internal SpectrumHeader With(SpectrumHeader other) => new(_cards.Concat(other._cards));
}
