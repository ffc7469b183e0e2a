using CsCheck;
using Microsoft.ML.Data;
using Xunit;

namespace Microsoft.ML.SeqConv.Tests.Data;

/// <summary>
/// Files that break a rule end in one error that names file, line and column; no file crashes or hangs a reader.
/// </summary>
public class BadSeriesFileTests
{
    private const string Classes = "@classLabel true a b\n@data\n";

    private readonly MLContext _context = new(1);

    public static TheoryData<string, string, string> Cases => new()
    {
        { "a.ts", "", ": the file ends without a line '@data'. It is empty, cut short or no .ts file." },
        { "a.ts", "@classLabel true a\n",
            ": the file ends without a line '@data'. It is empty, cut short or no .ts file." },
        { "a.ts", "1,2,3:a\n",
            "(1,1): '1,2,3:a' stands before '@data'; header lines begin with '@' and comments with '#'." },
        { "a.ts", "@univariate maybe\n@data\n", "(1,1): @univariate is 'maybe'; it must be true or false." },
        { "a.ts", "@seriesLength -3\n@data\n", "(1,1): @seriesLength is '-3'; it must be a number of at least 0." },
        { "a.ts", Classes, ": the file has no rows, and its header does not tell the number of channels. "
            + "It is empty or cut short." },
        { "a.ts", Classes + "1,2:a\n1,x2:b\n", "(4,3): 'x2' is no finite number of single precision; "
            + "numbers have a decimal point and no group separators, and ? is a missing value." },
        { "a.ts", Classes + "1,1e39:a\n", "(3,3): '1e39' is no finite number of single precision; "
            + "numbers have a decimal point and no group separators, and ? is a missing value." },
        { "a.ts", Classes + "1,Infinity:a\n", "(3,3): 'Infinity' is no finite number of single precision; "
            + "numbers have a decimal point and no group separators, and ? is a missing value." },
        { "a.ts", Classes + "1,,2:a\n", "(3,3): a number is missing between separators; write ? for a missing value." },
        { "a.ts", Classes + "1,2:c\n", "(3,5): the class 'c' is not among those that @classLabel lists: a, b." },
        { "a.ts", Classes + "1,2,3\n", "(3,1): the row has no ':'; a row ends with ':' and its label. "
            + "Was the file cut short?" },
        { "a.ts", Classes + "1,2:3:a\n",
            "(3,5): channel 1 has 1 points, channel 0 has 2; the channels of a series must be equally long. "
            + "Pad with ? where values are missing, or set SeriesFileOptions.UnequalChannels to Interpolate." },
        { "a.ts", Classes + "1,2:a\n1,2:3,4:a\n", ": row 1 has 2 channels, those before have 1; "
            + "all series of a file must have the same channels." },
        { "a.ts", "@dimensions 2\n" + Classes + "1,2:a\n", "(4,1): the row has 1 channels; the header says 2. "
            + "Correct the row, or the header: its tags on channels and on the label." },
        { "a.ts", "@univariate true\n" + Classes + "1:2:a\n", "(4,1): the row has 2 channels; the header says 1. "
            + "Correct the row, or the header: its tags on channels and on the label." },
        { "a.ts", "@seriesLength 3\n" + Classes + "1,2:a\n", "(4,1): the series has 2 points a channel; "
            + "the header's @seriesLength says 3. Correct the row, or remove @seriesLength." },
        { "a.ts", "@equalLength true\n" + Classes + "1,2:a\n1:b\n", "(5,1): the series has 1 points a channel, those "
            + "before have 2; the header says '@equalLength true'. Correct the row, or set @equalLength to false." },
        { "a.ts", "@timeStamps true\n" + Classes + "1,2:a\n",
            "(4,1): '1,2' is no list of '(time,value)', which '@timeStamps true' asks for." },
        { "a.ts", "@targetLabel true\n@data\n1,2:x\n", "(3,5): 'x' is no finite number of single precision; "
            + "numbers have a decimal point and no group separators, and ? is a missing value." },
        { "a.ts", "\0\u0001\u0002", "(1,1): the line holds a zero byte; the file is not text." },
        { "a.ts", "@timeStamps false\n@data\n1,2:a\n", "(2,1): the header does not say whether rows end with a label. "
            + "Add '@classLabel true' for classes, '@targetLabel true' for numbers to predict, or '@classLabel false' "
            + "for series without labels." },
        { "a.ts", "@clasLabel true\n@data\n",
            "(1,1): the tag '@clasLabel' is unknown; did you mean @classLabel? Tags are @problemName, @timeStamps, "
            + "@missing, @univariate, @dimensions, @equalLength, @seriesLength, @classLabel, @targetLabel, @data." },
        { "a.ts", "  @frequency 4\n@data\n", "(1,3): the tag '@frequency' is unknown. Tags are @problemName, "
            + "@timeStamps, @missing, @univariate, @dimensions, @equalLength, @seriesLength, "
            + "@classLabel, @targetLabel, @data." },
        { "a.ts", "@univariate true yes\n@data\n",
            "(1,1): 'yes' stands behind the value of @univariate, which has one. Remove it, or begin a line for it." },
        { "a.ts", "@dimensions 2\n@dimension 3\n@data\n", "(2,1): @dimensions stands twice in the header. "
            + "Remove one of the two lines." },
        { "a.ts", "@classLabel true a\n@targetLabel true\n@data\n", "(3,1): the header has '@classLabel true' and "
            + "'@targetLabel true'; a row has one label. Set one of them to false." },
        { "a.ts", "@classLabel false a b\n@data\n", "(1,1): @classLabel is false and lists 'a'. "
            + "Write '@classLabel true', or remove the list." },
        { "a.ts", "@classLabel true a NaN\n@data\n",
            "(1,1): @classLabel lists 'NaN', which in a row is a missing label. Rename the class." },
        { "a.ts", "@univariate true\n@dimensions 2\n@classLabel true\n@data\n",
            "(4,1): the header has '@univariate true' and '@dimensions 2'. Correct one of them." },
        { "a.ts", "@univariate false\n@classLabel true\n@data\n1,2:a\n", "(4,1): the row has 1 channel; the header "
            + "says '@univariate false'. Correct the row, or the header: its tags on channels and on the label." },
        { "a.ts", "@classLabel true\n@data\n1,2,3:4,5,6\n",
            "(3,7): the label '4,5,6' is a list of numbers, as a channel is. "
            + "Write '@classLabel false' for series without labels, or end the row with ':' and its class." },
        { "a.ts", "@classLabel true\n@data\n1,2,3: 4 ? 6\n",
            "(3,7): the label '4 ? 6' is a list of numbers, as a channel is. "
            + "Write '@classLabel false' for series without labels, or end the row with ':' and its class." },
        { "a.ts", "@classLabel true\n@data\n1,2:4;5;6\n",
            "(3,5): the label '4;5;6' is a list of numbers, as a channel is. "
            + "Write '@classLabel false' for series without labels, or end the row with ':' and its class." },
        { "a.ts", "@timeStamps true\n@classLabel true\n@data\n(0,1),(1,2):(0,3),(1,4)\n",
            "(4,13): the label '(0,3),(1,4)' is a list of points with time stamps, as a channel is. "
            + "Write '@classLabel false' for series without labels, or end the row with ':' and its class." },
        { "a.ts", "@timeStamps true\n@classLabel true\n@data\n(2004-10-01 01:00:00,1):(2004-10-01 01:00:00,?)\n",
            "(4,25): the label '(2004-10-01 01:00:00,?)' is a list of points with time stamps, as a channel is. "
            + "Write '@classLabel false' for series without labels, or end the row with ':' and its class." },
        { "a.ts", "@classLabel true\n@data\n1,2:a\r\r\n",
            "(3,6): the label holds the character U+000D, a control character or a byte order mark within the text. "
            + "Remove it." },
        { "a.ts", "@classLabel true a b\u0007\n@data\n",
            "(1,2): the label holds the character U+0007, a control character or a byte order mark within the text. "
            + "Remove it." },
        { "a.tsv", "\uFEFF\uFEFFa\t1\t2\na\t3\t4\n",
            "(1,1): the label holds the character U+FEFF, a control character or a byte order mark within the text. "
            + "Remove it." },
        { "a.tsv", "a\t1\t2\n \u00e9\u0085\t1\t2\n",
            "(2,4): the label holds the character U+0085, a control character or a byte order mark within the text. "
            + "Remove it." },
        { "a.tsv", "a\t1\t\t2\n", "(1,5): a number is missing between separators; write ? for a missing value." },
        { "a.ts", "@dimensions 65536\n@seriesLength 65536\n@data\n", "(2,1): @dimensions 65536 and @seriesLength 65536 "
            + "make 4294967296 values a row; at most 67108864 fit a line of 128 MiB. Correct the header." },
        { "a.ts", "@timeStamps true\n" + Classes + "(0,1) 5,(1,2):a\n",
            "(4,7): '5,(1,2)' stands behind a pair '(time,value)'; pairs are separated by commas. Remove it." },
        { "a.ts", "@timeStamps true\n" + Classes + "(0,1),(1,2)x:a\n",
            "(4,12): 'x' stands behind a pair '(time,value)'; pairs are separated by commas. Remove it." },
        { "a.ts", "@timeStamps true\n" + Classes + "(0,1),:a\n",
            "(4,7): '' is no list of '(time,value)', which '@timeStamps true' asks for." },
        { "a.ts", "@timeStamps true\n" + Classes + "(0,1),((1,2)):a\n",
            "(4,7): '((1,2))' is no list of '(time,value)', which '@timeStamps true' asks for." },
        { "a.ts", "@timeStamps true\n" + Classes + "(2,30),(0,10),(1,20):a\n",
            "(4,9): the time '0' follows '2'; times must increase. Sort the points of each channel by time." },
        { "a.ts", "@timeStamps true\n" + Classes + "(0,1),(1,2):(0,1),( 0.0 ,2):a\n",
            "(4,20): the time '0.0' stands twice in a channel. Remove one of the points." },
        { "a.ts", "@timeStamps true\n" + Classes + "(100000000000000001,1),(100000000000000000,2):a\n",
            "(4,25): the time '100000000000000000' follows '100000000000000001'; times must increase. "
            + "Sort the points of each channel by time." },
        { "a.ts", "@timeStamps true\n" + Classes + "(2026-01-31 12:30:00,1),(2026-01-31 12:29:59.5,2):a\n",
            "(4,26): the time '2026-01-31 12:29:59.5' follows '2026-01-31 12:30:00'; times must increase. "
            + "Sort the points of each channel by time." },
        { "a.ts", "@timeStamps true\n" + Classes + "(1,1),(2026-01-31,2):a\n",
            "(4,8): the time '2026-01-31' follows '1'; the times of a channel are all numbers or all dates." },
        { "a.ts", "@timeStamps true\n" + Classes + "(0,1),(31.01.2026,2):a\n",
            "(4,8): the time '31.01.2026' is neither a number nor a date such as 2026-01-31 or 2026-01-31 12:30:00.5. "
            + "Correct it." },
        { "a.ts", "@missing false\n" + Classes + "1,?,3:a\n",
            "(4,3): the value is missing ('?'); the header says '@missing false'. "
            + "Correct the row, or write '@missing true'." },
        { "a.ts", "@missing false\n" + Classes + "1,2, nan:a\n",
            "(4,5): the value is missing ('nan'); the header says '@missing false'. "
            + "Correct the row, or write '@missing true'." },
        { "a.ts", "@univariate false\n@dimensions 1\n@classLabel true\n@data\n",
            "(4,1): the header has '@univariate false' and '@dimensions 1'. Correct one of them." },
        { "a.ts", Classes + "(0,1),(1,2):a\n", "(3,1): the row begins with '(' as time stamps do; "
            + "the header does not say '@timeStamps true'. Correct the header or the row." },
        { "a.ts", "@classLabel true a\n@data 1,x:a\n", "(2,9): 'x' is no finite number of single precision; "
            + "numbers have a decimal point and no group separators, and ? is a missing value." },
        { "a.tsv", "1\t1,5\t2\n", "(1,3): '1,5' is no finite number of single precision; "
            + "numbers have a decimal point and no group separators, and ? is a missing value." },
        { "a.tsv", "word\n",
            "(1,1): 'word' has no values; a line holds a label and then values, separated by tabs, commas or blanks." },
        { "a.tsv", "1\tNaN\tNaN\n", "(1,3): the series has no values; all are missing." },
        { "a.arff", "@relation r\n@attribute a numeric\n@attribute c {x}\n@data\n1,y\n",
            "(5,3): the class 'y' is not among those that the header lists: x." },
        { "a.arff", "@relation r\n@attribute a numeric\n@attribute c {x}\n@data\n1,2,x\n",
            "(5,1): the row has 2 values; the header has 1 attributes before the label." },
        { "a.arff", "@relation r\n@attribute a numeric\n@attribute c {x}\n@data\n{0 1, 1 x}\n",
            "(5,1): the row is sparse ({index value, ...}); series are dense. Write the values of every point." },
        { "a.arff", "@relation r\n@attribute c {x}\n@data\n",
            ": the header has 1 attributes; it needs numeric ones, or one relational, and then the label." },
        { "a.arff", "@relation r\n@attribute m relational\n@attribute t numeric\n@end m\n@attribute c "
            + "{x}\n@data\n'1,2\\n3',x\n",
            "(7,7): channel 1 has 1 points, channel 0 has 2; the channels of a series must be equally long." },
        { "a.arff", "@relation r\n@attribute m relational\n@attribute t numeric\n@end m\n@attribute c "
            + "{x}\n@data\n'1,2\n", "(7,4): a quoted value is not closed. Was the file cut short?" },
        { "a.arff", "@relation r\n@attribute a numeric\n@attribute c date\n@data\n",
            ": the last attribute is a date; it must be the label: nominal, string or numeric." },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void An_error_names_file_line_and_column(string name, string content, string message)
    {
        using var file = new TemporaryFile(name, content);
        FormatException error = Assert.Throws<FormatException>(() => _context.Data.LoadFromSeriesFile(file.Path));
        Assert.Equal(file.Path + message, error.Message);
    }

    [Fact]
    public void A_missing_file_and_an_unknown_extension_are_named()
    {
        FileNotFoundException missing = Assert.Throws<FileNotFoundException>(
            () => _context.Data.LoadFromTsFile("nowhere.ts"));
        Assert.StartsWith(
            "The file 'nowhere.ts' does not exist. Check the path; relative ones begin at '", missing.Message);
        ArgumentException extension = Assert.Throws<ArgumentException>(
            () => _context.Data.LoadFromSeriesFile("a.xlsx"));
        Assert.StartsWith("The file 'a.xlsx' has the extension '.xlsx'; series are read from .ts, .arff, .tsv, "
            + ".txt and .csv files.", extension.Message);
        Assert.Throws<ArgumentNullException>(() => _context.Data.LoadFromTsFile(null!));
    }

    [Theory]
    [InlineData(40_000, 20_000)]
    [InlineData(50_000, 50_000)]
    public void Interpolation_that_no_row_can_hold_is_refused_before_it_is_in_memory(int channels, int points)
    {
        string row = string.Concat(Enumerable.Repeat("1:", channels - 1))
            + string.Join(',', Enumerable.Repeat('1', points));
        using var file = new TemporaryFile("a.ts", $"@classLabel true\n@data\n{row}:a\n");
        long before = GC.GetAllocatedBytesForCurrentThread();
        FormatException error = Assert.Throws<FormatException>(() => _context.Data.LoadFromTsFile(
            file.Path, new SeriesFileOptions { UnequalChannels = UnequalChannels.Interpolate }));
        Assert.Equal($"{file.Path}(3,1): {channels} channels interpolated to {points} points "
            + $"make {(long)channels * points} values; "
            + "a row has at most 67108864. Correct the row, or split it.", error.Message);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 64 << 20);
    }

