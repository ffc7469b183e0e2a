using Microsoft.ML.Data;
using Microsoft.ML.SeqConv.Kernels;
using Microsoft.ML.SeqConv.TestKit;
using Microsoft.ML.SeqConv.Tests.Data;
using Xunit;

namespace Microsoft.ML.SeqConv.Tests.Linear;

/// <summary>Parts of the data summed apart must give the model of one pass.</summary>
public sealed class RidgeAccumulatorTests
{
    private const int Length = 30;
    private const string LabelKey = "LabelKey";

    private readonly MLContext _context = new(1);
    private readonly List<SeriesRow> _rows = Noisy(900);

    public static TheoryData<string> Tasks
        => ["multiclass", "multiclass, weighted", "binary", "regression", "ensemble", "ensemble, weighted",
            "ensemble, binary", "ensemble, regression"];

    [Theory]
    [MemberData(nameof(Tasks))]
    public void Parts_summed_on_many_machines_give_the_model_of_one_pass(string task)
    {
        ITransformer preparation = Preparation(_rows);
        IRidgeTrainer trainer = Trainer(task);
        IDataView all = View(_rows);
        using var onePass = new RidgeAccumulator(_context, trainer, preparation, all.Schema);
        onePass.Add(all);

        using var merged = new RidgeAccumulator(_context, trainer, preparation, all.Schema);
        foreach ((int first, int count) in ((int, int)[])[(500, 399), (0, 3), (899, 1), (3, 497)])
        {
            using var file = new TemporaryFile("part.sums");
            using (var part = new RidgeAccumulator(_context, trainer, preparation, all.Schema))
            {
                part.Add(View(_rows.GetRange(first, count)));
                part.Save(file.Path);
            }

            using RidgeAccumulator loaded = RidgeAccumulator.Load(new MLContext(), file.Path);
            merged.Merge(loaded);
        }

        Assert.Equal(900, merged.Count);
        foreach ((RidgeSolution expected, RidgeSolution actual) in onePass.Solutions().Zip(merged.Solutions()))
        {
            Assert.Equal(expected.Alpha, actual.Alpha);
            double scale = expected.Coefficients.Max(Math.Abs);
            for (int j = 0; j < expected.Coefficients.Length; j++)
                Assert.Equal(expected.Coefficients[j], actual.Coefficients[j], 1e-10 * scale);
        }

        string score = task.EndsWith("binary", StringComparison.Ordinal) ? "Probability" : "Score";
        float[] scores = Scores(onePass.Solve(), score);
        float[] mergedScores = Scores(merged.Solve(), score);
        Assert.True(scores.Max() - scores.Min() > 0.1);
        for (int i = 0; i < scores.Length; i++)
            Assert.Equal(scores[i], mergedScores[i], 1e-6);        // the model keeps coefficients in float32
    }

    [Fact]
    public void The_model_is_that_of_the_trainer_and_can_be_evaluated_saved_and_loaded()
    {
        ITransformer preparation = Preparation(_rows);
        IDataView data = View(_rows);
        var options = new RidgeMulticlassTrainer.Options
        {
            LabelColumnName = LabelKey,
            AlphaSelection = AlphaSelection.GeneralizedCrossValidation
        };
        RidgeMulticlassTrainer trainer = _context.MulticlassClassification.Trainers.Ridge(options);
        using var accumulator = new RidgeAccumulator(_context, trainer, preparation, data.Schema);
        accumulator.Add(data);
        TransformerChain<ITransformer> model = accumulator.Solve();
        RidgeMulticlassModelParameters fitted = trainer.Fit(preparation.Transform(data)).Model;
        RidgeMulticlassModelParameters solved =
            ((MulticlassPredictionTransformer<RidgeMulticlassModelParameters>)model.LastTransformer).Model;

        Assert.Equal(["c0", "c1", "c2"], accumulator.Classes);
        Assert.Equal(fitted.Alpha, solved.Alpha);
        Assert.Equal(AlphaSelection.GeneralizedCrossValidation, solved.AlphaSelection);
        Assert.Equal(fitted.LeaveOneOutAccuracy, solved.LeaveOneOutAccuracy, 0.01);
        Assert.Equal(fitted.Temperature, solved.Temperature, 0.02 * fitted.Temperature);
        for (int j = 0; j < solved.NumberOfFeatures; j++)
            Assert.Equal(fitted.GetCoefficients(0)[j], solved.GetCoefficients(0)[j], 1e-4);

        using var file = new MemoryStream();
        _context.Model.Save(model, data.Schema, file);
        file.Position = 0;
        ITransformer loaded = new MLContext().Model.Load(file, out _);
        Assert.Equal(Scores(model, "Score"), Scores(loaded, "Score"));
        Assert.True(_context.MulticlassClassification.Evaluate(loaded.Transform(data), LabelKey).MicroAccuracy > 0.9);
    }

