using System.Numerics;

namespace Blase3D.Engine.Inference.BayesianOptimization;

/// <summary>
/// Random numbers that are the same on every platform and whose state can be stored: xoshiro256** (Blackman and Vigna 2021, ACM
/// Trans. Math. Softw. 47, 36), seeded by SplitMix64 (Steele, Lea and Flood 2014).
/// </summary>
public sealed class Xoshiro256
{
    private readonly ulong[] state;

    /// <summary>Starts from a seed; different seeds give unrelated sequences.</summary>
    /// <param name="seed">Any value.</param>
    public Xoshiro256(ulong seed)
    {
        state = new ulong[4];
        for (int i = 0; i < 4; i++)
        {
            seed += 0x9E3779B97F4A7C15UL;
            ulong mixed = (seed ^ (seed >> 30)) * 0xBF58476D1CE4E5B9UL;
            mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EBUL;
            state[i] = mixed ^ (mixed >> 31);
        }
    }

    /// <summary>Continues from a stored state.</summary>
    /// <param name="state">Four words, not all zero, as <see cref="State"/> gave them.</param>
    /// <exception cref="EngineException">BadInput: not four words, or all zero.</exception>
    public Xoshiro256(ReadOnlySpan<ulong> state)
    {
        if (state.Length != 4 || !state.ContainsAnyExcept(0UL))
        {
            throw new EngineException(
                ErrorCode.BadInput,
                $"A generator state has {state.Length} words; it must be 4 words that are not all zero: use a stored one.");
        }

        this.state = state.ToArray();
    }

    /// <summary>A copy of the four words of the state.</summary>
    public ulong[] State => [.. state];

    /// <summary>The next 64 random bits.</summary>
    /// <returns>Any value.</returns>
    public ulong NextBits()
    {
        ulong result = BitOperations.RotateLeft(state[1] * 5, 7) * 9;
        ulong shifted = state[1] << 17;
        state[2] ^= state[0];
        state[3] ^= state[1];
        state[1] ^= state[2];
        state[0] ^= state[3];
        state[2] ^= shifted;
        state[3] = BitOperations.RotateLeft(state[3], 45);
        return result;
    }

    /// <summary>The next uniform number: the upper 53 bits over 2^53.</summary>
    /// <returns>A value in [0, 1).</returns>
    public double NextUniform() => (NextBits() >> 11) * (1.0 / (1UL << 53));
}
