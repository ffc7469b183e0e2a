using Microsoft.ML.Data;
using Xunit;

namespace Microsoft.ML.SeqConv.Tests.Data;

/// <summary>What writers of .arff files write, quotes, escapes, comments and types in all their forms.</summary>
public class ArffFileTests
{
    private const string Two = "@relation r\n@attribute a numeric\n@attribute b numeric\n";

    private readonly MLContext _context = new(1);

    [Theory]
    [InlineData(Two + "@attribute c {'walk, slow','walk, fast'}\n@data\n1,2,'walk, slow'\n3,4,'walk, fast'\n", "walk, slow|walk, fast")]
    [InlineData(Two + "@attribute c {'it\\'s','no'}\n@data\n1,2,'it\\'s'\n3,4,no\n", "it's|no")]
    [InlineData(Two + "@attribute c {\"say \\\"x\\\"\", 'a}b' } % comment\n@data\n1,2,\"say \\\"x\\\"\" % comment\n3,4,'a}b'\n", "say \"x\"|a}b")]
    [InlineData(Two + "@attribute c {x,y}\n@data 1,2,x\n3,4,y\n", "x|y")]
    [InlineData(Two + "@attribute c {x,y}\n@data\n1,2,x\n3,4,?\n", "x|")]
    [InlineData(Two + "@attribute c {x,y}\n@data % comment\n1 , 2 , x\n3,4,\n", "x|")]
    [InlineData(Two + "@attribute c {walk slow, run}\n@data\n1,2,walk slow\n3,4,run\n", "walk slow|run")]
    [InlineData(Two + "@attribute c string\n@data\n1,2,x\n3,4,'y z'\n", "x|y z")]
    [InlineData("@RELATION 'my rel'\n@ATTRIBUTE 'att, 1' REAL\n@ATTRIBUTE \"b {x}\" Integer [0, 9]\n@ATTRIBUTE class {e\u0301,f}\n@DATA\n1,2,\u00e9\n3,4,f\n", "\u00e9|f")]
    [InlineData("@relation r\n@attribute rel relational % channels\n@attribute t0 numeric\n@attribute t1 NUMERIC\n@end rel\n@attribute c {x,y}\n@data\n'1,2\\n3,4',x\n\"5,6\\n7,8\",y\n", "x|y")]
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
        using var file = new TemporaryFile("a.arff", "@relation zoo\n@attribute a INTEGER [0,9]\n@attribute b numeric\n@attribute legs INTEGER[0,9]\n@data\n1,2,4\n3,?,?\n");
        IDataView data = _context.Data.LoadFromArffFile(file.Path);
        Assert.Equal([4, float.NaN], data.GetColumn<float>("Label"));
        Assert.Equal([3, float.NaN], data.GetColumn<float[]>("Series").Last());
    }

    [Theory]
    [InlineData("@relation r\n@attribute name string\n@attribute b numeric\n@attribute c {x}\n@data\n", "(2,17): the attribute 'name' is a string, and stands before the label; "
        + "the points of a series are numbers. Remove the attribute from the file, or make it the last one if it is the label.")]
    [InlineData("@relation r\n@attribute d date \"yyyy-MM-dd\"\n@attribute c {x}\n@data\n", "(2,14): the attribute 'd' is a date, and stands before the label; "
        + "the points of a series are numbers. Remove the attribute from the file, or make it the last one if it is the label.")]
    [InlineData("@relation r\n@attribute a numeric\n@attribute n {p,q}\n@attribute c {x}\n@data\n", "(3,14): the attribute 'n' is nominal, and stands before the label; "
        + "the points of a series are numbers. Remove the attribute from the file, or make it the last one if it is the label.")]
    [InlineData("@relation r\n@atribute a numeric\n@data\n", "(2,1): '@atribute' is unknown; did you mean @attribute? Header lines begin with @relation, @attribute, @end, @data.")]
    [InlineData("@relation r\n@attribute a number\n@data\n", "(2,14): the attribute 'a' has the type 'number'; types are numeric, real, integer, string, date, relational and a list of classes in braces.")]
    [InlineData(Two + "@attribute c {x,?}\n@data\n", "(4,17): the list of classes has '?', which in a row is a missing label. Rename the class.")]
    [InlineData(Two + "@attribute c {x,y\n@data\n", "(4,18): the list of classes does not end with '}'. Was the line cut short?")]
    [InlineData(Two + "@attribute c {x}\n@data\n1,2,x,{5}\n", "(6,7): the row has a weight in braces, which is not read. Remove it, and give weights in a column of their own.")]
    [InlineData(Two + "@attribute c {x}\n@data\n1,2,'x' y\n", "(6,9): 'y' stands behind a quoted value; values are separated by commas.")]
    [InlineData(Two + "@attribute c {x,'it\\'s'}\n@data\n1,2,'it\\'\n", "(6,9): a quoted value is not closed. Was the file cut short?")]
    [InlineData("@relation r\n@attribute m relational\n@attribute t0 numeric\n@end m\n@attribute c {x}\n@data\n'1,2',x\n",
        "(7,1): the channels have 2 points; the relational attribute of the header has 1. Correct the row or the header.")]
    public void Errors_name_line_column_and_remedy(string content, string message)
    {
        using var file = new TemporaryFile("a.arff", content);
        Assert.Equal(file.Path + message, Assert.Throws<FormatException>(() => _context.Data.LoadFromArffFile(file.Path)).Message);
    }
}
