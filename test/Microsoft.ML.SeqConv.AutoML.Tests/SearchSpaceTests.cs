using Microsoft.ML.AutoML;
using Microsoft.ML.SearchSpace;
using Microsoft.ML.SearchSpace.Option;
using Xunit;

namespace Microsoft.ML.SeqConv.AutoMLTests;

public class SearchSpaceTests
{
    public static TheoryData<Type> OptionTypes =>
    [
        .. new[] { typeof(MLContextExtensions).Assembly, typeof(SeriesNetworkCatalog).Assembly }
            .SelectMany(assembly => assembly.GetExportedTypes())
            .Where(type => type.Name.EndsWith("Options", StringComparison.Ordinal)
                && type is { IsClass: true, IsAbstract: false }),
    ];

    [Theory]
    [MemberData(nameof(OptionTypes))]
    public void AutoML_makes_a_search_space_of_every_options_type_that_starts_at_its_defaults(Type type)
    {
        var space = (SearchSpace.SearchSpace)Activator.CreateInstance(typeof(SearchSpace<>).MakeGenericType(type))!;
        object defaults = Activator.CreateInstance(type)!;
        foreach ((string name, OptionBase option) in space)
            Assert.Equal(option.MappingToFeatureSpace(
                Parameter.FromObject(type.GetProperty(name)!.GetValue(defaults)!)), option.Default);
    }

    [Theory]
    [MemberData(nameof(OptionTypes))]
    public void Our_spaces_are_the_same_for_AutoML_and_start_at_exactly_the_defaults(Type type)
    {
        var space = (SweepSpace)typeof(SweepSpace).GetMethod(nameof(SweepSpace.Of))!
            .MakeGenericMethod(type).Invoke(null, [""])!;
        SearchSpace.SearchSpace converted = space.ToSearchSpace();
        SweepParameters start = space.ToSweepParameters(converted.SampleFromFeatureSpace(converted.Default));
        foreach (SweepDimension dimension in space)
        {
            if (dimension.Start is double number)
                Assert.Equal(number, start.Get<double>(dimension.Name), 1e-12 * Math.Max(1, number));
            else
                Assert.Equal(dimension.Start, start.Values[dimension.Name]);
        }
    }

    [Fact]
    public void Sweepable_estimators_build_what_their_options_say()
    {
        var context = new MLContext(1);
        AutoCatalog auto = context.Auto();
        SweepableEstimator[] all =
        [
            auto.SweepableMiniRocket("Features", "Series"), auto.SweepableRocket("Features", "Series"),
            auto.SweepableMultiRocket("Features", "Series"), auto.SweepableHydra("Features", "Series"),
            auto.SweepableDilatedShapelets("Features", "Label", "Series"),
            auto.SweepableIntervalQuantiles("Features", "Series"), auto.SweepableSequenceEnsemble(),
            auto.SweepableSequenceEnsemble(task: SequenceTask.Regression), auto.SweepableRidge(),
            auto.SweepableRidge(task: SequenceTask.Regression), auto.SweepableInceptionTime(),
            auto.SweepableInceptionTime(task: SequenceTask.Regression), auto.SweepableTextCnn(),
        ];
        string[] names = ["MiniRocketEstimator", "RocketEstimator", "MultiRocketEstimator", "HydraEstimator",
            "DilatedShapeletsEstimator", "IntervalQuantilesEstimator", "SequenceEnsembleTrainer`1",
            "SequenceEnsembleTrainer`1", "RidgeMulticlassTrainer", "RidgeRegressionTrainer", "InceptionTimeTrainer",
            "InceptionTimeTrainer", "TextCnnTrainer"];
        Assert.Equal(names, all.Select(sweepable =>
        {
            Assert.NotEmpty(sweepable.SearchSpace);
            SearchSpace.SearchSpace space = sweepable.SearchSpace;
            sweepable.BuildFromOption(context,
                space.SampleFromFeatureSpace([.. Enumerable.Repeat(0.0, space.FeatureSpaceDim)]));
            sweepable.BuildFromOption(context,
                space.SampleFromFeatureSpace([.. Enumerable.Repeat(1.0, space.FeatureSpaceDim)]));
            return sweepable.BuildFromOption(context, space.SampleFromFeatureSpace(space.Default)).GetType().Name;
        }));
    }

    [Fact]
    public void A_bad_search_space_is_reported()
    {
        AutoCatalog auto = new MLContext(1).Auto();
        var inverted = new SearchSpace.SearchSpace { { "NumberOfKernels", new UniformIntOption(10, 5) } };
        Assert.Equal("The range of 'NumberOfKernels' runs from 10 to 5; it must end above where it begins. "
            + "Swap the two, or use a choice for a single value.",
            Assert.Throws<ArgumentException>(() => auto.SweepableRocket("Features", "Series", inverted)).Message);
        var foreign = new SearchSpace.SearchSpace { { "NumberOfTrees", new UniformIntOption(5, 10) } };
        SweepableEstimator rocket = auto.SweepableRocket("Features", "Series", foreign);
        Assert.Equal("The search space has 'NumberOfTrees', which is no property of the options of RocketEstimator.",
            Assert.Throws<ArgumentException>(() =>
                rocket.BuildFromOption(new MLContext(1), foreign.SampleFromFeatureSpace(foreign.Default))).Message);
        Assert.StartsWith("Candidates is empty; give at least one.",
            Assert.Throws<ArgumentException>(() => auto.SequencePipeline([])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_given_search_space_and_other_options_are_used()
    {
        var context = new MLContext(1);
        var space = new SearchSpace.SearchSpace { { "NumberOfKernels", new UniformIntOption(5, 10) } };
        SweepableEstimator rocket = context.Auto().SweepableRocket("Features", "Series",
            space, options => options.Seed = 3);
        var estimator = (RocketEstimator)rocket.BuildFromOption(context, space.SampleFromFeatureSpace([1.0]));
        IDataView data = TestKit.SineWaves.View(context, TestKit.SineWaves.Make(6, 40), 40);
        Assert.Equal(20, estimator.Fit(data).NumberOfFeatures);
    }
}
