using Microsoft.ML.SeqConv.Kernels;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// How the learning rate changes from epoch to epoch. A function of the epochs that were, so that a resumed training
/// goes on as it would have.
/// </summary>
public abstract class LearningRateSchedule
{
    private protected LearningRateSchedule()
    {
    }

    /// <summary>The same rate always.</summary>
    public static LearningRateSchedule Constant { get; } = new ConstantRate();

    /// <summary>Multiplies the rate by a factor when the loss that is watched has not fallen for some epochs.</summary>
    /// <param name="factor">Between 0 and 1. The authors of InceptionTime: 0.5.</param>
    /// <param name="patience">Epochs without a lower loss, at least 1. The authors of InceptionTime: 50.</param>
    /// <param name="minLearningRate">The least rate, not negative. The authors of InceptionTime: 1e-4.</param>
    public static LearningRateSchedule ReduceOnPlateau(
        double factor = 0.5, int patience = 50, double minLearningRate = 1e-4)
        => new Plateau(factor, patience, minLearningRate);

    /// <summary>
    /// Half a cosine from the rate in the first epoch to <paramref name="minLearningRate"/> in the last (Loshchilov and
    /// Hutter 2017, arXiv:1608.03983).
    /// </summary>
    /// <param name="minLearningRate">The rate at the end, not negative.</param>
    public static LearningRateSchedule Cosine(double minLearningRate = 0) => new CosineRate(minLearningRate);

    /// <param name="initial">The rate of the options.</param>
    /// <param name="watched">The loss that is watched, one entry an epoch done.</param>
    /// <param name="epochs">Epochs in all.</param>
    /// <returns>The rate of the next epoch.</returns>
    internal abstract double Rate(double initial, IReadOnlyList<double> watched, int epochs);

    private static void CheckMin(double minLearningRate)
        => Guard.Require(minLearningRate is >= 0 and < double.PositiveInfinity, minLearningRate,
            "it must be finite and at least 0");

    private sealed class ConstantRate : LearningRateSchedule
    {
        internal override double Rate(double initial, IReadOnlyList<double> watched, int epochs) => initial;
    }

    private sealed class CosineRate : LearningRateSchedule
    {
        private readonly double _minLearningRate;

        public CosineRate(double minLearningRate)
        {
            CheckMin(minLearningRate);
            _minLearningRate = minLearningRate;
        }

        internal override double Rate(double initial, IReadOnlyList<double> watched, int epochs)
            => _minLearningRate
                + (initial - _minLearningRate) * (1 + Math.Cos(Math.PI * watched.Count / Math.Max(1, epochs - 1))) / 2;
    }

    private sealed class Plateau : LearningRateSchedule
    {
        private readonly double _factor;
        private readonly int _patience;
        private readonly double _minLearningRate;

        public Plateau(double factor, int patience, double minLearningRate)
        {
            Guard.Require(factor is > 0 and < 1, factor, "it must lie between 0 and 1");
            Guard.AtLeast(patience, 1);
            CheckMin(minLearningRate);
            (_factor, _patience, _minLearningRate) = (factor, patience, minLearningRate);
        }

        internal override double Rate(double initial, IReadOnlyList<double> watched, int epochs)
        {
            double rate = initial;
            double best = double.PositiveInfinity;
            int since = 0;
            foreach (double loss in watched)
            {
                since = loss < best ? 0 : since + 1;
                best = Math.Min(best, loss);
                if (since == _patience)
                {
                    rate = Math.Max(rate * _factor, Math.Min(initial, _minLearningRate));
                    since = 0;
                }
            }

            return rate;
        }
    }
}
