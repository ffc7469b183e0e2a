using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.ML.SeqConv.TestKit;
using Xunit;

namespace Microsoft.ML.SeqConv.Packages.Tests;

/// <summary>
/// The packages as a user gets them: installed into empty applications, which know nothing of this repository.
/// </summary>
[Collection("Packages")]
public class InstallTests(PackedFolder packed)
{
    private const string Usings = "using Microsoft.ML;\nusing Microsoft.ML.Data;\n";

    [Fact]
    public void The_quick_start_of_the_readme_runs_and_another_program_loads_its_model()
    {
        (string train, string test) = WriteSeries("quick");
        var quickStart = new FreshApplication(packed, "QuickStart", $"""
            {Usings}
            string trainFile = args[0];
            string testFile = args[1];
            {TenLines()}
            mlContext.Model.Save(model, train.Schema, "model.zip");
            """, $"SeqConv.MLNet {packed.Version}");
        string output = quickStart.Run(train, test);
        Assert.InRange(double.Parse(output.Trim(), CultureInfo.InvariantCulture), 0.95, 1);

        // Names nothing of SeqConv but the reader: the model file says what is to be loaded.
        var loading = new FreshApplication(packed, "Loading", $"""
            {Usings}
            var mlContext = new MLContext();
            ITransformer model = mlContext.Model.Load(args[0], out _);
            IDataView test = mlContext.Data.LoadFromTsFile(args[1]);
            string[] labels = [.. test.GetColumn<string>("Label")];
            string[] predicted = [.. model.Transform(test).GetColumn<string>("PredictedLabel")];
            Console.WriteLine(labels.Zip(predicted).Average(pair => pair.First == pair.Second ? 1.0 : 0.0));
            """, $"SeqConv.MLNet {packed.Version}");
        Assert.Equal(double.Parse(output, CultureInfo.InvariantCulture),
            double.Parse(loading.Run(quickStart.PathOf("model.zip"), test), CultureInfo.InvariantCulture), 1e-9);
    }

    // On Linux with an older C++ runtime this passes only with the copy of the native library that the
    // package's targets write.
    [Fact]
    public void A_network_trains_where_the_package_and_libtorch_are_added()
    {
        Assert.SkipWhen(FreshApplication.Libtorch is null, "libtorch has no package for this system.");
        (string train, string test) = WriteSeries("network");
        var networks = new FreshApplication(packed, "Networks", $$"""
            {{Usings}}using Microsoft.ML.SeqConv;

            var mlContext = new MLContext(seed: 1);
            IDataView train = mlContext.Data.LoadFromTsFile(args[0]);
            var options = new InceptionTimeTrainer.Options { NumberOfEpochs = 2, NumberOfNetworks = 1, Depth = 3, NumberOfFilters = 8, BatchSize = 8 };
            using var model = mlContext.Transforms.Conversion.MapValueToKey("Label").Append(mlContext.MulticlassClassification.Trainers.InceptionTime(options)).Fit(train);
            IDataView scored = model.Transform(mlContext.Data.LoadFromTsFile(args[1]));
            Console.WriteLine($"{model.LastTransformer.Histories[0].Epochs.Count} epochs, sums of scores {string.Join(' ', scored.GetColumn<float[]>("Score").Select(scores => scores.Sum().ToString("F3")).Distinct())}");
            """, $"SeqConv.MLNet.Torch {packed.Version}", FreshApplication.Libtorch!);
        Assert.Equal("2 epochs, sums of scores 1.000", networks.Run(train, test).Trim());
        if (OperatingSystem.IsLinux())
            Assert.True(File.Exists(networks.PathOf("obj/Release/net10.0/relaxed/libLibTorchSharp.so")),
                "The package's targets did not run.");
    }

    // The first listing of the README's quick start, word for word.
    private static string TenLines()
    {
        string readme = File.ReadAllText(Path.Combine(Folders.Repository, "README.md")).ReplaceLineEndings("\n");
        Match listing = Regex.Match(readme, @"^## Ten lines.*?\n```csharp\n(?<code>.*?)\n```$",
            RegexOptions.Singleline | RegexOptions.Multiline);
        Assert.True(listing.Success, "README.md has no listing under '## Ten lines'.");
        return listing.Groups["code"].Value;
    }

    // Two classes: sine waves of two frequencies, with noise.
    private (string Train, string Test) WriteSeries(string name)
    {
        var random = new Random(1);
        string Write(string part, int count)
        {
            string path = Path.Combine(packed.Root, $"{name}_{part}.ts");
            IEnumerable<string> rows = Enumerable.Range(0, count).Select(i =>
            {
                double phase = random.NextDouble() * Math.Tau;
                IEnumerable<string> points = Enumerable.Range(0, 60).Select(
                    t => (Math.Sin(phase + t * (i % 2 == 0 ? 0.2 : 0.5)) + 0.3 * random.NextDouble()).ToString("F4",
                        CultureInfo.InvariantCulture));
                return $"{string.Join(',', points)}:{(i % 2 == 0 ? "slow" : "fast")}";
            });
            File.WriteAllLines(path, ["@problemName Waves", "@timestamps false", "@univariate true",
                "@equalLength true", "@seriesLength 60", "@classLabel true slow fast", "@data", .. rows]);
            return path;
        }

        return (Write("TRAIN", 40), Write("TEST", 60));
    }
}

/// <summary>Packed once, and one application after the other.</summary>
[CollectionDefinition("Packages", DisableParallelization = true)]
public class PackedOnce : ICollectionFixture<PackedFolder>;
