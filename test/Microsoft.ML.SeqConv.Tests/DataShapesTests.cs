using Microsoft.ML.Data;
using Microsoft.ML.SeqConv.TestKit;
using Microsoft.ML.SeqConv.Tests.Data;
using Xunit;

namespace Microsoft.ML.SeqConv.Tests;

/// <summary>
/// The messages that docs/data-shapes.md explains are those that the library gives, each for the cause
/// that the page names.
/// </summary>
public class DataShapesTests
{
    private static readonly MLContext Context = new(1);

    private static readonly Dictionary<string, Action> Causes = new()
    {
        ["a Double column"] = () =>
            MiniRocket().Fit(Context.Data.LoadFromEnumerable([new DoubleRow { Series = new double[20] }])),
        ["a name that is not there"] = () =>
            Context.Transforms.MiniRocket("Features", "Signal").Fit(View(SineWaves.Make(4, 20), 20)),
        ["no multiple"] = () => Context.Transforms.MiniRocket("Features",
            new MiniRocketEstimator.Options { NumberOfChannels = 3 }, "Series").Fit(View(SineWaves.Make(4, 20), 20)),
        ["a row that does not fill the channels"] = () =>
            MiniRocket().Fit(View([new SeriesRow { Series = new float[21] }], 2, 0)),
        ["another length by type"] = () =>
            MiniRocket().Fit(View(SineWaves.Make(4, 20), 20)).Transform(View(SineWaves.Make(4, 30), 30)),
        ["another length by row"] = () =>
            Read(MiniRocket().Fit(View(SineWaves.Make(4, 20), 20)).Transform(View(SineWaves.Make(4, 30)))),
        ["other channels"] = () => MiniRocket().Fit(View(SineWaves.Make(4, 20), 20))
            .Transform(View(SineWaves.Make(4, 20, channels: 2), 2, 20)),
        ["kernels over another layout"] = () => Context.Transforms
            .Convolution1D("Features", new ConvolutionOptions { Kernels = [new float[3, 3]] },
                "Series").Fit(View(SineWaves.Make(4, 20, channels: 3), 20, 3)),
        ["another layout"] = () => MiniRocket().Fit(View(SineWaves.Make(4, 20, channels: 3), 0, 3)),
        ["another layout with channels"] = () => Context.Transforms
            .MiniRocket("Features", new MiniRocketEstimator.Options { NumberOfChannels = 3 },
                "Series").Fit(View(SineWaves.Make(4, 20, channels: 3), 0, 3)),
        ["another layout in scoring"] = () => MiniRocket().Fit(View(SineWaves.Make(4, 20, channels: 3), 3, 20))
            .Transform(View(SineWaves.Make(4, 20, channels: 3), 20, 3)),
        ["NaN"] = () => MiniRocket().Fit(View([new SeriesRow { Series = [1, 2, float.NaN, 4, 5, 6, 7, 8, 9] }], 9)),
        ["infinity"] = () => MiniRocket()
            .Fit(View([new SeriesRow { Series = [1, 2, float.PositiveInfinity, 4, 5, 6, 7, 8, 9] }], 9)),
        ["no rows"] = () => MiniRocket().Fit(View([], 20)),
        ["labels that are text"] = () =>
            MiniRocket().Append(Context.MulticlassClassification.Trainers.Ridge()).Fit(View(SineWaves.Make(4, 20), 20)),
        ["labels that are text, two classes"] = () =>
            MiniRocket().Append(Context.BinaryClassification.Trainers.Ridge()).Fit(View(SineWaves.Make(4, 20), 20)),
        ["one class"] = () => Keyed().Fit(View(SineWaves.Make(4, 20, classes: 1), 20)),
        ["a header line"] = () => LoadFile("label,points\na,1\n"),
        ["a decimal comma"] = () => LoadFile("a\t1,5\t2\n"),
        ["a wrong path"] = () => Context.Data.LoadFromSeriesFile("A.xlsx"),
    };

    public static TheoryData<string> Names => [.. Causes.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Messages_of_the_page_are_real(string cause)
    {
        string page = File.ReadAllText(Path.Combine(Folders.Repository, "docs", "data-shapes.md"));
        Exception error = Assert.ThrowsAny<Exception>(Causes[cause]);
        for (; error.InnerException is not null; error = error.InnerException)
        {
        }

        // .NET adds the name of the parameter.
        string message = error.Message.Split(" (Parameter '")[0];
        Assert.True(page.Contains($"| `{message}` |", StringComparison.Ordinal),
            $"docs/data-shapes.md does not have the message `{message}`");
    }

    private static MiniRocketEstimator MiniRocket()
        => Context.Transforms.MiniRocket("Features", "Series", numberOfFeatures: 84);

    private static IEstimator<ITransformer> Keyed()
        => Context.Transforms.Conversion.MapValueToKey("Label").Append(MiniRocket())
            .Append(Context.MulticlassClassification.Trainers.Ridge());

    private static IDataView View(IEnumerable<SeriesRow> rows, params int[] dimensions)
        => SineWaves.View(Context, rows, dimensions);

    private static void Read(IDataView data)
    {
        using DataViewRowCursor cursor = data.GetRowCursor(data.Schema);
        ValueGetter<VBuffer<float>> get = cursor.GetGetter<VBuffer<float>>(data.Schema["Features"]);
        VBuffer<float> features = default;
        while (cursor.MoveNext())
            get(ref features);
    }

    private static void LoadFile(string content)
    {
        using var file = new TemporaryFile("A.csv", content);
        try
        {
            Context.Data.LoadFromSeriesFile(file.Path);
        }
        catch (FormatException error)
        {
            throw new FormatException(error.Message.Replace(file.Path, "A.csv", StringComparison.Ordinal));
        }
    }

    private sealed class DoubleRow
    {
        [VectorType(20)]
        public double[] Series { get; set; } = [];
    }
}
