namespace Blase3D.Native.Cfitsio;

/// <summary>A card of a header.</summary>
/// <param name="Keyword">The keyword in capitals; with the words of the HIERARCH convention where it is one.</param>
/// <param name="Value">The value as text, without quotes; numbers and T or F as they are written.</param>
/// <param name="Comment">What follows the slash; empty for nothing.</param>
public sealed record FitsCard(string Keyword, string Value, string Comment);