    [Fact]
    public void The_model_of_an_ensemble_is_that_of_its_trainer()
    {
        ITransformer preparation = Preparation(_rows);
        IDataView data = View(_rows);
        RidgeEnsembleMulticlassTrainer trainer = _context.MulticlassClassification.Trainers.RidgeEnsemble(
            new RidgeEnsembleMulticlassTrainer.Options
            {
                LabelColumnName = LabelKey,
                FeatureColumnNames = ["Features", "Hydra"],
                AlphaSelection = AlphaSelection.GeneralizedCrossValidation,
            });
        using var accumulator = new RidgeAccumulator(_context, trainer, preparation, data.Schema);
        accumulator.Add(data);
        TransformerChain<ITransformer> model = accumulator.Solve();
        RidgeEnsembleMulticlassModelParameters fitted =
            trainer.Fit(preparation.Transform(data)).LastTransformer.Model;
        RidgeEnsembleMulticlassModelParameters solved =
            ((TransformerChain<MulticlassPredictionTransformer<RidgeEnsembleMulticlassModelParameters>>)
                model.LastTransformer).LastTransformer.Model;
        Assert.Equal(168 + fitted.Blocks[1].NumberOfFeatures, accumulator.NumberOfFeatures);
        for (int b = 0; b < 2; b++)
        {
            Assert.Equal(fitted.Blocks[b].ColumnName, solved.Blocks[b].ColumnName);
            Assert.Equal(fitted.Blocks[b].Alpha, solved.Blocks[b].Alpha);
            Assert.Equal(fitted.Blocks[b].Weight, solved.Blocks[b].Weight, 0.02);
            Assert.Equal(
                fitted.Blocks[b].Temperature!.Value, solved.Blocks[b].Temperature!.Value, 0.01);
        }

        Assert.Equal(fitted.LeaveOneOutLogLoss, solved.LeaveOneOutLogLoss, 0.01);
        using var file = new MemoryStream();
        _context.Model.Save(model, data.Schema, file);
        file.Position = 0;
        Assert.Equal(Scores(model, "Score"), Scores(new MLContext().Model.Load(file, out _), "Score"));

        using var other = new RidgeAccumulator(_context, _context.MulticlassClassification.Trainers.RidgeEnsemble(
            LabelKey, "Hydra", "Features"), preparation, data.Schema);
        Assert.StartsWith("The other accumulator has features Hydra, Features, this one Features, Hydra;",
            Message<ArgumentException>(() => accumulator.Merge(other)));
    }

    [Fact]
    public void More_can_be_added_after_the_model_was_solved()
    {
        ITransformer preparation = Preparation(_rows);
        using var inTwo = Accumulator(preparation);
        inTwo.Add(View(_rows.GetRange(0, 450)));
        inTwo.Solve();
        inTwo.Add(View(_rows.GetRange(450, 450)));
        using var atOnce = Accumulator(preparation);
        atOnce.Add(View(_rows));
        double[] expected = atOnce.Solutions()[0].Coefficients;
        double[] actual = inTwo.Solutions()[0].Coefficients;
        for (int j = 0; j < expected.Length; j++)
            Assert.Equal(expected[j], actual[j], 1e-10 * expected.Max(Math.Abs));
    }

    [Fact]
    public void A_class_that_the_first_part_lacks_is_learned_from_the_next()
    {
        using RidgeAccumulator accumulator = Accumulator(Preparation(_rows));
        accumulator.Add(View([.. _rows.Where(row => row.Label == "c0")]));
        Assert.Equal("Column 'LabelKey' has the one class 'c0' in all 300 rows; a classifier needs at least two. "
            + "Add rows of others.", Message<InvalidOperationException>(() => accumulator.Solve()));
        accumulator.Add(View([.. _rows.Where(row => row.Label != "c0")]));
        Assert.True(_context.MulticlassClassification
            .Evaluate(accumulator.Solve().Transform(View(_rows)), LabelKey).MicroAccuracy > 0.9);
    }

