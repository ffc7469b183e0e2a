using System.Globalization;
using Microsoft.ML.SearchSpace;
using Microsoft.ML.SeqConv.Kernels;

namespace Microsoft.ML.SeqConv;

public sealed partial class WaveNetForecastEstimator
{
    /// <summary>Options of <see cref="WaveNetForecastEstimator"/>.</summary>
    public sealed class Options : TrainingOptions
    {
        private const int MaxChannels = 4096;
        private const int MaxPoints = 100_000;
        private const int MaxOutputs = 1 << 20;

        /// <summary>
        /// Makes the defaults: three networks, at most 60 epochs of batches of at most 32 by Adam at 1e-3, gradients
        /// clipped at 1. The last fifth of each series chooses the number of epochs, with a patience of ten.
        /// </summary>
        public Options()
        {
            NumberOfEpochs = 60;
            BatchSize = 32;
            LearningRate = 1e-3;
            ClipNorm = 1;
            Patience = 10;
            ValidationFraction = 0.2;
        }

        /// <summary>Points that a forecast is made from, 2 to 100,000.</summary>
        public int WindowSize { get; set; }

        /// <summary>Points that are forecast, 1 to 100,000.</summary>
        public int Horizon { get; set; }

        /// <summary>
        /// Quantiles, rising, between 0 and 1; 0.5 must be among them. Default 0.05, 0.5, 0.95: the median in an
        /// interval of nine tenths.
        /// </summary>
        public double[] Quantiles { get; set; } = [0.05, 0.5, 0.95];

        /// <summary>
        /// Seasons in points, each 2 to <see cref="WindowSize"/>: 12 for months of years. The forecast is learned as
        /// the difference from repeating the longest. Default: none.
        /// </summary>
        public int[] SeasonalPeriods { get; set; } = [];

        /// <summary>What to do with NaN. Default <see cref="MissingValues.Error"/>.</summary>
        public MissingValues MissingValues { get; set; } = MissingValues.Error;

        /// <summary>Networks whose quantiles are averaged, 1 to 1,000. Default 3.</summary>
        public int NumberOfNetworks { get; set; } = 3;

        /// <summary>Channels between layers and inside of them, 1 to 4,096. Default 16.</summary>
        [Range(8, 64, init: 16, logBase: true)]
        public int NumberOfChannels { get; set; } = 16;

        /// <summary>Channels of the output's layers, 1 to 4,096. Default 32.</summary>
        [Range(16, 128, init: 32, logBase: true)]
        public int NumberOfSkipChannels { get; set; } = 32;

        /// <summary>The largest number of passes over the windows, from 1. Default 60.</summary>
        [Range(10, 300, init: 60, logBase: true)]
        public override int NumberOfEpochs { get; set; }

        /// <summary>
        /// Epochs without a better one after which training ends; 0 for never. Not used where no points are held back.
        /// Default 10.
        /// </summary>
        public override int Patience { get; set; }

        /// <summary>
        /// The largest number of windows in a step, from 1. Default 32. If there are few windows, a step has fewer, but
        /// at least four, so that an epoch has some twenty steps.
        /// </summary>
        [Range(8, 128, init: 32, logBase: true)]
        public override int BatchSize { get; set; }

        /// <summary>The learning rate of Adam, positive. Default 1e-3.</summary>
        [Range(1e-4, 1e-2, init: 1e-3, logBase: true)]
        public override double LearningRate { get; set; }

        /// <summary>
        /// The fraction of each series' points, at its end, that choose the number of epochs, 0 to below 1; at least a
        /// horizon. No window to learn from reaches into them. Default 0.2; 0: all epochs are run.
        /// </summary>
        public override double ValidationFraction { get; set; }

        /// <summary>
        /// Whether quantiles other than the median are moved outwards by what they missed on the points that were held
        /// back, for each point of the horizon. Default true. Not used where no points are held back.
        /// </summary>
        public bool CalibrateIntervals { get; set; } = true;

        internal override Options CheckedCopy()
        {
            var copy = (Options)base.CheckedCopy();
            copy.Quantiles = [.. Quantiles];
            copy.SeasonalPeriods = [.. SeasonalPeriods.Distinct().Order()];
            return copy;
        }

        private protected override void Validate()
        {
            base.Validate();
            ArgumentNullException.ThrowIfNull(Quantiles);
            ArgumentNullException.ThrowIfNull(SeasonalPeriods);
            Guard.Within(WindowSize, 2, MaxPoints);
            Guard.Within(Horizon, 1, MaxPoints);
            bool rising = Quantiles.Zip(Quantiles.Skip(1)).All(pair => pair.First < pair.Second);
            if (!rising || !Quantiles.All(q => q > 0 && q < 1) || !Quantiles.Contains(0.5))
            {
                string quantiles = string.Join(", ", Quantiles.Select(q => q.ToString(CultureInfo.InvariantCulture)));
                throw Guard.OutOfRange(
                    quantiles, "it must rise between 0 and 1, with 0.5 among them", nameof(Quantiles));
            }

            foreach (int period in SeasonalPeriods)
            {
                Guard.Require(period >= 2 && period <= WindowSize, period, "it must be 2 to WindowSize, "
                    + $"{WindowSize}, so that a window shows the season before", nameof(SeasonalPeriods));
            }

            Guard.Defined(MissingValues);
            Guard.Within(NumberOfNetworks, 1, 1000);
            Guard.Within(NumberOfChannels, 1, MaxChannels);
            Guard.Within(NumberOfSkipChannels, 1, MaxChannels);
            Guard.Require((long)Horizon * Quantiles.Length <= MaxOutputs, Horizon,
                $"it times {Quantiles.Length} Quantiles must be at most {MaxOutputs}");

            Settings().Stack.Check();
        }

        // As many layers as let the last point see the whole window.
        internal ForecastSettings Settings()
            => new(WindowSize, Horizon, [.. Quantiles], [.. SeasonalPeriods.Distinct().Order()], new WaveNetShape
            {
                Outputs = Quantiles.Length * Horizon,
                ResidualChannels = NumberOfChannels,
                GateChannels = NumberOfChannels,
                SkipChannels = NumberOfSkipChannels,
                LayersPerStack = Math.Max(1, (int)Math.Ceiling(Math.Log2(WindowSize))),
                Stacks = 1,
            });
    }
}
