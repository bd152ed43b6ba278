namespace Blase3D.Kernels;

/// <summary>
/// The threads that a caller lends to an operation. Work is cut into pieces whose number does not depend on the number of threads,
/// so that results are the same bit for bit however many there are.
/// </summary>
public sealed class Workers
{
    private readonly ParallelOptions? _options;

    /// <summary>Lends a number of threads.</summary>
    /// <param name="threads">At least 1.</param>
    /// <param name="cancellation">Stops the work between two pieces.</param>
    public Workers(int threads, CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        Threads = threads;
        Cancellation = cancellation;
        if (threads > 1) _options = new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancellation };
    }

    /// <summary>The calling thread alone.</summary>
    public static Workers OneThread { get; } = new(1);

    /// <summary>The number of threads lent.</summary>
    public int Threads { get; }

    /// <summary>The signal that asks to stop.</summary>
    public CancellationToken Cancellation { get; }

    /// <summary>One thread with the same stop signal, for work inside a piece.</summary>
    public Workers Alone => Threads == 1 ? this : new Workers(1, Cancellation);

    /// <summary>Runs every piece once, in no particular order.</summary>
    /// <param name="pieces">How many.</param>
    /// <param name="body">Receives the piece's index.</param>
    /// <exception cref="OperationCanceledException">The stop signal came.</exception>
    public void For(int pieces, Action<int> body)
    {
        ArgumentNullException.ThrowIfNull(body);
        if (_options is null || pieces < 2)
        {
            for (int piece = 0; piece < pieces; piece++)
            {
                Cancellation.ThrowIfCancellationRequested();
                body(piece);
            }

            return;
        }

        try
        {
            Share(pieces, body, _options);
        }
        catch (AggregateException failures) when (failures.InnerExceptions.Count > 0)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failures.InnerExceptions[0]);
        }
    }

    // One piece at a time: pieces are few and uneven, and the chunks of Parallel.For leave one thread with several of them at the end.
    private static void Share(int pieces, Action<int> body, ParallelOptions options)
    {
        int taken = -1;
        Parallel.For(0, Math.Min(options.MaxDegreeOfParallelism, pieces), options, (_, loop) =>
        {
            for (int piece; !loop.ShouldExitCurrentIteration && (piece = Interlocked.Increment(ref taken)) < pieces;)
            {
                options.CancellationToken.ThrowIfCancellationRequested();
                body(piece);
            }
        });
    }
}
