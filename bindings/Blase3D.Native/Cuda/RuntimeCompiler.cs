using System.Runtime.InteropServices;
using System.Text;

namespace Blase3D.Native.Cuda;

/// <summary>NVRTC, the compiler of CUDA C that comes with the CUDA toolkit. Optional: kernels are also shipped as PTX.</summary>
public static unsafe partial class RuntimeCompiler
{
    private const string Library = "nvrtc";

    private static readonly NativeLibraryLoader Loader = new(
        Library,
        "NVRTC",
        NativeLibraryCandidates.For(
            NativeLibraryCandidates.ThisPlatform,
            Environment.GetEnvironmentVariable,
            "NVRTC_LIBRARY",
            Names(NativeLibraryCandidates.ThisPlatform)),
        "nvrtcCompileProgram",
        "It comes with the CUDA toolkit; or set NVRTC_LIBRARY to the full path of the library.");

    /// <summary>Whether the library is there.</summary>
    public static bool IsPresent
    {
        get
        {
            try
            {
                Load();
                return true;
            }
            catch (NativeLibraryMissingException)
            {
                return false;
            }
        }
    }

    /// <summary>The library's version, for example 12.4.</summary>
    /// <exception cref="NativeLibraryMissingException">The library is absent.</exception>
    public static string Version
    {
        get
        {
            Load();
            Check(nvrtcVersion(out int major, out int minor), nameof(nvrtcVersion), null);
            return $"{major}.{minor}";
        }
    }

    /// <summary>Compiles CUDA C to PTX.</summary>
    /// <param name="text">CUDA C without includes.</param>
    /// <param name="options">For example --gpu-architecture=compute_80.</param>
    /// <exception cref="NativeLibraryMissingException">The library is absent.</exception>
    /// <exception cref="CudaException">The text does not compile; the log is part of the exception.</exception>
    public static string Compile(string text, IReadOnlyList<string> options)
    {
        ArgumentNullException.ThrowIfNull(options);
        Load();
        Check(nvrtcCreateProgram(out nint program, text, "blase3d.cu", 0, null, null), nameof(nvrtcCreateProgram), null);
        var pointers = new nint[options.Count];
        try
        {
            for (int i = 0; i < pointers.Length; i++) pointers[i] = Marshal.StringToCoTaskMemUTF8(options[i]);
            int status;
            fixed (nint* all = pointers) status = nvrtcCompileProgram(program, pointers.Length, (byte**)all);
            if (status != 0) Check(status, nameof(nvrtcCompileProgram), Text(program, nvrtcGetProgramLogSize, nvrtcGetProgramLog));
            return Text(program, nvrtcGetPTXSize, nvrtcGetPTX);
        }
        finally
        {
            foreach (nint pointer in pointers) Marshal.FreeCoTaskMem(pointer);
            _ = nvrtcDestroyProgram(ref program);
        }
    }

    internal static IReadOnlyList<string> Names(NativePlatform platform) => platform switch
    {
        NativePlatform.Windows => ["nvrtc64_130_0.dll", "nvrtc64_120_0.dll", "nvrtc64_112_0.dll"],
        NativePlatform.MacOS => ["libnvrtc.dylib"],
        _ => ["libnvrtc.so.13", "libnvrtc.so.12", "libnvrtc.so.11.2", "libnvrtc.so"],
    };

    private delegate int SizeOf(nint program, out nuint size);

    private delegate int Read(nint program, byte* text);

    private static string Text(nint program, SizeOf sizeOf, Read read)
    {
        if (sizeOf(program, out nuint size) != 0 || size == 0) return string.Empty;
        var bytes = new byte[(int)size];
        fixed (byte* start = bytes) _ = read(program, start);
        return Encoding.UTF8.GetString(bytes).TrimEnd('\0');
    }

    private static void Load()
    {
        NativeImportResolver.Register(Loader);
        _ = Loader.Load();
    }

    private static void Check(int status, string call, string? log)
    {
        if (status != 0) throw new CudaException(call, status, "NVRTC", Marshal.PtrToStringUTF8((nint)nvrtcGetErrorString(status)) ?? "an unknown result", log);
    }

    [LibraryImport(Library)] private static partial int nvrtcVersion(out int major, out int minor);

    [LibraryImport(Library)] private static partial byte* nvrtcGetErrorString(int status);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int nvrtcCreateProgram(out nint program, string text, string name, int headers, byte** texts, byte** names);

    [LibraryImport(Library)] private static partial int nvrtcCompileProgram(nint program, int count, byte** options);

    [LibraryImport(Library)] private static partial int nvrtcGetPTXSize(nint program, out nuint size);

    [LibraryImport(Library)] private static partial int nvrtcGetPTX(nint program, byte* text);

    [LibraryImport(Library)] private static partial int nvrtcGetProgramLogSize(nint program, out nuint size);

    [LibraryImport(Library)] private static partial int nvrtcGetProgramLog(nint program, byte* text);

    [LibraryImport(Library)] private static partial int nvrtcDestroyProgram(ref nint program);
}
