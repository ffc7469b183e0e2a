using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.SeqConv.TestKit;
using Xunit;

namespace Microsoft.ML.SeqConv.Torch.Tests.Trainers;

/// <summary>
/// A row of weight 0 is as if it were not there, in every network: in the split, the balance of classes and the
/// scale of targets too.
/// </summary>
public class NetworkWeightTests
{
    private const int Length = 64;

    [Theory]
    [InlineData("series")]
    [InlineData("text")]
    [InlineData("characters")]
    [InlineData("audio")]
    [InlineData("regression")]
    public void A_row_of_weight_0_equals_its_absence(string kind)
    {
        List<SeriesRow> rows = SineWaves.Make(24, Length);
        var random = new Random(7);
        List<SeriesRow> with = [.. rows.SelectMany(
            row => random.Next(3) == 0 ? (SeriesRow[])[row, Weightless(row, random)] : [row])];
        Assert.Equal(Scores(kind, rows, out _), Scores(kind, with, out string[] warnings));
        string warning = Assert.Single(warnings,
            message => message.Contains("'Weight' is 0", StringComparison.Ordinal));
        Assert.Contains($"is 0 in {with.Count - rows.Count} of {with.Count} rows; ", warning);
    }

    [Fact]
    public void A_class_whose_rows_all_weigh_0_is_named()
    {
        List<SeriesRow> rows = SineWaves.Make(24, Length);
        foreach (SeriesRow row in rows)
            row.Weight = row.Label == "c2" ? 0 : 1;
        Scores("series", rows, out string[] warnings);
        Assert.Single(warnings, message => message.Contains(
            "No other rows have the classes 'c2', which the model therefore does not know.", StringComparison.Ordinal));
    }

    [Fact]
    public void Class_balance_and_the_scale_of_targets_count_a_weight_of_2_as_the_row_twice()
    {
        var options = new InceptionTimeTrainer.Options { BalanceClasses = true };
        string[] classes = ["a", "b"];
        float[] weighted = options.WeightsOfExamples([0, 0, 1], [2, 1, 1], classes);
        float[] repeated = options.WeightsOfExamples([0, 0, 0, 1], [1, 1, 1, 1], classes);
        Assert.Equal(repeated[0] + repeated[1], weighted[0]);
        Assert.Equal(repeated[2..], weighted[1..]);
        TargetScale scale = TargetScale.Of([1, 5, 2], [2, 1, 1]);
        Assert.Equal(TargetScale.Of([1, 1, 5, 2], [1, 1, 1, 1]).Mean, scale.Mean, 1e-15);
        Assert.Equal(TargetScale.Of([1, 1, 5, 2], [1, 1, 1, 1]).Deviation, scale.Deviation, 1e-15);
    }

    private static SeriesRow Weightless(SeriesRow like, Random random) => new()
    {
        Series = [.. like.Series.Select(_ => (float)random.NextDouble() * 100)],
        Label = like.Label,
        Target = 1000 * (float)random.NextDouble(),
        Text = "only here",
        Weight = 0,
    };

    private static float[][] Scores(string kind, List<SeriesRow> rows, out string[] warnings)
    {
        var context = new MLContext(1);
        var messages = new List<string>();
        context.Log += (_, message) =>
        {
            if (message.Kind == ChannelMessageKind.Warning)
                messages.Add(message.RawMessage);
        };
        MulticlassClassificationCatalog.MulticlassClassificationTrainers trainers =
            context.MulticlassClassification.Trainers;
        IEstimator<ITransformer> trainer = kind switch
        {
            "text" => trainers.TextCnn(
                With(new TextCnnTrainer.Options { Dimension = 4, NumberOfFilters = 4, NumberOfEpochs = 2 })),
            "characters" => trainers.Vdcnn(
                With(new VdcnnTrainer.Options { MaxLength = 64, NumberOfUnits = 4, NumberOfEpochs = 1 })),
            "audio" => trainers.Cldnn(With(new CldnnTrainer.Options
            {
                AudioColumnName = "Series",
                FrontEnd = new MelOptions
                {
                    SampleRate = 8000,
                    WindowMilliseconds = 2,
                    HopMilliseconds = 1,
                    NumberOfBands = 6
                },
                NumberOfFilters = 2,
                NumberOfReducedFeatures = 4,
                NumberOfLstmCells = 4,
                NumberOfDenseUnits = 4,
                NumberOfEpochs = 2,
            })),
            "regression" => context.Regression.Trainers.Fcn(
                With(new FcnTrainer.Options { NumberOfFilters = 2, NumberOfEpochs = 2 }, "Target")),
            _ => trainers.Fcn(With(new FcnTrainer.Options { NumberOfFilters = 2, NumberOfEpochs = 2 })),
        };
        IDataView scored = SineWaves.View(context, SineWaves.Make(6, Length, seed: 9), Length);
        ITransformer model = context.Transforms.Conversion.MapValueToKey("LabelKey", "Label").Append(trainer)
            .Fit(SineWaves.View(context, rows, Length));
        IDataView scores = model.Transform(scored);
        warnings = [.. messages];
        return kind == "regression" ? [[.. scores.GetColumn<float>("Score")]] : [.. scores.GetColumn<float[]>("Score")];
    }

    private static TOptions With<TOptions>(TOptions options, string label = "LabelKey")
        where TOptions : NetworkOptions
    {
        options.LabelColumnName = label;
        options.ExampleWeightColumnName = "Weight";
        options.BalanceClasses = label == "LabelKey";
        options.ValidationFraction = 0.25;
        options.BatchSize = 6;
        return options;
    }
}
