using Xunit;

namespace Microsoft.ML.SeqConv.TestKit;

/// <summary>Input that is odd, wrong or missing.</summary>
public static partial class ComponentChecks
{
    private static void ConstantSeriesGivesFiniteOutput(CheckedComponent subject)
    {
        SeriesRow row = subject.Rows[0];
        AllFinite("A constant series", Values(subject, Like(row, [.. row.Series.Select(_ => 3f)])));
    }

    private static void ShortSeriesFollowTheRule(CheckedComponent subject)
    {
        SeriesRow[] rows = [.. subject.Rows.Select(row => Like(row, row.Series[..subject.Channels]))];
        IDataView data = subject.View(subject.Context, rows, points: 1);
        IsFiniteOrRefused("A series of one point", "point", () =>
            CheckedComponent.Values(subject.Make(subject.Context).Fit(data), data));
        if (subject.IsRagged)
            IsFiniteOrRefused("A series of one point", "point", () => CheckedComponent.Values(subject.Model, data));
    }

    private static void MissingValuesFollowTheRule(CheckedComponent subject)
    {
        SeriesRow[] rows = [.. subject.Rows];
        rows[1] = Like(rows[1], [.. rows[1].Series]);
        rows[1].Series[^1] = float.NaN;       // a forecast need not read earlier points
        IDataView data = subject.View(subject.Context, rows);
        foreach (Func<float[]> values in new Func<float[]>[]
        {
            () => CheckedComponent.Values(subject.Model, data),
            () => CheckedComponent.Values(subject.Make(subject.Context).Fit(data), data),
        })
        {
            if (subject.Rules.FillsMissing || !subject.Rules.ReadsSeries)
                AllFinite("A missing value", values());
            else
                IsRefused("NaN", Assert.ThrowsAny<Exception>(values));
        }
    }

    private static void MissingColumnIsNamed(CheckedComponent subject)
    {
        IDataView data = subject.Context.Data.LoadFromEnumerable([new { Other = 1f }]);
        ArgumentException error = Assert.ThrowsAny<ArgumentException>(() => subject.Estimator.Fit(data));
        Assert.Matches("'(Series|Features|Label|Text)'", error.Message);
    }

    private static void WrongTypeIsNamed(CheckedComponent subject)
    {
        IDataView data = subject.Context.Data.LoadFromEnumerable([new
        {
            Series = "text",
            Features = "text",
            Text = 1f,
            Label = 1.0,
            LabelKey = 1.0,
            Flag = "x",
            Target = "y",
            Weight = 1f,
        }]);
        ArgumentException error = Assert.ThrowsAny<ArgumentException>(() => subject.Estimator.Fit(data));
        Assert.Matches("'(Series|Features|Label|LabelKey|Flag|Target|Text)'", error.Message);
    }

    private static void NoRowsIsAnError(CheckedComponent subject)
    {
        if (!subject.Rules.LearnsFromRows)
            return;
        var context = new MLContext(seed: 1);
        IDataView empty = subject.View(context, []);
        var error = Assert.Throws<InvalidOperationException>(() => subject.Make(context).Fit(empty));
        Assert.Contains("rows", error.Message, StringComparison.Ordinal);
    }

    private static SeriesRow Like(SeriesRow row, float[] series) => new()
    {
        Series = series,
        Label = row.Label,
        Flag = row.Flag,
        Target = row.Target,
        Text = row.Text,
        Weight = row.Weight,
    };

    private static void AllFinite(string input, float[] values)
    {
        Assert.NotEmpty(values);
        Assert.All(values, value => Assert.True(float.IsFinite(value), $"{input} gives {value}."));
    }

    private static void IsFiniteOrRefused(string input, string rule, Func<float[]> values)
    {
        float[] result;
        try
        {
            result = values();
        }
        catch (Exception error)
        {
            IsRefused(rule, error);
            return;
        }

        AllFinite(input, result);
    }

    // A refusal names the column and what is wrong.
    private static void IsRefused(string rule, Exception error)
    {
        Exception cause = error.GetBaseException();
        Assert.True(cause is InvalidOperationException or ArgumentException, $"{cause}");
        Assert.Contains("'Series'", cause.Message, StringComparison.Ordinal);
        Assert.Contains(rule, cause.Message, StringComparison.Ordinal);
    }
}
