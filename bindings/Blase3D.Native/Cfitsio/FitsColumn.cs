namespace Blase3D.Native.Cfitsio;

/// <summary>A column of a table.</summary>
/// <param name="Name">TTYPE; empty when the file gives none.</param>
/// <param name="Unit">TUNIT; empty when the file gives none.</param>
/// <param name="Repeat">Values per row; for strings the number of bytes.</param>
/// <param name="TypeCode">
/// CFITSIO's data type after scaling: 16 string, 14 logical, 11 byte, 21 short, 31 or 41 int, 81 long, 42 float, 82 double;
/// negative for arrays of variable length.
/// </param>
public sealed record FitsColumn(string Name, string Unit, long Repeat, int TypeCode);
