using Microsoft.ML.Data;
using Microsoft.ML.SeqConv.Kernels;
using Xunit;

namespace Microsoft.ML.SeqConv.Tests.Linear;

/// <summary>Ridge ensembles on rows that are read in blocks instead of held.</summary>
public class RidgeEnsembleStreamingTests
{
    private static readonly string[] Columns = ["Good", "Poor"];

    private readonly MLContext _context = new(1);

    [Fact]
    public void Rows_in_blocks_give_the_model_of_rows_held()
    {
        List<BlockRow> rows = BlockRow.Make(2500);
        for (int i = 0; i < rows.Count; i++)
            rows[i].Weight = 0.5f + i % 3;
        IDataView data = BlockRow.View(_context, rows);
        RidgeEnsembleMulticlassModelParameters streamed = OfSelection(AlphaSelection.GeneralizedCrossValidation);
        RidgeEnsembleMulticlassModelParameters held = OfSelection(AlphaSelection.LeaveOneOut);
        for (int b = 0; b < Columns.Length; b++)
        {
            Assert.Equal(AlphaSelection.GeneralizedCrossValidation, streamed.Blocks[b].AlphaSelection);
            Assert.Equal(AlphaSelection.LeaveOneOut, held.Blocks[b].AlphaSelection);
            Assert.Equal(held.Blocks[b].Weight, streamed.Blocks[b].Weight, 0.05);
            Assert.Equal(held.Blocks[b].Temperature!.Value, streamed.Blocks[b].Temperature!.Value, 0.02);
        }

        Assert.Equal(held.LeaveOneOutLogLoss, streamed.LeaveOneOutLogLoss, 0.02);
        Assert.InRange(OfSelection(AlphaSelection.Holdout).LeaveOneOutLogLoss, 0, held.LeaveOneOutLogLoss + 0.02);

        RidgeEnsembleMulticlassModelParameters OfSelection(AlphaSelection selection)
            => _context.MulticlassClassification.Trainers.RidgeEnsemble(new RidgeEnsembleMulticlassTrainer.Options
            {
                FeatureColumnNames = Columns,
                ExampleWeightColumnName = "Weight",
                AlphaSelection = selection,
                Alphas = [1],
            }).Fit(data).LastTransformer.Model;
    }

    // Eight rows: more than the six features of one block, fewer than the nine of the other.
    [Fact]
    public void Each_block_is_summed_or_held_by_its_own_size()
    {
        IDataView data = BlockRow.View(_context, BlockRow.Make(8));
        RidgeEnsembleMulticlassModelParameters model = _context.MulticlassClassification.Trainers.RidgeEnsemble(
            new RidgeEnsembleMulticlassTrainer.Options
            {
                FeatureColumnNames = Columns,
                AlphaSelection = AlphaSelection.GeneralizedCrossValidation,
            }).Fit(data).LastTransformer.Model;
        Assert.All(model.Blocks, block => Assert.Equal(
            AlphaSelection.GeneralizedCrossValidation, block.AlphaSelection));
        RidgeMulticlassModelParameters alone = _context.MulticlassClassification.Trainers.Ridge(
            new RidgeMulticlassTrainer.Options
            {
                FeatureColumnName = "Poor",
                AlphaSelection = AlphaSelection.GeneralizedCrossValidation,
            }).Fit(data).Model;
        Assert.Equal(alone.Alpha, model.Blocks[1].Alpha);
        Assert.Equal(alone.LeaveOneOutAccuracy, model.Blocks[1].LeaveOneOutAccuracy);
    }

    // The weights of a regression compare the errors that chose penalties. Twelve rows are few enough to hold columns
    // that are read in blocks because of another one.
    [Theory]
    [InlineData(AlphaSelection.Auto, AlphaSelection.GeneralizedCrossValidation)]
    [InlineData(AlphaSelection.GeneralizedCrossValidation, AlphaSelection.GeneralizedCrossValidation)]
    [InlineData(AlphaSelection.LeaveOneOut, AlphaSelection.LeaveOneOut)]
    [InlineData(AlphaSelection.Holdout, AlphaSelection.Holdout)]
    public void Columns_that_are_read_in_blocks_choose_by_one_criterion(
        AlphaSelection asked, AlphaSelection expected)
    {
        IDataView data = BlockRow.View(_context, BlockRow.Make(12));
        var options = new RidgeEnsembleRegressionTrainer.Options
        {
            LabelColumnName = "Target",
            FeatureColumnNames = Columns,
            AlphaSelection = asked,
        };
        IFeatureTrainer trainer = _context.Regression.Trainers.RidgeEnsemble(options);
        using FitMonitor monitor = trainer.StartMonitor();
        using TrainingRows rows = trainer.ReadInBlocks(data, monitor);
        (RidgeFit[] fits, _) = RidgeFit.SolveBlocks(rows, numberOfTargets: 1,
            (example, targets) => targets[0] = rows.Labels[example], weights: [], options, monitor);
        Assert.Equal([expected, expected], fits.Select(fit => fit.Solution.Selection));
    }

    // The error on held-out rows is a difference of sums, which rounding may bring below zero.
    [Fact]
    public void A_target_without_noise_has_no_error_below_zero()
    {
        for (int seed = 1; seed <= 20; seed++)
        {
            List<BlockRow> rows = BlockRow.Make(200, seed: seed);
            foreach (BlockRow row in rows)
                row.Target = row.Good[0];
            RidgeEnsembleRegressionModelParameters model = _context.Regression.Trainers.RidgeEnsemble(
                new RidgeEnsembleRegressionTrainer.Options
                {
                    LabelColumnName = "Target",
                    FeatureColumnNames = Columns,
                    AlphaSelection = AlphaSelection.Holdout,
                    Alphas = [1e-9],
                }).Fit(BlockRow.View(_context, rows)).LastTransformer.Model;
            Assert.InRange(model.Blocks[0].SelectionError, 0, 1e-12);
            Assert.InRange(model.Blocks[0].Weight, 0.999, 1);
        }
    }
}
