using Microsoft.ML.Data;
using Microsoft.ML.SeqConv.Kernels;

namespace Microsoft.ML.SeqConv;

/// <content>Forecasts beside what came.</content>
public sealed partial class WaveNetForecastTransformer
{
    /// <summary>
    /// Tests on series whose ends are known: the last points of each are forecast from those before, and the naive
    /// forecasts stand beside. With several origins the same is done from earlier points as well, a horizon apart. Gaps
    /// are an error here, since filling one would use what came after it.
    /// </summary>
    /// <param name="data">
    /// Has the input column; each series has room for a window and a horizon for each origin.
    /// </param>
    /// <param name="seasonalPeriod">
    /// Of the seasonal-naive forecast. Default: the longest season that the model was trained with, else 1.
    /// </param>
    /// <param name="numberOfOrigins">Forecasts of each series, at least 1.</param>
    /// <exception cref="InvalidOperationException">A series is too short or broken, or there are no rows.</exception>
    public ForecastEvaluation Evaluate(IDataView data, int? seasonalPeriod = null, int numberOfOrigins = 1)
    {
        ArgumentNullException.ThrowIfNull(data);
        Guard.AtLeast(numberOfOrigins, 1);
        int period = SeasonOf(seasonalPeriod);
        DataViewSchema.Column column = data.Schema.Find(InputColumnName,
            "the model reads its series from it", parameter: nameof(data));
        CheckInput(column);
        var evaluation = new ForecastEvaluationBuilder(_settings.Quantiles, period);
        using DataViewRowCursor cursor = data.GetRowCursor([column]);
        ValueGetter<VBuffer<float>> get = cursor.GetGetter<VBuffer<float>>(column);
        var reader = new SeriesReader(      // a filled gap would use what came after it
            column.Name, _preparation with { MissingValues = MissingValues.Error }, cursor.GetIdGetter());
        VBuffer<float> source = default;
        while (cursor.MoveNext())
        {
            get(ref source);
            ReadOnlySpan<float> series = reader.Read(source);
            long needed = Math.Max(WindowSize, period + 1) + (long)numberOfOrigins * Horizon;
            if (series.Length < needed)
            {
                throw new InvalidOperationException($"Column '{column.Name}' has {series.Length} points in row "
                    + $"{cursor.Position}; {numberOfOrigins} forecasts of {Horizon} points after a window of "
                    + $"{Math.Max(WindowSize, period)} need {needed}. "
                    + "Lower numberOfOrigins or seasonalPeriod, or give a longer series.");
            }

            for (int origin = 0; origin < numberOfOrigins; origin++)
            {
                int now = series.Length - (origin + 1) * Horizon;
                evaluation.Add(
                    series[..now], series.Slice(now, Horizon), ForecastOf(series.Slice(now - WindowSize, WindowSize)));
            }
        }

        return evaluation.Build(column.Name);
    }

    /// <summary>
    /// Tests on one series: the points after it, up to a horizon, are held against its forecast and the naive ones.
    /// </summary>
    /// <param name="past">At least a window and a season, finite.</param>
    /// <param name="actual">What came after, from one point to a horizon.</param>
    /// <param name="seasonalPeriod">
    /// Of the seasonal-naive forecast. Default: the longest season that the model was trained with, else 1.
    /// </param>
    /// <exception cref="ArgumentException">There are too few or too many points, or one is not finite.</exception>
    public ForecastEvaluation Evaluate(ReadOnlySpan<float> past, ReadOnlySpan<float> actual, int? seasonalPeriod = null)
    {
        int period = SeasonOf(seasonalPeriod);
        if (actual.IsEmpty || actual.Length > Horizon)
            throw new ArgumentException($"There are {actual.Length} points to compare with; "
                + $"1 to the horizon, {Horizon}, are taken.", nameof(actual));
        CheckFinite(past, nameof(past));
        CheckFinite(actual, nameof(actual));
        if (past.Length <= period)
            throw new ArgumentException($"There are {past.Length} points before; "
                + $"the seasonal-naive forecast needs more than a season, {period}.", nameof(past));
        var evaluation = new ForecastEvaluationBuilder(_settings.Quantiles, period);
        evaluation.Add(past, actual, Predict(past));
        return evaluation.Build(InputColumnName);
    }

    private static void CheckFinite(ReadOnlySpan<float> points, string name)
    {
        for (int t = 0; t < points.Length; t++)
        {
            if (!float.IsFinite(points[t]))
            {
                throw new ArgumentException(
                    FormattableString.Invariant($"Point {t} of {name} is {points[t]}; all must be finite. ")
                    + "Fill the gap first.",
                    name);
            }
        }
    }

    private int SeasonOf(int? seasonalPeriod)
    {
        int period = seasonalPeriod ?? (_settings.Periods.Length == 0 ? 1 : _settings.Periods[^1]);
        Guard.AtLeast(period, 1, nameof(seasonalPeriod));
        return period;
    }
}