    [Theory]
    [InlineData("utf-16LE", false, "UTF-16 without a byte order mark", "Encoding.Unicode")]
    [InlineData("utf-16BE", false, "UTF-16 with the high byte first and without a byte order mark",
        "Encoding.BigEndianUnicode")]
    [InlineData("utf-16BE", true, "UTF-16 with the high byte first", "Encoding.BigEndianUnicode")]
    [InlineData("utf-32LE", true, "UTF-32", "Encoding.UTF32")]
    [InlineData("utf-32BE", true, "UTF-32 with the high byte first",
        "new UTF32Encoding(bigEndian: true, byteOrderMark: true)")]
    public void Other_forms_of_Unicode_are_named_with_the_option_that_reads_them(
        string name, bool hasMark, string what, string option)
    {
        var encoding = System.Text.Encoding.GetEncoding(name);
        using var file = new TemporaryFile("a.ts");
        byte[] text = encoding.GetBytes((hasMark ? "\uFEFF" : "") + "@problemName caf\u00e9\r\n" + Classes + "1,2:a\n");
        File.WriteAllBytes(file.Path, text);
        FormatException error = Assert.Throws<FormatException>(() => _context.Data.LoadFromTsFile(file.Path));
        Assert.Equal($"{file.Path}(1,1): the file is {what}; it must be UTF-8. Save it as UTF-8, "
            + $"or set SeriesFileOptions.Encoding, for example to {option}.", error.Message);
        Assert.Equal(["a"], _context.Data.LoadFromTsFile(
            file.Path, new SeriesFileOptions { Encoding = encoding }).GetColumn<string>("Label"));
    }