    [Fact]
    public void Rows_whose_label_has_no_key_are_counted_and_left_out()
    {
        using RidgeAccumulator accumulator = Accumulator(Preparation([.. _rows.Where(row => row.Label != "c2")]));
        accumulator.Add(View(_rows));
        Assert.Equal(600, accumulator.Count);
        Assert.Equal(300, accumulator.RowsWithoutLabel);
        accumulator.Add(View([.. _rows.Where(row => row.Label == "c2")]));
        Assert.Equal(600, accumulator.Count);
        Assert.Equal(600, accumulator.RowsWithoutLabel);
    }

    [Fact]
    public void A_part_that_breaks_midway_leaves_the_sums_as_they_were()
    {
        ITransformer preparation = Preparation(_rows);
        using RidgeAccumulator accumulator = Accumulator(preparation);
        accumulator.Add(View(_rows.GetRange(0, 300)));
        double[] before = accumulator.Solutions()[0].Coefficients;

        List<SeriesRow> bad = Noisy(1500);
        bad[1400].Series[3] = float.NaN;
        Assert.StartsWith("Column 'Series' has NaN at point 3 of channel 0 in row 1400;",
            Message<InvalidOperationException>(() => accumulator.Add(View(bad))));

        int reading = 0;
        IEnumerable<SeriesRow> EndsEarly()
        {
            foreach (SeriesRow row in _rows.Take(reading++ == 0 ? 200 : 150))
                yield return row;
        }

        Assert.StartsWith("Column 'LabelKey' differs near row 150 from its first reading;",
            Message<InvalidOperationException>(() => accumulator.Add(View(EndsEarly()))));
        Assert.StartsWith("Column 'Series' has 29 points a channel; the model was fitted on 30.",
            Message<ArgumentOutOfRangeException>(() => accumulator.Add(SineWaves.View(_context, Noisy(20, 29), 29))));
        Assert.Equal(300, accumulator.Count);
        Assert.Equal(before, accumulator.Solutions()[0].Coefficients);
    }

    [Fact]
    public void Cancelling_a_part_leaves_the_sums_as_they_were()
    {
        var context = new MLContext(1);
        ITransformer preparation = Preparation(_rows);
        using var source = new CancellationTokenSource();
        using var accumulator = new RidgeAccumulator(context, Multiclass(context), preparation, View(_rows).Schema);
        accumulator.Add(View(_rows.GetRange(0, 300)));
        using IDisposable registration = context.CancelOn(source.Token);
        using IDisposable progress = context.OnFitProgress(state =>
        {
            if (state.Stage == "summing features" && state.Done > 1000)
                source.Cancel();
        });
        Assert.ThrowsAny<OperationCanceledException>(() => accumulator.Add(View(Noisy(3000))));
        Assert.Equal(300, accumulator.Count);
    }

    [Fact]
    public void Only_sums_of_one_configuration_are_merged()
    {
        ITransformer preparation = Preparation(_rows);
        using RidgeAccumulator accumulator = Accumulator(preparation);
        accumulator.Add(View(_rows));

        using RidgeAccumulator penalties = Accumulator(preparation,
            new() { LabelColumnName = LabelKey, Alphas = [1, 10] });
        Assert.StartsWith("The other accumulator has Alphas 1, 10, this one 0.001, ",
            Message<ArgumentException>(() => accumulator.Merge(penalties)));
        using RidgeAccumulator weighted = Accumulator(preparation,
            new() { LabelColumnName = LabelKey, ClassWeights = new Dictionary<string, double> { ["c1"] = 2 } });
        Assert.StartsWith("The other accumulator has ClassWeights c1 2, this one none;",
            Message<ArgumentException>(() => accumulator.Merge(weighted)));
        using RidgeAccumulator otherFeaturizer = Accumulator(Preparation(_rows, seed: 2));
        Assert.StartsWith("The other accumulator has another preparation:",
            Message<ArgumentException>(() => accumulator.Merge(otherFeaturizer)));
        using RidgeAccumulator otherLabels = Accumulator(Preparation([.. _rows.Where(row => row.Label != "c0")]));
        Assert.StartsWith("The other accumulator has the classes c1, c2 in column 'LabelKey'; the sums are of c0, c1, "
            + "c2.", Message<ArgumentException>(() => accumulator.Merge(otherLabels)));
        using var regression = new RidgeAccumulator(_context, Trainer("regression"), preparation, View(_rows).Schema);
        Assert.StartsWith("The other accumulator has the task RidgeRegressionTrainer, this one RidgeMulticlassTrainer;",
            Message<ArgumentException>(() => accumulator.Merge(regression)));
        Assert.StartsWith("An accumulator cannot be merged with itself",
            Message<ArgumentException>(() => accumulator.Merge(accumulator)));
        Assert.Equal(900, accumulator.Count);
    }

