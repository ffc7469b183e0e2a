using System.Diagnostics;
using System.Globalization;

namespace Microsoft.ML.SeqConv.Benchmarks;

/// <summary>
/// Test accuracy and training time of InceptionTime (five networks by default) on series of the public archive:
/// <c>series-networks --epochs N --batch N [--networks N] [--seed N] SET...</c>. The sets are read from the folder
/// named by SEQCONV_DATA.
/// </summary>
internal static class SeriesNetworkStudy
{
    public static int Run(string[] args)
    {
        string? root = Environment.GetEnvironmentVariable("SEQCONV_DATA");
        if (!Directory.Exists(root))
        {
            Console.Error.WriteLine("Set SEQCONV_DATA to the folder that holds tsc/.");
            return 2;
        }

        int epochs = 100, batch = 16, networks = 5, seed = 1;
        var sets = new List<string>();
        for (int i = 0; i < args.Length; i++)
        {
            switch (args[i])
            {
                case "--epochs":
                    epochs = int.Parse(args[++i], CultureInfo.InvariantCulture);
                    break;
                case "--batch":
                    batch = int.Parse(args[++i], CultureInfo.InvariantCulture);
                    break;
                case "--networks":
                    networks = int.Parse(args[++i], CultureInfo.InvariantCulture);
                    break;
                case "--seed":
                    seed = int.Parse(args[++i], CultureInfo.InvariantCulture);
                    break;
                default:
                    sets.Add(args[i]);
                    break;
            }
        }

        Console.WriteLine("| set | networks | epochs | batch | accuracy | right of test cases | seconds | processor "
            + "seconds a network and epoch |\n|---|---|---|---|---|---|---|---|");
        foreach (string set in sets)
        {
            string train = Directory.EnumerateFiles(root, $"{set}_TRAIN.*", SearchOption.AllDirectories).First();
            var context = new MLContext(seed);
            IDataView test = context.Data.LoadFromSeriesFile(
                train.Replace("_TRAIN.", "_TEST.", StringComparison.Ordinal));
            var pipeline = context.Transforms.Conversion.MapValueToKey("LabelKey", "Label")
                .Append(context.MulticlassClassification.Trainers.InceptionTime(
                    new InceptionTimeTrainer.Options
                    {
                        LabelColumnName = "LabelKey",
                        NumberOfNetworks = networks,
                        NumberOfEpochs = epochs,
                        BatchSize = batch,
                        MissingValues = MissingValues.Interpolate
                    }));
            long start = Stopwatch.GetTimestamp();
            TimeSpan processor = Environment.CpuUsage.TotalTime;
            using var model = pipeline.Fit(context.Data.LoadFromSeriesFile(train));
            double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
            double processorSeconds = (Environment.CpuUsage.TotalTime - processor).TotalSeconds / networks / epochs;
            var counts = context.MulticlassClassification
                .Evaluate(model.Transform(test), "LabelKey").ConfusionMatrix.Counts;
            double right = counts.Select((row, i) => row[i]).Sum();
            double cases = counts.Sum(row => row.Sum());
            Console.WriteLine($"| {set} | {networks} | {epochs} | {batch} | {right / cases:F4} | {right} of {cases} | "
                + $"{seconds:F0} | {processorSeconds:F3} |");
        }

        return 0;
    }
}
