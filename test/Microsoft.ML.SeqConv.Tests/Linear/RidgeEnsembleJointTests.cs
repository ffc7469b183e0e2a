using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Xunit;

namespace Microsoft.ML.SeqConv.Tests.Linear;

/// <summary>The joint model of a ridge ensemble.</summary>
public class RidgeEnsembleJointTests
{
    private const double Share = 0.4;

    private static readonly string[] Columns = ["Good", "Poor"];

    private readonly MLContext _context = new(1);

    [Fact]
    public void Decision_values_are_those_of_the_columns_and_of_all_side_by_side()
    {
        IDataView data = BlockRow.View(_context, BlockRow.Make(90));
        RidgeEnsembleMulticlassModelParameters model = Multiclass(data, Share);
        RidgeEnsembleMulticlassModelParameters without = Multiclass(data, 0);
        RidgeMulticlassModelParameters joined = Joined().Append(
            _context.MulticlassClassification.Trainers.Ridge("Label", "All")).Fit(data).LastTransformer.Model;
        RidgeEnsembleBlock joint = model.Joint!;
        Assert.Null(without.Joint);
        Assert.Equal("Good + Poor", joint.ColumnName);
        Assert.Equal(BlockRow.NumberOfGood + BlockRow.NumberOfPoor, joint.NumberOfFeatures);
        Assert.Equal(Share, joint.Weight);
        Assert.Equal(joined.Alpha, joint.Alpha);
        Assert.Equal(joined.LeaveOneOutAccuracy, joint.LeaveOneOutAccuracy);
        Assert.True(joint.LeaveOneOutLogLoss > 0);
        for (int b = 0; b < Columns.Length; b++)
            Assert.Equal((1 - Share) * without.Blocks[b].Weight, model.Blocks[b].Weight, 1e-12);

        var fused = new double[3];
        var ofColumns = new double[3];
        var ofAll = new double[3];
        foreach ((float[] good, float[] poor) in data.GetColumn<float[]>("Good").Zip(data.GetColumn<float[]>("Poor")))
        {
            float[] all = [.. good, .. poor];
            model.GetDecisionValues(all, fused);
            without.GetDecisionValues(all, ofColumns);
            joined.GetDecisionValues(all, ofAll);
            for (int k = 0; k < 3; k++)
                Assert.Equal(
                    (1 - Share) * ofColumns[k] + Share / joint.Temperature!.Value * ofAll[k], fused[k], 1e-5);
        }
    }

    [Fact]
    public void It_finds_what_columns_tell_only_together()
    {
        // The class is the sign of the sum of two numbers, one a column, of which each alone says little.
        var random = new Random(1);
        List<BlockRow> rows = BlockRow.Make(120, classes: 2);
        foreach (BlockRow row in rows)
        {
            float common = (float)(10 * random.NextDouble() - 5);
            row.Good[0] = common;
            row.Poor[0] = (row.Class == "c1" ? 0.5f : -0.5f) - common;
            row.Good[1] = row.Poor[1] = 0;
        }

        IDataView data = BlockRow.View(_context, rows);
        RidgeEnsembleMulticlassModelParameters model = Multiclass(data, 0.9);
        Assert.True(model.Joint!.LeaveOneOutAccuracy > 0.98, $"{model.Joint.LeaveOneOutAccuracy}");
        Assert.True(model.LeaveOneOutAccuracy > Multiclass(data, 0).LeaveOneOutAccuracy + 0.2);
    }

    [Fact]
    public void Two_classes_and_a_number_have_one_too()
    {
        IDataView data = BlockRow.View(_context, BlockRow.Make(80, classes: 2));
        RidgeEnsembleBinaryModelParameters flag = _context.BinaryClassification.Trainers.RidgeEnsemble(
            new RidgeEnsembleBinaryTrainer.Options
            {
                LabelColumnName = "Flag",
                FeatureColumnNames = Columns,
                JointWeight = Share,
            }).Fit(data).LastTransformer.Model.SubModel;
        RidgeEnsembleMulticlassModelParameters keys = Multiclass(data, Share);
        Assert.Equal(keys.Joint!.Temperature!.Value, flag.Joint!.Temperature!.Value, 1e-6);
        Assert.Equal(keys.Joint.LeaveOneOutAccuracy, flag.Joint.LeaveOneOutAccuracy);
        Assert.Equal(1, flag.Joint.Weight + flag.Blocks.Sum(block => block.Weight), 1e-12);

        RidgeEnsembleRegressionModelParameters without = Regression(data, 0);
        RidgeEnsembleRegressionModelParameters number = Regression(data, Share);
        Assert.Null(number.Joint!.Temperature);
        Assert.Equal(Share, number.Joint.Weight);
        float[] ofColumns = Scores(data, 0);
        float[] ofAll = [.. Joined().Append(_context.Regression.Trainers.Ridge("Target", "All")).Fit(data)
            .Transform(data).GetColumn<float>("Score")];
        float[] fused = Scores(data, Share);
        Assert.NotEqual(without.LeaveOneOutError, number.LeaveOneOutError);
        for (int i = 0; i < fused.Length; i++)
            Assert.Equal((1 - Share) * ofColumns[i] + Share * ofAll[i], fused[i], 1e-5);
    }

