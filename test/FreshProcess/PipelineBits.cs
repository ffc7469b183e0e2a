using System.Globalization;
using Microsoft.ML.Data;

namespace Microsoft.ML.SeqConv.TestKit;

/// <summary>
/// The bits of whole pipelines, from series to scores: the same program prints the same lines on every set of
/// instructions.
/// </summary>
internal static class PipelineBits
{
    private const int Length = 61;
    private const int Classes = 3;

    /// <summary>Fits and scores each pipeline, and writes a line of its name and the hash of all columns it adds.
    /// </summary>
    public static void Print(TextWriter output)
    {
        var context = new MLContext(seed: 1);
        IDataView one = Series(context, channels: 1);
        IDataView three = Series(context, channels: 3);
        TransformsCatalog transforms = context.Transforms;
        IEstimator<ITransformer> miniRocket = transforms.MiniRocket("Features", "Series", 840, seed: 1);
        var multiclass = context.MulticlassClassification.Trainers;

        Hash("MiniRocket", miniRocket, one);
        Hash("MiniRocket of channels", miniRocket, three);
        Hash("MultiRocket", transforms.MultiRocket("Features", "Series", 1344, seed: 1), three);
        Hash("Hydra", transforms.Hydra("Features", "Series", 8, seed: 1), three);
        Hash("IntervalQuantiles", transforms.IntervalQuantiles("Features", "Series", seed: 1), three);
        Hash("IntervalQuantiles without scores",
            transforms.IntervalQuantiles("Features", "Series", normalScores: false), one);
        Hash("DilatedShapelets", transforms.DilatedShapelets("Features", "Label", "Series", 200, seed: 1), one);
        Hash("DilatedShapelets of channels", transforms.DilatedShapelets(
            "Features", inputColumnName: "Series", numberOfShapelets: 200, seed: 1), three);
        Hash("sequence ensemble", multiclass.SequenceEnsemble("Label", "Series",
            new SequenceEnsembleOptions { MultiRocketFeatures = 1344, Shapelets = 100, Seed = 1 }), one);
        Hash("Rocket", transforms.Rocket("Features", "Series", 200, seed: 1), three);
        Hash("Rocket in float32", transforms.Rocket("Features",
            new RocketEstimator.Options { NumberOfKernels = 200, SinglePrecision = true, Seed = 1 }, "Series"), three);
        Hash("mel spectrogram", transforms.MelSpectrogram("Features", new MelOptions
        {
            SampleRate = 1000,
            WindowMilliseconds = 32,
            HopMilliseconds = 16,
            NumberOfBands = 8
        }, "Series"), one);
        foreach (AlphaSelection selection in Enum.GetValues<AlphaSelection>())
        {
            var options = new RidgeMulticlassTrainer.Options { AlphaSelection = selection };
            Hash($"ridge on more features than examples, {selection}", miniRocket.Append(multiclass.Ridge(options)),
                one);
            Hash($"ridge on fewer, {selection}",
                transforms.MiniRocket("Features", "Series", 84, seed: 1).Append(multiclass.Ridge(options)), one);
            RidgeMulticlassModelParameters ridge = miniRocket.Append(multiclass.Ridge(options)).Fit(one)
                .LastTransformer.Model;
            output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"coefficients, {selection}: {ridge.Alpha:R} {ridge.SelectionError:R} {Numbers(ridge)}"));
        }

        Hash("ridge of two classes", miniRocket.Append(context.BinaryClassification.Trainers.Ridge("Flag")), one);
        Hash("ridge regression", miniRocket.Append(context.Regression.Trainers.Ridge("Target")), one);
        Hash("logistic regression on minibatches", miniRocket.Append(multiclass.MinibatchLogisticRegression(
            new MinibatchLogisticRegressionTrainer.Options { NumberOfEpochs = 3, Seed = 1 })), one);
        Hash("pruning", transforms.MiniRocket("Features", "Series", 168, seed: 1).Prune("Label")
            .Append(multiclass.Ridge()), one);

        ITransformer explained = miniRocket.Append(multiclass.Ridge()).Fit(one);
        float[] series = [.. one.GetColumn<float[]>("Series").First()];
        SeriesExplanation explanation = context.Model.ExplainSeries(explained, series);
        output.WriteLine($"explanation: {string.Join(' ', explanation.Contributions.Cast<double>()
            .Select(value => BitConverter.DoubleToInt64Bits(value).ToString("X16", CultureInfo.InvariantCulture)))}");
        SequenceSweepResult sweep = context.Model.SweepSequenceClassifier(
            one, new SequenceSweepOptions { NumberOfTrials = 4, NumberOfFolds = 2, Seed = 1 });
        output.WriteLine("sweep: "
            + $"{string.Join(' ', sweep.LeaderBoard.Trials.Select(trial => $"{trial.Candidate} {trial.Mean:R}"))}");

        void Hash(string name, IEstimator<ITransformer> pipeline, IDataView data)
            => output.WriteLine($"{name}: {OutputHash.Of(pipeline.Fit(data).Transform(data), data.Schema)}");
    }

    private static string Numbers(RidgeMulticlassModelParameters ridge) => string.Join(' ',
        Enumerable.Range(0, Classes).SelectMany(target => ridge.GetCoefficients(target).ToArray())
            .Select(value => BitConverter.SingleToInt32Bits(value).ToString("X8", CultureInfo.InvariantCulture)));

    // Random walks whose drift tells the class; some are flat at the end, some in tenths.
    private static IDataView Series(MLContext context, int channels)
    {
        var random = new Random(3);
        var rows = new Row[90];
        for (int i = 0; i < rows.Length; i++)
        {
            int label = i % Classes;
            float[] series = new float[channels * Length];
            for (int c = 0; c < channels; c++)
            {
                float value = 0;
                for (int t = 0; t < Length; t++)
                {
                    value += (float)random.NextDouble() - 0.5f + 0.02f * (label - 1);
                    series[c * Length + t] = (i % 3, t) switch
                    {
                        (1, > Length - 20) => 0.3f,
                        (2, _) => MathF.Round(10 * value) / 10,
                        _ => value,
                    };
                }
            }

            rows[i] = new Row { Series = series, Name = $"c{label}", Flag = label == 0, Target = series[Length / 2] };
        }

        var schema = SchemaDefinition.Create(typeof(Row));
        schema["Series"].ColumnType = channels == 1
            ? new VectorDataViewType(NumberDataViewType.Single, Length)
            : new VectorDataViewType(NumberDataViewType.Single, channels, Length);
        IDataView data = context.Data.LoadFromEnumerable(rows, schema);
        return context.Data.Cache(
            context.Transforms.Conversion.MapValueToKey("Label", "Name").Fit(data).Transform(data));
    }

    private sealed class Row
    {
        public float[] Series { get; set; } = [];

        public string Name { get; set; } = "";

        public bool Flag { get; set; }

        public float Target { get; set; }
    }
}
