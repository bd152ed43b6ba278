using System.Runtime.InteropServices;
using Blase3D.Native.Hdf5;

namespace Blase3D.Cli.Tests;

/// <summary>The datasets of an HDF5 file bit for bit, without the attributes (which hold the command line).</summary>
internal static class Hdf5Content
{
    /// <summary>Name to shape and bytes, for comparing.</summary>
    public static SortedDictionary<string, string> Of(string path, params string[] without)
    {
        var found = new SortedDictionary<string, string>(StringComparer.Ordinal);
        using Hdf5File file = Hdf5File.OpenRead(path);
        Collect("/");
        foreach (string name in without) found.Remove(name);
        return found;

        void Collect(string group)
        {
            foreach (string child in file.Children(group))
            {
                string name = group == "/" ? $"/{child}" : $"{group}/{child}";
                if (name is "/axis" or "/checksum" or "/checksum/axis" or "/residual") Collect(name);
                else found[name] = name is "/spectrum" or "/flags" or "/status_text" or "/likelihood" or "/residuals" or "/notes" ? string.Join("|", file.ReadStrings(name)) : Describe(file, name);
            }
        }
    }

    /// <summary>A dataset of numbers as doubles.</summary>
    public static double[] Doubles(string path, string name)
    {
        using Hdf5File file = Hdf5File.OpenRead(path);
        using Hdf5Dataset dataset = file.OpenDataset(name);
        return dataset.ReadAll<double>();
    }

    private static string Describe(Hdf5File file, string name)
    {
        using Hdf5Dataset dataset = file.OpenDataset(name);
        ReadOnlySpan<byte> bytes = dataset.ElementType == typeof(double) ? MemoryMarshal.AsBytes(dataset.ReadAll<double>().AsSpan())
            : dataset.ElementType == typeof(float) ? MemoryMarshal.AsBytes(dataset.ReadAll<float>().AsSpan())
            : MemoryMarshal.AsBytes(dataset.ReadAll<long>().AsSpan());
        return $"{dataset.ElementType.Name}[{string.Join(",", dataset.Shape)}] {Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(bytes))}";
    }
}
