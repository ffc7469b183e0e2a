using System.Globalization;
using Microsoft.ML.SeqConv.Samples.Serving.Http;

namespace Microsoft.ML.SeqConv.Samples.Serving.Input;

/// <summary>
/// What the model and the limits ask of a series. The graph itself would take much of what is refused here,
/// and give nonsense.
/// </summary>
internal sealed class SeriesRules(OnnxSequenceScorer model, ServingOptions limits)
{
    private const float LargestMagnitude = 1e30f;

    /// <exception cref="ProblemException">There are too many series, or one breaks a rule.</exception>
    public void Check(PostedSeries posted)
    {
        if (posted.Series.Count > limits.MaximumBatch)
        {
            throw new ProblemException(
                new Problem("batch", StatusCodes.Status422UnprocessableEntity, "The number of instances",
                    Text(posted.Series.Count), $"at most {limits.MaximumBatch} are scored at once",
                    "Send them in several requests, or raise Serving:MaximumBatch."));
        }

        for (int i = 0; i < posted.Series.Count; i++)
        {
            if (Find(posted.Series[i], posted.NameOf(i)) is { } problem)
                throw new ProblemException(problem);
        }
    }

    /// <summary>The first rule that a series breaks; <see langword="null"/> where it breaks none.</summary>
    public Problem? Find(Series series, string name)
    {
        if (series.Channels != model.NumberOfChannels)
            return Broken("channels", $"The number of channels of {name}", Text(series.Channels),
                $"the model takes {model.NumberOfChannels}", "Send the channels of the training data, in their order.");
        if (series.Points > limits.MaximumPoints)
            return Broken("length", $"The length of {name}", $"{series.Points} points a channel",
                $"at most {limits.MaximumPoints} are taken", "Cut or thin the series, or raise Serving:MaximumPoints.");
        if (model.SeriesLength is int length && series.Points != length)
            return Broken("length", $"The length of {name}", $"{series.Points} points a channel",
                $"the model takes {length}", "Resample or cut the series, or export the model for another length.");
        if (series.Points < model.MinLength)
            return Broken("length", $"The length of {name}", $"{series.Points} points a channel",
                $"the model takes {model.MinLength} or more", "Pad the series.");
        for (int channel = 0; channel < series.Channels; channel++)
        {
            if (FindInChannel(series.Values.AsSpan(channel * series.Points, series.Points),
                $"{name}[{channel}]") is { } problem)
                return problem;
        }

        return null;
    }

    private Problem? FindInChannel(ReadOnlySpan<float> points, string name)
    {
        bool anyPresent = false;
        for (int t = 0; t < points.Length; t++)
        {
            bool isMissing = float.IsNaN(points[t]);
            anyPresent |= !isMissing;
            if (isMissing && model.MissingValues == MissingValues.Error)
                return Broken("missing", $"{name}[{t}]", "missing", "the model was trained without missing values",
                    "Fill it in, or train with MissingValues.Interpolate.");
            if (Math.Abs(points[t]) > LargestMagnitude)
                return Broken("value", $"{name}[{t}]", points[t].ToString(CultureInfo.InvariantCulture),
                    "values must be within +-1e30", "Scale them as in training.");
        }

        return !anyPresent && model.MissingValues == MissingValues.Interpolate
            ? Broken("missing", name, "without any value",
                "there is nothing to interpolate from", "Leave the series out.")
            : null;
    }

    private static Problem Broken(string reason, string what, string value, string rule, string remedy)
        => new(reason, StatusCodes.Status422UnprocessableEntity, what, value, rule, remedy);

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
