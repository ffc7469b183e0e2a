using Microsoft.ML.Data;

namespace Microsoft.ML.SeqConv.Samples.Series;

/// <summary>Files of labelled series.</summary>
internal static class LabelledFile
{
    /// <summary>Opens a file in any of the formats, with labels of either kind.</summary>
    /// <param name="context">The context.</param>
    /// <param name="path">The file.</param>
    /// <param name="train">
    /// The series that the model learns from, whose length separates gaps from padding; or none.
    /// </param>
    /// <exception cref="FormatException">It has no labels, or no rows.</exception>
    public static IDataView Load(MLContext context, string path, IDataView? train = null)
    {
        int? length = train?.Schema["Series"].Type is VectorDataViewType { IsKnownSize: true } type
            ? type.Dimensions[^1]
            : null;
        IDataView data = context.Data.LoadFromSeriesFile(path, new SeriesFileOptions { SeriesLength = length });
        IEnumerable<bool> labelled = data.Schema["Label"].Type is TextDataViewType
            ? data.GetColumn<string>("Label").Select(label => label.Length > 0)
            : data.GetColumn<float>("Label").Select(float.IsFinite);
        if (!labelled.Any())
            throw new FormatException($"{path}: there are no rows. Give a file with at least one labelled series.");
        return labelled.Any(has => has) ? data
            : throw new FormatException($"{path}: the series have no labels, so there is nothing to learn or to "
                + "compare with. Give a file with labels; a .ts file says @classLabel true or @targetLabel true.");
    }

    /// <summary>Opens a file whose labels are names of classes.</summary>
    /// <param name="context">The context.</param>
    /// <param name="path">The file.</param>
    /// <param name="train">The series that the model learns from, see <see cref="Load"/>; or none.</param>
    /// <exception cref="FormatException">They are numbers to predict.</exception>
    public static IDataView LoadClasses(MLContext context, string path, IDataView? train = null)
    {
        IDataView data = Load(context, path, train);
        return data.Schema["Label"].Type is TextDataViewType
            ? data
            : throw new FormatException($"{path}: the labels are numbers to predict, and the model predicts classes. "
                + "Train SeriesRegressionModel.mbconfig on the file.");
    }

    /// <summary>Opens a file whose labels are numbers to predict.</summary>
    /// <exception cref="FormatException">They are names of classes.</exception>
    public static IDataView LoadTargets(MLContext context, string path)
    {
        IDataView data = Load(context, path);
        return data.Schema["Label"].Type is NumberDataViewType
            ? data
            : throw new FormatException($"{path}: the labels are names of classes, and the model predicts numbers. "
                + "Train SeriesClassificationModel.mbconfig on the file, or say @targetLabel true in a .ts file.");
    }
}
