using Microsoft.ML.Data;
using Microsoft.ML.SeqConv.Samples.Serving.Input;
using Microsoft.ML.SeqConv.Samples.Serving.Models;
using Microsoft.ML.SeqConv.Samples.Serving.Tests;
using Microsoft.ML.SeqConv.TestKit;
using Xunit;

[assembly: AssemblyFixture(typeof(ServedModels))]

namespace Microsoft.ML.SeqConv.Samples.Serving.Tests;

/// <summary>Exported pipelines of every kind that is served, made once for all tests.</summary>
public sealed class ServedModels : IDisposable
{
    private const int SampleRate = 8000;

    private readonly string _folder = Directory.CreateTempSubdirectory("seqconv-serving").FullName;
    private readonly MLContext _context = new(1);
    private readonly Lazy<(string Path, IReadOnlyList<SeriesFileRow> Examples)> _shapes;
    private readonly Lazy<string> _channels;
    private readonly Lazy<string> _points;
    private readonly Lazy<string> _recordings;
    private readonly Lazy<string> _numbers;
    private readonly Lazy<string> _pairs;
    private readonly Lazy<string> _ensemble;

    public ServedModels()
    {
        _shapes = new(() => (PathOf("shapes"), ModelTraining.Run(null, PathOf("shapes"), CancellationToken.None)));
        _channels = new(() => Export("channels", Rows(channels: 3, ragged: true, length: 50),
            [3, 0], MulticlassOf("Series")));
        _points = new(() => Export("points", [.. Rows(channels: 3, ragged: true, length: 50).Select(ByTime)], [0, 3],
            MulticlassOf("Series", SeriesLayout.TimeChannel)));
        _recordings = new(() => Export("recordings", Rows(channels: 1, ragged: true, length: 900), [],
            _context.Transforms.MelSpectrogram("Mel", "Series", numberOfBands: 12, sampleRate: SampleRate)
                .Append(MulticlassOf("Mel"))));
        _numbers = new(() => Export("numbers", Rows(1, false, 50), [50],
            Features("Series").Append(_context.Regression.Trainers.Ridge("Target"))
                .Append(_context.Regression.Conformal(0.2))));
        _pairs = new(() => Export("pairs", Rows(1, false, 50), [50],
            Features("Series").Append(_context.BinaryClassification.Trainers.Ridge("Flag"))));
        _ensemble = new(() => Export("ensemble", Rows(1, false, 50), [50], EnsembleOf(_context,
            new SequenceEnsembleOptions { MultiRocketFeatures = 672, HydraGroups = 4, Shapelets = 50, Seed = 1 })));
    }

    /// <summary>
    /// What the sample makes without arguments: cylinder, bell and funnel, 128 points, missing values interpolated,
    /// prediction sets.
    /// </summary>
    public string Shapes => _shapes.Value.Path;

    internal IReadOnlyList<SeriesFileRow> Examples => _shapes.Value.Examples;

    /// <summary>Three channels of any length of 9 or more, no missing values.</summary>
    public string Channels => _channels.Value;

    /// <summary>The same, learned from columns of [time, channel].</summary>
    public string Points => _points.Value;

    /// <summary>Recordings at 8 kHz.</summary>
    public string Recordings => _recordings.Value;

    /// <summary>Regression on 50 points, with intervals.</summary>
    public string Numbers => _numbers.Value;

    /// <summary>Two classes on 50 points.</summary>
    public string Pairs => _pairs.Value;

    /// <summary>A small sequence ensemble, three classes on 50 points.</summary>
    public string Ensemble => _ensemble.Value;

    /// <summary>A path for a test's own file.</summary>
    public string PathOf(string name) => Path.Combine(_folder, $"{name}.onnx");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    public static IEstimator<ITransformer> EnsembleOf(MLContext context, SequenceEnsembleOptions options)
        => context.Transforms.Conversion.MapValueToKey("LabelKey", "Label")
            .Append(context.MulticlassClassification.Trainers.SequenceEnsemble("LabelKey", "Series", options));

    private IEstimator<ITransformer> MulticlassOf(string series, SeriesLayout layout = SeriesLayout.ChannelTime)
        => _context.Transforms.Conversion.MapValueToKey("LabelKey", "Label").Append(Features(series, layout))
            .Append(_context.MulticlassClassification.Trainers.Ridge("LabelKey"));

    // Spectrograms of short recordings have few frames.
    private MiniRocketEstimator Features(string series, SeriesLayout layout = SeriesLayout.ChannelTime)
        => _context.Transforms.MiniRocket(
            "Features", new MiniRocketEstimator.Options
            {
                NumberOfFeatures = 168,
                Seed = 1,
                Layout = layout,
                ShortSeries = series == "Mel" ? ShortSeries.Pad : ShortSeries.Error
            }, series);

    private string Export(string name, List<LabelledRow> rows, int[] dimensions, IEstimator<ITransformer> pipeline)
    {
        SchemaDefinition schema = SchemaDefinition.Create(typeof(LabelledRow));
        schema["Series"].ColumnType = dimensions.Length == 0
            ? new VectorDataViewType(NumberDataViewType.Single)
            : new VectorDataViewType(NumberDataViewType.Single, dimensions);
        IDataView data = _context.Data.LoadFromEnumerable(rows, schema);
        _context.Model.SaveAsOnnx(pipeline.Fit(data), data, PathOf(name));
        return PathOf(name);
    }

    private static List<LabelledRow> Rows(int channels, bool ragged, int length)
        => [.. SineWaves.Make(30, length, channels, ragged: ragged).Select(row => new LabelledRow
        {
            Series = row.Series,
            Label = row.Label,
            Flag = row.Label == "c1",
            Target = row.Label[1] - '0'
        })];

    private static LabelledRow ByTime(LabelledRow row)
    {
        row.Series = [.. Enumerable.Range(0, row.Series.Length)
            .Select(i => row.Series[i % 3 * (row.Series.Length / 3) + i / 3])];
        return row;
    }

    private sealed class LabelledRow
    {
        public float[] Series { get; set; } = [];

        public string Label { get; set; } = "";

        public bool Flag { get; set; }

        public float Target { get; set; }
    }
}
