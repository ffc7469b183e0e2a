using Microsoft.ML.Data;
using Microsoft.ML.SeqConv.TestKit;
using Xunit;

namespace Microsoft.ML.SeqConv.Tests.Series;

/// <summary>Every featurizer as an ML.NET component.</summary>
public class FeaturizerComponentTests
{
    private static readonly ComponentRules OneLength = new() { GraphNeedsLength = "for a fixed length only" };

    [Fact]
    public void MiniRocket_univariate()
        => ComponentChecks.All(context => context.Transforms.MiniRocket("Features", "Series", numberOfFeatures: 500),
            SineWaves.Make(12, 40), 40);

    [Fact]
    public void MiniRocket_multivariate()
        => ComponentChecks.All(
            context => context.Transforms.MiniRocket("Features", "Series", numberOfFeatures: 500, seed: 3),
            SineWaves.Make(12, 40, channels: 3), 3, 40);

    [Fact]
    public void MiniRocket_ragged()
        => ComponentChecks.All(context => context.Transforms.MiniRocket("Features", "Series", numberOfFeatures: 500),
            SineWaves.Make(12, 40, ragged: true));

    [Fact]
    public void MiniRocket_ragged_multivariate()
        => ComponentChecks.All(context => context.Transforms.MiniRocket("Features", "Series", numberOfFeatures: 500),
            SineWaves.Make(12, 40, channels: 2, ragged: true), 2, 0);

    [Fact]
    public void MiniRocket_deterministic_and_normalised() => ComponentChecks.All(
        context => context.Transforms.MiniRocket("Features", new MiniRocketEstimator.Options
        {
            NumberOfFeatures = 168,
            Deterministic = true,
            Normalization = SeriesNormalization.ZNormalize,
            NumberOfThreads = 1
        }, "Series"),
        SineWaves.Make(12, 40), 40);

    [Fact]
    public void Rocket_univariate()
        => ComponentChecks.All(context => context.Transforms.Rocket("Features", "Series", numberOfKernels: 60),
            SineWaves.Make(12, 40), 40);

    [Fact]
    public void Rocket_multivariate()
        => ComponentChecks.All(context => context.Transforms.Rocket("Features", "Series", numberOfKernels: 60, seed: 3),
            SineWaves.Make(12, 40, channels: 3), 3, 40);

    [Fact]
    public void Rocket_ragged_single_precision() => ComponentChecks.All(
        OneLength, context => context.Transforms.Rocket("Features",
            new RocketEstimator.Options { NumberOfKernels = 60, SinglePrecision = true }, "Series"),
        SineWaves.Make(12, 40, ragged: true));

    [Fact]
    public void MultiRocket_univariate()
        => ComponentChecks.All(context => context.Transforms.MultiRocket("Features", "Series", numberOfFeatures: 1400),
            SineWaves.Make(12, 40), 40);

    [Fact]
    public void MultiRocket_multivariate()
        => ComponentChecks.All(
            context => context.Transforms.MultiRocket("Features", "Series", numberOfFeatures: 1400, seed: 3),
            SineWaves.Make(12, 40, channels: 3), 3, 40);

    [Fact]
    public void MultiRocket_ragged_and_normalised() => ComponentChecks.All(
        OneLength, context => context.Transforms.MultiRocket("Features", new MultiRocketEstimator.Options
        {
            NumberOfFeatures = 1400,
            Normalization = SeriesNormalization.ZNormalize,
            NumberOfThreads = 1
        }, "Series"),
        SineWaves.Make(12, 40, ragged: true));

    [Fact]
    public void MultiRocket_ragged_multivariate() => ComponentChecks.All(
        OneLength, context => context.Transforms.MultiRocket("Features", "Series", numberOfFeatures: 1400),
        SineWaves.Make(12, 40, channels: 2, ragged: true), 2, 0);

    [Fact]
    public void Hydra_univariate()
        => ComponentChecks.All(context => context.Transforms.Hydra("Features", "Series", numberOfGroups: 8),
            SineWaves.Make(12, 40), 40);

