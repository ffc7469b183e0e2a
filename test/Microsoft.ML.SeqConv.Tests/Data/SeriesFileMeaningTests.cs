using System.Diagnostics;
using System.Text;
using Microsoft.ML.Data;
using Xunit;

namespace Microsoft.ML.SeqConv.Tests.Data;

/// <summary>What a row means never depends on a guess: labels, encodings, padding and channels.</summary>
public class SeriesFileMeaningTests
{
    private readonly MLContext _context = new(1);

    [Theory]
    [InlineData("@univariate false\n@equalLength true\n@seriesLength 3\n@class_label "
        + "false\n@data\n1,2,3:4,5,6\n5,6,7:8,9,10\n")]
    [InlineData("@univariate false\n@targetlabel false\n@data\n1,2,3:4,5,6\n5,6,7:8,9,10\n")]
    [InlineData("@classLabel false\n@data 1,2,3:4,5,6\n5,6,7:8,9,10\n")]
    public void Without_labels_every_part_is_a_channel_and_the_label_is_missing(string content)
    {
        using var file = new TemporaryFile("a.ts", content);
        IDataView data = _context.Data.LoadFromTsFile(file.Path);
        Assert.Equal("Vector<Single, 2, 3>", data.Schema["Series"].Type.ToString());
        Assert.Equal(["", ""], data.GetColumn<string>("Label"));
        Assert.Equal([1, 2, 3, 4, 5, 6], data.GetColumn<float[]>("Series").First());
    }

    [Theory]
    [InlineData("a.ts", "@classLabel true\n@data\n1,2:a\n3,4:b\n5,6:?\n5,7: NaN \n5,8:\n")]
    [InlineData("a.ts", "@classLabel true a b\n@data\n1,2:a\n3,4:b\n5,6:?\n5,7:nan\n5,8: \n")]
    [InlineData("a.tsv", "a\t1\t2\nb\t3\t4\n?\t5\t6\nNaN\t5\t7\n\t5\t8\n")]
    [InlineData("a.csv", "a,1,2\nb,3,4\n ? ,5,6\nnan,5,7\n,5,8\n")]
    public void A_missing_class_is_the_missing_key_in_every_format(string name, string content)
    {
        using var file = new TemporaryFile(name, content);
        IDataView data = _context.Data.LoadFromSeriesFile(file.Path);
        Assert.Equal(["a", "b", "", "", ""], data.GetColumn<string>("Label"));
        IDataView keys = _context.Transforms.Conversion.MapValueToKey("Key", "Label").Fit(data).Transform(data);
        Assert.Equal([1u, 2, 0, 0, 0], keys.GetColumn<uint>("Key"));
        Assert.Equal(2UL, ((KeyDataViewType)keys.Schema["Key"].Type).Count);
    }

    [Fact]
    public void A_missing_target_is_NaN()
    {
        using var file = new TemporaryFile("a.ts", "@targetLabel true\n@data\n1,2:0.5\n3,4:?\n5,6:\n7,8:NaN\n");
        Assert.Equal([0.5f, float.NaN, float.NaN, float.NaN],
            _context.Data.LoadFromTsFile(file.Path).GetColumn<float>("Label"));
    }

    [Fact]
    public void A_row_without_a_label_is_left_out_of_training_and_scored()
    {
        string rows = string.Concat(Enumerable.Range(0, 20).Select(
            i => $"{string.Join(',', Enumerable.Range(0, 20).Select(t => i % 2 == 0 ? t % 3 : t % 5))}:"
                + $"{(i < 18 ? i % 2 == 0 ? "a" : "b" : "?")}\n"));
        using var file = new TemporaryFile("a.ts", "@classLabel true a b\n@data\n" + rows);
        IDataView data = _context.Data.LoadFromTsFile(file.Path);
        var warnings = new List<string>();
        _context.Log += (_, entry) => warnings.Add(entry.RawMessage);
        ITransformer model = _context.Transforms.Conversion.MapValueToKey("Label")
            .Append(_context.Transforms.MiniRocket("Features", "Series", 84, seed: 1))
            .Append(_context.MulticlassClassification.Trainers.Ridge())
            .Append(_context.Transforms.Conversion.MapKeyToValue("PredictedLabel")).Fit(data);
        Assert.Contains("Column 'Label' is missing in 2 of 20 rows; they are left out. "
            + "Add the labels, or remove the rows.", warnings);
        Assert.Equal(["a", "b"], model.Transform(data).GetColumn<string>("PredictedLabel").Skip(18));
    }

