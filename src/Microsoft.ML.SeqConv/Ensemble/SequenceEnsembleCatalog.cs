using Microsoft.ML.Calibrators;
using Microsoft.ML.Data;
using Microsoft.ML.SeqConv;

namespace Microsoft.ML;

/// <summary>Makes <see cref="SequenceEnsembleTrainer{TTransformer}"/> for each task.</summary>
public static class SequenceEnsembleCatalog
{
    /// <summary>
    /// Classification of series by several featurizers, fused into one linear model; scores are calibrated
    /// probabilities.
    /// </summary>
    /// <param name="catalog">The trainers.</param>
    /// <param name="labelColumnName">The label, a key.</param>
    /// <param name="seriesColumnName">
    /// The series: <c>Vector&lt;Single, T&gt;</c>, <c>Vector&lt;Single, C, T&gt;</c>, or a vector of unknown size.
    /// </param>
    /// <param name="options">Members, sizes, and how series are read; default: the defaults.</param>
    public static SequenceEnsembleTrainer<MulticlassPredictionTransformer<RidgeEnsembleMulticlassModelParameters>>
        SequenceEnsemble(this MulticlassClassificationCatalog.MulticlassClassificationTrainers catalog,
            string labelColumnName = DefaultColumnNames.Label, string seriesColumnName = "Series",
            SequenceEnsembleOptions? options = null)
        => new(catalog.Environment(), labelColumnName, seriesColumnName, options ?? new(), (label, features, chosen) =>
            catalog.RidgeEnsemble(OfClassifier(chosen, label, features, new RidgeEnsembleMulticlassTrainer.Options())));

    /// <summary>
    /// Classification of series into two classes by several featurizers, fused into one linear model, and a calibrated
    /// probability.
    /// </summary>
    /// <param name="catalog">The trainers.</param>
    /// <param name="labelColumnName">The label, Boolean.</param>
    /// <param name="seriesColumnName">The series.</param>
    /// <param name="options">Members, sizes, and how series are read; default: the defaults.</param>
    public static SequenceEnsembleTrainer<BinaryPredictionTransformer<
        CalibratedModelParametersBase<RidgeEnsembleBinaryModelParameters, PlattCalibrator>>>
        SequenceEnsemble(this BinaryClassificationCatalog.BinaryClassificationTrainers catalog,
            string labelColumnName = DefaultColumnNames.Label, string seriesColumnName = "Series",
            SequenceEnsembleOptions? options = null)
        => new(catalog.Environment(), labelColumnName, seriesColumnName, options ?? new(), (label, features, chosen) =>
            catalog.RidgeEnsemble(OfClassifier(chosen, label, features, new RidgeEnsembleBinaryTrainer.Options())));

    /// <summary>Regression on series by several featurizers, fused into one linear model.</summary>
    /// <param name="catalog">The trainers.</param>
    /// <param name="labelColumnName">The label, Single.</param>
    /// <param name="seriesColumnName">The series.</param>
    /// <param name="options">Members, sizes, and how series are read; default: the defaults.</param>
    /// <exception cref="ArgumentException">An option is for classes.</exception>
    public static SequenceEnsembleTrainer<RegressionPredictionTransformer<RidgeEnsembleRegressionModelParameters>>
        SequenceEnsemble(this RegressionCatalog.RegressionTrainers catalog,
            string labelColumnName = DefaultColumnNames.Label, string seriesColumnName = "Series",
            SequenceEnsembleOptions? options = null)
        => new(catalog.Environment(), labelColumnName, seriesColumnName, Regression(options ?? new()),
            (label, features, chosen) => catalog.RidgeEnsemble(OfRidge(
                chosen, label, new RidgeEnsembleRegressionTrainer.Options { FeatureColumnNames = features })));

    private static SequenceEnsembleOptions Regression(SequenceEnsembleOptions options)
    {
        if (options.Fusion != EnsembleFusion.Linear || options.BalanceClasses || options.ClassWeights is not null)
            throw new ArgumentException("A regression has no classes: 'Fusion' must be Linear, 'BalanceClasses' false "
                + "and 'ClassWeights' null.", nameof(options));
        return options;
    }

    private static T OfClassifier<T>(
        SequenceEnsembleOptions options, string labelColumnName, string[] featureColumnNames, T head)
        where T : RidgeEnsembleClassifierOptions
    {
        head.FeatureColumnNames = featureColumnNames;
        head.Fusion = options.Fusion;
        head.BalanceClasses = options.BalanceClasses;
        head.ClassWeights = options.ClassWeights;
        return OfRidge(options, labelColumnName, head);
    }

    private static T OfRidge<T>(SequenceEnsembleOptions options, string labelColumnName, T head)
        where T : RidgeOptions
    {
        head.LabelColumnName = labelColumnName;
        head.ExampleWeightColumnName = options.ExampleWeightColumnName;
        head.Alphas = options.Alphas;
        head.AlphaSelection = options.AlphaSelection;
        head.NumberOfThreads = options.NumberOfThreads;
        head.WeightOfJoint = options.WeightOfJoint;
        return head;
    }
}
