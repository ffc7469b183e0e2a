using CsCheck;
using Microsoft.ML.Data;
using Microsoft.ML.SeqConv.TestKit;
using Xunit;

namespace Microsoft.ML.SeqConv.Tests.Data;

public class TsWriterTests
{
    private static readonly Gen<float> Value = Gen.OneOf(Gen.Float.Where(float.IsFinite), Gen.Const(float.NaN),
        Gen.Int[-3, 3].Select(i => (float)i));

    private readonly MLContext _context = new(1);

    [Fact]
    public void What_is_written_is_read_back_to_the_last_bit()
    {
        using var file = new TemporaryFile("set name.ts");
        Gen.Select(Gen.Int[1, 4], Gen.Int[1, 6].Array[1, 8], Gen.Bool, Value.Array[200], Gen.Int)
            .Sample((channels, lengths, ragged, values, seed) =>
            {
                List<SeriesRow> rows = [.. lengths.Select((length, i) => new SeriesRow
                {
                    Series = [.. values.Skip(i).Take(channels * (ragged ? length : lengths[0]))],
                    Label = $"c{(seed >> i) & 3}é"
                })];
                IDataView data = channels == 1
                    ? SineWaves.View(_context, rows, ragged ? [] : [lengths[0]])
                    : SineWaves.View(_context, rows, channels, ragged ? 0 : lengths[0]);
                _context.Data.SaveAsTsFile(data, file.Path);
                IDataView again = _context.Data.LoadFromTsFile(file.Path);
                Assert.Equal(rows.Select(row => row.Label), again.GetColumn<string>("Label"));
                Assert.Equal(rows.SelectMany(row => row.Series),
                    again.GetColumn<float[]>("Series").SelectMany(series => series));
                return true;
            }, iter: 300, threads: 1);
    }

    [Fact]
    public void No_rows_are_written_and_read_back()
    {
        using var file = new TemporaryFile("a.ts");
        _context.Data.SaveAsTsFile(SineWaves.View(_context, [], 5), file.Path);
        Assert.Equal(0, _context.Data.LoadFromTsFile(file.Path).GetRowCount());
    }

    [Theory]
    [InlineData("Label", "@classLabel true c0 c1")]
    [InlineData("Flag", "@classLabel true False True")]
    [InlineData("Key", "@classLabel true c0 c1")]
    [InlineData("Target", "@targetLabel true")]
    public void Labels_of_every_kind_are_written(string label, string header)
    {
        using var file = new TemporaryFile("a.ts");
        IDataView rows = SineWaves.View(_context, SineWaves.Make(4, 3, classes: 2), 3);
        IDataView data = _context.Transforms.Conversion.MapValueToKey("Key", "Label").Fit(rows).Transform(rows);
        _context.Data.SaveAsTsFile(data, file.Path, labelColumnName: label);
        Assert.Contains(header, File.ReadAllText(file.Path), StringComparison.Ordinal);
        Assert.Equal(4, _context.Data.LoadFromTsFile(file.Path).GetRowCount());
    }

    [Theory]
    [InlineData("a b",
        "Column 'Label' holds ' ' in row 1 ('a b'); a class in a .ts file has no blank, comma, colon, control "
        + "character or half of a surrogate pair. Rename the class.")]
    [InlineData("a:b",
        "Column 'Label' holds ':' in row 1 ('a:b'); a class in a .ts file has no blank, comma, colon, control "
        + "character or half of a surrogate pair. Rename the class.")]
    [InlineData("a\0",
        "Column 'Label' holds U+0000 in row 1; a class in a .ts file has no blank, comma, colon, control character or "
        + "half of a surrogate pair. Rename the class.")]
    [InlineData("a\u0085",
        "Column 'Label' holds U+0085 in row 1; a class in a .ts file has no blank, comma, colon, control character or "
        + "half of a surrogate pair. Rename the class.")]
    [InlineData("\uFEFFa",
        "Column 'Label' holds U+FEFF in row 1; a class in a .ts file has no blank, comma, colon, control character or "
        + "half of a surrogate pair. Rename the class.")]
    [InlineData("NaN", "Column 'Label' is 'NaN' in row 1, which in a .ts file is a missing label. "
        + "Rename the class, or leave the label empty.")]
    public void Classes_that_the_format_cannot_hold_are_refused_and_the_old_file_stays(string label, string message)
    {
        using var file = new TemporaryFile("a.ts", "old");
        List<SeriesRow> rows = SineWaves.Make(3, 3);
        rows[1].Label = label;
        FormatException error = Assert.Throws<FormatException>(
            () => _context.Data.SaveAsTsFile(SineWaves.View(_context, rows, 3), file.Path));
        Assert.Equal(message, error.Message);
        Assert.Equal("old", File.ReadAllText(file.Path));
        Assert.Equal(["a.ts"], file.Files);
    }

