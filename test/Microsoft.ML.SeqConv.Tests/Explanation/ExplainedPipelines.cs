using Microsoft.ML.Data;
using Microsoft.ML.SeqConv.TestKit;
using Xunit;

namespace Microsoft.ML.SeqConv.Tests.Explanation;

/// <summary>Pipelines to explain, by name, and the score that each gives itself.</summary>
internal static class ExplainedPipelines
{
    public static IEstimator<ITransformer> Featurizer(MLContext context, string name,
        SeriesNormalization normalization = SeriesNormalization.None, MissingValues missing = MissingValues.Error)
    {
        switch (name)
        {
            case "MiniRocket":
                return context.Transforms.MiniRocket("Features",
                    new MiniRocketEstimator.Options
                    {
                        NumberOfFeatures = 1000,
                        Normalization = normalization,
                        MissingValues = missing
                    }, "Series");
            case "Rocket":
                return context.Transforms.Rocket(
                    "Features", new RocketEstimator.Options
                    {
                        NumberOfKernels = 100,
                        Normalization = normalization,
                        MissingValues = missing
                    }, "Series");
            case "MultiRocket":
                return context.Transforms.MultiRocket("Features",
                    new MultiRocketEstimator.Options
                    {
                        NumberOfFeatures = 2000,
                        Normalization = normalization,
                        MissingValues = missing
                    }, "Series");
            case "Hydra":
                return context.Transforms.Hydra(
                    "Features", new HydraEstimator.Options
                    {
                        NumberOfGroups = 4,
                        Normalization = normalization,
                        MissingValues = missing
                    }, "Series");
            case "DilatedShapelets":
                return context.Transforms.DilatedShapelets("Features", new DilatedShapeletsEstimator.Options
                {
                    NumberOfShapelets = 60,
                    Normalization = normalization,
                    MissingValues = missing
                }, inputColumnName: "Series");
            case "IntervalQuantiles":
            case "IntervalQuantiles without scores":
                return context.Transforms.IntervalQuantiles("Features", new IntervalQuantilesEstimator.Options
                {
                    NormalScores = !name.EndsWith("without scores", StringComparison.Ordinal),
                    Normalization = normalization,
                    MissingValues = missing
                }, "Series");
            case "Hydra and MultiRocket, normalised apart":
                return Featurizer(context, "Hydra", normalization, missing)
                    .Append(context.Transforms.CopyColumns("Hydra", "Features"))
                    .Append(context.Transforms.NormalizeMeanVariance("Hydra", fixZero: false))
                    .Append(Featurizer(context, "MultiRocket", normalization, missing))
                    .Append(context.Transforms.NormalizeMinMax("MultiRocket", "Features"))
                    .Append(context.Transforms.Concatenate("Features", "Hydra", "MultiRocket"))
                    .Append(context.Transforms.NormalizeMeanVariance("Features"));
            case "Convolution1D":
                var kernels = new Random(1);
                return context.Transforms.Convolution1D("Features", new ConvolutionOptions
                {
                    Kernels = [.. Enumerable.Range(0, 6).Select(
                        _ => new float[,] { { kernels.NextSingle() - 0.5f }, { kernels.NextSingle() - 0.5f },
                            { kernels.NextSingle() - 0.5f }
                        })],
                    Biases = [0.1f, 0, -0.1f, 0.2f, 0, 0],
                    Pooling = ConvolutionPooling.Max,
                    Padding = ConvolutionPadding.Zero,
                    Normalization = normalization,
                    MissingValues = missing,
                }, "Series");
            default:
                throw new ArgumentException(name);
        }
    }

    /// <summary>A trainer with what it needs around it, as a user would write it.</summary>
    public static IEstimator<ITransformer> Head(MLContext context, string name)
    {
        var classes = context.MulticlassClassification.Trainers;
        var binary = context.BinaryClassification.Trainers;
        var withKeys = context.Transforms.Conversion.MapValueToKey("Label");
        return name switch
        {
            "ridge" => withKeys.Append(classes.Ridge())
                .Append(context.Transforms.Conversion.MapKeyToValue("PredictedLabel")),
            "maximum entropy" => withKeys.Append(classes.LbfgsMaximumEntropy()),
            "sdca" => withKeys.Append(classes.SdcaNonCalibrated(maximumNumberOfIterations: 5)),
            "ridge, binary" => binary.Ridge("Flag"),
            "ridge ensemble" => withKeys.Append(classes.RidgeEnsemble("Label", "Features")),
            "ridge ensemble, binary" => binary.RidgeEnsemble("Flag", "Features"),
            "ridge ensemble, regression" => context.Regression.Trainers.RidgeEnsemble("Target", "Features"),
            "ridge ensemble of two columns"
                => withKeys.Append(classes.RidgeEnsemble("Label", "Hydra", "MultiRocket")),
            "logistic, binary" => binary.LbfgsLogisticRegression("Flag"),
            "perceptron" => binary.AveragedPerceptron("Flag"),
            "ridge, regression" => context.Regression.Trainers.Ridge("Target"),
            "sdca, regression" => context.Regression.Trainers.Sdca("Target", maximumNumberOfIterations: 5),
            _ => throw new ArgumentException(name),
        };
    }

