namespace Blase3D.Native.Cfitsio;

/// <summary>What an HDU holds.</summary>
public enum FitsHduKind
{
    /// <summary>An image of any number of dimensions, also none.</summary>
    Image = FitsNative.ImageHdu,

    /// <summary>A table of text.</summary>
    AsciiTable = FitsNative.AsciiTable,

    /// <summary>A binary table.</summary>
    BinaryTable = FitsNative.BinaryTable,
}
