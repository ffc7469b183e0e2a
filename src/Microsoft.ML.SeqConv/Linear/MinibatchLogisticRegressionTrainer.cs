using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.SearchSpace;
using Microsoft.ML.SeqConv.Kernels;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// Multinomial logistic regression on streamed minibatches: the head that the authors of MiniRocket use beyond 10,000
/// series (arXiv:2012.08791 and its published <c>softmax.py</c>). Adam from zero weights, the learning rate halved and
/// training ended by the loss of validation rows, whose best weights are kept.
/// </summary>
/// <remarks>
/// <para>
/// | Characteristic | |
/// |---|---|
/// | Machine learning task | Multiclass classification |
/// | Is normalization required? | No: features are standardized by the first chunk's means and deviations |
/// | Is caching required? | No: features that fit <see cref="Options.CacheMegabytes"/> are held, others are computed
/// again for every epoch |
/// | Input label column data type | key |
/// | Input features column data type | known-sized vector of Single |
/// | Output columns | <c>Score</c>: a probability a class; <c>PredictedLabel</c>: key |
/// </para>
/// <para>
/// Memory is that of one chunk, the validation rows, and five matrices [class, feature] of Single, whatever the number
/// of rows; of a row itself only label and weight are held. The view is read once for labels, once for validation rows,
/// and once an epoch; where the features' transform is the last step before the trainer, the first two compute no or
/// few features. Every reading must give the same rows in the same order.
/// </para>
/// <para>
/// Rows are shuffled within a chunk, and chunks come in the order of the view: rows that are sorted by class must be
/// shuffled upstream (<c>ShuffleRows</c>). Minibatches that a chunk's end cuts short are left out, unless they are a
/// chunk's only one. Missing features are an error; rows without a label are left out.
/// </para>
/// </remarks>
public sealed class MinibatchLogisticRegressionTrainer
    : MulticlassFeatureTrainer<MinibatchLogisticRegressionModelParameters>
{
    private readonly Options _options;

    internal MinibatchLogisticRegressionTrainer(IHostEnvironment env, Options options)
        : base(env, "MinibatchLogisticRegression", options.LabelColumnName, options.FeatureColumnName,
            options.ExampleWeightColumnName)
    {
        _options = options.CheckedCopy();
        _options.Seed ??= DrawSeed();
    }

    private protected override MinibatchLogisticRegressionModelParameters Train(
        IHostEnvironment env, TrainingRows rows, DataViewSchema.Column label, FitMonitor monitor)
    {
        MinibatchCheckpoint.MakeFolder(_options.CheckpointFolder);
        string[] names = LabelValues.Of(label).Names;
        int[] classes = [.. rows.Labels.Select(value => (int)value)];
        ClassWeighting.CheckTwoClasses(classes, names, label.Name);
        double[] classWeights = ClassWeighting.OfClasses(
            rows.Weights, classes, names, label.Name, _options.BalanceClasses, _options.ClassWeights);
        double[] weights = ClassWeighting.OfExamples(rows.Weights, classes, classWeights);
        using var chunks = new MinibatchChunks(rows, classes, weights, _options, monitor);
        using var fit = new MinibatchFit(chunks, names, _options, monitor);
        return fit.Run(env);
    }

    private protected override bool TooManyToHold(long rows, int features) => true;

    /// <summary>
    /// Options of <see cref="MinibatchLogisticRegressionTrainer"/>; the defaults are those of the published code.
    /// </summary>
    public sealed class Options
    {
        /// <summary>The label column, a key.</summary>
        public string LabelColumnName { get; set; } = DefaultColumnNames.Label;

        /// <summary>The feature column, a vector of Single of known size.</summary>
        public string FeatureColumnName { get; set; } = DefaultColumnNames.Features;

        /// <summary>
        /// The column of example weights (Single, zero or more); <see langword="null"/> weighs all alike. Weights,
        /// those of classes included, multiply losses and accuracies. They do not change the standardization of
        /// features: its means and deviations count every row of the first chunk once; rows of weight zero are left
        /// out.
        /// </summary>
        public string? ExampleWeightColumnName { get; set; }

        /// <summary>Passes over the rows at most, from 1. Default 50. For a million rows one or two do.</summary>
        [Range(1, 200, init: 50, logBase: true)]
        public int NumberOfEpochs { get; set; } = 50;

        /// <summary>Rows of one step, 1 to <see cref="ChunkSize"/>. Default 256.</summary>
        [Range(32, 1024, init: 256, logBase: true)]
        public int BatchSize { get; set; } = 256;

        /// <summary>Rows that are read, held and shuffled together, 1 to 1,000,000. Default 4,096.</summary>
        public int ChunkSize { get; set; } = 4096;

        /// <summary>
        /// The learning rate at first, positive. Default 1e-4, which suits thousands of features; few
        /// features want more.
        /// </summary>
        [Range(1e-5, 1e-2, init: 1e-4, logBase: true)]
        public double LearningRate { get; set; } = 1e-4;

        /// <summary>
        /// Rows that are not learned from but validate, from 0: single ones, spread over the data by
        /// <see cref="Seed"/>, at most a tenth of all. Default 2,048. With 0, or fewer than ten rows, all epochs are
        /// run at one learning rate and the last weights are kept.
        /// </summary>
        public int ValidationRows { get; set; } = 2048;

        /// <summary>Minibatches from validation to validation, from 1. Default 10.</summary>
        public int ValidateEvery { get; set; } = 10;

        /// <summary>
        /// Validations without a lower loss (by a ten-thousandth) that are allowed; after one more the learning rate is
        /// halved, down to 1e-8. From 0, default 5.
        /// </summary>
        public int LearningRatePatience { get; set; } = 5;

        /// <summary>
        /// Validations without a lower loss after which training ends, though never within the first epoch; 0 for
        /// never. Default 10.
        /// </summary>
        public int Patience { get; set; } = 10;

        /// <summary>
        /// Features are held and read once where they all fit so many megabytes, 0 to 1,000,000; else they are read in
        /// chunks for every epoch. Default 2,048: 53,000 rows of 10,000 features. The model does not depend on it.
        /// </summary>
        public int CacheMegabytes { get; set; } = 2048;

        /// <summary>
        /// Whether each class gets the same weight in all, whatever its number of examples: an example weighs n / (K
        /// n_k) for n examples, K classes and n_k examples of its class. Default false.
        /// </summary>
        [BooleanChoice(false)]
        public bool BalanceClasses { get; set; }

        /// <summary>
        /// A weight for each class by its label as text, positive and finite; classes that are not named weigh 1.
        /// Multiplies with the other weights. Default <see langword="null"/>.
        /// </summary>
        public IReadOnlyDictionary<string, double>? ClassWeights { get; set; }

        /// <summary>
        /// Seed of validation rows and order. Default <see langword="null"/>: drawn from the context when the trainer
        /// is made. Set it to resume.
        /// </summary>
        public int? Seed { get; set; }

        /// <summary>
        /// Threads for training, at least 1; featurizers have theirs. Default <see langword="null"/>: all processors.
        /// The model does not depend on it.
        /// </summary>
        public int? NumberOfThreads { get; set; }

        /// <summary>
        /// A folder for the checkpoint, one file that is replaced each time; <see langword="null"/> (default): none is
        /// written.
        /// </summary>
        public string? CheckpointFolder { get; set; }

        /// <summary>
        /// Chunks from checkpoint to checkpoint, from 1. Default 50: 204,800 rows. One more is written at the end.
        /// </summary>
        public int CheckpointEvery { get; set; } = 50;

        /// <summary>
        /// The folder of the checkpoint that training goes on from, <see langword="null"/> (default) for none. The
        /// model in the end is that of a training that was never stopped. Another number of epochs, of threads or of
        /// megabytes may be given; other options, classes or rows are an error. A file that is not there yet is passed
        /// over, and so is a missing folder that is <see cref="CheckpointFolder"/> too.
        /// </summary>
        public string? ResumeFrom { get; set; }

        internal Options CheckedCopy()
        {
            ArgumentException.ThrowIfNullOrEmpty(LabelColumnName);
            ArgumentException.ThrowIfNullOrEmpty(FeatureColumnName);
            CheckFolder(CheckpointFolder, nameof(CheckpointFolder));
            CheckFolder(ResumeFrom, nameof(ResumeFrom));
            Guard.Within(NumberOfEpochs, 1, 1_000_000);
            Guard.Within(ChunkSize, 1, 1_000_000);
            Guard.Require(BatchSize >= 1 && BatchSize <= ChunkSize, BatchSize,
                $"it must be 1 to ChunkSize, {ChunkSize}");
            Guard.Within(ValidationRows, 0, 1_000_000);
            Guard.AtLeast(ValidateEvery, 1);
            Guard.AtLeast(LearningRatePatience, 0);
            Guard.AtLeast(Patience, 0);
            Guard.Within(CacheMegabytes, 0, 1_000_000);
            Guard.Within(NumberOfThreads, 1, 1024);
            Guard.AtLeast(CheckpointEvery, 1);
            Guard.Positive(LearningRate);
            ClassWeighting.Check(ClassWeights);
            var copy = (Options)MemberwiseClone();
            copy.ClassWeights = ClassWeights?.ToDictionary();
            return copy;
        }

        private static void CheckFolder(string? folder, string name)
        {
            if (folder is not null && string.IsNullOrWhiteSpace(folder))
                throw new ArgumentException($"{name} is '{folder}', which names no folder. "
                    + "Name one, or set null for none.", name);
        }
    }
}