    [Theory]
    [InlineData("a.ts", "@classLabel true b\u00e9 b\u00e8\n@data\n1,2:b\u00e9\n3,4:b\u00e8\n")]
    [InlineData("a.tsv", "b\u00e9\t1\t2\nb\u00e8\t3\t4\n")]
    [InlineData("a.arff", "@relation r\n@attribute a numeric\n@attribute b numeric\n@attribute c "
        + "{b\u00e9,b\u00e8}\n@data\n1,2,b\u00e9\n3,4,b\u00e8\n")]
    public void Text_of_another_encoding_is_refused_and_read_by_option(string name, string content)
    {
        using var file = new TemporaryFile(name);
        File.WriteAllBytes(file.Path, Encoding.Latin1.GetBytes(content));
        FormatException error = Assert.Throws<FormatException>(() => _context.Data.LoadFromSeriesFile(file.Path));
        string line = content[..content.IndexOf('\u00e9', StringComparison.Ordinal)];
        int row = line.Count(c => c == '\n') + 1;
        int column = line.Length - line.LastIndexOf('\n');
        Assert.Equal($"{file.Path}({row},{column}): the byte 0xE9 is no UTF-8, so the text has another encoding. "
            + "Save it as UTF-8, or set SeriesFileOptions.Encoding, for example to Encoding.Latin1.", error.Message);

        foreach (Encoding encoding in (Encoding[])[Encoding.Latin1, Encoding.Unicode,
            Encoding.BigEndianUnicode, Encoding.UTF32])
        {
            File.WriteAllText(file.Path, content, encoding);
            IDataView data = _context.Data.LoadFromSeriesFile(file.Path, new SeriesFileOptions { Encoding = encoding });
            Assert.Equal(["b\u00e9", "b\u00e8"], data.GetColumn<string>("Label"));
        }
    }

    [Fact]
    public void Bytes_that_the_named_encoding_does_not_have_are_refused()
    {
        using var file = new TemporaryFile("a.tsv");
        File.WriteAllBytes(file.Path, [(byte)'1', (byte)'\t', 0xFF, (byte)'\t', (byte)'2', (byte)'\n']);
        FormatException error = Assert.Throws<FormatException>(
            () => _context.Data.LoadFromUcrFile(file.Path, new SeriesFileOptions { Encoding = Encoding.ASCII }));
        Assert.Equal($"{file.Path}(1,3): the byte 0xFF is not in the encoding us-ascii. "
            + "Set SeriesFileOptions.Encoding to the encoding that the text was saved in.", error.Message);
    }

    [Theory]
    [InlineData("us-ascii",
        "the byte 0xE9 is not in the encoding us-ascii. "
        + "Set SeriesFileOptions.Encoding to the encoding that the text was saved in.")]
    [InlineData("utf-8",
        "the byte 0xE9 is no UTF-8, so the text has another encoding. "
        + "Save it as UTF-8, or set SeriesFileOptions.Encoding, for example to Encoding.Latin1.")]
    public void A_byte_that_the_named_encoding_does_not_have_is_found_in_its_line(string encoding, string message)
    {
        using var file = new TemporaryFile("a.tsv");
        string rows = string.Concat(
            Enumerable.Range(0, 20_000).Select(i => i == 12_344 ? "b\u00e9\t1\t2\n" : $"a\t1\t{i}\n"));
        File.WriteAllBytes(file.Path, Encoding.Latin1.GetBytes(rows));
        FormatException error = Assert.Throws<FormatException>(() => _context.Data.LoadFromUcrFile(
            file.Path, new SeriesFileOptions { Encoding = Encoding.GetEncoding(encoding) }));
        Assert.Equal($"{file.Path}(12345,2): {message}", error.Message);
    }

