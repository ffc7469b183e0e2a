using BenchmarkDotNet.Attributes;
using Microsoft.ML.Data;
using Microsoft.ML.SeqConv.Kernels;

namespace Microsoft.ML.SeqConv.Benchmarks;

/// <summary>
/// MiniRocket and ridge in an ML.NET pipeline: latency of one row, and the fit and scoring of many, beside the
/// featurizer alone on arrays.
/// </summary>
[MemoryDiagnoser]
public class PipelineBenchmarks
{
    private readonly MLContext _context = new(seed: 1);
    private readonly Prediction _prediction = new();
    private SeriesSet _series = null!;
    private SeriesRow[] _rows = [];
    private IDataView _data = null!;
    private IEstimator<ITransformer> _pipeline = null!;
    private MiniRocketTransformer _featurizer = null!;
    private IDataView _features = null!;
    private PredictionEngine<SeriesRow, Prediction> _engine = null!;
    private float[] _destination = [];

    /// <summary>Rows of the data view.</summary>
    [Params(250, 1000)]
    public int Series { get; set; }

    /// <summary>Points of a series.</summary>
    [Params(150, 500)]
    public int Length { get; set; }

    /// <summary>Makes data and fits.</summary>
    [GlobalSetup]
    public void Setup()
    {
        _series = RandomWalks.Make(Series, Length, channels: 1);
        _rows = SeriesRow.Of(_series);
        _data = _context.Data.LoadFromEnumerable(_rows, SeriesRow.Schema(1, Length));
        MiniRocketEstimator miniRocket = _context.Transforms.MiniRocket("Features", "Series", seed: 1);
        _pipeline = miniRocket.Append(_context.BinaryClassification.Trainers.Ridge());
        _featurizer = miniRocket.Fit(_data);
        _features = _featurizer.Transform(_data);
        _destination = new float[(long)Series * _featurizer.NumberOfFeatures];
        _engine = _context.Model.CreatePredictionEngine<SeriesRow, Prediction>(_pipeline.Fit(_data),
            inputSchemaDefinition: SeriesRow.Schema(1, Length));
    }

    /// <summary>The featurizer on arrays, on all processors.</summary>
    [Benchmark(Baseline = true)]
    public void TransformArrays() => _featurizer.Model.Transform(_series, _destination);

    /// <summary>The same through a cursor over a data view.</summary>
    [Benchmark]
    public void TransformView() => ReadFeatures(_features);

    /// <summary>Fit of featurizer and trainer.</summary>
    [Benchmark]
    public ITransformer Fit() => _pipeline.Fit(_data);

    /// <summary>One row, end to end.</summary>
    [Benchmark]
    public void PredictOne()
    {
        Prediction prediction = _prediction;
        _engine.Predict(_rows[0], ref prediction);
    }

    internal static void ReadFeatures(IDataView view)
    {
        DataViewSchema.Column column = view.Schema["Features"];
        using DataViewRowCursor cursor = view.GetRowCursor([column]);
        ValueGetter<VBuffer<float>> getFeatures = cursor.GetGetter<VBuffer<float>>(column);
        VBuffer<float> features = default;
        while (cursor.MoveNext())
            getFeatures(ref features);
    }
}
