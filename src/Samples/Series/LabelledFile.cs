using Microsoft.ML.Data;

namespace Microsoft.ML.SeqConv.Samples.Series;

/// <summary>Files of series whose labels are of the kind that a model is for.</summary>
internal static class LabelledFile
{
    /// <summary>Opens a file whose labels are names of classes.</summary>
    /// <exception cref="FormatException">They are numbers to predict.</exception>
    public static IDataView LoadClasses(MLContext context, string path)
    {
        IDataView data = context.Data.LoadFromSeriesFile(path);
        return data.Schema["Label"].Type is TextDataViewType ? data : throw new FormatException($"{path}: the labels are numbers to predict, and the model tells classes. Train SeriesRegressionModel.mbconfig on the file.");
    }

    /// <summary>Opens a file whose labels are numbers to predict.</summary>
    /// <exception cref="FormatException">They are names of classes.</exception>
    public static IDataView LoadTargets(MLContext context, string path)
    {
        IDataView data = context.Data.LoadFromSeriesFile(path);
        return data.Schema["Label"].Type is NumberDataViewType ? data : throw new FormatException($"{path}: the labels are names of classes, and the model predicts numbers. Train SeriesClassificationModel.mbconfig on the file, or say @targetLabel true in a .ts file.");
    }
}
