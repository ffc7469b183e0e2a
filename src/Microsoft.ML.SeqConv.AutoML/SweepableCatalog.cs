using Microsoft.ML.AutoML;
using Microsoft.ML.SeqConv;

namespace Microsoft.ML;

/// <summary>
/// Featurizers and trainers of series and texts as sweepable estimators of AutoML. Each searches what its options mark
/// as searchable, from the options' own defaults, or a search space that is given.
/// </summary>
public static class SweepableCatalog
{
    /// <summary>MiniRocket.</summary>
    /// <param name="catalog">AutoML's catalog.</param>
    /// <param name="outputColumnName">The features.</param>
    /// <param name="inputColumnName">The series; default: the output's name.</param>
    /// <param name="searchSpace">What is searched, by the names of <see cref="MiniRocketEstimator.Options"/>.</param>
    /// <param name="configure">Sets the other options.</param>
    /// <exception cref="ArgumentException">A range of the search space is empty or inverted.</exception>
    public static SweepableEstimator SweepableMiniRocket(
        this AutoCatalog catalog, string outputColumnName, string? inputColumnName = null,
        SearchSpace.SearchSpace? searchSpace = null, Action<MiniRocketEstimator.Options>? configure = null)
        => Make(catalog, searchSpace, configure,
            (context, options) => context.Transforms.MiniRocket(outputColumnName, options, inputColumnName));

    /// <summary>Rocket.</summary>
    /// <param name="catalog">AutoML's catalog.</param>
    /// <param name="outputColumnName">The features.</param>
    /// <param name="inputColumnName">The series; default: the output's name.</param>
    /// <param name="searchSpace">What is searched, by the names of <see cref="RocketEstimator.Options"/>.</param>
    /// <param name="configure">Sets the other options.</param>
    /// <exception cref="ArgumentException">A range of the search space is empty or inverted.</exception>
    public static SweepableEstimator SweepableRocket(
        this AutoCatalog catalog, string outputColumnName, string? inputColumnName = null,
        SearchSpace.SearchSpace? searchSpace = null, Action<RocketEstimator.Options>? configure = null)
        => Make(catalog, searchSpace, configure,
            (context, options) => context.Transforms.Rocket(outputColumnName, options, inputColumnName));

    /// <summary>MultiRocket.</summary>
    /// <param name="catalog">AutoML's catalog.</param>
    /// <param name="outputColumnName">The features.</param>
    /// <param name="inputColumnName">The series; default: the output's name.</param>
    /// <param name="searchSpace">What is searched, by the names of <see cref="MultiRocketEstimator.Options"/>.</param>
    /// <param name="configure">Sets the other options.</param>
    /// <exception cref="ArgumentException">A range of the search space is empty or inverted.</exception>
    public static SweepableEstimator SweepableMultiRocket(
        this AutoCatalog catalog, string outputColumnName, string? inputColumnName = null,
        SearchSpace.SearchSpace? searchSpace = null, Action<MultiRocketEstimator.Options>? configure = null)
        => Make(catalog, searchSpace, configure,
            (context, options) => context.Transforms.MultiRocket(outputColumnName, options, inputColumnName));

    /// <summary>Hydra.</summary>
    /// <param name="catalog">AutoML's catalog.</param>
    /// <param name="outputColumnName">The features.</param>
    /// <param name="inputColumnName">The series; default: the output's name.</param>
    /// <param name="searchSpace">What is searched, by the names of <see cref="HydraEstimator.Options"/>.</param>
    /// <param name="configure">Sets the other options.</param>
    /// <exception cref="ArgumentException">A range of the search space is empty or inverted.</exception>
    public static SweepableEstimator SweepableHydra(
        this AutoCatalog catalog, string outputColumnName, string? inputColumnName = null,
        SearchSpace.SearchSpace? searchSpace = null, Action<HydraEstimator.Options>? configure = null)
        => Make(catalog, searchSpace, configure,
            (context, options) => context.Transforms.Hydra(outputColumnName, options, inputColumnName));

