using System.Text;

namespace Microsoft.ML.SeqConv.TestKit.Fuzzing;

/// <summary>Readers of data: .ts, .arff, UCR's text and .wav.</summary>
public static class SeriesFileTargets
{
    /// <summary>By name.</summary>
    public static IReadOnlyDictionary<string, Func<FuzzTarget>> All { get; } = new Dictionary<string, Func<FuzzTarget>>
    {
        ["ts"] = () => OfText("ts",
            "@problemName A\n@timeStamps false\n@univariate true\n@equalLength true\n@seriesLength 3\n@classLabel true "
            + "a b\n@data\n1,2,3:a\n4.5,?,-6e2:b\n",
            "@problemName B\n@timeStamps true\n@missing false\n@dimensions 2\n@targetLabel "
            + "true\n@data\n(0,1.5),(1,2):(0,3),(1,4):0.5\n(0,7),(1,8):(0,9),(1,1):2\n"),
        ["arff"] = () => OfText("arff",
            "% c\n@relation r\n@attribute t0 numeric\n@attribute 't 1' real\n@attribute class {a,'b "
            + "c'}\n@data\n1,2,a\n3.5,?,'b c'\n",
            "@relation m\n@attribute s relational\n@attribute t0 numeric\n@attribute t1 numeric\n@end s\n@attribute "
            + "class {x,y}\n@data\n'1,2\\n3,4',x\n\"5,6\\n7,8\",y\n"),
        ["ucr"] = () => OfText("tsv", "1\t0.5\t-1e-3\t2\n2\t3\tNaN\t4\n", "1,2,3\n2,4,5\n", "  1.0 2.5 3\n  -1 4 5\n"),
        ["wav"] = () => new FuzzTarget("wav", [Wave([1, -1, 0.5f, 0]), Wave(new float[300])], file =>
        {
            using var stream = new MemoryStream(file, writable: false);
            WaveFile.Read(stream, "input.wav");
        }),
    };

    private static byte[] Wave(float[] samples) => FuzzTarget.BytesOf(path => WaveFile.Write(path, samples, 8000));

    private static FuzzTarget OfText(string extension, params string[] seeds)
    {
        var context = new MLContext(1);
        return new(extension == "tsv" ? "ucr" : extension, [.. seeds.Select(Encoding.UTF8.GetBytes)], file =>
            context.Data.LoadFromSeriesFile(() => new MemoryStream(file, writable: false), $"input.{extension}"))
        {
            IsText = true,
        };
    }
}
