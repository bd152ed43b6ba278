using Blase3D.Native.Cfitsio;
using Xunit;

namespace Blase3D.Native.Tests.Cfitsio;

public class FitsHeaderTests
{
    [Fact]
    public void All_cards_with_a_value_are_listed_as_text()
    {
        using var scratch = new Scratch();
        string longText = new('x', 150);
        using (FitsFile file = FitsFile.Create(scratch["h.fits"]))
        {
            file.WriteImage([1.0, 2], [2]);
            file.SetKey("OBJECT", "Barnard's star", "its name");
            file.SetKey("HIERARCH CARACAL BERV", 26.25);
            file.SetKey("COUNT", 7L);
            file.SetKey("EMPTY", string.Empty);
            file.SetKey("LONGTEXT", longText);
            file.Close();
        }

        using FitsFile again = FitsFile.OpenRead(scratch["h.fits"]);
        Dictionary<string, FitsCard> cards = again.Header.ToDictionary(card => card.Keyword);
        Assert.Equal(new FitsCard("OBJECT", "Barnard's star", "its name"), cards["OBJECT"]);
        Assert.Equal("26.25", cards["CARACAL BERV"].Value);
        Assert.Equal(("7", string.Empty), (cards["COUNT"].Value, cards["EMPTY"].Value));
        Assert.Equal(longText, cards["LONGTEXT"].Value);
        Assert.Equal("T", cards["SIMPLE"].Value);
        Assert.DoesNotContain("CONTINUE", cards.Keys);
    }

    [Fact]
    public void Only_images_of_whole_numbers_are_masks()
    {
        using var scratch = new Scratch();
        using (FitsFile file = FitsFile.Create(scratch["i.fits"]))
        {
            file.WriteImage([1.0f, 2], [2]);
            file.WriteTable("T", [("A", string.Empty, [1.0])]);
            file.Close();
        }

        using FitsFile again = FitsFile.OpenRead(scratch["i.fits"]);
        again.MoveTo(0);
        Assert.False(again.IsIntegerImage);
        again.MoveTo(1);
        Assert.Throws<FitsException>(() => again.IsIntegerImage);
    }
}
