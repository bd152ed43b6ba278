using Blase3D.Native.Cfitsio;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace Blase3D.Native.Tests.Cfitsio;

public class FitsRoundTripTests
{
    [Fact]
    public void Images_of_both_widths_come_back_with_their_shape()
    {
        using var scratch = new Scratch();
        using (FitsFile file = FitsFile.Create(scratch["a.fits"]))
        {
            file.WriteImage([1.5, double.NaN, -0.0, double.MaxValue, 5, 6], [3, 2]);
            file.WriteImage([1.5f, float.NaN, float.MinValue], [3]);
            file.Close();
        }

        using FitsFile again = FitsFile.OpenRead(scratch["a.fits"]);
        Assert.Equal(2, again.HduCount);
        Assert.Equal(FitsHduKind.Image, again.Kind);
        Assert.Equal([3L, 2L], again.ImageShape);
        var doubles = new double[6];
        again.ReadImage(0, doubles);
        Assert.Equal([1.5, double.NaN, -0.0, double.MaxValue, 5, 6], doubles);
        again.ReadImage(3, doubles.AsSpan(0, 2));
        Assert.Equal([double.MaxValue, 5], doubles[..2]);

        again.MoveTo(1);
        var floats = new float[3];
        again.ReadImage(0, floats);
        Assert.Equal([1.5f, float.NaN, float.MinValue], floats);
    }

    [Fact]
    public void Any_table_of_doubles_comes_back_bit_for_bit()
    {
        Gen<double[][]> tables =
            from columns in Gen.Choose(1, 5)
            from rows in Gen.Choose(0, 40)
            from values in ArbMap.Default.GeneratorFor<double>().Where(v => !double.IsNaN(v)).ArrayOf(rows).ArrayOf(columns)
            select values;
        using var scratch = new Scratch();
        string path = scratch["t.fits"];
        Check.QuickThrowOnFailure(Prop.ForAll(Arb.From(tables), table =>
        {
            using (FitsFile file = FitsFile.Create(path))
            {
                file.WriteTable("T", [.. table.Select((values, c) => ($"C{c}", "Angstrom", values))]);
                file.Close();
            }

            using FitsFile again = FitsFile.OpenRead(path);
            return again.TryMoveTo("T")
                && again.RowCount == table[0].Length
                && again.Columns.Select(c => (c.Name, c.Unit, c.Repeat, c.TypeCode)).SequenceEqual(
                    table.Select((_, c) => ($"C{c}", "Angstrom", 1L, 82)))
                && table.Select((values, c) => again.ReadColumn(c).Select(BitConverter.DoubleToInt64Bits)
                    .SequenceEqual(values.Select(BitConverter.DoubleToInt64Bits))).All(same => same);
        }));
    }

    [Fact]
    public void Any_number_comes_back_from_a_keyword()
    {
        using var scratch = new Scratch();
        string path = scratch["k.fits"];
        Arbitrary<NormalFloat> reals = ArbMap.Default.ArbFor<NormalFloat>();
        Check.QuickThrowOnFailure(Prop.ForAll(reals, ArbMap.Default.ArbFor<long>(), (NormalFloat real, long whole) =>
        {
            using (FitsFile file = FitsFile.Create(path))
            {
                file.WriteImage(new double[1], [1]);
                file.SetKey("REAL", real.Get, "a number");
                file.SetKey("WHOLE", whole);
                file.Close();
            }

            using FitsFile again = FitsFile.OpenRead(path);
            return again.ReadDoubleKey("REAL") == real.Get && again.ReadInt64Key("WHOLE") == whole;
        }));
    }