    [Fact]
    public void Options_that_need_all_rows_are_refused()
    {
        ITransformer preparation = Preparation(_rows);
        Assert.StartsWith("AlphaSelection is LeaveOneOut, which needs all rows at once;",
            Message<ArgumentException>(() => Accumulator(preparation,
                new() { LabelColumnName = LabelKey, AlphaSelection = AlphaSelection.LeaveOneOut })));
        Assert.StartsWith("BalanceClasses is true,", Message<ArgumentException>(
            () => Accumulator(preparation, new() { LabelColumnName = LabelKey, BalanceClasses = true })));
        using RidgeAccumulator empty = Accumulator(preparation);
        Assert.Equal("The accumulator has 0 rows with a label; ridge needs at least two. Add rows.",
            Message<InvalidOperationException>(() => empty.Solve()));
    }

    [Fact]
    public void A_disposed_accumulator_says_so()
    {
        using RidgeAccumulator other = Accumulator(Preparation(_rows));
        other.Add(View(_rows));
        RidgeAccumulator disposed = Accumulator(Preparation(_rows));
        disposed.Add(View(_rows));
        disposed.Dispose();
        Assert.Throws<ObjectDisposedException>(() => disposed.Add(View(_rows)));
        Assert.Throws<ObjectDisposedException>(() => disposed.Solve());
        Assert.Throws<ObjectDisposedException>(() => other.Merge(disposed));
        Assert.Equal(900, other.Count);
        other.Solve();
    }

    [Fact]
    public void Damaged_files_are_a_format_error_that_names_the_file()
    {
        using var file = new TemporaryFile("part.sums");
        using (RidgeAccumulator accumulator = Accumulator(Preparation(_rows)))
        {
            accumulator.Add(View(_rows));
            accumulator.Save(file.Path);
            Assert.Equal(["part.sums"], file.Files);
        }

        byte[] bytes = File.ReadAllBytes(file.Path);
        var random = new Random(5);
        for (int i = 0; i < 200; i++)
        {
            byte[] damaged = i % 2 == 0 ? bytes[..random.Next(bytes.Length)] : (byte[])bytes.Clone();
            if (i % 2 == 1)
                damaged[random.Next(Math.Min(bytes.Length, i % 4 == 1 ? 200 : bytes.Length))] ^=
                    (byte)(1 << random.Next(8));
            File.WriteAllBytes(file.Path, damaged);
            try
            {
                RidgeAccumulator.Load(_context, file.Path).Dispose();
                Assert.Fail($"The damage {i} was not found.");
            }
            catch (FormatException error)
            {
                Assert.StartsWith($"The file '{file.Path}' holds no sums of ridge that can be used:", error.Message);
            }
        }

        // The model within: ML.NET's own loaders must not be heard.
        int model = bytes.AsSpan().IndexOf("PK"u8);
        for (int i = 0; i < 300; i++)
        {
            var damaged = (byte[])bytes.Clone();
            damaged[model + random.Next(8000)] = 0xFF;
            Checksums.Correct(damaged);
            File.WriteAllBytes(file.Path, damaged);
            Exception? error = Record.Exception(() => RidgeAccumulator.Load(_context, file.Path).Dispose());
            Assert.True(error is null or FormatException, error?.ToString());
        }

        File.WriteAllBytes(file.Path, Checksums.WithoutFrame(bytes, signatureLength: 8));
        using (RidgeAccumulator ofVersion1 = RidgeAccumulator.Load(_context, file.Path))
            Assert.Equal(900, ofVersion1.Count);
        File.WriteAllBytes(file.Path, [.. bytes, 0]);
        Assert.Equal(
            $"The file '{file.Path}' holds no sums of ridge that can be used: It declares {bytes.Length - 52} bytes of "
                + $"content and has {bytes.Length - 51}. "
                + "Save the accumulator again, or download the file again.",
            Message<FormatException>(() => RidgeAccumulator.Load(_context, file.Path)));

        BitConverter.TryWriteBytes(bytes.AsSpan(bytes.Length - Checksums.Length - sizeof(float)), float.NaN);
        Checksums.Correct(bytes);
        File.WriteAllBytes(file.Path, bytes);
        Assert.Contains("of the sample has a feature that is not finite.",
            Message<FormatException>(() => RidgeAccumulator.Load(_context, file.Path)));
        Assert.StartsWith("The file 'nowhere.sums' does not exist.",
            Message<FileNotFoundException>(() => RidgeAccumulator.Load(_context, "nowhere.sums")));
    }

