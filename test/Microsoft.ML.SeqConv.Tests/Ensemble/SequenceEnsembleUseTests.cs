using Microsoft.ML.Data;
using Microsoft.ML.SeqConv.TestKit;
using Microsoft.ML.SeqConv.Tests.Onnx;
using Xunit;

namespace Microsoft.ML.SeqConv.Tests.Ensemble;

/// <summary>The sequence ensemble with what ML.NET and ONNX offer around a pipeline.</summary>
public class SequenceEnsembleUseTests
{
    private readonly MLContext _context = new(1);

    [Fact]
    public void Cross_validation_fits_it_on_every_fold()
    {
        IDataView data = SineWaves.View(_context, SineWaves.Make(30, 40), 40);
        IDataView keyed = _context.Transforms.Conversion.MapValueToKey("LabelKey", "Label").Fit(data).Transform(data);
        var classes = _context.MulticlassClassification.CrossValidate(
            keyed, Multiclass("LabelKey"), numberOfFolds: 3, labelColumnName: "LabelKey");
        Assert.All(classes, fold => Assert.InRange(fold.Metrics.MicroAccuracy, 0.9, 1));
        var numbers = _context.Regression.CrossValidate(data,
            _context.Regression.Trainers.SequenceEnsemble("Target", "Series", Fast()),
            numberOfFolds: 3, labelColumnName: "Target");
        Assert.All(numbers, fold => Assert.InRange(fold.Metrics.RSquared, 0.8, 1));
    }

    [Fact]
    public void A_prediction_engine_answers_as_the_view_does()
    {
        List<SeriesRow> rows = SineWaves.Make(24, 40);
        IDataView data = SineWaves.View(_context, rows, 40);
        ITransformer model = Classifier().Fit(data);
        SchemaDefinition input = SchemaDefinition.Create(typeof(SeriesRow));
        input[nameof(SeriesRow.Series)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, 40);
        using var engine = _context.Model.CreatePredictionEngine<SeriesRow, Answer>(
            model, inputSchemaDefinition: input);
        IDataView scored = model.Transform(data);
        string[] labels = [.. scored.GetColumn<string>("Prediction")];
        float[][] scores = [.. scored.GetColumn<float[]>("Score")];
        for (int i = 0; i < rows.Count; i++)
        {
            Answer answer = engine.Predict(rows[i]);
            Assert.Equal(labels[i], answer.Prediction);
            Assert.Equal(scores[i], answer.Score);
        }
    }

    /// <summary>
    /// The default; and of series of any length, for which MultiRocket and interval quantiles cannot be written, the
    /// members of the fast one that can.
    /// </summary>
    [Theory]
    [InlineData("tsc/GunPoint/GunPoint_TRAIN.ts", 0.97)]
    [InlineData("tsc/ItalyPowerDemand/ItalyPowerDemand_TRAIN.ts", 0.94)]
    [InlineData("tsc/Chinatown/Chinatown_TRAIN.ts", 0.95)]
    [InlineData("tsc/SmoothSubspace/SmoothSubspace_TRAIN.tsv", 0.9)]
    [InlineData("mtsc/Libras/Libras_TRAIN.ts", 0.85)]
    [InlineData("mtsc/JapaneseVowels/JapaneseVowels_TRAIN.ts", 0.95)]
    public void An_exported_file_gives_every_row_the_label_of_the_pipeline(string file, double least)
    {
        IDataView train = _context.Data.LoadFromSeriesFile(Folders.Data(file));
        IDataView test = _context.Data.LoadFromSeriesFile(
            Folders.Data(file.Replace("_TRAIN", "_TEST", StringComparison.Ordinal)));
        bool hasLength = train.Schema["Series"].Type is VectorDataViewType { IsKnownSize: true };
        SequenceEnsembleOptions options = hasLength ? new() { Seed = 1 } : Fast();
        options.Quantiles = hasLength;
        ITransformer model = Classifier(options).Fit(train);
        using var scorer = new OnnxSequenceScorer(OnnxRun.Export(_context, model, train), file);
        Assert.Equal(Labels(train), LabelsOfFile(train));
        string[] labels = Labels(test);
        Assert.Equal(labels, LabelsOfFile(test));
        int right = labels.Zip(test.GetColumn<string>("Label")).Count(pair => pair.First == pair.Second);
        Assert.InRange((double)right / labels.Length, least, 1);

        string[] Labels(IDataView rows) => [.. model.Transform(rows).GetColumn<string>("Prediction")];

        IEnumerable<string?> LabelsOfFile(IDataView rows)
            => scorer.Score([.. rows.GetColumn<float[]>("Series")]).Select(answer => answer.Label);
    }

    [Fact]
    public void The_file_of_the_default_for_GunPoint_has_less_than_five_megabytes()
    {
        IDataView train = _context.Data.LoadFromSeriesFile(Folders.Data("tsc/GunPoint/GunPoint_TRAIN.ts"));
        ITransformer model = Classifier(new SequenceEnsembleOptions { Seed = 1 }).Fit(train);
        byte[] file = OnnxRun.Export(_context, model, train);
        TestContext.Current.TestOutputHelper?.WriteLine($"{file.Length} bytes");
        Assert.InRange(file.Length, 1, 5_000_000);
    }

    private static SequenceEnsembleOptions Fast() => new() { Preset = SequenceEnsemblePreset.Fast, Seed = 1 };

    private IEstimator<ITransformer> Multiclass(string label, SequenceEnsembleOptions? options = null)
        => _context.MulticlassClassification.Trainers.SequenceEnsemble(label, "Series", options ?? Fast());

    private IEstimator<ITransformer> Classifier(SequenceEnsembleOptions? options = null)
        => _context.Transforms.Conversion.MapValueToKey("LabelKey", "Label").Append(Multiclass("LabelKey", options))
            .Append(_context.Transforms.Conversion.MapKeyToValue("Prediction", "PredictedLabel"));

    private sealed class Answer
    {
        public string Prediction { get; set; } = "";

        public float[] Score { get; set; } = [];
    }
}
