using Microsoft.ML.SeqConv.TestKit;
using Xunit;

namespace Microsoft.ML.SeqConv.Tests.Trust;

/// <summary>Prediction sets as ML.NET components, behind a featurizer and a trainer.</summary>
public class ConformalComponentTests
{
    [Fact]
    public void From_leave_one_out() => ComponentChecks.All(
        context => ConformalSample.Ridge(context).Append(context.MulticlassClassification.Conformal(0.2)),
        ConformalSample.Rows(30), ConformalSample.Length);

    // A row that was calibrated on counts itself. Scores of the graph differ in last bits, so that there it may not: a
    // p-value is less by one row, of ten or more.
    [Theory]
    [InlineData(ConformalScore.Lac, false, ConformalRejection.SetSize)]
    [InlineData(ConformalScore.Aps, true, ConformalRejection.Credibility)]
    [InlineData(ConformalScore.Raps, false, ConformalRejection.Risk)]
    public void From_rows(ConformalScore score, bool perClass, ConformalRejection rejection) => ComponentChecks.All(
        ComponentRules.Default with { GraphTolerance = 0.1 },
        context => ConformalSample.Ridge(context).Append(context.MulticlassClassification.Conformal(
            new ConformalClassificationEstimator.Options
            {
                LabelColumnName = "LabelKey",
                Significance = 0.2,
                Calibration = ConformalCalibration.Rows,
                Score = score,
                PerClass = perClass,
                Rejection = rejection,
                Seed = 1,
            })), ConformalSample.Rows(30), ConformalSample.Length);
}