    /// <summary>Dilated shapelets.</summary>
    /// <param name="catalog">AutoML's catalog.</param>
    /// <param name="outputColumnName">The features.</param>
    /// <param name="labelColumnName">
    /// The label: a key or Boolean, whose classes get shapelets each, or Single; default: none is read.
    /// </param>
    /// <param name="inputColumnName">The series; default: the output's name.</param>
    /// <param name="searchSpace">
    /// What is searched, by the names of <see cref="DilatedShapeletsEstimator.Options"/>.
    /// </param>
    /// <param name="configure">Sets the other options.</param>
    /// <exception cref="ArgumentException">A range of the search space is empty or inverted.</exception>
    public static SweepableEstimator SweepableDilatedShapelets(
        this AutoCatalog catalog, string outputColumnName, string? labelColumnName = null,
        string? inputColumnName = null, SearchSpace.SearchSpace? searchSpace = null,
        Action<DilatedShapeletsEstimator.Options>? configure = null)
        => Make(catalog, searchSpace, configure, (context, options) => context.Transforms.DilatedShapelets(
            outputColumnName, options, labelColumnName, inputColumnName));

    /// <summary>Interval quantiles.</summary>
    /// <param name="catalog">AutoML's catalog.</param>
    /// <param name="outputColumnName">The features.</param>
    /// <param name="inputColumnName">The series; default: the output's name.</param>
    /// <param name="searchSpace">
    /// What is searched, by the names of <see cref="IntervalQuantilesEstimator.Options"/>.
    /// </param>
    /// <param name="configure">Sets the other options.</param>
    /// <exception cref="ArgumentException">A range of the search space is empty or inverted.</exception>
    public static SweepableEstimator SweepableIntervalQuantiles(
        this AutoCatalog catalog, string outputColumnName, string? inputColumnName = null,
        SearchSpace.SearchSpace? searchSpace = null, Action<IntervalQuantilesEstimator.Options>? configure = null)
        => Make(catalog, searchSpace, configure,
            (context, options) => context.Transforms.IntervalQuantiles(outputColumnName, options, inputColumnName));

    /// <summary>The sequence ensemble, over the series themselves.</summary>
    /// <param name="catalog">AutoML's catalog.</param>
    /// <param name="labelColumnName">The label: a key, or Single for regression.</param>
    /// <param name="seriesColumnName">The series.</param>
    /// <param name="task">Classification or regression.</param>
    /// <param name="searchSpace">
    /// What is searched, by the names of <see cref="SequenceEnsembleOptions"/>; default: the preset and the
    /// normalisation.
    /// </param>
    /// <param name="configure">Sets the other options.</param>
    /// <exception cref="ArgumentException">A range of the search space is empty or inverted.</exception>
    public static SweepableEstimator SweepableSequenceEnsemble(
        this AutoCatalog catalog, string labelColumnName = "Label", string seriesColumnName = "Series",
        SequenceTask task = SequenceTask.Classification,
        SearchSpace.SearchSpace? searchSpace = null, Action<SequenceEnsembleOptions>? configure = null)
        => Make(catalog, searchSpace, configure,
            (context, options) => task == SequenceTask.Regression
                ? context.Regression.Trainers.SequenceEnsemble(labelColumnName, seriesColumnName, options)
                : context.MulticlassClassification.Trainers.SequenceEnsemble(
                    labelColumnName, seriesColumnName, options));

