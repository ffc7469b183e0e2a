using Microsoft.ML.Data;
using Xunit;

namespace Microsoft.ML.SeqConv.Tests.Data;

/// <summary>What writers of .arff files write, quotes, escapes, comments and types in all their forms.</summary>
public class ArffFileTests
{
    private const string Two = "@relation r\n@attribute a numeric\n@attribute b numeric\n";

    private readonly MLContext _context = new(1);

    [Theory]
    [InlineData(Two + "@attribute c {'walk, slow','walk, fast'}\n@data\n1,2,'walk, slow'\n3,4,'walk, fast'\n",
        "walk, slow|walk, fast")]
    [InlineData(Two + "@attribute c {'it\\'s','no'}\n@data\n1,2,'it\\'s'\n3,4,no\n", "it's|no")]
    [InlineData(Two + "@attribute c {\"say \\\"x\\\"\", 'a}b' } % comment\n@data\n1,2,\"say \\\"x\\\"\" % "
        + "comment\n3,4,'a}b'\n", "say \"x\"|a}b")]
    [InlineData(Two + "@attribute c {x,y}\n@data 1,2,x\n3,4,y\n", "x|y")]
    [InlineData(Two + "@attribute c {x,y}\n@data\n1,2,x\n3,4,?\n", "x|")]
    [InlineData(Two + "@attribute c {x,y}\n@data % comment\n1 , 2 , x\n3,4,\n", "x|")]
    [InlineData(Two + "@attribute c {walk slow, run}\n@data\n1,2,walk slow\n3,4,run\n", "walk slow|run")]
    [InlineData(Two + "@attribute c string\n@data\n1,2,x\n3,4,'y z'\n", "x|y z")]
    [InlineData("@RELATION 'my rel'\n@ATTRIBUTE 'att, 1' REAL\n@ATTRIBUTE \"b {x}\" Integer [0, 9]\n@ATTRIBUTE class "
        + "{e\u0301,f}\n@DATA\n1,2,\u00e9\n3,4,f\n", "\u00e9|f")]
    [InlineData("@relation r\n@attribute rel relational % channels\n@attribute t0 numeric\n@attribute t1 NUMERIC\n@end "
        + "rel\n@attribute c {x,y}\n@data\n'1,2\\n3,4',x\n\"5,6\\n7,8\",y\n", "x|y")]
    [InlineData(Two + "@attribute c string\n@data\n1,2,a\\b\n3,4,C:\\new\n",
        "a\\b|C:\\new")]     // escapes are in quotes only
    [InlineData(Two + "@attribute c {a\\b,ab}\n@data\n1,2,'a\\\\b'\n3,4,ab\n", "a\\b|ab")]
    [InlineData(Two + "@attribute c string\n@data\n1,2,'a\\u001Eb'\n3,4,'\\uD83D\\uDE00\\t\\%'\n",
        "a\u001Eb|\U0001F600\t%")]
    [InlineData(Two + "@attribute c {New  York , b}\n@data\n1,2, New  York \n3,4,b\n", "New  York|b")]
    [InlineData("@relation r\n@attribute a real [0, 9] {2.0} % comment\n@attribute b INTEGER{0.5}\n"
        + "@attribute c {x,y} {1e-1}\n@data\n1,2,x\n3,4,y\n", "x|y")]
    public void Classes_are_read_as_they_are_meant(string content, string classes)
    {
        using var file = new TemporaryFile("a.arff", content);
        IDataView data = _context.Data.LoadFromArffFile(file.Path);
        Assert.Equal(classes.Split('|'), data.GetColumn<string>("Label"));
        Assert.Equal(2, data.GetColumn<float[]>("Series").Count());
    }

    [Fact]
    public void Numeric_labels_may_have_a_range_and_be_missing()
    {
        using var file = new TemporaryFile("a.arff", "@relation zoo\n@attribute a INTEGER [0,9]\n@attribute b "
            + "numeric\n@attribute legs INTEGER[0,9]\n@data\n1,2,4\n3,?,?\n");
        IDataView data = _context.Data.LoadFromArffFile(file.Path);
        Assert.Equal([4, float.NaN], data.GetColumn<float>("Label"));
        Assert.Equal([3, float.NaN], data.GetColumn<float[]>("Series").Last());
    }