    public static float[][] Series(IReadOnlyList<SeriesRow> rows) => [.. rows.Select(row => row.Series)];

    /// <summary>
    /// Checks the explanations of all classes of the first rows: they sum to the score, and the score
    /// is the pipeline's.
    /// </summary>
    /// <param name="context">Any.</param>
    /// <param name="model">A fitted pipeline with a linear head.</param>
    /// <param name="rows">Scored rows.</param>
    /// <param name="dimensions">Of their series column.</param>
    public static void CheckSums(
        MLContext context, ITransformer model, IReadOnlyList<SeriesRow> rows, params int[] dimensions)
    {
        IDataView scored = model.Transform(SineWaves.View(context, rows, dimensions));
        int channels = dimensions.Length == 2 ? dimensions[0] : 1;
        string[] names = [.. rows.Select(row => row.Label).Distinct().Order()];
        double[][] expected = Scores(model, scored);
        for (int row = 0; row < rows.Count; row++)
        {
            if (expected[row].Length == 1)
            {
                SeriesExplanation one = context.Model.ExplainSeries(model, rows[row].Series);
                CheckOne(one, expected[row][0], channels, rows[row].Series.Length);
                continue;
            }

            double[] decisions = new double[names.Length];
            SeriesExplanation[] all = [.. names.Select(
                name => context.Model.ExplainSeries(model, rows[row].Series, name))];
            double[] own = [.. all.Select(explanation => explanation.Score)];
            bool probabilities = Math.Abs(expected[row].Sum() - 1) < 1e-4 && expected[row].All(score => score >= 0);
            for (int i = 0; i < names.Length; i++)
            {
                Assert.Equal((names[i], i), (all[i].ClassName, all[i].ClassIndex!.Value));
                CheckOne(all[i], probabilities ? own[i] : expected[row][i], channels, rows[row].Series.Length);
                if (probabilities)
                    Assert.Equal(expected[row][i], Math.Exp(own[i]) / own.Sum(Math.Exp), 1e-5);
            }

            SeriesExplanation predicted = context.Model.ExplainSeries(model, rows[row].Series);
            Assert.Equal(Array.IndexOf(own, own.Max()), predicted.ClassIndex);
        }
    }

    private static void CheckOne(SeriesExplanation explanation, double score, int channels, int values)
    {
        Assert.Equal((ExplanationMethod.Exact, channels, values / channels),
            (explanation.Method, explanation.NumberOfChannels, explanation.Length));
        double[] contributions = [.. explanation.Contributions.Cast<double>()];
        double magnitude = contributions.Sum(Math.Abs) + Math.Abs(explanation.Intercept);
        Assert.Equal(explanation.Score, contributions.Sum(), 1e-10 * Math.Max(1, magnitude));
        Assert.Equal(score, explanation.Score, 1e-5 * Math.Max(1, Math.Abs(score)));
        Assert.Equal(explanation.Score - explanation.Intercept,
            explanation.ContributionsWithoutIntercept().Cast<double>().Sum(), 1e-10 * Math.Max(1, magnitude));
    }

    // Ridge's decision values are not in a column; the others' scores are decision values or the softmax of them.
    private static double[][] Scores(ITransformer model, IDataView scored)
    {
        object? head = (model as IEnumerable<ITransformer>)?.SelectMany(Flatten)
            .OfType<ISingleFeaturePredictionTransformer<object>>().Select(step => step.Model).SingleOrDefault();
        if (head is RidgeMulticlassModelParameters ridge)
            return Decisions("Features", ridge.NumberOfClasses, ridge.GetDecisionValues);
        if (head is RidgeEnsembleMulticlassModelParameters ensemble)
            return Decisions("Label.Blocks", ensemble.NumberOfClasses, ensemble.GetDecisionValues);

        return scored.Schema["Score"].Type is VectorDataViewType
            ? [.. scored.GetColumn<float[]>("Score").Select(scores => Array.ConvertAll(scores, score => (double)score))]
            : [.. scored.GetColumn<float>("Score").Select(score => new[] { (double)score })];

        double[][] Decisions(string column, int classes, Decide decide)
            => [.. scored.GetColumn<float[]>(column).Select(features =>
            {
                var decisions = new double[classes];
                decide(features, decisions);
                return decisions;
            })];
    }

    private delegate void Decide(ReadOnlySpan<float> features, Span<double> decisions);

    private static IEnumerable<ITransformer> Flatten(ITransformer model)
        => model is IEnumerable<ITransformer> chain ? chain.SelectMany(Flatten) : [model];
}
