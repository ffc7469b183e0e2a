using Microsoft.ML.Data;
using Microsoft.ML.SeqConv.Samples.Data;
using Microsoft.ML.SeqConv.Samples.Serving.Input;

namespace Microsoft.ML.SeqConv.Samples.Serving.Models;

/// <summary>
/// Fits MiniRocket and ridge, with prediction sets or intervals of 90 %, and writes them as one ONNX file.
/// </summary>
internal static class ModelTraining
{
    private const int TrainingSeries = 30;
    private const int ExampleSeries = 9;
    private const double Significance = 0.1;

    /// <summary>Learns from a file, or without one from the cylinder-bell-funnel set.</summary>
    /// <param name="file">Series with classes or targets, in any format of the library.</param>
    /// <param name="path">The .onnx file to write.</param>
    /// <param name="cancellation">Stops the training.</param>
    /// <returns>Series to try: new ones of the generated set, the first ones of a file.</returns>
    public static IReadOnlyList<SeriesFileRow> Run(string? file, string path, CancellationToken cancellation)
    {
        var context = new MLContext(seed: 1);
        using IDisposable cancelling = context.CancelOn(cancellation);
        IDataView train = file is null
            ? context.Data.LoadFromEnumerable(CylinderBellFunnel.Generate(TrainingSeries, seed: 1))
            : context.Data.LoadFromSeriesFile(file);
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        context.Model.SaveAsOnnx(Pipeline(context, train.Schema).Fit(train), train, path);
        IDataView examples =
            file is null ? context.Data.LoadFromEnumerable(CylinderBellFunnel.Generate(ExampleSeries, seed: 3)) : train;
        return SeriesFile.ReadRows(examples, ExampleSeries).Rows;
    }

    private static IEstimator<ITransformer> Pipeline(MLContext context, DataViewSchema schema)
    {
        // In the graph, interpolation needs a length.
        bool isFixed = schema["Series"].Type is VectorDataViewType { IsKnownSize: true };
        var options = new MiniRocketEstimator.Options
        {
            MissingValues = isFixed ? MissingValues.Interpolate : MissingValues.Error
        };
        MiniRocketEstimator featurizer = context.Transforms.MiniRocket("Features", options, "Series");
        if (schema["Label"].Type is not TextDataViewType)
            return featurizer.Append(context.Regression.Trainers.Ridge())
                .Append(context.Regression.Conformal(Significance));
        return context.Transforms.Conversion.MapValueToKey("LabelKey", "Label")
            .Append(featurizer)
            .Append(context.MulticlassClassification.Trainers.Ridge("LabelKey"))
            .Append(context.MulticlassClassification.Conformal(Significance));
    }
}
