using System.Text;
using Microsoft.ML.Data;
using Microsoft.ML.SeqConv.Samples.ModelBuilder;
using Microsoft.ML.SeqConv.TestKit;
using Microsoft.ML.SeqConv.TestKit.Fuzzing;

namespace Microsoft.ML.SeqConv.Torch.Tests.Fuzzing;

/// <summary>
/// Readers of what networks need: word vectors, checkpoints, generators of audio and Model Builder's files.
/// </summary>
internal static class NetworkFileTargets
{
    /// <summary>By name.</summary>
    public static IReadOnlyDictionary<string, Func<FuzzTarget>> All { get; } = new Dictionary<string, Func<FuzzTarget>>
    {
        ["vectors-binary"] = () => new("vectors-binary", [BinaryVectors()],
            FuzzTarget.FromPath("vectors.bin", ReadVectors)),
        ["vectors-text"] = () => new("vectors-text",
            [Utf8("a 1 2.5 -3\nb 4 5 6e-2\n"), Utf8("2 3\na 1 2 3\nb 4 5 6\n")],
            FuzzTarget.FromPath("vectors.txt", ReadVectors))
        {
            IsText = true,
        },
        ["network-checkpoint"] = NetworkCheckpoint,
        ["wavenet"] = WaveNet,
        ["network-sections"] = NetworkSections,
        ["mbconfig"] = ModelBuilderFile,
    };

    private static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);

    private static void ReadVectors(string path)
    {
        using WordVectorReader reader = WordVectorReader.Open(path);
        while (reader.Read())
        {
        }
    }

    private static byte[] BinaryVectors()
    {
        using var stream = new MemoryStream();
        stream.Write("3 4\n"u8);
        foreach (string word in (ReadOnlySpan<string>)["the", "of", "word"])
        {
            stream.Write(Utf8(word + " "));
            for (int i = 0; i < 4; i++)
                stream.Write(BitConverter.GetBytes(0.5f * i));
            stream.Write("\n"u8);
        }

        return stream.ToArray();
    }

    private static FuzzTarget NetworkCheckpoint()
    {
        string[] classes = ["a", "b"];
        var network = new FcnNetwork(new FcnSettings(1, 2, 2, ConvolutionKind.Full));
        var optimizer = new Adam(network);
        using var progress = new TrainingProgress(network, optimizer);
        progress.Add(new TrainingEpoch
        {
            Epoch = 1,
            LearningRate = 0.1,
            Loss = 0.5,
            Metric = 0.5,
            ValidationLoss = 0.5,
            ValidationMetric = 0.5
        }, 0.5, tiesToLater: false);
        byte[] file = FuzzTarget.BytesOf(path => Checkpoint.Write(path, progress, classes));
        return new("network-checkpoint", [file], FuzzTarget.FromPath("a.checkpoint", path =>
        {
            using var resumed = new TrainingProgress(network, optimizer);
            Checkpoint.Read(path, resumed, classes);
        }))
        {
            HasChecksum = true,
            Documented = [typeof(InvalidOperationException)],       // of a training on other classes
        };
    }

    private static FuzzTarget NetworkSections()
    {
        string[] kinds = ["series", "fcn", "resnet", "text", "audio", "forecast"];
        IDataView row = new MLContext(1).Data.TakeRows(NetworkModels.Data("series"), 1);
        return FuzzTarget.OfSections("network-sections", [.. kinds.Select(kind =>
        {
            byte[] file = NetworkModels.Train(kind).File;
            return (file, ModelSections.OfThisLibrary(file).Single());
        })], (model, number) =>
            _ = model.Transform(row).GetColumn<float[]>(kinds[number] == "forecast" ? "Forecast" : "Score").ToArray());
    }

    private static FuzzTarget WaveNet()
    {
        WaveNetGenerator generator = NetworkModels.TrainWaveNet();
        return new("wavenet", [FuzzTarget.BytesOf(generator.Save)],
            FuzzTarget.FromPath("a.wavenet", path => WaveNetGenerator.Load(path)))
        {
            HasChecksum = true,
        };
    }

    private static FuzzTarget ModelBuilderFile()
    {
        const string file = """
            {
              "Scenario": "Classification",
              "DataSource": { "Type": "Folder", "Version": 1, "FolderPath": "." },
              "TrainingOption": { "Version": 0, "Epoch": 5, "ValidationOption": { "Version": 0, "FilePath": "input.mbconfig" } }
            }
            """;
        return new("mbconfig", [Utf8(file)], FuzzTarget.FromPath("input.mbconfig", path => MbConfig.Read(path)))
        {
            IsText = true,
            Documented = [typeof(FileNotFoundException)],           // of data that a mutated path names
        };
    }
}
