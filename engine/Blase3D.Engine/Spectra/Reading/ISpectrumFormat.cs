namespace Blase3D.Engine.Spectra.Reading;

/// <summary>One format of files with spectra: what it looks like, and how it is read.</summary>
internal interface ISpectrumFormat
{
    /// <summary>What to call it.</summary>
    string Name { get; }

    /// <summary>Whether a file is of this format, told by its content. Cheap: headers and column names, no data.</summary>
    bool Recognises(SourceFile source);

    /// <summary>Reads a file of this format.</summary>
    /// <exception cref="EngineException">The file lacks something or contradicts itself.</exception>
    RawExposure Read(SourceFile source);
}
