using Blase3D.Engine.Spectra.Reading;
using Xunit;

namespace Blase3D.Engine.Tests.Spectra;

/// <summary>The page of formats lists those that the reader tries, in the same order.</summary>
public class FormatPageTests
{
    [Fact]
    public void The_page_has_a_row_for_every_format()
    {
        string page = File.ReadAllText(Path.Combine(GoldenFile.RepositoryRoot, "data-schemas", "spectrum-formats.md"));
        string[] rows = [.. page.Split('\n').SkipWhile(line => !line.StartsWith("|---", StringComparison.Ordinal)).Skip(1)
            .TakeWhile(line => line.StartsWith('|')).Select(line => line.Split('|')[1].Trim())];
        Assert.Equal(SpectrumReader.Formats, rows);
    }
}
