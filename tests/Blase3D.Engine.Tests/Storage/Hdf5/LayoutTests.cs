using Blase3D.Native.Hdf5;
using Xunit;

namespace Blase3D.Engine.Tests.Storage.Hdf5;

/// <summary>The contract of data-schemas: names, types and shapes as any other program sees them.</summary>
public sealed class LayoutTests : IDisposable
{
    private const string Header = "TYPE REVISION axes command_line version time_utc inputs";
    private const string Recipe =
        "profile composition wing_pixels optimizer continuation return_sweep epochs residual_passes residual_prominence residual_prominence_per_rms merge_degenerate drop_superfluous residual_distance_pixels smallest_depth "
        + "start_weight inherited_weight evaluation_tolerance smallest_width_pixels learning_rate center_angstrom_per_rate active_margin_angstrom train_velocity return_best compat "
        + "prominence line_distance_pixels line_edge_margin_angstrom percentile continuum_degree continuum_distance_pixels published_continuum "
        + "input_is_normalized";

    private readonly StorageFolder _folder = new();

    [Theory]
    [InlineData("grid-spectra", "normalized", "/flux f4[3,16] /points f8[3,3] /wavelength f8[16]")]
    [InlineData("spectra", "normalized", "/flux f8[3,16] /points f8[3,3] /wavelength f8[16]")]
    [InlineData(
        "line-clones", Recipe,
        "/center f8[5] /initial_center f8[5] /initial_rms f8[3] /line_offset i8[4] /ln_amplitude f8[5] /ln_gamma f8[5] /ln_sigma f8[5] /points f8[3,3] /rms f8[3] /wavelength f8[16]")]
    [InlineData(
        "line-manifold", Recipe + " checksum error_map interpolation max_shift_angstrom residual",
        "/axis/feh f8[2] /axis/logg f8[1] /axis/teff f8[2] /center_shift f4[5] /checksum/axis/feh u4[1] /checksum/axis/logg u4[1] /checksum/axis/teff u4[1] /checksum/center_shift u4[1] "
        + "/checksum/line_center u4[1] /checksum/line_index u4[1] /checksum/ln_amplitude u4[1] /checksum/ln_gamma u4[1] /checksum/ln_sigma u4[1] /checksum/node_offset u4[1] "
        + "/checksum/node_present u4[1] /checksum/wavelength u4[1] /line_center f8[3] /line_index i4[5] /ln_amplitude f4[5] /ln_gamma f4[5] "
        + "/ln_sigma f4[5] /node_offset i8[5] /node_present u1[4] /wavelength f8[16]")]
    public void A_file_has_these_attributes_and_datasets_and_no_others(string type, string attributes, string datasets)
    {
        TinyContent.Writers[type](_folder["a.h5"]);
        using Hdf5File file = Hdf5File.OpenRead(_folder["a.h5"]);
        Assert.Equal($"{Header} {attributes}".Split(' ').Order(StringComparer.Ordinal), file.AttributeNames("/").Order(StringComparer.Ordinal));
        var found = new List<string>();
        foreach (string name in Datasets(file, string.Empty))
        {
            using Hdf5Dataset dataset = file.OpenDataset(name);
            found.Add($"{name} {Letter(dataset.ElementType)}[{string.Join(',', dataset.Shape)}]");
        }

        Assert.Equal(datasets, string.Join(' ', found));
    }

    [Fact]
    public void The_fluxes_of_a_grid_lie_row_by_row()
    {
        TinyContent.WriteGrid(_folder["a.h5"]);
        TinyContent.WriteCompressedGrid(_folder["z.h5"]);
        Assert.Equal(new Hdf5Layout { Chunk = [1, 16] }, Plain(_folder["a.h5"]), Same);
        Assert.Equal(new Hdf5Layout { Chunk = [1, 16], Shuffle = true, DeflateLevel = 4 }, Plain(_folder["z.h5"]), Same);

        static Hdf5Layout Plain(string path)
        {
            using Hdf5File file = Hdf5File.OpenRead(path);
            using Hdf5Dataset flux = file.OpenDataset("/flux");
            return flux.Layout;
        }

        static bool Same(Hdf5Layout? a, Hdf5Layout? b) => a! with { Chunk = null } == b! with { Chunk = null } && a.Chunk!.SequenceEqual(b.Chunk!);
    }

    public void Dispose() => _folder.Dispose();

    private static IEnumerable<string> Datasets(Hdf5File file, string group) => file.Children(group.Length == 0 ? "/" : group)
        .SelectMany(child => child is "axis" or "checksum" ? Datasets(file, $"{group}/{child}") : [$"{group}/{child}"]);

    private static string Letter(Type type) => type switch
    {
        _ when type == typeof(float) => "f4",
        _ when type == typeof(double) => "f8",
        _ when type == typeof(int) => "i4",
        _ when type == typeof(uint) => "u4",
        _ when type == typeof(long) => "i8",
        _ when type == typeof(byte) => "u1",
        _ => type.Name,
    };
}
