namespace Microsoft.ML.SeqConv;

/// <summary>A kind of pipeline that a sweep tries: a search space, and how a pipeline is made of its values.</summary>
public sealed class SweepCandidate
{
    private readonly Func<MLContext, SweepParameters, IEstimator<ITransformer>> _build;
    private readonly string? _resource;

    /// <summary>Makes a candidate.</summary>
    /// <param name="name">What tables call it.</param>
    /// <param name="space">What is searched.</param>
    /// <param name="build">
    /// Makes the pipeline, from the series to the score, of the context that it is given: each trial has a context of
    /// its own, with the seed of the sweep. For classification the label column is a key.
    /// </param>
    public SweepCandidate(
        string name, SweepSpace space, Func<MLContext, SweepParameters, IEstimator<ITransformer>> build)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(space);
        ArgumentNullException.ThrowIfNull(build);
        Name = name;
        Space = space;
        _build = build;
    }

    /// <summary>What tables call it.</summary>
    public string Name { get; }

    /// <summary>What is searched.</summary>
    public SweepSpace Space { get; }

    /// <summary>
    /// The time of a trial beside that of other candidates, positive: cheap candidates come first and are drawn
    /// more often. Default 1.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not positive.</exception>
    public double Cost
    {
        get;
        init => field = value > 0 && double.IsFinite(value)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(Cost), value,
                $"The cost of candidate '{Name}' is {SweepDimension.Text(value)}; it must be positive and finite.");
    } = 1;

    /// <summary>
    /// The whole-number range that successive halving begins with a ninth of, such as kernels or epochs. Default
    /// <see langword="null"/>: trials of this candidate are always whole.
    /// </summary>
    /// <exception cref="ArgumentException">It is no whole-number range of the space.</exception>
    public string? Resource
    {
        get => _resource;
        init => _resource = value is null || Space.Any(dimension => dimension.Name == value && dimension.IsInteger)
            ? value
            : throw new ArgumentException($"The resource '{value}' of candidate '{Name}' is no whole-number range of "
                + "its space. Name one, or leave Resource null.", nameof(Resource));
    }

    /// <summary>Makes the pipeline of some values.</summary>
    /// <param name="context">Makes the components.</param>
    /// <param name="parameters">A value for each hyperparameter of the space.</param>
    public IEstimator<ITransformer> Build(MLContext context, SweepParameters parameters) => _build(context, parameters);

    /// <summary>The values with a share of the resource.</summary>
    internal SweepParameters AtShare(SweepParameters parameters, double share)
    {
        if (_resource is null || share >= 1)
            return parameters;
        double least = Space.First(dimension => dimension.Name == _resource).Min;
        return parameters.With(_resource, (int)Math.Round(Math.Max(least, share * parameters.Get<int>(_resource))));
    }
}
