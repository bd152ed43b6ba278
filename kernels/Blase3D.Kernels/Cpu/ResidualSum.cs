using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Blase3D.Kernels.Cpu.Lanes;

namespace Blase3D.Kernels.Cpu;

/// <summary>The sum of weighted squared differences of data and model over some pixels; those that are not numbers do not count.</summary>
/// <param name="Sum">sum w (data - model)^2.</param>
/// <param name="Pixels">How many counted.</param>
internal readonly record struct ResidualSum(double Sum, double Pixels)
{
    /// <summary>Sums over pixels.</summary>
    /// <param name="model">The model.</param>
    /// <param name="data">The data, as long.</param>
    /// <param name="weight">Weights, as long, or nothing for 1.</param>
    public static ResidualSum Of<T>(ReadOnlySpan<double> model, ReadOnlySpan<double> data, ReadOnlySpan<double> weight)
        where T : struct, ILane<T>
    {
        int whole = model.Length & -T.Width;
        ResidualSum sum = Run<T>(model[..whole], data[..whole], weight.IsEmpty ? weight : weight[..whole]);
        ResidualSum rest = Run<Lane1>(model[whole..], data[whole..], weight.IsEmpty ? weight : weight[whole..]);
        return sum + rest;
    }

    /// <summary>The sum over both.</summary>
    public static ResidualSum operator +(ResidualSum a, ResidualSum b) => new(a.Sum + b.Sum, a.Pixels + b.Pixels);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static ResidualSum Run<T>(ReadOnlySpan<double> model, ReadOnlySpan<double> data, ReadOnlySpan<double> weight)
        where T : struct, ILane<T>
    {
        T one = T.Broadcast(1), sum = T.Broadcast(0), pixels = sum;
        ref double m = ref MemoryMarshal.GetReference(model);
        ref double d = ref MemoryMarshal.GetReference(data);
        ref double w = ref MemoryMarshal.GetReference(weight);
        bool isWeighted = !weight.IsEmpty;
        for (int i = 0; i < model.Length; i += T.Width)
        {
            T r = T.Load(in Unsafe.Add(ref d, i)) - T.Load(in Unsafe.Add(ref m, i));
            T square = isWeighted ? T.Load(in Unsafe.Add(ref w, i)) * (r * r) : r * r;

            // What is not a number is not at most itself.
            sum += T.ZeroUnlessAtMost(square, square, square);
            pixels += T.ZeroUnlessAtMost(square, square, one);
        }

        return new ResidualSum(T.Sum(sum), T.Sum(pixels));
    }
}
