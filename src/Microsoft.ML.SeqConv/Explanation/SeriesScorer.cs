using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// Scores series by a pipeline without the other columns that it was fitted on: steps that need those, such as the map
/// of labels to keys, are left out.
/// </summary>
internal static class SeriesScorer
{
    /// <summary>
    /// The column that series are given in, and their channels and layout where the component that reads it knows them.
    /// </summary>
    /// <param name="steps">The pipeline.</param>
    /// <param name="asked">
    /// The column that the caller names; <see langword="null"/>: the first that a component of this library reads.
    /// </param>
    /// <exception cref="InvalidOperationException">
    /// No component of this library reads a column, and none is named.
    /// </exception>
    public static (string Column, int? Channels, SeriesLayout Layout) InputOf(PipelineStep[] steps, string? asked)
    {
        (string Column, int? Channels, SeriesLayout Layout)[] read = [.. steps.Select(step => step.Transformer switch
        {
            SeriesTransformer featurizer => Of(featurizer.InputColumnName, featurizer.Preparation),
            SequenceTransformer network => Of(network.InputColumnName, (network as ISeriesGradient)?.Preparation),
            ColumnTransformer transform => Of(transform.InputColumnName, null),
            _ => Of(null!, null),
        }).Where(input => input.Column is not null)];
        static (string Column, int? Channels, SeriesLayout Layout) Of(string column, SeriesPreparation? preparation)
            => (column, preparation?.Shape.Channels, preparation?.Layout ?? default);
        if (asked is not null)
            return read.FirstOrDefault(input => input.Column == asked) with { Column = asked };
        return read.Length > 0 ? read[0] : throw new InvalidOperationException("No component of this library reads a "
            + "series in the pipeline. Name its column in SeriesExplanationOptions.SeriesColumnName.");
    }

    /// <summary>Scores series.</summary>
    /// <param name="env">Says whether the work is cancelled.</param>
    /// <param name="steps">The pipeline.</param>
    /// <param name="column">The column that it reads them from.</param>
    /// <param name="channels">Channels of each.</param>
    /// <param name="layout">In which order the pipeline reads them.</param>
    /// <param name="series">[channel, time] each, all of one length.</param>
    /// <param name="classNames">The classes, in the order of scores; <see langword="null"/> for regression.</param>
    /// <returns>[series][score].</returns>
    /// <exception cref="InvalidOperationException">
    /// There is no score, or a series breaks a rule of the pipeline.
    /// </exception>
    /// <exception cref="OperationCanceledException">The context was cancelled.</exception>
    public static double[][] Score(
        IHostEnvironment env, PipelineStep[] steps, string column, int channels, SeriesLayout layout,
        IEnumerable<float[]> series, out string[]? classNames)
    {
        using FitMonitor monitor = FitMonitor.Start(env, "Explanation");
        monitor.Begin("scoring", "series", total: null);
        SchemaDefinition schema = SchemaDefinition.Create(typeof(Row));
        int length = series.First().Length / channels;
        schema[nameof(Row.Series)].ColumnType = channels == 1
            ? new VectorDataViewType(NumberDataViewType.Single, length)
            : layout == SeriesLayout.ChannelTime ? new VectorDataViewType(NumberDataViewType.Single, channels, length)
            : new VectorDataViewType(NumberDataViewType.Single, length, channels);
        schema[nameof(Row.Series)].ColumnName = column;

        // The view draws nothing and computes nothing: a context of its own serves, and the caller's is asked whether
        // to go on.
        IDataView view = new MLContext().Data.LoadFromEnumerable(series.Select(RowOf), schema);

        Row RowOf(float[] values, int index)
        {
            monitor.Report(index);
            return new Row { Series = InLayout(values) };
        }

        float[] InLayout(float[] values)
        {
            if (channels == 1 || layout == SeriesLayout.ChannelTime)
                return values;
            var byTime = new float[values.Length];
            Transposition.Copy(values, length, byTime);
            return byTime;
        }

        classNames = null;
        PipelineStep? leftOut = null;
        foreach (PipelineStep step in steps)
        {
            if (!TryTransform(step, ref view))
                leftOut ??= step;
            else if (step.Predicts)
                classNames = LinearHead.ClassesOf(view.Schema);
        }

        return view.Schema.GetColumnOrNull(DefaultColumnNames.Score)?.Type switch
        {
            VectorDataViewType { IsKnownSize: true } vector when vector.ItemType == NumberDataViewType.Single
                => [.. view.GetColumn<float[]>(DefaultColumnNames.Score)
                    .Select(row => Array.ConvertAll(row, value => (double)value))],
            NumberDataViewType number when number == NumberDataViewType.Single
                => [.. view.GetColumn<float>(DefaultColumnNames.Score).Select(value => new[] { (double)value })],
            _ => throw new InvalidOperationException(
                $"The pipeline makes no column '{DefaultColumnNames.Score}' of Single from column '{column}' alone"
                + $"{(leftOut is null ? "" : $"; {leftOut.Name} needs others")}. "
                + "Explain a pipeline that ends in a trained model and reads one series."),
        };
    }

    // A step whose columns are not known throws where one is missing, as ML.NET's transforms do.
    private static bool TryTransform(PipelineStep step, ref IDataView view)
    {
        IDataView before = view;
        if (step.InputColumns is { } inputs)
        {
            if (!Array.TrueForAll(inputs, input => before.Schema.GetColumnOrNull(input) is not null))
                return false;
            view = step.Transformer.Transform(before);
            return true;
        }

        try
        {
            view = step.Transformer.Transform(before);
            return true;
        }
        catch (ArgumentOutOfRangeException)
        {
            return false;
        }
    }

    private sealed class Row
    {
        public float[] Series { get; set; } = [];
    }
}