    [Fact]
    public void Text_keywords_come_back_and_absent_ones_are_null()
    {
        string text = string.Join(' ', Enumerable.Repeat("it's a long command line", 20));
        using var scratch = new Scratch();
        using (FitsFile file = FitsFile.Create(scratch["a.fits"]))
        {
            file.WriteImage(new float[4], [2, 2]);
            file.SetKey("LONG", text);
            file.SetKey("UNIT", "old");
            file.SetKey("UNIT", "Angstrom", "new");
            file.Close();
        }

        using FitsFile again = FitsFile.OpenRead(scratch["a.fits"]);
        Assert.Equal(text, again.ReadStringKey("LONG"));
        Assert.Equal("Angstrom", again.ReadStringKey("unit"));
        Assert.Equal("2", again.ReadStringKey("NAXIS"));
        Assert.Null(again.ReadStringKey("NONE"));
        Assert.Null(again.ReadDoubleKey("NONE"));
        Assert.Null(again.ReadInt64Key("NONE"));
        Assert.Contains("UNIT", Assert.Throws<FitsException>(() => again.ReadDoubleKey("UNIT")).Path, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_name_is_taken_literally()
    {
        using var scratch = new Scratch();
        foreach (string name in new[] { "a[1].fits", "b(2).fits", "!c.fits", "-", "~d.fits", "e+1", "größe ü.fits" })
        {
            using (FitsFile file = FitsFile.Create(scratch[name]))
            {
                file.WriteImage([7.0], [1]);
                file.Close();
            }

            Assert.True(File.Exists(scratch[name]), name);
            using FitsFile again = FitsFile.OpenRead(scratch[name]);
            var value = new double[1];
            again.ReadImage(0, value);
            Assert.Equal(7.0, value[0]);
        }
    }

    [Fact]
    public void Create_replaces_and_write_arguments_are_checked()
    {
        using var scratch = new Scratch();
        File.WriteAllText(scratch["a.fits"], new string('x', 9000));
        using FitsFile file = FitsFile.Create(scratch["a.fits"]);
        Assert.Throws<ArgumentException>(() => file.WriteImage(new double[5], [2, 2]));
        Assert.Throws<ArgumentException>(() => file.WriteTable("T", []));
        Assert.Throws<ArgumentException>(() => file.WriteTable("T", [("a", "", [1.0]), ("b", "", [1.0, 2.0])]));
        file.WriteTable("T", [("a", "", [1.0]), ("b", "", [2.0])]);
        file.Close();
        file.Close();
        Assert.Throws<ObjectDisposedException>(() => file.HduCount);
    }

    [Fact]
    public void Text_and_images_are_not_confused_with_numbers_and_tables()
    {
        using FitsFile file = FitsFile.OpenRead(TestFiles.Golden("fits/astropy-types.fits"));
        Assert.Throws<FitsException>(() => file.Columns);
        Assert.False(file.TryMoveTo("NOTHING"));
        Assert.Equal(0, file.HduIndex);

        Assert.True(file.TryMoveTo("mixed"));
        Assert.Throws<FitsException>(() => file.ImageShape);
        Assert.Equal(["alpha", "b", ""], file.ReadStringColumn("NAME"));
        Assert.Equal([1.0, 2, 3, 4, 5, 6], file.ReadColumn("pair"));
        Assert.Equal([10.5, double.NaN, 12.5], file.ReadColumn("scaled"));
        Assert.Equal("pixel", file.Columns[1].Unit);
        Assert.Equal(2, file.Columns[1].Repeat);
        Assert.Contains("text", Assert.Throws<FitsException>(() => file.ReadColumn("name")).Message, StringComparison.Ordinal);
        Assert.Contains("variable", Assert.Throws<FitsException>(() => file.ReadColumn("ragged")).Message, StringComparison.Ordinal);
        Assert.Contains("scaled", Assert.Throws<FitsException>(() => file.ReadColumn("nothing")).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => file.ReadColumn(99));

        Assert.True(file.TryMoveTo("ASCII"));
        Assert.Equal(FitsHduKind.AsciiTable, file.Kind);
        Assert.Equal([1.25, -3.5], file.ReadColumn("x"));

        Assert.True(file.TryMoveTo("BLANKS"));
        var values = new double[3];
        file.ReadImage(0, values);
        Assert.Equal([101.0, double.NaN, 103.0], values);
    }
}
