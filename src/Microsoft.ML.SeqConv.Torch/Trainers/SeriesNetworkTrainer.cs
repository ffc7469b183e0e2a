using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.SeqConv;

/// <summary>The base of trainers of networks over series.</summary>
public abstract class SeriesNetworkTrainer : SequenceTrainer<SeriesNetworkTransformer>
{
    private readonly SeriesNetworkOptions _options;

    private protected SeriesNetworkTrainer(
        IHostEnvironment env, string component, bool classification, SeriesNetworkOptions options)
        : base(env, component, classification, options.Columns)
        => _options = (SeriesNetworkOptions)options.CheckedCopy();

    private protected override void CheckInput(SchemaShape.Column column)
    {
        if (!column.IsVectorOfSingle())
        {
            throw SchemaColumns.WrongType(column,
                "a series must be a vector of Single. Convert it, "
                + "for example with mlContext.Transforms.Conversion.ConvertType or Concatenate.");
        }
    }

    private protected override SeriesNetworkTransformer Train(SequenceFit fit)
    {
        SeriesShape shape = SeriesShape.Of(_options.SeriesColumnName, fit.InputColumn.Type,
            _options.NumberOfChannels, _options.Layout);
        var preparation = new SeriesPreparation(shape, MinimumLength: 1, _options.MissingValues,
            ShortSeries.Pad, _options.Normalization)
        {
            Layout = _options.Layout
        };
        var training = new LabelledTraining<float[]>(
            fit, _options, (uint?)_options.Seed ?? DrawnSeed, IsClassification,
            (row, column) => Open(row, column, preparation));
        SeriesNetworkSettings settings = _options.Settings(shape.Channels, training.Outputs);
        NetworkEnsemble networks = training.Run(
            _options.NumberOfNetworks, settings.Make, Initialization.Glorot, network => new Adam(network),
            (series, labels, weights) => new SeriesExamples(series, shape.Channels, labels, weights));
        return new SeriesNetworkTransformer(fit.Environment, _options.SeriesColumnName, training.Classes,
            preparation, settings, networks);
    }

    private static Func<float[]> Open(DataViewRow row, DataViewSchema.Column column, SeriesPreparation preparation)
    {
        ValueGetter<VBuffer<float>> get = row.GetGetter<VBuffer<float>>(column);
        var reader = new SeriesReader(column.Name, preparation, row.GetIdGetter());
        VBuffer<float> source = default;
        return () =>
        {
            get(ref source);
            return reader.Read(source).ToArray();
        };
    }
}
