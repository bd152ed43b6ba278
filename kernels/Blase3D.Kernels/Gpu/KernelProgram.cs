using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using Blase3D.Kernels.Contracts;

namespace Blase3D.Kernels.Gpu;

/// <summary>
/// A program for a device: the one kernel text, and the definitions that choose what is compiled of it. The text compiles as OpenCL C and as CUDA
/// C; where the build of this assembly found a compiler, it also carries the program as PTX.
/// </summary>
public sealed class KernelProgram
{
    /// <summary>Work-items in a group, for every kernel.</summary>
    public const int GroupSize = 64;

    /// <summary>Pixels of a tile of the forward kernels.</summary>
    internal const int TilePixels = 8 * GroupSize;

    /// <summary>Pixels of a tile of the tangent kernel.</summary>
    internal const int TangentTilePixels = GroupSize;

    /// <summary>Directions that one run of the tangent kernel takes.</summary>
    internal const int Directions = 4;

    /// <summary>Columns of reals that a line's constants take.</summary>
    internal const int LineColumns = 11;

    private static readonly string[] LineParts = ["Prelude", "Elementary", "Shapes", "Voigt", "Forward", "Gradient", "Tangent", "Resident", "Adaptive", "Descent"];

    private static readonly bool[] BothProfiles = [false, true];

    private KernelProgram(string name, string text, IReadOnlyList<string> definitions) => (Name, Text, Definitions) = (name, text, definitions);

    /// <summary>A name that tells programs apart, for example lines-double-product-pseudo.</summary>
    public string Name { get; }

    /// <summary>The text.</summary>
    public string Text { get; }

    /// <summary>Macros to define for the compiler.</summary>
    public IReadOnlyList<string> Definitions { get; }

    /// <summary>The compute capabilities, times ten, that the build of this assembly can compile for.</summary>
    public static IReadOnlyList<int> PtxCapabilities { get; } = [90, 80];

    /// <summary>
    /// The program as PTX for the newest capability that a card has; newer cards take it too. Null when this assembly was built without clang.
    /// </summary>
    /// <param name="capability">The card's compute capability times ten, for example 90.</param>
    public string? PtxFor(int capability) =>
        PtxCapabilities.Where(known => known <= capability).Select(known => Compressed($"{Name}.sm_{known}.ptx.gz")).FirstOrDefault(ptx => ptx is not null);

    /// <summary>What NVRTC is told where it compiles the text. Products and sums may be fused, which rounds less often.</summary>
    /// <param name="capability">The card's compute capability times ten, for example 90.</param>
    public IReadOnlyList<string> RuntimeCompilerOptions(int capability) =>
    [
        $"--gpu-architecture=compute_{PtxCapabilities.FirstOrDefault(known => known <= capability, PtxCapabilities[^1])}",
        "--fmad=true",
        .. Definitions.Select(name => $"--define-macro={name}"),
    ];

    /// <summary>A name for what a compiler makes of the program: a hash of text, definitions and the compiler.</summary>
    /// <param name="compiler">Compiler, version, architecture, options.</param>
    public string CacheKey(string compiler) => Convert.ToHexStringLower(
        SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', [Text, .. Definitions, compiler]))))[..32];

    /// <summary>The programs that evaluate lines.</summary>
    /// <param name="precision">Double or single.</param>
    /// <param name="composition">How lines are put together.</param>
    /// <param name="isVoigt">The exact profile, or one of the two pseudo-Voigt profiles.</param>
    public static KernelProgram Lines(GpuPrecision precision, Composition composition, bool isVoigt)
    {
        var definitions = new List<string>();
        if (precision == GpuPrecision.Binary32) definitions.Add("BLASE_FLOAT");
        if (composition == Composition.Opacity) definitions.Add("BLASE_OPACITY");
        if (isVoigt) definitions.Add("BLASE_VOIGT");
        string name = $"lines-{NameOf(precision)}-{(composition == Composition.Opacity ? "opacity" : "product")}-{(isVoigt ? "voigt" : "pseudo")}";
        return new KernelProgram(name, string.Concat(LineParts.Select(Part)), definitions);
    }

    /// <summary>The program of small Gaussian processes; in double precision alone, since a covariance's factor needs it.</summary>
    public static KernelProgram Processes { get; } =
        new($"processes-{NameOf(GpuPrecision.Binary64)}", Part("Prelude") + Part("Elementary") + Part("Processes"), []);

    /// <summary>The programs that measure what a device can do.</summary>
    /// <param name="precision">Double or single.</param>
    public static KernelProgram Ceilings(GpuPrecision precision) =>
        new($"ceilings-{NameOf(precision)}", Part("Prelude") + Part("Ceilings"), precision == GpuPrecision.Binary32 ? ["BLASE_FLOAT"] : []);

    /// <summary>Multiply-adds, or divisions, that a work-item of the ceilings' chains does.</summary>
    public const int ChainOperations = 8 * 512;

    /// <summary>Lines for which the forward kernels divide once (FLUSH of the text).</summary>
    /// <param name="precision">Double or single.</param>
    public static int LinesPerDivision(GpuPrecision precision) => precision == GpuPrecision.Binary32 ? 8 : 32;

    /// <summary>Every program of this version.</summary>
    public static IEnumerable<KernelProgram> All => LinePrograms.Concat(Enum.GetValues<GpuPrecision>().Select(Ceilings)).Append(Processes);

    private static IEnumerable<KernelProgram> LinePrograms =>
        from precision in Enum.GetValues<GpuPrecision>()
        from composition in Enum.GetValues<Composition>()
        from isVoigt in BothProfiles
        select Lines(precision, composition, isVoigt);

    /// <summary>A program of one's own on top of the common parts of the text, for trying things.</summary>
    /// <param name="precision">Double or single.</param>
    /// <param name="text">Kernels in the dialect of the common parts.</param>
    public static KernelProgram Custom(GpuPrecision precision, string text) =>
        new("custom", Part("Prelude") + Part("Elementary") + text, precision == GpuPrecision.Binary32 ? ["BLASE_FLOAT"] : []);

    private static string NameOf(GpuPrecision precision) => precision == GpuPrecision.Binary32 ? "single" : "double";

    private static string Part(string name) => Resource($"{name}.cl") ?? throw new InvalidOperationException($"The kernel text lacks its part {name}.");

    private static string? Resource(string name)
    {
        using Stream? stream = typeof(KernelProgram).Assembly.GetManifestResourceStream(name);
        return stream is null ? null : TextOf(stream);
    }

    private static string? Compressed(string name)
    {
        using Stream? stream = typeof(KernelProgram).Assembly.GetManifestResourceStream(name);
        if (stream is null) return null;
        using var plain = new GZipStream(stream, CompressionMode.Decompress);
        return TextOf(plain);
    }

    private static string TextOf(Stream stream)
    {
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd();
    }
}