    [Fact]
    public void There_is_none_and_a_warning_where_it_would_take_too_long()
    {
        var warnings = new List<string>();
        _context.Log += (_, entry) =>
        {
            if (entry.Kind == ChannelMessageKind.Warning)
                warnings.Add(entry.Message);
        };
        IDataView data = BlockRow.View(_context, BlockRow.Make(90));
        int features = BlockRow.NumberOfGood + BlockRow.NumberOfPoor;
        Assert.NotNull(Fit(data, Limited(features)).Joint);
        Assert.Empty(warnings);
        Assert.Null(Fit(data, Limited(features - 1)).Joint);
        Assert.Contains($"JointWeight is 0.4, but there are 90 rows and {features} features; a ridge on all columns "
            + $"side by side needs at most {features - 1} rows or features, held in memory.", Assert.Single(warnings));

        RidgeEnsembleMulticlassTrainer.Options Limited(int dimension)
            => new() { FeatureColumnNames = Columns, JointWeight = Share, MaxJointDimension = dimension };
    }

    [Fact]
    public void There_is_none_of_one_column_nor_where_rows_are_summed()
    {
        IDataView data = BlockRow.View(_context, BlockRow.Make(90));
        RidgeEnsembleMulticlassModelParameters one = Fit(data, new()
        {
            FeatureColumnNames = ["Good"],
            JointWeight = Share,
        });
        Assert.Null(one.Joint);
        Assert.Equal(1, Assert.Single(one.Blocks).Weight);
        RidgeEnsembleMulticlassModelParameters summed = Fit(data, new()
        {
            FeatureColumnNames = Columns,
            JointWeight = Share,
            AlphaSelection = AlphaSelection.GeneralizedCrossValidation,
        });
        Assert.Null(summed.Joint);
        Assert.Equal(1, summed.Blocks.Sum(block => block.Weight), 1e-12);
    }

    [Theory]
    [InlineData(-0.1)]
    [InlineData(1)]
    [InlineData(double.NaN)]
    public void A_weight_out_of_its_range_is_named(double weight)
    {
        string rule = FormattableString.Invariant($"JointWeight is {weight}; it must be at least 0 and below 1.");
        Assert.StartsWith(rule, Message<ArgumentOutOfRangeException>(
            () => _context.MulticlassClassification.Trainers.RidgeEnsemble(
                new RidgeEnsembleMulticlassTrainer.Options { FeatureColumnNames = Columns, JointWeight = weight })));
        Assert.StartsWith(rule, Message<ArgumentOutOfRangeException>(() => _context.Regression.Trainers.RidgeEnsemble(
            new RidgeEnsembleRegressionTrainer.Options { FeatureColumnNames = Columns, JointWeight = weight })));
        Assert.StartsWith(rule, Message<ArgumentOutOfRangeException>(
            () => _context.MulticlassClassification.Trainers.SequenceEnsemble(
                options: new SequenceEnsembleOptions { JointWeight = weight })));
    }

    [Fact]
    public void It_is_part_of_a_linear_model()
    {
        const string rule = "JointWeight is 0.4 and Fusion is Probabilities; a joint model is part of a linear one. "
            + "Set Fusion to Linear, or JointWeight to 0.";
        Assert.StartsWith(rule, Message<ArgumentException>(
            () => _context.BinaryClassification.Trainers.RidgeEnsemble(new RidgeEnsembleBinaryTrainer.Options
            {
                FeatureColumnNames = Columns,
                JointWeight = Share,
                Fusion = EnsembleFusion.Probabilities,
            })));
        Assert.StartsWith(rule, Message<ArgumentException>(
            () => _context.MulticlassClassification.Trainers.SequenceEnsemble(options: new SequenceEnsembleOptions
            {
                JointWeight = Share,
                Fusion = EnsembleFusion.Probabilities,
            })));
    }

    [Fact]
    public void Sums_of_parts_have_none()
    {
        IDataView data = BlockRow.View(_context, BlockRow.Make(90));
        ITransformer nothing = _context.Transforms.CopyColumns("Copy", "Target").Fit(data);
        Assert.StartsWith("JointWeight is 0.4, but each column is summed by itself. Set it to 0.",
            Message<ArgumentException>(() => _ = new RidgeAccumulator(_context,
                _context.MulticlassClassification.Trainers.RidgeEnsemble(new RidgeEnsembleMulticlassTrainer.Options
                {
                    FeatureColumnNames = Columns,
                    JointWeight = Share,
                }), nothing, data.Schema)));
    }

    private static string Message<T>(Action action)
        where T : Exception
        => Assert.Throws<T>(action).Message;

    private IEstimator<ITransformer> Joined() => _context.Transforms.Concatenate("All", Columns);

    private RidgeEnsembleMulticlassModelParameters Fit(IDataView data, RidgeEnsembleMulticlassTrainer.Options options)
        => _context.MulticlassClassification.Trainers.RidgeEnsemble(options).Fit(data).LastTransformer.Model;

    private RidgeEnsembleMulticlassModelParameters Multiclass(IDataView data, double weight)
        => Fit(data, new() { FeatureColumnNames = Columns, JointWeight = weight });

    private RidgeEnsembleRegressionTrainer Number(double weight) => _context.Regression.Trainers.RidgeEnsemble(
        new RidgeEnsembleRegressionTrainer.Options
        {
            LabelColumnName = "Target",
            FeatureColumnNames = Columns,
            JointWeight = weight,
        });

    private RidgeEnsembleRegressionModelParameters Regression(IDataView data, double weight)
        => Number(weight).Fit(data).LastTransformer.Model;

    private float[] Scores(IDataView data, double weight)
        => [.. Number(weight).Fit(data).Transform(data).GetColumn<float>("Score")];
}