    [Fact]
    public void Hydra_multivariate()
        => ComponentChecks.All(context => context.Transforms.Hydra("Features", "Series", numberOfGroups: 8, seed: 3),
            SineWaves.Make(12, 40, channels: 3), 3, 40);

    [Fact]
    public void Hydra_ragged_and_unscaled() => ComponentChecks.All(
        context => context.Transforms.Hydra("Features", new HydraEstimator.Options
        {
            NumberOfGroups = 5,
            KernelsPerGroup = 3,
            ScaleFeatures = false,
            NumberOfThreads = 1
        }, "Series"),
        SineWaves.Make(12, 40, ragged: true));

    [Fact]
    public void Hydra_ragged_multivariate()
        => ComponentChecks.All(context => context.Transforms.Hydra("Features", "Series", numberOfGroups: 8),
            SineWaves.Make(12, 40, channels: 2, ragged: true), 2, 0);

    [Fact]
    public void A_column_may_be_replaced_by_its_features()
    {
        var context = new MLContext(1);
        IDataView data = SineWaves.View(context, SineWaves.Make(10, 30), 30);
        MiniRocketTransformer model = context.Transforms.MiniRocket("Series", numberOfFeatures: 84).Fit(data);
        Assert.Equal("Series", model.InputColumnName);
        Assert.Equal(84, model.Transform(data).GetColumn<float[]>("Series").First().Length);
    }

    [Fact]
    public void The_number_of_channels_restores_a_shape_that_was_lost()
    {
        var context = new MLContext(1);
        List<SeriesRow> rows = SineWaves.Make(10, 30, channels: 3);
        var options = new MiniRocketEstimator.Options { NumberOfFeatures = 168, Seed = 1, NumberOfChannels = 3 };
        float[] lost = Features(context, options, SineWaves.View(context, rows, 90));
        options.NumberOfChannels = null;
        float[] kept = Features(context, options, SineWaves.View(context, rows, 3, 30));
        Assert.Equal(kept, lost);
    }

    [Fact]
    public void Options_that_change_after_the_estimator_is_made_do_not_reach_it()
    {
        var context = new MLContext(1);
        var options = new MiniRocketEstimator.Options { NumberOfFeatures = 168 };
        MiniRocketEstimator estimator = context.Transforms.MiniRocket("Features", options, "Series");
        options.NumberOfFeatures = 840;
        Assert.Equal(168, estimator.Fit(SineWaves.View(context, SineWaves.Make(10, 30), 30)).NumberOfFeatures);
    }

    [Fact]
    public void Features_are_the_same_whatever_the_number_of_threads()
    {
        var context = new MLContext(1);
        IDataView data = SineWaves.View(context, SineWaves.Make(10, 60, channels: 2), 2, 60);
        float[] one = Features(context, new MiniRocketEstimator.Options { Seed = 1, NumberOfThreads = 1 }, data);
        float[] three = Features(context, new MiniRocketEstimator.Options { Seed = 1, NumberOfThreads = 3 }, data);
        Assert.Equal(one, three);
    }

    [Fact]
    public void Slot_names_say_what_a_feature_is()
    {
        var context = new MLContext(1);
        IDataView data = SineWaves.View(context, SineWaves.Make(10, 60), 60);
        IDataView output = context.Transforms.MiniRocket("Features", "Series", numberOfFeatures: 252)
            .Fit(data).Transform(data);
        VBuffer<ReadOnlyMemory<char>> names = default;
        output.Schema["Features"].GetSlotNames(ref names);
        Assert.Equal("ppv k0 d1 b0", names.GetItemOrDefault(0).ToString());
        Assert.Equal(252, names.Length);
    }

    private static float[] Features(MLContext context, MiniRocketEstimator.Options options, IDataView data)
        => [.. context.Transforms.MiniRocket("Features", options, "Series").Fit(data).Transform(data)
            .GetColumn<float[]>("Features").SelectMany(values => values)];
}
