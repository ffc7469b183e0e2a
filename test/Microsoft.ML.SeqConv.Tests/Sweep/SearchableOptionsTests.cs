using System.Globalization;
using System.Reflection;
using Microsoft.ML.SearchSpace;
using Xunit;

namespace Microsoft.ML.SeqConv.Tests.Sweep;

/// <summary>
/// The options of every estimator and trainer say what is worth searching, and do not contradict themselves.
/// </summary>
public class SearchableOptionsTests
{
    // Columns, files and devices, the search itself, what is asked of a fitted model, and how much of it may be given
    // up: nothing to search.
    private static readonly string[] WithoutHyperparameters =
    [
        "AudioFolderOptions", "ConformalClassificationEstimatorOptions", "ConformalRegressionEstimatorOptions",
        "OnnxExportOptions", "OnnxScorerOptions", "PruningOptions", "SequenceSweepOptions",
        "SeriesExplanationOptions", "SeriesFileOptions"
    ];

    public static TheoryData<Type> OptionTypes
        => [.. AllOptions().Where(type => !WithoutHyperparameters.Contains(NameOf(type)))];

    [Theory]
    [MemberData(nameof(OptionTypes))]
    public void Defaults_lie_in_their_ranges_and_are_what_the_attributes_say(Type type)
    {
        object defaults = Activator.CreateInstance(type)!;
        int searched = 0;
        foreach (PropertyInfo property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            object value = property.GetValue(defaults)!;
            if (property.GetCustomAttribute<RangeAttribute>(inherit: false) is { } range)
            {
                searched++;
                Assert.IsType(property.PropertyType, range.Min);
                Assert.IsType(property.PropertyType, range.Max);
                Assert.Equal(value, range.Init);
                Assert.InRange((IComparable)value, (IComparable)range.Min, (IComparable)range.Max);
                Assert.True(((IComparable)range.Min).CompareTo(range.Max) < 0, property.Name);
                Assert.True(!range.LogBase || Convert.ToDouble(range.Min, CultureInfo.InvariantCulture) > 0,
                    property.Name);
            }

            if (property.GetCustomAttribute<ChoiceAttribute>(inherit: false) is { } choice)
            {
                searched++;
                Assert.Equal(value, choice.DefaultValue ?? choice.Candidates[0]);
                Assert.Contains(value, choice.Candidates);
            }

            if (property.GetCustomAttribute<BooleanChoiceAttribute>(inherit: false) is { } flag)
            {
                searched++;
                Assert.Equal(value, flag.DefaultValue);
            }
        }

        Assert.NotEqual(0, searched);
        var space = (SweepSpace)typeof(SweepSpace).GetMethod(nameof(SweepSpace.Of))!
            .MakeGenericMethod(type).Invoke(null, [""])!;
        Assert.Equal(searched, space.Count);
    }

    [Fact]
    public void All_options_are_looked_at()
    {
        string[] names = [.. AllOptions().Select(NameOf)];
        foreach (string name in new[]
        {
            "MiniRocketEstimatorOptions", "RidgeMulticlassTrainerOptions", "InceptionTimeTrainerOptions",
            "TextCnnTrainerOptions", "WaveNetOptions", "MelOptions", "ConvolutionOptions", "AudioAugmentation"
        })
            Assert.Contains(name, names);
        Assert.All(WithoutHyperparameters, name => Assert.Contains(name, names));
    }

    [Fact]
    public void Options_without_attributes_are_named_as_such() => Assert.All(
        AllOptions().Where(type => WithoutHyperparameters.Contains(type.Name)),
        type => Assert.DoesNotContain(type.GetProperties(), IsSearched));

    // By their names or by what they carry: AudioAugmentation is called otherwise.
    private static string NameOf(Type options) => (options.DeclaringType?.Name ?? "") + options.Name;

    private static IEnumerable<Type> AllOptions()
        => new[] { typeof(MLContextExtensions).Assembly, typeof(SeriesNetworkCatalog).Assembly }
            .SelectMany(assembly => assembly.GetExportedTypes())
            .Where(type => type is { IsClass: true, IsAbstract: false }
                && (type.Name.EndsWith("Options", StringComparison.Ordinal) || type.GetProperties().Any(IsSearched)));

    private static bool IsSearched(PropertyInfo property)
        => property.IsDefined(typeof(RangeAttribute)) || property.IsDefined(typeof(ChoiceAttribute))
            || property.IsDefined(typeof(BooleanChoiceAttribute));
}
