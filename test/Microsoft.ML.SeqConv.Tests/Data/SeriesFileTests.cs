using System.Globalization;
using System.Text;
using Microsoft.ML.Data;
using Microsoft.ML.SeqConv.TestKit;
using Xunit;

namespace Microsoft.ML.SeqConv.Tests.Data;

/// <summary>What the readers make of files: shapes, values, labels.</summary>
public class SeriesFileTests
{
    private readonly MLContext _context = new(1);

    [Fact]
    public void Ts_univariate_of_equal_length()
    {
        using var file = new TemporaryFile("a.ts",
            "# comment\n\n@problemName a\n@UNIVARIATE true\n@classLabel true x y\n@data\n1,2.5,-3e-1:x\n4, 5 ,?:y\n");
        IDataView data = _context.Data.LoadFromTsFile(file.Path);
        Assert.Equal("Vector<Single, 3>", data.Schema["Series"].Type.ToString());
        Assert.Equal(2, data.GetRowCount());
        Assert.Equal([1, 2.5f, -0.3f, 4, 5, float.NaN], Values(data));
        Assert.Equal(["x", "y"], data.GetColumn<string>("Label"));
    }

    [Fact]
    public void Ts_multivariate_and_ragged()
    {
        using var file = new TemporaryFile("a.ts",
            "@dimensions 2\r\n@classLabel true a b\r\n@data\r\n1,2:3,4:a\r\n5:6:b\r\n");
        IDataView data = _context.Data.LoadFromTsFile(file.Path);
        Assert.Equal("Vector<Single, 2, *>", data.Schema["Series"].Type.ToString());
        Assert.Equal([1, 2, 3, 4, 5, 6], Values(data));
    }

    [Fact]
    public void Ts_of_unequal_length_is_ragged_even_where_lengths_agree()
    {
        using var file = new TemporaryFile("a.ts", "@equalLength false\n@classLabel true a b\n@data\n1,2:a\n5,6:b\n");
        Assert.Equal("Vector<Single>", _context.Data.LoadFromTsFile(file.Path).Schema["Series"].Type.ToString());
    }

