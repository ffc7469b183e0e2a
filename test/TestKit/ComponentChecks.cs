namespace Microsoft.ML.SeqConv.TestKit;

/// <summary>
/// What every component must do, checked in one line. A component is an estimator, alone or with what it needs before
/// it. What a component declares, and where a check does not fit it, is in <see cref="ComponentRules"/>.
/// </summary>
public static partial class ComponentChecks
{
    /// <summary>Every check by name, in the order in which they run.</summary>
    public static IReadOnlyDictionary<string, Action<CheckedComponent>> Each { get; } =
        new Dictionary<string, Action<CheckedComponent>>
        {
            [nameof(SchemaIsAsPromised)] = SchemaIsAsPromised,
            [nameof(SecondFitAgrees)] = SecondFitAgrees,
            [nameof(SameSeedSameBits)] = SameSeedSameBits,
            [nameof(ConcurrentFitsAgree)] = ConcurrentFitsAgree,
            [nameof(OneAndSeveralThreadsAgree)] = OneAndSeveralThreadsAgree,
            [nameof(SavedAndLoadedAgrees)] = SavedAndLoadedAgrees,
            [nameof(FreshProcessAgrees)] = FreshProcessAgrees,
            [nameof(ParallelCursorsAgree)] = ParallelCursorsAgree,
            [nameof(OneRowAloneAgrees)] = OneRowAloneAgrees,
            [nameof(GraphAgrees)] = GraphAgrees,
            [nameof(ConstantSeriesGivesFiniteOutput)] = ConstantSeriesGivesFiniteOutput,
            [nameof(ShortSeriesFollowTheRule)] = ShortSeriesFollowTheRule,
            [nameof(MissingValuesFollowTheRule)] = MissingValuesFollowTheRule,
            [nameof(MissingColumnIsNamed)] = MissingColumnIsNamed,
            [nameof(WrongTypeIsNamed)] = WrongTypeIsNamed,
            [nameof(NoRowsIsAnError)] = NoRowsIsAnError,
            [nameof(CancelledContextStops)] = CancelledContextStops,
            [nameof(DisposeReleases)] = DisposeReleases,
        };

    /// <summary>Runs every check.</summary>
    /// <param name="component">Makes the component in a context, the same one with each call.</param>
    /// <param name="rows">Rows to fit on; at least ten.</param>
    /// <param name="dimensions">Dimensions of the series column; none for ragged.</param>
    public static void All(
        Func<MLContext, IEstimator<ITransformer>> component, IReadOnlyList<SeriesRow> rows, params int[] dimensions)
        => All(ComponentRules.Default, component, rows, dimensions);

    /// <summary>Runs every check of a network.</summary>
    /// <param name="tolerance">See <see cref="ComponentRules.Tolerance"/>.</param>
    /// <param name="component">Makes the component in a context, the same one with each call.</param>
    /// <param name="rows">Rows to fit on; at least ten.</param>
    /// <param name="dimensions">Dimensions of the series column; none for ragged.</param>
    public static void AllWithin(
        double tolerance, Func<MLContext, IEstimator<ITransformer>> component, IReadOnlyList<SeriesRow> rows,
        params int[] dimensions)
        => All(ComponentRules.Network(tolerance), component, rows, dimensions);

    /// <summary>Runs every check.</summary>
    /// <param name="rules">What the component declares.</param>
    /// <param name="component">Makes the component in a context, the same one with each call.</param>
    /// <param name="rows">Rows to fit on; at least ten.</param>
    /// <param name="dimensions">Dimensions of the series column; none for ragged.</param>
    public static void All(
        ComponentRules rules, Func<MLContext, IEstimator<ITransformer>> component, IReadOnlyList<SeriesRow> rows,
        params int[] dimensions)
    {
        var subject = new CheckedComponent(component, rows, dimensions, rules);
        foreach (Action<CheckedComponent> check in Each.Values)
            check(subject);
    }
}
