using Microsoft.ML.Data;
using Microsoft.ML.SeqConv.TestKit;
using Xunit;

namespace Microsoft.ML.SeqConv.Tests.Linear;

/// <summary>Ridge on rows that are summed block by block instead of held.</summary>
public class RidgeStreamingTests
{
    private const int Length = 7;

    private readonly MLContext _context = new(1);

    [Theory]
    [InlineData(AlphaSelection.GeneralizedCrossValidation)]
    [InlineData(AlphaSelection.Holdout)]
    public void Rows_in_blocks_give_the_model_of_rows_held(AlphaSelection selection)
    {
        List<SeriesRow> rows = Noisy(2500);
        for (int i = 0; i < rows.Count; i++)
            rows[i].Weight = 0.5f + i % 3;
        rows[11].Target = rows[1700].Target = float.NaN;
        IDataView data = SineWaves.View(_context, rows, Length);
        RidgeRegressionModelParameters streamed = Regression(selection).Fit(data).Model;
        RidgeRegressionModelParameters held = Regression(AlphaSelection.LeaveOneOut, streamed.Alpha).Fit(data).Model;
        Assert.Equal(selection, streamed.AlphaSelection);
        Assert.Equal(AlphaSelection.LeaveOneOut, held.AlphaSelection);
        Assert.Equal(held.Intercept, streamed.Intercept, 1e-5);
        for (int j = 0; j < Length; j++)
            Assert.Equal(held.Coefficients[j], streamed.Coefficients[j], 1e-5);
        Assert.Equal(streamed.SelectionErrors.Min(), streamed.SelectionError);
        Assert.InRange(streamed.SelectionError, 0.8 * held.SelectionError, 1.2 * held.SelectionError);
    }

    [Theory]
    [InlineData(AlphaSelection.GeneralizedCrossValidation)]
    [InlineData(AlphaSelection.Holdout)]
    public void Streamed_classifiers_give_the_probabilities_of_held_ones(AlphaSelection selection)
    {
        IDataView data = _context.Transforms.Conversion.MapValueToKey("LabelKey", "Label")
            .Fit(SineWaves.View(_context, Noisy(3000), Length)).Transform(
                SineWaves.View(_context, Noisy(3000), Length));
        RidgeMulticlassTrainer.Options Multiclass(AlphaSelection by)
            => new() { LabelColumnName = "LabelKey", FeatureColumnName = "Series", AlphaSelection = by, Alphas = [1] };
        MulticlassPredictionTransformer<RidgeMulticlassModelParameters> streamed =
            _context.MulticlassClassification.Trainers.Ridge(Multiclass(selection)).Fit(data);
        MulticlassPredictionTransformer<RidgeMulticlassModelParameters> held =
            _context.MulticlassClassification.Trainers.Ridge(Multiclass(AlphaSelection.LeaveOneOut)).Fit(data);
        Assert.InRange(held.Model.LeaveOneOutAccuracy, 0.6, 0.99);
        Assert.Equal(held.Model.LeaveOneOutAccuracy, streamed.Model.LeaveOneOutAccuracy, 0.02);
        // that of two thirds of the rows
        Assert.Equal(held.Model.Temperature, streamed.Model.Temperature, 0.1 * held.Model.Temperature);

        RidgeBinaryTrainer.Options Binary(AlphaSelection by)
            => new()
            {
                LabelColumnName = "Flag",
                FeatureColumnName = "Series",
                AlphaSelection = by,
                Alphas = [1],
                BalanceClasses = true
            };
        float[] Probabilities(AlphaSelection by)
            => [.. _context.BinaryClassification.Trainers.Ridge(Binary(by)).Fit(data).Transform(data)
                .GetColumn<float>("Probability")];
        float[] ofHeld = Probabilities(AlphaSelection.LeaveOneOut);
        float[] ofStreamed = Probabilities(selection);
        Assert.InRange(ofHeld.Max() - ofHeld.Min(), 0.1, 1);
        for (int i = 0; i < ofHeld.Length; i++)
            Assert.Equal(ofHeld[i], ofStreamed[i], 0.05);
    }

    [Fact]
    public void Features_that_another_step_than_the_last_makes_are_read_in_blocks_too()
    {
        List<SeriesRow> rows = SineWaves.Make(400, 20);
        IDataView data = _context.Transforms.MiniRocket("Features", "Series", numberOfFeatures: 84)
            .Append(_context.Transforms.Hydra("Hydra", "Series", numberOfGroups: 1))
            .Fit(SineWaves.View(_context, rows, 20)).Transform(SineWaves.View(_context, rows, 20));
        var options = new RidgeRegressionTrainer.Options
        {
            LabelColumnName = "Target",
            AlphaSelection = AlphaSelection.GeneralizedCrossValidation,
        };
        Assert.InRange(_context.Regression.Trainers.Ridge(options).Fit(data).Model.SelectionError, 0, 0.1);
    }

    [Fact]
    public void Rows_are_summed_where_leave_one_out_costs_more_than_the_fit()
    {
        Assert.False(RidgeFit.TooManyToHold(10_000, 9_996, AlphaSelection.Auto));
        Assert.True(RidgeFit.TooManyToHold(50_000, 9_996, AlphaSelection.Auto));
        Assert.False(RidgeFit.TooManyToHold(50_000, 9_996, AlphaSelection.LeaveOneOut));
        Assert.False(RidgeFit.TooManyToHold(20_000, 40_000, AlphaSelection.Auto));
        Assert.False(RidgeFit.TooManyToHold(100_000, 500, AlphaSelection.Auto));
        Assert.True(RidgeFit.TooManyToHold(1_000_000, 500, AlphaSelection.Auto));
        Assert.False(RidgeFit.TooManyToHold(500, 500, AlphaSelection.GeneralizedCrossValidation));
        Assert.True(RidgeFit.TooManyToHold(501, 500, AlphaSelection.GeneralizedCrossValidation));
        Assert.True(RidgeFit.TooManyToHold(2, 500, AlphaSelection.Holdout));
    }

