using Microsoft.ML.Data;
using Microsoft.ML.SeqConv.Benchmarks;
using Xunit;

namespace Microsoft.ML.SeqConv.Tests.Studies;

/// <summary>Data sets of studies and their resamples.</summary>
public sealed class LabelledSetTests : IDisposable
{
    private const int Training = 12;
    private const int Testing = 9;

    private readonly MLContext _context = new(1);
    private readonly string _root = Directory.CreateTempSubdirectory().FullName;

    public LabelledSetTests()
    {
        // Two of three training rows are of class a, one of three test rows.
        Write("Flat", Training, Testing, i => $"{i},1,2,3:{(i % 3 == 0 ? "b" : "a")}",
            i => $"{i},1,2,3:{(i % 3 == 0 ? "a" : "b")}");
        Write("Wide", 4, 4, i => $"{i},1:2,3:{"ab"[i % 2]}", i => $"{i},1:2,3:{"ab"[i % 2]}");
        Write("Ragged", 4, 4, i => $"{i},1,2{(i == 1 ? ",3" : "")}:{"ab"[i % 2]}", i => $"{i},1,2:{"ab"[i % 2]}");
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(7)]
    public void Every_row_is_in_one_part_and_classes_have_the_shares_of_the_own_split(int resample)
    {
        ((float, string)[] train, (float, string)[] test) = Split(resample);
        Assert.Equal((Training, Testing), (train.Length, test.Length));
        Assert.Equal((8, 3), (Count(train, "a"), Count(test, "a")));
        (float First, string Label)[] all = [.. train, .. test];
        Assert.Equal(
            Enumerable.Range(0, Training + Testing).Select(i => (float)i), all.Select(row => row.First).Order());
        ((float, string)[] ownTrain, (float, string)[] ownTest) = Split(0);
        Assert.Equal(ownTrain.Concat(ownTest).Order(), all.Order());

        static int Count((float, string Label)[] rows, string label) => rows.Count(row => row.Label == label);
    }

    [Fact]
    public void A_resample_is_the_same_every_time_and_another_one_is_not()
    {
        Assert.Equal(Split(3).Train, Split(3).Train);
        Assert.Equal(Split(3).Test, Split(3).Test);
        Assert.NotEqual(Split(3).Train.Order(), Split(4).Train.Order());
        Assert.Equal(Enumerable.Range(0, Training).Select(i => (float)i), Split(0).Train.Select(row => row.First));
    }

    [Fact]
    public void Sets_have_the_group_of_their_series()
        => Assert.Equal(["Flat univariate", "Ragged ragged", "Wide multivariate"],
            LabelledSet.All(_root, []).Select(set => $"{set.Name} {set.Group}"));

    [Fact]
    public void A_set_that_does_not_exist_is_named()
        => Assert.Equal("There is no set 'Flut'. Name some of Flat, Ragged, Wide.",
            Assert.Throws<ArgumentException>(() => LabelledSet.All(_root, ["Flat", "Flut"])).Message);

    private ((float First, string Label)[] Train, (float First, string Label)[] Test) Split(int resample)
    {
        (IDataView train, IDataView test) = LabelledSet.All(_root, ["Flat"]).Single().Split(_context, resample);
        return (Rows(train), Rows(test));

        (float, string)[] Rows(IDataView view) =>
        [
            .. view.GetColumn<float[]>("Series").Select(series => series[0]).Zip(_context.Transforms.Conversion
                .MapKeyToValue("Name", "Label").Fit(view).Transform(view).GetColumn<string>("Name")),
        ];
    }

    private void Write(string name, int training, int testing, Func<int, string> trains, Func<int, string> tests)
    {
        const string header = "@problemName test\n@timeStamps false\n@missing false\n@classLabel true a b\n@data\n";
        Write("TRAIN", 0, training, trains);
        Write("TEST", training, testing, tests);

        void Write(string part, int first, int count, Func<int, string> row) => File.WriteAllText(
            Path.Combine(_root, $"{name}_{part}.ts"),
            header + string.Join('\n', Enumerable.Range(first, count).Select(row)) + "\n");
    }
}
