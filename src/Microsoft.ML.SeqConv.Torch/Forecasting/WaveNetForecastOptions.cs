using System.Globalization;
using Microsoft.ML.SearchSpace;
using Microsoft.ML.SeqConv.Kernels;

namespace Microsoft.ML.SeqConv;

public sealed partial class WaveNetForecastEstimator
{
    /// <summary>Options of <see cref="WaveNetForecastEstimator"/>.</summary>
    public sealed class Options
    {
        /// <summary>Points that a forecast is made from, 2 to 100,000.</summary>
        public int WindowSize { get; set; }

        /// <summary>Points that are forecast, 1 to 100,000.</summary>
        public int Horizon { get; set; }

        /// <summary>Quantiles, rising, between 0 and 1; 0.5 must be among them. Default 0.05, 0.5, 0.95: the median in an interval of nine tenths.</summary>
        public double[] Quantiles { get; set; } = [0.05, 0.5, 0.95];

        /// <summary>Seasons in points, each 2 to <see cref="WindowSize"/>: 12 for months of years. The forecast is learned as the difference from repeating the longest. Default: none.</summary>
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

        /// <summary>The most passes over the windows, from 1. Default 60.</summary>
        [Range(10, 300, init: 60, logBase: true)]
        public int NumberOfEpochs { get; set; } = 60;

        /// <summary>Epochs without a better one after which training ends; 0 for never. Default 10.</summary>
        public int Patience { get; set; } = 10;

        /// <summary>The most windows of a step, from 1. Default 32. Of few windows fewer are taken, but at least four, so that an epoch has some twenty steps.</summary>
        [Range(8, 128, init: 32, logBase: true)]
        public int BatchSize { get; set; } = 32;

        /// <summary>The learning rate of Adam, positive. Default 1e-3.</summary>
        [Range(1e-4, 1e-2, init: 1e-3, logBase: true)]
        public double LearningRate { get; set; } = 1e-3;

        /// <summary>
        /// The share of each series' points, at its end, that choose the number of epochs, 0 to below 1; at least a horizon. No window to learn from reaches into them. Default 0.2; 0: all
        /// epochs are run.
        /// </summary>
        public double ValidationFraction { get; set; } = 0.2;

        /// <summary>Seed of weights and order. Default <see langword="null"/>: drawn from the context.</summary>
        public int? Seed { get; set; }

        /// <summary>Threads that one operation may use, at least 1. Default <see langword="null"/>: libtorch's.</summary>
        public int? NumberOfThreads { get; set; }

        /// <summary>The CUDA device. Default <see langword="null"/>: <see cref="MLContext.GpuDeviceId"/>, and where that is unset the CPU.</summary>
        public int? GpuDeviceId { get; set; }

        /// <summary>Whether the CPU is used where the device is not there. Default <see langword="null"/>: <see cref="MLContext.FallbackToCpu"/>.</summary>
        public bool? FallbackToCpu { get; set; }

        internal Options CheckedCopy()
        {
            ArgumentNullException.ThrowIfNull(Quantiles);
            ArgumentNullException.ThrowIfNull(SeasonalPeriods);
            Require(WindowSize is >= 2 and <= 100_000, nameof(WindowSize), WindowSize, "must be 2 to 100,000");
            Require(Horizon is >= 1 and <= 100_000, nameof(Horizon), Horizon, "must be 1 to 100,000");
            string quantiles = string.Join(", ", Quantiles.Select(q => q.ToString(CultureInfo.InvariantCulture)));
            Require(Quantiles.All(q => q > 0 && q < 1) && Quantiles.Zip(Quantiles.Skip(1)).All(pair => pair.First < pair.Second) && Quantiles.Contains(0.5), nameof(Quantiles), quantiles,
                "must rise between 0 and 1, with 0.5 among them");
            foreach (int period in SeasonalPeriods)
                Require(period >= 2 && period <= WindowSize, nameof(SeasonalPeriods), period, $"must be 2 to WindowSize, {WindowSize}, so that a window shows the season before");
            Require(Enum.IsDefined(MissingValues), nameof(MissingValues), MissingValues, "is none of its values");
            Require(NumberOfNetworks is >= 1 and <= 1000, nameof(NumberOfNetworks), NumberOfNetworks, "must be 1 to 1,000");
            Require(NumberOfEpochs >= 1, nameof(NumberOfEpochs), NumberOfEpochs, "must be at least 1");
            Require(Patience >= 0, nameof(Patience), Patience, "must be at least 0");
            Require(BatchSize >= 1, nameof(BatchSize), BatchSize, "must be at least 1");
            Require(LearningRate > 0 && double.IsFinite(LearningRate), nameof(LearningRate), LearningRate, "must be positive and finite");
            Require(ValidationFraction is >= 0 and < 1, nameof(ValidationFraction), ValidationFraction, "must be at least 0 and below 1");
            Require(NumberOfThreads is null or (>= 1 and <= 1024), nameof(NumberOfThreads), NumberOfThreads, "must be 1 to 1,024");
            Require(NumberOfChannels is >= 1 and <= 4096, nameof(NumberOfChannels), NumberOfChannels, "must be 1 to 4,096");
            Require(NumberOfSkipChannels is >= 1 and <= 4096, nameof(NumberOfSkipChannels), NumberOfSkipChannels, "must be 1 to 4,096");
            Require((long)Horizon * Quantiles.Length <= 1 << 20, nameof(Horizon), Horizon, $"times {Quantiles.Length} Quantiles must be at most {1 << 20}");
            Settings().Stack.Check();
            var copy = (Options)MemberwiseClone();
            copy.Quantiles = [.. Quantiles];
            copy.SeasonalPeriods = [.. SeasonalPeriods.Distinct().Order()];
            return copy;
        }

        // As many layers as let the last point see the whole window.
        internal ForecastSettings Settings() => new(WindowSize, Horizon, [.. Quantiles], [.. SeasonalPeriods.Distinct().Order()], new WaveNetShape
        {
            Outputs = Quantiles.Length * Horizon,
            ResidualChannels = NumberOfChannels,
            GateChannels = NumberOfChannels,
            SkipChannels = NumberOfSkipChannels,
            LayersPerStack = Math.Max(1, (int)Math.Ceiling(Math.Log2(WindowSize))),
            Stacks = 1,
        });

        private static void Require(bool holds, string name, object? value, string rule)
        {
            if (!holds)
                throw new ArgumentOutOfRangeException(name, value, string.Create(CultureInfo.InvariantCulture, $"{name} is {value}; it {rule}."));
        }
    }
}
