namespace Microsoft.ML.SeqConv;

/// <summary>A featurizer that a sweep tries.</summary>
/// <param name="Name">What tables call it.</param>
/// <param name="Space">What is searched.</param>
/// <param name="Resource">
/// What successive halving begins with little of; <see langword="null"/>: trials are always whole.
/// </param>
/// <param name="Cost">The time of features and of a trainer on them, beside MiniRocket's.</param>
/// <param name="Build">Makes it, into a column.</param>
internal sealed record SequenceFeaturizer(string Name, SweepSpace Space, string? Resource, double Cost,
    Func<MLContext, SweepParameters, string, IEstimator<ITransformer>> Build)
{
    private const string MiniRocket = "MiniRocket.";
    private const string MultiRocket = "MultiRocket.";
    private const string Hydra = "Hydra.";
    private const string Rocket = "Rocket.";
    private const string Quantiles = "IntervalQuantiles.";
    private const string Shapelets = "DilatedShapelets.";

    public static IReadOnlyList<SequenceFeaturizer> All(string label, string series, MissingValues missing)
    {
        SweepSpace hydra = SweepSpace.Of<HydraEstimator.Options>(Hydra);
        SweepSpace multiRocket = SweepSpace.Of<MultiRocketEstimator.Options>(MultiRocket);
        return
        [
            new("MiniRocket", SweepSpace.Of<MiniRocketEstimator.Options>(MiniRocket),
                MiniRocket + nameof(MiniRocketEstimator.Options.NumberOfFeatures), 1,
                (context, parameters, output) => context.Transforms.MiniRocket(output,
                    Options<MiniRocketEstimator.Options>(parameters, MiniRocket, missing), series)),
            new("Hydra", hydra, Hydra + nameof(HydraEstimator.Options.NumberOfGroups), 2,
                (context, parameters, output) => context.Transforms.Hydra(output,
                    Options<HydraEstimator.Options>(parameters, Hydra, missing), series)),
            new("MultiRocket", multiRocket, MultiRocket + nameof(MultiRocketEstimator.Options.NumberOfFeatures), 6,
                (context, parameters, output) => context.Transforms.MultiRocket(output,
                    Options<MultiRocketEstimator.Options>(parameters, MultiRocket, missing), series)),
            new("Hydra-MultiRocket", hydra.And(multiRocket),
                MultiRocket + nameof(MultiRocketEstimator.Options.NumberOfFeatures), 8,
                (context, parameters, output) => context.Transforms.Hydra("Hydra",
                    Options<HydraEstimator.Options>(parameters, Hydra, missing), series)
                    .Append(context.Transforms.MultiRocket("MultiRocket",
                        Options<MultiRocketEstimator.Options>(parameters, MultiRocket, missing), series))
                    .Append(context.Transforms.Concatenate(output, "Hydra", "MultiRocket"))),
            new("Rocket", SweepSpace.Of<RocketEstimator.Options>(Rocket),
                Rocket + nameof(RocketEstimator.Options.NumberOfKernels), 10,
                (context, parameters, output) => context.Transforms.Rocket(output,
                    Options<RocketEstimator.Options>(parameters, Rocket, missing), series)),
            new("IntervalQuantiles", SweepSpace.Of<IntervalQuantilesEstimator.Options>(Quantiles), null, 1,
                (context, parameters, output) => context.Transforms.IntervalQuantiles(output,
                    Options<IntervalQuantilesEstimator.Options>(parameters, Quantiles, missing), series)),
            new("DilatedShapelets", SweepSpace.Of<DilatedShapeletsEstimator.Options>(Shapelets),
                Shapelets + nameof(DilatedShapeletsEstimator.Options.NumberOfShapelets), 3,
                (context, parameters, output) => context.Transforms.DilatedShapelets(output,
                    Options<DilatedShapeletsEstimator.Options>(parameters, Shapelets, missing), label, series)),
        ];
    }

    private static TOptions Options<TOptions>(SweepParameters parameters, string prefix, MissingValues missing)
        where TOptions : SeriesOptions, new()
        => parameters.To<TOptions>(prefix, options => options.MissingValues = missing);
}