    [Fact]
    public void Names_that_Unicode_holds_for_the_same_are_one_class_in_weights_and_between_views()
    {
        string[] names = ["cafe\u0301", "\u00e9"];
        Assert.Equal(0, ClassName.IndexOf(names, "caf\u00e9"));
        Assert.Equal(1, ClassName.IndexOf(names, "e\u0301"));
        Assert.Equal(-1, ClassName.IndexOf(names, "cafe"));
        Assert.Equal([1, 1, 3], ClassWeighting.OfNamed(
            ["a", "b", "\u00e9"], "Label", new Dictionary<string, double> { ["e\u0301"] = 3 }));

        IDataView Keys(params string[] labels)
        {
            IDataView rows = _context.Data.LoadFromEnumerable(labels.Select(label => new Named { Label = label }));
            return _context.Transforms.Conversion.MapValueToKey("Label").Fit(rows).Transform(rows);
        }

        KeyMapping mapping = KeyMapping.Between(
            LabelValues.Of(Keys("b", "\u00e9").Schema["Label"]), LabelValues.Of(Keys("e\u0301", "b").Schema["Label"]),
            "Label", "these", "those");
        Assert.Equal(1, mapping.Map(0));
        Assert.Equal(0, mapping.Map(1));
    }

    // Not a test of its own: what a process without ICU reads.
    [Fact(Explicit = true)]
    public void A_process_without_ICU_refuses_combining_marks()
    {
        Assert.Equal("e\u0301", "e\u0301".Normalize());
        using var file = new TemporaryFile("a.ts", "@classLabel true\n@data\n1,2:\u00e9\n1,3:e\u0301\n");
        Assert.Equal($"{file.Path}(4,5): The name 'e\u0301' holds a combining mark, "
            + "and without ICU (globalization-invariant mode) it cannot be "
            + "compared with its composed form. Run with ICU, or write composed characters.",
            Assert.Throws<FormatException>(() => _context.Data.LoadFromTsFile(file.Path)).Message);
        using var composed = new TemporaryFile("b.ts", "@classLabel true\n@data\n1,2:\u00e9\n1,3:\u4e2d\n");
        Assert.Equal(["\u00e9", "\u4e2d"], _context.Data.LoadFromTsFile(composed.Path).GetColumn<string>("Label"));
        Assert.Throws<InvalidOperationException>(() => ClassName.IndexOf(["\u00e9"], "e\u0301"));
    }