    private static string Message<TError>(Action action)
        where TError : Exception
        => Assert.Throws<TError>(action).Message;

    private static List<SeriesRow> Noisy(int count, int length = Length)
    {
        List<SeriesRow> rows = SineWaves.Make(count, length, seed: 3);
        var random = new Random(8);
        foreach (SeriesRow row in rows)
        {
            row.Weight = 0.5f + random.Next(4);
            for (int t = 0; t < length; t++)
                row.Series[t] += (float)random.NextDouble();
        }

        return rows;
    }

    private static RidgeMulticlassTrainer Multiclass(MLContext context)
        => context.MulticlassClassification.Trainers.Ridge(LabelKey);

    private IDataView View(IEnumerable<SeriesRow> rows) => SineWaves.View(_context, rows, Length);

    private ITransformer Preparation(List<SeriesRow> rows, int seed = 1)
        => _context.Transforms.Conversion.MapValueToKey(LabelKey, "Label")
            .Append(_context.Transforms.MiniRocket("Features", "Series", numberOfFeatures: 168, seed))
            .Append(_context.Transforms.Hydra("Hydra", "Series", numberOfGroups: 2, seed: seed)).Fit(View(rows));

    private RidgeAccumulator Accumulator(ITransformer preparation, RidgeMulticlassTrainer.Options? options = null)
        => new(_context,
            _context.MulticlassClassification.Trainers.Ridge(options ?? new() { LabelColumnName = LabelKey }),
            preparation, View(_rows).Schema);

    private IRidgeTrainer Trainer(string task) => task switch
    {
        "multiclass" => Multiclass(_context),
        "multiclass, weighted" => _context.MulticlassClassification.Trainers.Ridge(new RidgeMulticlassTrainer.Options
        {
            LabelColumnName = LabelKey,
            ExampleWeightColumnName = "Weight",
            ClassWeights = new Dictionary<string, double> { ["c1"] = 3 },
        }),
        "binary" => _context.BinaryClassification.Trainers.Ridge("Flag"),
        "ensemble" => _context.MulticlassClassification.Trainers.RidgeEnsemble(LabelKey, "Features", "Hydra"),
        "ensemble, weighted" => _context.MulticlassClassification.Trainers.RidgeEnsemble(
            new RidgeEnsembleMulticlassTrainer.Options
            {
                LabelColumnName = LabelKey,
                FeatureColumnNames = ["Features", "Hydra"],
                ExampleWeightColumnName = "Weight",
                ClassWeights = new Dictionary<string, double> { ["c1"] = 3 },
                Fusion = EnsembleFusion.Probabilities,
            }),
        "ensemble, binary" => _context.BinaryClassification.Trainers.RidgeEnsemble("Flag", "Features", "Hydra"),
        "ensemble, regression" => _context.Regression.Trainers.RidgeEnsemble("Target", "Features", "Hydra"),
        _ => _context.Regression.Trainers.Ridge("Target"),
    };

    private float[] Scores(ITransformer model, string column)
    {
        IDataView scored = model.Transform(View(_rows));
        return scored.Schema[column].Type is VectorDataViewType
            ? [.. scored.GetColumn<float[]>(column).SelectMany(row => row)]
            : [.. scored.GetColumn<float>(column)];
    }
}