    [Theory]
    [InlineData("@relation r\n@attribute name string\n@attribute b numeric\n@attribute c {x}\n@data\n",
        "(2,17): the attribute 'name' is a string, and stands before the label; "
        + "the points of a series are numbers. Remove the attribute from the file, "
        + "or make it the last one if it is the label.")]
    [InlineData("@relation r\n@attribute d date \"yyyy-MM-dd\"\n@attribute c {x}\n@data\n",
        "(2,14): the attribute 'd' is a date, and stands before the label; "
        + "the points of a series are numbers. Remove the attribute from the file, "
        + "or make it the last one if it is the label.")]
    [InlineData("@relation r\n@attribute a numeric\n@attribute n {p,q}\n@attribute c {x}\n@data\n",
        "(3,14): the attribute 'n' is nominal, and stands before the label; "
        + "the points of a series are numbers. Remove the attribute from the file, "
        + "or make it the last one if it is the label.")]
    [InlineData("@relation r\n@atribute a numeric\n@data\n", "(2,1): '@atribute' is unknown; did you mean @attribute? "
        + "Header lines begin with @relation, @attribute, @end, @data.")]
    [InlineData("@relation r\n@attribute a number\n@data\n", "(2,14): the attribute 'a' has the type 'number'; "
        + "types are numeric, real, integer, string, date, relational and a list of classes in braces.")]
    [InlineData(Two + "@attribute c {x,?}\n@data\n",
        "(4,17): the list of classes has '?', which in a row is a missing label. Rename the class.")]
    [InlineData(Two + "@attribute c {x,y\n@data\n", "(4,18): the list of classes does not end with '}'. "
        + "Was the line cut short?")]
    [InlineData(Two + "@attribute c {x}\n@data\n1,2,x,{5}\n", "(6,7): the row has a weight in braces, "
        + "which is not read. Remove it, and give weights in a column of their own.")]
    [InlineData(Two + "@attribute c {x}\n@data\n1,2,'x' y\n", "(6,9): 'y' stands behind a quoted value; "
        + "values are separated by commas.")]
    [InlineData(Two + "@attribute c {x,'it\\'s'}\n@data\n1,2,'it\\'\n",
        "(6,9): a quoted value is not closed. Was the file cut short?")]
    [InlineData(Two + "@attribute c string\n@data\n1,2,'a\\xb'\n",
        "(6,7): '\\x' is no escape; in quotes there are \\', \\\", \\\\, \\%, \\n, \\r, \\t and \\uXXXX. "
        + "Write \\\\ for a backslash.")]
    [InlineData(Two + "@attribute c string\n@data\n1,2,'\\u00g0'\n",
        "(6,6): '\\u' is no escape; in quotes there are \\', \\\", \\\\, \\%, \\n, \\r, \\t and \\uXXXX. "
        + "Write \\\\ for a backslash.")]
    [InlineData(Two + "@attribute c string\n@data\n1,2,'\\uD83D'\n",
        "(6,5): The name holds half of a surrogate pair, which is no character. Correct it.")]
    [InlineData(Two + "@attribute c {a,b},{c} foo\n@data\n",
        "(4,19): ',{c} foo' stands behind the list of classes; only a weight in braces may follow. Remove it.")]
    [InlineData("@relation r\n@attribute a numeric string\n@data\n",
        "(2,22): 'string' stands behind the type 'numeric'; "
        + "only a range such as [0,9] and a weight in braces may follow. Remove it.")]
    [InlineData("@relation r\n@attribute a real [0,9] x\n@data\n",
        "(2,25): 'x' stands behind the type 'real'; only a range such as [0,9] and a weight in braces may follow. "
        + "Remove it.")]
    [InlineData("@relation r\n@attribute a real {two}\n@data\n",
        "(2,20): the weight of the attribute is 'two'; it must be a number.")]
    [InlineData(Two + "@attribute c string [0,9]\n@data\n",
        "(4,21): '[0,9]' stands behind the type 'string'; only a weight in braces may follow. Remove it.")]
    [InlineData("@relation r\n@attribute bag relational\n@attribute t0 numeric\n@attribute c {x}\n@data\n'1',x\n",
        "(4,14): the attribute 'c' is nominal, and stands within the relational attribute 'bag', "
        + "whose points are numbers. If it is the label, the line '@end bag' is missing before it: "
        + "the relational attribute 'bag' is not closed. Add the line.")]
    [InlineData("@relation r\n@attribute bag relational\n@attribute t0 numeric\n@attribute c numeric\n@data\n'1',2\n",
        "(5,1): the line '@end bag' is missing before it: the relational attribute 'bag' is not closed. Add the line.")]
    [InlineData(Two + "@attribute c string\n@data\n1,2,a\u0001\n",
        "(6,6): the label holds the character U+0001, a control character or a byte order mark within the text. "
        + "Remove it.")]
    [InlineData(Two + "@attribute c string\n@data\n1,2,'a\uFEFF'\n",
        "(6,7): the label holds the character U+FEFF, a control character or a byte order mark within the text. "
        + "Remove it.")]
    [InlineData("@relation r\n@attribute m relational\n@attribute t0 numeric\n@end "
        + "m\n@attribute c {x}\n@data\n'1,2',x\n",
        "(7,1): the channels have 2 points; the relational attribute of the header has 1. "
        + "Correct the row or the header.")]
    public void Errors_name_line_column_and_remedy(string content, string message)
    {
        using var file = new TemporaryFile("a.arff", content);
        Assert.Equal(file.Path + message,
            Assert.Throws<FormatException>(() => _context.Data.LoadFromArffFile(file.Path)).Message);
    }
}