    [Theory]
    [InlineData('\uD83D')]
    [InlineData('\uDE00')]
    public void Half_of_a_surrogate_pair_is_refused(char half)
    {
        using var file = new TemporaryFile("a.ts", "old");
        List<SeriesRow> rows = SineWaves.Make(3, 3);
        rows[2].Label = $"a{half}b";
        FormatException error = Assert.Throws<FormatException>(
            () => _context.Data.SaveAsTsFile(SineWaves.View(_context, rows, 3), file.Path));
        Assert.StartsWith($"Column 'Label' holds U+{(int)half:X4} in row 2; a class in a .ts file has no",
            error.Message, StringComparison.Ordinal);
        Assert.Equal("old", File.ReadAllText(file.Path));
    }

    [Fact]
    public void Classes_are_written_in_normal_form_C()
    {
        using var file = new TemporaryFile("a.ts");
        List<SeriesRow> rows = SineWaves.Make(3, 3);
        (rows[0].Label, rows[1].Label, rows[2].Label) = ("e\u0301", "\u00e9", "\U0001F600");
        _context.Data.SaveAsTsFile(SineWaves.View(_context, rows, 3), file.Path);
        string text = File.ReadAllText(file.Path);
        Assert.Contains("@classLabel true \u00e9 \U0001F600\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain("\u0301", text, StringComparison.Ordinal);
    }

    [Fact]
    public void An_error_midway_leaves_nothing_behind()
    {
        using var file = new TemporaryFile("a.ts", "old");
        int pass = 0;
        IEnumerable<SeriesRow> Rows()
        {
            pass++;
            yield return new SeriesRow { Series = [1, 2], Label = "a" };
            if (pass == 2)
                throw new IOException("the source broke");
        }

        Assert.ThrowsAny<Exception>(() => _context.Data.SaveAsTsFile(SineWaves.View(_context, Rows(), 2), file.Path));
        Assert.Equal("old", File.ReadAllText(file.Path));
        Assert.Equal(["a.ts"], file.Files);
    }

    [Fact]
    public void Columns_that_are_missing_or_of_another_type_are_named()
    {
        IDataView data = SineWaves.View(_context, SineWaves.Make(3, 3), 3);
        ArgumentOutOfRangeException missing = Assert.Throws<ArgumentOutOfRangeException>(
            () => _context.Data.SaveAsTsFile(data, "x.ts", labelColumnName: "Nope"));
        Assert.StartsWith("Column 'Nope' is missing; SaveAsTsFile writes it. "
            + "The columns are 'Series', 'Label', 'Flag', "
            + "'Target', 'Text', 'Weight'. Set labelColumnName.", missing.Message);
        ArgumentOutOfRangeException series = Assert.Throws<ArgumentOutOfRangeException>(
            () => _context.Data.SaveAsTsFile(data, "x.ts", seriesColumnName: "Label"));
        Assert.StartsWith("Column 'Label' is String; a series must be a vector of Single", series.Message);
        ArgumentOutOfRangeException label = Assert.Throws<ArgumentOutOfRangeException>(
            () => _context.Data.SaveAsTsFile(data, "x.ts", labelColumnName: "Series"));
        Assert.StartsWith("Column 'Series' is Vector<Single, 3>; a label must be text, Boolean, Single, "
            + "Double or a key with text values.", label.Message);
        Assert.False(File.Exists("x.ts"));
    }
}