    [Theory]
    [InlineData("a.ts", "@classLabel true x y\n@data\n1,2:x\n3,4:y\n")]
    [InlineData("b.CSV", "x,1,2\ny,3,4\n")]
    [InlineData("c.arff", "@relation r\n@attribute a numeric\n@attribute b numeric\n@attribute c "
        + "{x,y}\n@data\n1,2,x\n3,4,y\n")]
    public void A_file_in_memory_is_read_by_its_name(string name, string content)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(content);
        IDataView data = _context.Data.LoadFromSeriesFile(() => new MemoryStream(bytes), name);
        Assert.Equal([1, 2, 3, 4], Values(data));
        Assert.Equal(["x", "y"], data.GetColumn<string>("Label"));
        byte[] wrong = Encoding.UTF8.GetBytes(content.Replace('4', '-'));
        Assert.StartsWith($"{name}(", Assert.Throws<FormatException>(
            () => _context.Data.LoadFromSeriesFile(() => new MemoryStream(wrong), name)).Message);
        Assert.Contains("'.xyz'", Assert.Throws<ArgumentException>(
            () => _context.Data.LoadFromSeriesFile(() => new MemoryStream(bytes), "a.xyz")).Message);
    }

    [Fact]
    public void Ts_targets_are_numbers()
    {
        using var file = new TemporaryFile("a.ts", "@targetlabel true\n@data\n1,2:0.5\n3,4:-2e3\n");
        IDataView data = _context.Data.LoadFromTsFile(file.Path);
        Assert.Equal([0.5f, -2000], data.GetColumn<float>("Label"));
    }

    [Fact]
    public void Ts_without_labels_has_empty_ones()
    {
        using var file = new TemporaryFile("a.ts", "@classLabel false\n@data\n1,2:3,4\n");
        IDataView data = _context.Data.LoadFromTsFile(file.Path);
        Assert.Equal("Vector<Single, 2, 2>", data.Schema["Series"].Type.ToString());
        Assert.Equal([""], data.GetColumn<string>("Label"));
    }

    [Fact]
    public void Ts_with_time_stamps_gives_the_values()
    {
        using var file = new TemporaryFile("a.ts", "@timeStamps true\n@classLabel true a\n@data\n(2020-01-01 "
            + "00:00:00,1.5),(2020-01-01 00:01:00,2.5):(0,3),(1,?):a\n");
        IDataView data = _context.Data.LoadFromTsFile(file.Path);
        Assert.Equal([1.5f, 2.5f, 3, float.NaN], Values(data));
    }

    [Fact]
    public void Ts_without_rows_is_empty_where_the_header_tells_the_channels()
    {
        using var file = new TemporaryFile("a.ts", "@dimensions 3\n@seriesLength 10\n@classLabel true a b\n@data\n");
        IDataView data = _context.Data.LoadFromTsFile(file.Path);
        Assert.Equal("Vector<Single, 3, 10>", data.Schema["Series"].Type.ToString());
        Assert.Equal(0, data.GetRowCount());
        Assert.Empty(data.GetColumn<string>("Label"));
    }

    [Theory]
    [InlineData("1\t0.5\t1.5\n2\t2.5\t3.5\n", "a.tsv")]
    [InlineData("1,0.5,1.5\n2,2.5,3.5", "a.csv")]
    [InlineData("  1   5.0000000e-01  1.5000000e+00\n  2   2.5  3.5\n", "a.txt")]
    public void Ucr_with_any_separator(string content, string name)
    {
        using var file = new TemporaryFile(name, content);
        IDataView data = _context.Data.LoadFromSeriesFile(file.Path);
        Assert.Equal("Vector<Single, 2>", data.Schema["Series"].Type.ToString());
        Assert.Equal([0.5f, 1.5f, 2.5f, 3.5f], Values(data));
        Assert.Equal(["1", "2"], data.GetColumn<string>("Label"));
    }

    [Fact]
    public void Ucr_padding_is_removed_and_gaps_stay()
    {
        using var file = new TemporaryFile("a.tsv", "1\t1\tNaN\t3\tNaN\tNaN\n2\t1\t2\t3\t4\t5\n");
        IDataView data = _context.Data.LoadFromUcrFile(file.Path);
        Assert.Equal("Vector<Single>", data.Schema["Series"].Type.ToString());
        Assert.Equal([1, float.NaN, 3, 1, 2, 3, 4, 5], Values(data));
    }

    [Fact]
    public void Arff_univariate()
    {
        using var file = new TemporaryFile("a.arff", "% c\n@relation r\n@attribute att0 numeric\n@attribute att1 "
            + "REAL\n@attribute target {1,'b c'}\n@data\n1,?,1\n3,4,'b c'\n");
        IDataView data = _context.Data.LoadFromArffFile(file.Path);
        Assert.Equal([1, float.NaN, 3, 4], Values(data));
        Assert.Equal(["1", "b c"], data.GetColumn<string>("Label"));
    }

    [Fact]
    public void Arff_relational_and_regression()
    {
        using var file = new TemporaryFile("a.arff", "@relation r\n@attribute rel relational\n@attribute t0 "
            + "numeric\n@attribute t1 numeric\n@end rel\n@attribute y "
            + "numeric\n@data\n'1,2\\n3,4',0.5\n\"5,6\\n7,8\",1.5\n");
        IDataView data = _context.Data.LoadFromArffFile(file.Path);
        Assert.Equal("Vector<Single, 2, 2>", data.Schema["Series"].Type.ToString());
        Assert.Equal([1, 2, 3, 4, 5, 6, 7, 8], Values(data));
        Assert.Equal([0.5f, 1.5f], data.GetColumn<float>("Label"));
    }

    [Theory]
    [InlineData("de-DE")]
    [InlineData("tr-TR")]
    public void Files_read_and_write_alike_in_every_culture(string culture)
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo(culture);
        try
        {
            using var file = new TemporaryFile("a.ts", "@CLASSLABEL true i\n@DATA\n1.5,-2.25:i\n");
            IDataView data = _context.Data.LoadFromTsFile(file.Path);
            Assert.Equal([1.5f, -2.25f], Values(data));
            using var copy = new TemporaryFile("b.ts");
            _context.Data.SaveAsTsFile(data, copy.Path);
            Assert.Contains("1.5,-2.25:i", File.ReadAllText(copy.Path), StringComparison.Ordinal);
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void Only_active_columns_are_given_and_cursors_are_independent()
    {
        using var file = new TemporaryFile("a.tsv", "1\t1\t2\n2\t3\t4\n");
        IDataView data = _context.Data.LoadFromUcrFile(file.Path);
        using DataViewRowCursor first = data.GetRowCursor([data.Schema["Label"]]);
        using DataViewRowCursor second = data.GetRowCursor([data.Schema["Series"]]);
        Assert.True(first.MoveNext() && first.MoveNext() && second.MoveNext());
        Assert.Throws<ArgumentOutOfRangeException>(() => first.GetGetter<VBuffer<float>>(data.Schema["Series"]));
        Assert.False(first.MoveNext());
        Assert.False(first.MoveNext());
    }

    // Rows, type and classes as the archives' own pages tell them.
    [Theory]
    [InlineData("tsc/GunPoint/GunPoint_TRAIN.ts", 50, "Vector<Single, 150>", 2)]
    [InlineData("tsc/ArrowHead/ArrowHead_TEST.ts", 175, "Vector<Single, 251>", 3)]
    [InlineData("tsc/HouseTwenty/HouseTwenty_TEST.tsv", 119, "Vector<Single, 2000>", 2)]
    [InlineData("tsc/Crop/Crop_TRAIN.tsv", 7200, "Vector<Single, 46>", 24)]
    [InlineData("tsc/PickupGestureWiimoteZ/PickupGestureWiimoteZ_TRAIN.ts", 50, "Vector<Single>", 10)]
    [InlineData("tsc/ShakeGestureWiimoteZ/ShakeGestureWiimoteZ_TRAIN.tsv", 50, "Vector<Single>", 10)]
    [InlineData("tsc/DodgerLoopGame/DodgerLoopGame_TRAIN.tsv", 20, "Vector<Single, 288>", 2)]
    [InlineData("mtsc/BasicMotions/BasicMotions_TRAIN.ts", 40, "Vector<Single, 6, 100>", 4)]
    [InlineData("mtsc/Libras/Libras_TRAIN.ts", 180, "Vector<Single, 2, 45>", 15)]
    [InlineData("mtsc/JapaneseVowels/JapaneseVowels_TEST.ts", 370, "Vector<Single, 12, *>", 9)]
    [InlineData("mtsc/JapaneseVowels/JapaneseVowels_eq_TRAIN.ts", 270, "Vector<Single, 12, 25>", 9)]
    [InlineData("tsr/Tecator/Tecator_TRAIN.ts", 172, "Vector<Single, 100>", 0)]
    [InlineData("tsr/Covid3Month/Covid3Month_TEST.ts", 61, "Vector<Single, 84>", 0)]
    public void Public_sets_have_their_published_shapes(string path, int rows, string type, int classes)
    {
        IDataView data = _context.Data.LoadFromSeriesFile(Folders.Data(path));
        Assert.Equal(rows, data.GetRowCount());
        Assert.Equal(type, data.Schema["Series"].Type.ToString());
        if (classes > 0)
            Assert.Equal(classes, data.GetColumn<string>("Label").Distinct().Count());
        else
            Assert.All(data.GetColumn<float>("Label"), target => Assert.True(float.IsFinite(target)));
    }

    [Fact]
    public void Streaming_a_file_takes_no_memory_for_its_rows()
    {
        using var file = new TemporaryFile("a.tsv");
        using (var text = new StreamWriter(file.Path))
        {
            for (int i = 0; i < 20_000; i++)
                text.WriteLine($"{i % 3}\t1.25\t2.5\t3.75\t{i}");
        }

        IDataView data = _context.Data.LoadFromUcrFile(file.Path);
        using DataViewRowCursor cursor = data.GetRowCursor(data.Schema);
        ValueGetter<VBuffer<float>> getSeries = cursor.GetGetter<VBuffer<float>>(data.Schema["Series"]);
        ValueGetter<ReadOnlyMemory<char>> getLabel = cursor.GetGetter<ReadOnlyMemory<char>>(data.Schema["Label"]);
        VBuffer<float> series = default;
        ReadOnlyMemory<char> label = default;
        long before = 0;
        for (int i = 0; cursor.MoveNext(); i++)
        {
            if (i == 100)
                before = GC.GetAllocatedBytesForCurrentThread();
            getSeries(ref series);
            getLabel(ref label);
        }

        // The label of a row is looked up by its text, which is made again: well under a hundred bytes a row.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 20_000 * 100);
    }

    private static float[] Values(IDataView data)
        => [.. data.GetColumn<float[]>("Series").SelectMany(values => values)];
}
