using System.Globalization;
using Blase3D.Engine.Storage.Hdf5;
using Blase3D.Native.Hdf5;
using Xunit;

namespace Blase3D.Engine.Tests.Storage.Hdf5;

public sealed class HeaderTests : IDisposable
{
    private readonly StorageFolder _folder = new();

    public static TheoryData<string> Types => [.. TinyContent.Writers.Keys];

    /// <summary>Every dataset of every TYPE that must be there.</summary>
    public static TheoryData<string, string> Datasets { get; } = new()
    {
        { "grid-spectra", "/wavelength /points /flux" },
        { "spectra", "/wavelength /points /flux" },
        { "line-clones", "/wavelength /points /line_offset /initial_center /center /ln_amplitude /ln_sigma /ln_gamma /rms" },
        {
            "line-manifold",
            "/wavelength /axis/teff /axis/logg /axis/feh /line_center /node_offset /line_index /center_shift /ln_amplitude /ln_sigma /ln_gamma"
        },
    };

    [Fact]
    public void What_is_no_HDF5_file_is_told_apart()
    {
        File.WriteAllText(_folder["text.h5"], "wavelength,flux\n1,2\n");
        File.WriteAllBytes(_folder["empty.h5"], []);
        Directory.CreateDirectory(_folder["folder.h5"]);
        foreach (Action<string> read in Readers())
        {
            Refusal.BadInput(() => read(_folder["none.h5"]), "none.h5", "does not exist");
            Refusal.BadInput(() => read(_folder["folder.h5"]), "folder.h5", "is a folder");
            Refusal.BadInput(() => read(_folder["text.h5"]), "text.h5", "not an HDF5 file");
            Refusal.BadInput(() => read(_folder["empty.h5"]), "empty.h5", "not an HDF5 file");
        }

        Refusal.BadInput(() => FileHeader.TypeOf(_folder["none.h5"]), "none.h5");
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void A_file_of_another_TYPE_is_named_with_its_type_and_the_command_that_makes_the_right_one(string type)
    {
        TinyContent.Writers[type](_folder["a.h5"]);
        if (type != "line-clones") Refusal.BadInput(() => LineClonesFile.Read(_folder["a.h5"]), "a.h5", $"of TYPE {type}", "line-clones (made by 'clone'");
        if (type != "line-manifold") Refusal.BadInput(() => LineManifoldFile.Read(_folder["a.h5"]), "a.h5", $"of TYPE {type}", "line-manifold or line-surfaces (made by 'build')");
        if (type.StartsWith("line", StringComparison.Ordinal)) Refusal.BadInput(() => SpectraFile.Open(_folder["a.h5"]), "a.h5", $"of TYPE {type}", "grid-spectra or spectra");
        Change(type, file => file.SetAttribute("/", "TYPE", "tapas"));
        Refusal.BadInput(() => TinyContent.ReadWhole(type, _folder["a.h5"]), "a.h5", "of TYPE tapas");
        Change(type, file => file.SetAttribute("/", "TYPE", 1L));
        Refusal.BadInput(() => TinyContent.ReadWhole(type, _folder["a.h5"]), "a.h5", "not strings");
        using (Hdf5File file = Hdf5File.Create(_folder["b.h5"])) file.Close();
        Refusal.BadInput(() => TinyContent.ReadWhole(type, _folder["b.h5"]), "b.h5", "without a TYPE");
        Assert.Null(FileHeader.TypeOf(_folder["b.h5"]));
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void Another_REVISION_is_refused(string type)
    {
        foreach (long revision in new[] { 0L, 2, -1, long.MaxValue })
        {
            Change(type, file => file.SetAttribute("/", "REVISION", revision));
            Refusal.BadInput(() => TinyContent.ReadWhole(type, _folder["a.h5"]), "a.h5", $"REVISION {revision.ToString(CultureInfo.InvariantCulture)} of {type}", "newer engine");
        }

        Change(type, file => file.SetAttribute("/", "REVISION", "one"));
        Refusal.BadInput(() => TinyContent.ReadWhole(type, _folder["a.h5"]), "a.h5");
        Make(_folder["b.h5"], file => file.SetAttribute("/", "TYPE", type));
        Refusal.BadInput(() => TinyContent.ReadWhole(type, _folder["b.h5"]), "b.h5", "REVISION none");
    }

    [Theory]
    [MemberData(nameof(Datasets))]
    public void A_missing_dataset_is_named(string type, string names)
    {
        // Without one of them at a time; the group /axis of a manifold keeps its other members.
        foreach (string name in names.Split(' '))
        {
            Copy(type, leaveOut: name);
            Refusal.BadInput(() => TinyContent.ReadWhole(type, _folder["b.h5"]), "b.h5", $"no dataset {name}");
        }
    }

    [Theory]
    [MemberData(nameof(Datasets))]
    public void A_dataset_of_another_rank_or_of_text_or_of_another_length_is_refused(string type, string names)
    {
        foreach (string name in names.Split(' '))
        {
            Copy(type, name, file => file.Write<double>(name, [1], [1, 1, 1]));
            Refusal.BadInput(() => TinyContent.ReadWhole(type, _folder["b.h5"]), "b.h5", $"{name} with 3 dimensions");
            Copy(type, name, file => file.Write<double>(name, [1], []));
            Refusal.BadInput(() => TinyContent.ReadWhole(type, _folder["b.h5"]), "b.h5", $"{name} with 0 dimensions");
            Copy(type, name, file => file.WriteStrings(name, ["a", "b", "c"]));
            Refusal.BadInput(() => TinyContent.ReadWhole(type, _folder["b.h5"]), "b.h5");

            // Nothing else of these files is as long as their wavelengths or, in a manifold, as their reference centres.
            if (name is "/line_center" || (name is "/wavelength" && type.StartsWith("line", StringComparison.Ordinal))) continue;
            Copy(type, name, file => file.Write<double>(name, [1, 2, 3, 4, 5, 6, 7], name is "/points" or "/flux" ? [1, 7] : [7]));
            Refusal.BadInput(() => TinyContent.ReadWhole(type, _folder["b.h5"]), "b.h5");
        }
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void Wavelengths_that_do_not_ascend_are_refused_with_the_pixel(string type)
    {
        foreach ((int pixel, double value) in new[] { (3, 8500.0), (3, double.NaN), (15, double.PositiveInfinity), (0, double.NegativeInfinity), (0, 0.0), (0, -1.0), (1, 8500.0) })
        {
            Change(type, file => Put(file, "/wavelength", [pixel], value));
            Refusal.BadInput(() => TinyContent.ReadWhole(type, _folder["a.h5"]), "a.h5", $"at pixel {pixel};", "ascending");
        }
    }

    [Theory]
    [InlineData("grid-spectra")]
    [InlineData("spectra")]
    [InlineData("line-clones")]
    public void Points_that_are_not_finite_are_refused_with_the_axis(string type)
    {
        foreach (double value in new[] { double.NaN, double.PositiveInfinity })
        {
            Change(type, file => Put(file, "/points", [1, 2], value));
            Refusal.BadInput(() => TinyContent.ReadWhole(type, _folder["a.h5"]), "a.h5", "Point 1 has feh");
        }
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void Axes_that_are_missing_empty_repeated_or_too_few_are_refused(string type)
    {
        foreach (string[] axes in new string[][] { [], ["teff", "teff", "feh"], ["teff", "", "feh"], ["teff", "a/b", "feh"], ["teff", ".", "feh"] })
        {
            Change(type, file => file.SetAttribute("/", "axes", axes));
            Refusal.BadInput(() => TinyContent.ReadWhole(type, _folder["a.h5"]), "a.h5 has the axes", "a name of its own");
        }

        Change(type, file => file.SetAttribute("/", "axes", ["teff", "logg"]));
        Refusal.BadInput(() => TinyContent.ReadWhole(type, _folder["a.h5"]), "a.h5");
        Change(type, file => file.SetAttribute("/", "axes", ["teff", "logg", "feh", "alpha"]));
        Refusal.BadInput(() => TinyContent.ReadWhole(type, _folder["a.h5"]), "a.h5");
        Change(type, file => file.SetAttribute("/", "axes", 3L));
        Refusal.BadInput(() => TinyContent.ReadWhole(type, _folder["a.h5"]), "a.h5");
        Make(_folder["b.h5"], file =>
        {
            file.SetAttribute("/", "TYPE", type);
            file.SetAttribute("/", "REVISION", 1L);
        });
        Refusal.BadInput(() => TinyContent.ReadWhole(type, _folder["b.h5"]), "b.h5", "no attribute axes");
    }

    public void Dispose() => _folder.Dispose();

    private static IEnumerable<Action<string>> Readers() => TinyContent.Writers.Keys.Select(type => (Action<string>)(path => TinyContent.ReadWhole(type, path)));

    private static void Make(string path, Action<Hdf5File> fill)
    {
        using Hdf5File file = Hdf5File.Create(path);
        fill(file);
        file.Close();
    }

    private static void Put(Hdf5File file, string name, long[] at, double value)
    {
        using Hdf5Dataset dataset = file.OpenDataset(name);
        dataset.Write<double>(at, [.. at.Select(_ => 1L)], [value]);
        Seal.Renew(file, name);
    }

    /// <summary>Writes a.h5 anew and changes it.</summary>
    private void Change(string type, Action<Hdf5File> change)
    {
        TinyContent.Writers[type](_folder["a.h5"]);
        using Hdf5File file = Hdf5File.OpenReadWrite(_folder["a.h5"]);
        change(file);
        file.Close();
    }

    /// <summary>Writes b.h5 with all of a type but one dataset, and adds to it.</summary>
    private void Copy(string type, string leaveOut, Action<Hdf5File>? add = null)
    {
        TinyContent.Writers[type](_folder["a.h5"]);
        using Hdf5File from = Hdf5File.OpenRead(_folder["a.h5"]);
        Make(_folder["b.h5"], to =>
        {
            to.SetAttribute("/", "TYPE", type);
            to.SetAttribute("/", "REVISION", 1L);
            to.SetAttribute("/", "axes", TinyContent.Axes);
            foreach (string name in from.Children("/").Where(child => child != "checksum").SelectMany(child => child == "axis" ? from.Children("/axis").Select(axis => "/axis/" + axis) : ["/" + child]))
            {
                if (name == leaveOut) continue;
                using Hdf5Dataset dataset = from.OpenDataset(name);
                to.Write<double>(name, dataset.ReadAll<double>(), dataset.Shape);
            }

            add?.Invoke(to);
        });
    }
}
