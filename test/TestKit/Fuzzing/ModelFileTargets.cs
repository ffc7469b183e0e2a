using Microsoft.ML.Data;

namespace Microsoft.ML.SeqConv.TestKit.Fuzzing;

/// <summary>Readers of what was fitted: models, sums of ridge, checkpoints of minibatches and ONNX.</summary>
public static class ModelFileTargets
{
    private const int Length = 24;
    private const int Features = 84;

    /// <summary>By name.</summary>
    public static IReadOnlyDictionary<string, Func<FuzzTarget>> All { get; } = new Dictionary<string, Func<FuzzTarget>>
    {
        ["model"] = Model,
        ["sections"] = Sections,
        ["sums"] = Sums,
        ["minibatch-checkpoint"] = MinibatchCheckpoint,
        ["onnx"] = Onnx,
    };

    private static FuzzTarget Model()
    {
        var context = new MLContext(1);
        IDataView data = Data(context);
        ITransformer model = Pipeline(context).Fit(data);
        byte[] file = FuzzTarget.BytesOf(path => context.Model.Save(model, data.Schema, path));
        return new("model", [file],
            FuzzTarget.FromPath("model.zip", path => new MLContext().Model.LoadChecked(path, out _)));
    }

    private static FuzzTarget Sections()
    {
        var context = new MLContext(1);
        IDataView data = Data(context);
        IDataView row = context.Data.TakeRows(data, 1);
        TransformsCatalog transforms = context.Transforms;
        IEstimator<ITransformer>[] pipelines =
        [
            transforms.MiniRocket("Features", "Series", numberOfFeatures: Features),
            transforms.Rocket("Features", "Series", numberOfKernels: 10),
            transforms.MultiRocket("Features", "Series", numberOfFeatures: 672),
            transforms.Hydra("Features", "Series", numberOfGroups: 1),
            transforms.IntervalQuantiles("Features", "Series", depth: 2),
            transforms.DilatedShapelets("Features", inputColumnName: "Series", numberOfShapelets: 10),
            transforms.Convolution1D(
                "Features", new ConvolutionOptions { Kernels = [new float[,] { { 1 }, { -1 } }] }, "Series"),
            transforms.MelSpectrogram("Features", new MelOptions
            {
                SampleRate = 1000, WindowMilliseconds = 8, HopMilliseconds = 4, NumberOfBands = 3
            }, "Series"),
            transforms.MiniRocket("Features", "Series", numberOfFeatures: Features).Prune(
                "Label", new PruningOptions { MaxFeatures = 20, NumberOfFolds = 2, NumberOfRepeats = 1 }),
            context.MulticlassClassification.Trainers.Ridge(featureColumnName: "Series"),
            context.MulticlassClassification.Trainers.RidgeEnsemble("Label", "Series"),
            context.MulticlassClassification.Trainers.RidgeEnsemble(new RidgeEnsembleMulticlassTrainer.Options
            {
                FeatureColumnNames = ["Series"], Fusion = EnsembleFusion.Probabilities,
            }),
            context.BinaryClassification.Trainers.RidgeEnsemble("Flag", "Series"),
            context.Regression.Trainers.RidgeEnsemble("Target", "Series"),
            context.MulticlassClassification.Trainers.MinibatchLogisticRegression(
                featureColumnName: "Series", numberOfEpochs: 1),
        ];
        var models = new List<(byte[] File, string Entry)>();
        foreach (IEstimator<ITransformer> pipeline in pipelines)
        {
            ITransformer model = transforms.Conversion.MapValueToKey("Label").Append(pipeline).Fit(data);
            byte[] file = FuzzTarget.BytesOf(path => context.Model.Save(model, data.Schema, path));
            models.Add((file, ModelSections.OfThisLibrary(file).Single()));
        }

        return FuzzTarget.OfSections("sections", models, (model, index) =>
        {
            IDataView mapped = model.Transform(row);
            string output = mapped.Schema.GetColumnOrNull("Score") is null ? "Features" : "Score";
            if (mapped.Schema[output].Type is VectorDataViewType)
                _ = mapped.GetColumn<float[]>(output).ToArray();
            else
                _ = mapped.GetColumn<float>(output).ToArray();
        });
    }

    private static FuzzTarget Sums()
    {
        var context = new MLContext(1);
        IDataView data = Data(context);
        ITransformer preparation = context.Transforms.Conversion.MapValueToKey("Label")
            .Append(context.Transforms.MiniRocket("Features", "Series", numberOfFeatures: Features)).Fit(data);
        byte[] Saved(IRidgeTrainer trainer)
        {
            using var accumulator = new RidgeAccumulator(context, trainer, preparation, data.Schema);
            accumulator.Add(data);
            return FuzzTarget.BytesOf(accumulator.Save);
        }

        var trainers = context.MulticlassClassification.Trainers;
        return new("sums", [Saved(trainers.Ridge()), Saved(trainers.RidgeEnsemble("Label", "Features", "Series"))],
            FuzzTarget.FromPath("part.sums", path => RidgeAccumulator.Load(context, path).Dispose()))
        {
            HasChecksum = true,
        };
    }

    private static FuzzTarget MinibatchCheckpoint()
    {
        const string fileName = "minibatch-logistic.checkpoint";
        var context = new MLContext(1);
        IDataView data = Data(context);
        IDataView keys = context.Transforms.Conversion.MapValueToKey("Label").Fit(data).Transform(data);
        void Fit(string? writeTo, string? resumeFrom)
            => context.MulticlassClassification.Trainers.MinibatchLogisticRegression(
                new MinibatchLogisticRegressionTrainer.Options
                {
                    FeatureColumnName = "Series",
                    NumberOfEpochs = 2,
                    BatchSize = 4,
                    Seed = 1,
                    NumberOfThreads = 1,
                    CheckpointFolder = writeTo,
                    ResumeFrom = resumeFrom,
                }).Fit(keys);
        byte[] file = FuzzTarget.BytesOf(path =>
        {
            string folder = Path.GetDirectoryName(path)!;
            Fit(folder, null);
            File.Move(Path.Combine(folder, fileName), path);
        });
        return new("minibatch-checkpoint", [file],
            FuzzTarget.FromPath(fileName, path => Fit(null, Path.GetDirectoryName(path))))
        {
            HasChecksum = true,
            Documented = [typeof(InvalidOperationException)],       // of a checkpoint with other options or rows
        };
    }

    private static FuzzTarget Onnx()
    {
        var context = new MLContext(1);
        IDataView data = Data(context);
        ITransformer model = Pipeline(context).Fit(data);
        byte[] file = FuzzTarget.BytesOf(path => context.Model.SaveAsOnnx(model, data, path));
        return new("onnx", [file], bytes => new OnnxSequenceScorer(bytes, "input.onnx").Dispose());
    }

    private static IDataView Data(MLContext context) => SineWaves.View(context, SineWaves.Make(12, Length), Length);

    private static IEstimator<ITransformer> Pipeline(MLContext context)
        => context.Transforms.Conversion.MapValueToKey("Label")
            .Append(context.Transforms.MiniRocket("Features", "Series", numberOfFeatures: Features))
            .Append(context.MulticlassClassification.Trainers.Ridge())
            .Append(context.Transforms.Conversion.MapKeyToValue("PredictedLabel"));
}