    [Fact]
    public void A_file_of_UTF_16_is_distinguished()
    {
        using var file = new TemporaryFile("a.ts");
        File.WriteAllText(file.Path, Classes + "1,2:a\n", System.Text.Encoding.Unicode);
        FormatException error = Assert.Throws<FormatException>(() => _context.Data.LoadFromTsFile(file.Path));
        Assert.Equal($"{file.Path}(1,1): the file is UTF-16; it must be UTF-8. Save it as UTF-8, "
            + "or set SeriesFileOptions.Encoding, for example to Encoding.Unicode.", error.Message);
        File.WriteAllText(file.Path, Classes + "1,2:a\n",
            new System.Text.UTF8Encoding(encoderShouldEmitUTF8Identifier: true));
        Assert.Equal(1, _context.Data.LoadFromTsFile(file.Path).GetRowCount());
    }

    [Fact]
    public void A_line_of_a_gigabyte_is_refused_before_it_is_in_memory()
    {
        using var reader = new LineReader(new EndlessLine(1L << 30), "big.ts");
        long before = GC.GetAllocatedBytesForCurrentThread();
        FormatException error = Assert.Throws<FormatException>(() => reader.TryRead(out _));
        Assert.Equal("big.ts(1,134217728): the line is longer than 128 MiB; one series must fit into that. "
            + "Split or thin the series.", error.Message);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 3L * LineReader.MaximumLineBytes);
    }

    [Fact]
    public void A_file_that_changes_shape_after_it_was_opened_is_an_error()
    {
        using var file = new TemporaryFile("a.tsv", "1\t1\t2\n");
        IDataView data = _context.Data.LoadFromUcrFile(file.Path);
        File.WriteAllText(file.Path, "1\t1\t2\t3\n");
        FormatException error = Assert.Throws<FormatException>(() => data.GetColumn<float[]>("Series").ToArray());
        Assert.Equal($"{file.Path}: row 0 has another shape than when the file was opened. The file was changed; "
            + "open it again.", error.Message);
    }

    [Theory]
    [InlineData("a.ts", "@problemName x\n@timeStamps false\n@univariate false\n@dimensions 2\n@classLabel true a "
        + "b\n@data\n1.5,2,?:3,4,-5e2:a\n6,7,8:9,10,11:b\n")]
    [InlineData("a.ts", "@timeStamps true\n@classLabel true a b\n@data\n(0,1),(1,2):(0,3),(1,?):a\n")]
    [InlineData("a.tsv", "1\t1.5\t2\tNaN\n2\t-3\t4\t5\n")]
    [InlineData("a.arff", "@relation r\n@attribute m relational\n@attribute t0 numeric\n@attribute t1 numeric\n@end "
        + "m\n@attribute c {x,'y z'}\n@data\n'1,2\\n3,4',x\n'5,6\\n7,8','y z'\n")]
    public void Damaged_files_are_read_or_refused(string name, string content)
    {
        using var file = new TemporaryFile(name);
        byte[] bytes = System.Text.Encoding.UTF8.GetBytes(content);
        Gen.Select(Gen.Int[0, bytes.Length], Gen.Select(Gen.Int[0, bytes.Length - 1], Gen.Byte).Array[0, 6])
            .Sample((length, edits) =>
            {
                byte[] damaged = [.. bytes];
                foreach ((int at, byte value) in edits)
                    damaged[at] = value;
                File.WriteAllBytes(file.Path, damaged[..length]);
                try
                {
                    IDataView data = _context.Data.LoadFromSeriesFile(file.Path);
                    return data.GetColumn<float[]>("Series").Count() == data.GetRowCount();
                }
                catch (FormatException error)
                {
                    return error.Message.StartsWith(file.Path, StringComparison.Ordinal);
                }
            }, iter: 2000, threads: 1);
    }

    // Digits without an end, for a given number of bytes.
    private sealed class EndlessLine(long length) : Stream
    {
        private long _left = length;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count)
        {
            int read = (int)Math.Min(count, _left);
            buffer.AsSpan(offset, read).Fill((byte)'1');
            _left -= read;
            return read;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