    [Fact]
    public async Task Without_ICU_combining_marks_are_refused()
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["DOTNET_SYSTEM_GLOBALIZATION_INVARIANT"] = "1";
        string[] arguments = ["exec", typeof(SeriesFileMeaningTests).Assembly.Location, "-explicit", "only",
            "-method",
            $"{typeof(SeriesFileMeaningTests).FullName}.{nameof(A_process_without_ICU_refuses_combining_marks)}"];
        Array.ForEach(arguments, start.ArgumentList.Add);
        using Process child = Process.Start(start)!;
        Task<string> errors = child.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        string output = await child.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await child.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(
            child.ExitCode == 0 && output.Contains("Total: 1", StringComparison.Ordinal), output + await errors);
    }

    private sealed class Named
    {
        public string Label { get; set; } = "";
    }

    [Fact]
    public void A_class_is_one_class_in_whichever_form_of_Unicode_it_is_written()
    {
        using var file = new TemporaryFile("a.ts",
            "@classLabel true e\u0301 b\n@data\n1,2:\u00e9\n1,3:e\u0301\n1,4:b\n");
        Assert.Equal(["\u00e9", "\u00e9", "b"], _context.Data.LoadFromTsFile(file.Path).GetColumn<string>("Label"));
        using var ucr = new TemporaryFile("a.tsv", "e\u0301\t1\t2\n\u00e9\t1\t3\n");
        Assert.Equal(["\u00e9", "\u00e9"], _context.Data.LoadFromUcrFile(ucr.Path).GetColumn<string>("Label"));
    }

    [Theory]
    // one value of one row: a gap
    [InlineData("1\t1\t2\t3\n2\t4\t5\tNaN\n", TrailingMissing.Auto, null, "Vector<Single, 3>", false)]
    // most rows: padding
    [InlineData("1\t1\t2\tNaN\n2\t4\t5\tNaN\n1\t1\t2\t3\n", TrailingMissing.Auto, null, "Vector<Single>", true)]
    // a long run: padding
    [InlineData("1\t1\t2\t3\n2\t4\tNaN\tNaN\n", TrailingMissing.Auto, null, "Vector<Single>", true)]
    [InlineData("1\t1\t2\tNaN\n2\t4\tNaN\tNaN\n1\t1\t2\t3\n", TrailingMissing.Gap, null, "Vector<Single, 3>", false)]
    [InlineData("1\t1\t2\t3\n2\t4\t5\tNaN\n", TrailingMissing.Padding, null, "Vector<Single>", true)]
    [InlineData("1\t1\t2\tNaN\n", TrailingMissing.Auto, null, "Vector<Single, 2>", true)]
    // as long as what was trained: a gap
    [InlineData("1\t1\t2\tNaN\n", TrailingMissing.Auto, 3, "Vector<Single, 3>", false)]
    [InlineData("1\t1\t2\tNaN\n", TrailingMissing.Auto, 2, "Vector<Single, 2>", true)]
    // rows of unequal width are not padded
    [InlineData("1\t1\t2\t3\n2\t4\tNaN\n", TrailingMissing.Auto, null, "Vector<Single>", false)]
    public void Missing_values_at_the_end_are_padding_or_gaps_by_the_whole_file(
        string content, TrailingMissing trailing, int? length, string type, bool isCut)
    {
        using var file = new TemporaryFile("a.tsv", content);
        IDataView data = _context.Data.LoadFromUcrFile(file.Path,
            new SeriesFileOptions { TrailingMissing = trailing, SeriesLength = length });
        Assert.Equal(type, data.Schema["Series"].Type.ToString());
        Assert.Equal(isCut, !data.GetColumn<float[]>("Series").Any(values => float.IsNaN(values[^1])));
    }

    [Theory]
    [InlineData("a\t1\t2\t3\nb\t1\t2\t\nc\t1\t2\t3\n", "Vector<Single, 3>", "1 2 3|1 2 NaN|1 2 3")]      // a gap
    [InlineData("a\t1\t2\t3\t\nb\t1\t2\tNaN\t\n", "Vector<Single, 3>", "1 2 3|1 2 NaN")]       // ends of lines
    [InlineData("a\t1\t2\t3\t\nb\t1\t2\t\t\n", "Vector<Single, 3>", "1 2 3|1 2 NaN")]      // an end and a gap
    [InlineData("a\t1\t2\t3\t4\nb\t1\t\t\t\n", "Vector<Single>", "1 2 3 4|1")]      // a long run: padding
    [InlineData("a\t1\t2\t3\t4\t\nb\t1\t\t\t\t\n", "Vector<Single>", "1 2 3 4|1")]
    [InlineData("a\t1\t2\t \n", "Vector<Single, 2>", "1 2")]
    public void An_empty_cell_at_the_end_of_a_line_is_a_missing_value_or_the_end_of_all_lines(
        string content, string type, string rows)
    {
        foreach ((string name, string text) in ((string, string)[])[
            ("a.tsv", content), ("a.csv", content.Replace('\t', ','))])
        {
            using var file = new TemporaryFile(name, text);
            IDataView data = _context.Data.LoadFromUcrFile(file.Path);
            Assert.Equal(type, data.Schema["Series"].Type.ToString());
            Assert.Equal(
                rows, string.Join('|', data.GetColumn<float[]>("Series").Select(values => string.Join(' ', values))));
        }
    }

    [Fact]
    public void Channels_of_other_rates_are_interpolated_by_option()
    {
        using var file = new TemporaryFile("a.ts",
            "@dimensions 2\n@equallength false\n@targetlabel true\n@data\n1,2,3,4:1,7:70.5\n1,2:3,?,5:80.5\n");
        Assert.Throws<FormatException>(() => _context.Data.LoadFromTsFile(file.Path));
        IDataView data = _context.Data.LoadFromTsFile(file.Path,
            new SeriesFileOptions { UnequalChannels = UnequalChannels.Interpolate });
        float[][] series = [.. data.GetColumn<float[]>("Series")];
        Assert.Equal([1, 2, 3, 4, 1, 3, 5, 7], series[0]);
        Assert.Equal([1, 1.5f, 2, 3, float.NaN, 5], series[1]);
        Assert.Equal([70.5f, 80.5f], data.GetColumn<float>("Label"));
    }

    [Theory]
    [InlineData("@equalLength false\n@seriesLength 0\n@classLabel true a b\n@data\n1,2,3:a\n1,2:b\n", 2)]
    [InlineData("@timestamps true\n@classlabel true a b\n@data\n(0, 1.5), (1, 2.5), (2, 3.5) : "
        + "(0, 1), (1, 2), (2, 3) : a\n", 1)]
    [InlineData("@timestamps true\n@missing true\n@univariate false\n@dimension 2\n@equallength true\n@serieslength "
        + "2\n@targetlabel true\n@data\n"
        + "(2013-03-01 00:00:00,-2.3),(2013-03-01 01:00:00,?):(2013-03-01 00:00:00,1020.8),(2013-03-01 "
        + "01:00:00,1021.3):4.0\n", 1)]
    [InlineData("@timestamps true\n@classlabel true a\n@data\n"
        + "(1767225600000000100,1),(1767225600000000200,2):a\n(-1e3,1),(2.5,2):a\n", 2)]
    [InlineData("@timestamps true\n@classlabel true a\n@data\n"
        + "(2026-01,1),(2026-01-31T23:00:00+02:00,2),(2026-01-31T23:00:00Z,3):a\n", 1)]
    [InlineData("@class_label true a\n@data 1,2:a\n3,4:a\n", 2)]
    public void Spellings_of_other_writers_are_understood(string content, int rows)
    {
        using var file = new TemporaryFile("a.ts", content);
        Assert.Equal(rows, _context.Data.LoadFromTsFile(file.Path).GetColumn<float[]>("Series").Count());
    }

    [Fact]
    public void Missing_labels_survive_writing()
    {
        using var file = new TemporaryFile("a.ts", "@classLabel true\n@data\n1,2:a\n3,4:?\n");
        using var copy = new TemporaryFile("b.ts");
        _context.Data.SaveAsTsFile(_context.Data.LoadFromTsFile(file.Path), copy.Path);
        Assert.Equal(["a", ""], _context.Data.LoadFromTsFile(copy.Path).GetColumn<string>("Label"));
    }

    [Fact]
    public void Options_out_of_range_are_named()
    {
        ArgumentOutOfRangeException error = Assert.Throws<ArgumentOutOfRangeException>(
            () => _context.Data.LoadFromUcrFile("nowhere.tsv", new SeriesFileOptions { SeriesLength = 0 }));
        Assert.StartsWith("SeriesLength is 0; it must be at least 1, or null where it is not known.",
            error.Message, StringComparison.Ordinal);
    }
}
