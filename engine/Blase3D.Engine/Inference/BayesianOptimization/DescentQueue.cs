namespace Blase3D.Engine.Inference.BayesianOptimization;

/// <summary>The minimisations of one member of a pack, which its places take one after the other.</summary>
/// <param name="count">How many.</param>
/// <param name="begin">Makes the minimiser of one and its trials.</param>
internal sealed class DescentQueue(int count, Func<int, (QuasiNewtonTrials Minimizer, IEnumerator<double[]> Trials)> begin)
{
    private int next;

    /// <summary>Value and point that each has reached, and the second derivatives it has gathered there.</summary>
    public (double Value, double[] Point, double[] Hessian)[] Ended { get; } = new (double, double[], double[])[count];

    /// <summary>Begins the next one; null when all are taken.</summary>
    public Descent? TakeNext()
    {
        if (next == count) return null;
        int index = next++;
        (QuasiNewtonTrials minimizer, IEnumerator<double[]> trials) = begin(index);
        return new Descent(this, index, minimizer, trials);
    }

    /// <summary>A minimisation on its way.</summary>
    public sealed class Descent(DescentQueue queue, int index, QuasiNewtonTrials minimizer, IEnumerator<double[]> trials)
    {
        /// <summary>The point at which the function is wanted.</summary>
        public double[] Trial => trials.Current;

        /// <summary>To be filled for the current trial.</summary>
        public Span<double> Gradient => minimizer.TrialGradient;

        /// <summary>Answers the current trial.</summary>
        public void Answer(double value) => minimizer.TrialValue = value;

        /// <summary>Goes to the next trial; at the end notes what was reached and begins the queue's next descent.</summary>
        /// <returns>The descent to go on with, or null when the queue is empty.</returns>
        public Descent? Advance()
        {
            if (trials.MoveNext()) return this;
            queue.Ended[index] = (minimizer.Value, minimizer.Point.ToArray(), minimizer.Hessian.ToArray());
            return queue.TakeNext()?.Advance();
        }
    }
}
