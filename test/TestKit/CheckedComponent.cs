using Microsoft.ML.Data;

namespace Microsoft.ML.SeqConv.TestKit;

/// <summary>A component, the rows that it is checked on, and a model that the checks share.</summary>
public sealed class CheckedComponent
{
    private readonly Func<MLContext, IEstimator<ITransformer>> _make;
    private readonly int[] _dimensions;

    /// <param name="make">Makes the component in a context; called several times, it must make the same one.</param>
    /// <param name="rows">Rows to fit on; at least ten.</param>
    /// <param name="dimensions">Dimensions of the column of series; none for ragged.</param>
    /// <param name="rules">What the component declares.</param>
    public CheckedComponent(
        Func<MLContext, IEstimator<ITransformer>> make, IReadOnlyList<SeriesRow> rows, int[] dimensions,
        ComponentRules rules)
    {
        _make = make;
        Rows = rows;
        _dimensions = dimensions;
        Rules = rules;

        // Before any view: a view draws from the context as an estimator without a seed does.
        Estimator = make(Context);
    }

    public ComponentRules Rules { get; }

    public IReadOnlyList<SeriesRow> Rows { get; }

    /// <summary>The context of <see cref="Model"/>.</summary>
    public MLContext Context { get; } = new(seed: 1);

    public IDataView Data => field ??= View(Context, Rows);

    /// <summary>The component, made in <see cref="Context"/>.</summary>
    public IEstimator<ITransformer> Estimator { get; }

    /// <summary>The component, fitted on <see cref="Data"/>.</summary>
    public ITransformer Model => field ??= Estimator.Fit(Data);

    /// <summary>A hash of what <see cref="Model"/> adds to <see cref="Data"/>.</summary>
    public string Bits => field ??= OutputHash.Of(Model.Transform(Data), Data.Schema);

    /// <summary>The axis of time in a column of two dimensions.</summary>
    public int TimeAxis => Rules.TimeFirst ? 0 : _dimensions.Length - 1;

    public bool IsRagged => _dimensions.Length == 0 || _dimensions[TimeAxis] == 0;

    public int Channels => _dimensions.Length == 2 ? _dimensions[1 - TimeAxis] : 1;

    public IEstimator<ITransformer> Make(MLContext context) => _make(context);

    public IDataView View(MLContext context, IEnumerable<SeriesRow> of) => SineWaves.View(context, of, _dimensions);

    /// <summary>A view of rows that have a number of points a channel.</summary>
    public IDataView View(MLContext context, IEnumerable<SeriesRow> of, int points)
        => SineWaves.View(context, of, IsRagged ? _dimensions : WithPoints(points));

    /// <summary>Fits the component in a context of its own, and hashes what the model adds.</summary>
    public string FitAgain() => OutputHash.Of(FitAndTransform(), Data.Schema);

    /// <summary>Fits the component in a context of its own, and gives what the model adds.</summary>
    /// <param name="change">Called before the fit.</param>
    public IDataView FitAndTransform(Action<IEstimator<ITransformer>>? change = null)
    {
        var context = new MLContext(seed: 1);
        IEstimator<ITransformer> estimator = _make(context);
        IDataView data = View(context, Rows);
        change?.Invoke(estimator);
        return estimator.Fit(data).Transform(data);
    }

    /// <summary>The shape of a series as a graph takes it.</summary>
    public int[] Shape(int points) => _dimensions.Length == 2 ? WithPoints(points) : [points];

    /// <summary>The last vector or number that a model adds: features, or a score.</summary>
    public static DataViewSchema.Column Added(DataViewSchema schema)
        => schema.Last(column => !column.IsHidden && column.Type is VectorDataViewType or NumberDataViewType);

    /// <summary>The values of that column.</summary>
    public static float[] Values(ITransformer model, IDataView data) => Values(model.Transform(data));

    /// <summary>The values of that column.</summary>
    public static float[] Values(IDataView output)
    {
        DataViewSchema.Column added = Added(output.Schema);
        return added.Type is VectorDataViewType
            ? [.. output.GetColumn<float[]>(added.Name).SelectMany(values => values)]
            : [.. output.GetColumn<float>(added.Name)];
    }

    private int[] WithPoints(int points)
    {
        int[] shape = [.. _dimensions];
        shape[TimeAxis] = points;
        return shape;
    }
}