    /// <summary>Ridge.</summary>
    /// <param name="catalog">AutoML's catalog.</param>
    /// <param name="labelColumnName">The label: a key, or Single for regression.</param>
    /// <param name="featureColumnName">The features.</param>
    /// <param name="task">Classification or regression.</param>
    /// <param name="searchSpace">
    /// What is searched, by the names of <see cref="RidgeMulticlassTrainer.Options"/> or
    /// <see cref="RidgeRegressionTrainer.Options"/>.
    /// </param>
    /// <param name="configure">Sets the other options.</param>
    /// <exception cref="ArgumentException">A range of the search space is empty or inverted.</exception>
    public static SweepableEstimator SweepableRidge(
        this AutoCatalog catalog, string labelColumnName = "Label", string featureColumnName = "Features",
        SequenceTask task = SequenceTask.Classification,
        SearchSpace.SearchSpace? searchSpace = null, Action<RidgeOptions>? configure = null)
    {
        return task == SequenceTask.Regression
            ? Make<RidgeRegressionTrainer.Options>(catalog, searchSpace, Configure,
                (context, options) => context.Regression.Trainers.Ridge(options))
            : Make<RidgeMulticlassTrainer.Options>(catalog, searchSpace, Configure,
                (context, options) => context.MulticlassClassification.Trainers.Ridge(options));

        void Configure(RidgeOptions options)
        {
            (options.LabelColumnName, options.FeatureColumnName) = (labelColumnName, featureColumnName);
            configure?.Invoke(options);
        }
    }

    /// <summary>InceptionTime, over the series themselves.</summary>
    /// <param name="catalog">AutoML's catalog.</param>
    /// <param name="labelColumnName">The label: a key, or Single for regression.</param>
    /// <param name="seriesColumnName">The series.</param>
    /// <param name="task">Classification or regression.</param>
    /// <param name="searchSpace">
    /// What is searched, by the names of <see cref="InceptionTimeTrainer.Options"/>. Epochs cost the most.
    /// </param>
    /// <param name="configure">Sets the other options.</param>
    /// <exception cref="ArgumentException">A range of the search space is empty or inverted.</exception>
    public static SweepableEstimator SweepableInceptionTime(
        this AutoCatalog catalog, string labelColumnName = "Label", string seriesColumnName = "Series",
        SequenceTask task = SequenceTask.Classification,
        SearchSpace.SearchSpace? searchSpace = null, Action<InceptionTimeTrainer.Options>? configure = null)
        => Make<InceptionTimeTrainer.Options>(
            catalog, searchSpace,
            options =>
            {
                (options.LabelColumnName, options.SeriesColumnName) = (labelColumnName, seriesColumnName);
                configure?.Invoke(options);
            },
            (context, options) => task == SequenceTask.Regression
                ? context.Regression.Trainers.InceptionTime(options)
                : context.MulticlassClassification.Trainers.InceptionTime(options));

    /// <summary>TextCnn, a classifier of texts.</summary>
    /// <param name="catalog">AutoML's catalog.</param>
    /// <param name="labelColumnName">The label, a key.</param>
    /// <param name="textColumnName">The texts.</param>
    /// <param name="searchSpace">What is searched, by the names of <see cref="TextCnnTrainer.Options"/>.</param>
    /// <param name="configure">Sets the other options.</param>
    /// <exception cref="ArgumentException">A range of the search space is empty or inverted.</exception>
    public static SweepableEstimator SweepableTextCnn(
        this AutoCatalog catalog, string labelColumnName = "Label", string textColumnName = "Text",
        SearchSpace.SearchSpace? searchSpace = null, Action<TextCnnTrainer.Options>? configure = null)
        => Make<TextCnnTrainer.Options>(
            catalog, searchSpace,
            options =>
            {
                (options.LabelColumnName, options.TextColumnName) = (labelColumnName, textColumnName);
                configure?.Invoke(options);
            },
            (context, options) => context.MulticlassClassification.Trainers.TextCnn(options));

    private static SweepableEstimator Make<TOptions>(
        AutoCatalog catalog, SearchSpace.SearchSpace? searchSpace, Action<TOptions>? configure,
        Func<MLContext, TOptions, IEstimator<ITransformer>> build)
        where TOptions : class, new()
    {
        ArgumentNullException.ThrowIfNull(catalog);
        searchSpace ??= SweepSpace.Of<TOptions>().ToSearchSpace();
        searchSpace.Check();
        return new SweepableEstimator(
            (context, parameter) => build(context, parameter.ToOptions(configure ?? (_ => { }))), searchSpace);
    }
}