    [Fact]
    public void The_choice_survives_the_model_file()
    {
        IDataView data = SineWaves.View(_context, Noisy(50), Length);
        using var file = new MemoryStream();
        _context.Model.Save(Regression(AlphaSelection.Holdout).Fit(data), data.Schema, file);
        file.Position = 0;
        var loaded = (RegressionPredictionTransformer<RidgeRegressionModelParameters>)_context.Model.Load(file, out _);
        Assert.Equal(AlphaSelection.Holdout, loaded.Model.AlphaSelection);
    }

    [Fact]
    public void A_view_that_changes_between_readings_is_an_error()
    {
        int reading = 0;
        IEnumerable<SeriesRow> Changing()
        {
            reading++;
            foreach (SeriesRow row in Noisy(60))
            {
                row.Target += reading;
                yield return row;
            }
        }

        IDataView data = _context.Data.LoadFromEnumerable(Changing(), SchemaOf(Noisy(1)));
        InvalidOperationException error = Assert.Throws<InvalidOperationException>(
            () => Regression(AlphaSelection.Holdout).Fit(data));
        Assert.Equal("Column 'Target' differs near row 0 from its first reading; a view that is read twice must give "
            + "the same rows in the same order. Cache it, or save it to a file and load that.", error.Message);
    }

    [Fact]
    public void A_view_that_loses_rows_between_readings_is_an_error()
    {
        int reading = 0;
        IEnumerable<SeriesRow> Shrinking()
        {
            reading++;
            return Noisy(60).Take(reading == 1 ? 60 : 59);
        }

        IEnumerable<SeriesRow> Each()
        {
            foreach (SeriesRow row in Shrinking())
                yield return row;
        }

        IDataView data = _context.Data.LoadFromEnumerable(Each(), SchemaOf(Noisy(1)));
        InvalidOperationException error = Assert.Throws<InvalidOperationException>(
            () => Regression(AlphaSelection.Holdout).Fit(data));
        Assert.StartsWith("Column 'Target' differs near row 59 from its first reading;", error.Message);
    }

    [Fact]
    public void Bad_features_are_named_in_a_block_too()
    {
        List<SeriesRow> rows = Noisy(1500);
        rows[1400].Series[2] = float.PositiveInfinity;
        InvalidOperationException error = Assert.Throws<InvalidOperationException>(
            () => Regression(AlphaSelection.Holdout).Fit(SineWaves.View(_context, rows, Length)));
        Assert.Equal($"Column 'Series' has {float.PositiveInfinity} in slot 2 of row 1400; "
            + "Ridge needs finite features. Replace missing values first, "
            + "for example with mlContext.Transforms.ReplaceMissingValues.", error.Message);
    }

    [Fact]
    public void Cancelling_the_context_stops_the_sums_midway()
    {
        using var source = new CancellationTokenSource();
        using IDisposable registration = _context.CancelOn(source.Token);
        double summed = 0;
        using IDisposable progress = _context.OnFitProgress(state =>
        {
            if (state.Stage != "summing features")
                return;
            summed = state.Done;
            if (state.Done > 1000)
                source.Cancel();
        });
        Assert.Throws<OperationCanceledException>(
            () => Regression(AlphaSelection.Holdout).Fit(SineWaves.View(_context, Noisy(5000), Length)));
        Assert.InRange(summed, 1001, 2000);
    }

    [Fact]
    public void Options_out_of_range_are_named()
    {
        ArgumentOutOfRangeException fraction = Assert.Throws<ArgumentOutOfRangeException>(
            () => _context.Regression.Trainers.Ridge(new RidgeRegressionTrainer.Options { HoldoutFraction = 0.7 }));
        Assert.StartsWith("HoldoutFraction is 0.7; it must be above 0 and at most 0.5.", fraction.Message);
        ArgumentOutOfRangeException selection = Assert.Throws<ArgumentOutOfRangeException>(
            () => _context.Regression.Trainers.Ridge(
                new RidgeRegressionTrainer.Options { AlphaSelection = (AlphaSelection)9 }));
        Assert.StartsWith("AlphaSelection is 9; it must be one of Auto, LeaveOneOut, "
            + "GeneralizedCrossValidation, Holdout.",
            selection.Message);
    }

    private RidgeRegressionTrainer Regression(AlphaSelection selection, double? alpha = null)
        => _context.Regression.Trainers.Ridge(new RidgeRegressionTrainer.Options
        {
            LabelColumnName = "Target",
            FeatureColumnName = "Series",
            ExampleWeightColumnName = "Weight",
            AlphaSelection = selection,
            Alphas = alpha is null ? null : [alpha.Value],
        });

    private static List<SeriesRow> Noisy(int count)
    {
        List<SeriesRow> rows = SineWaves.Make(count, Length);
        var random = new Random(1);
        foreach (SeriesRow row in rows)
        {
            row.Weight = 1;
            for (int j = 0; j < Length; j++)
                row.Series[j] = 2 * (float)random.NextDouble() + (row.Label == $"c{j}" ? 1 : 0);
        }

        return rows;
    }

    private static SchemaDefinition SchemaOf(List<SeriesRow> rows)
    {
        SchemaDefinition schema = SchemaDefinition.Create(typeof(SeriesRow));
        schema["Series"].ColumnType = new VectorDataViewType(NumberDataViewType.Single, rows[0].Series.Length);
        return schema;
    }
}
