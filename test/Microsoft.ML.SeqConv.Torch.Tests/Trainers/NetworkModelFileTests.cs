using System.Runtime.InteropServices;
using System.Text;
using CsCheck;
using Microsoft.ML.Data;
using Microsoft.ML.SeqConv.TestKit;
using Microsoft.ML.SeqConv.Torch.Tests.Fuzzing;
using Xunit;

namespace Microsoft.ML.SeqConv.Torch.Tests.Trainers;

/// <summary>Model files with networks are data: numbers, words and sizes; damaged ones are refused.</summary>
public class NetworkModelFileTests
{
    private readonly MLContext _context = new(1);

    public static TheoryData<string> Kinds => ["series", "fcn", "resnet", "text", "characters", "audio", "forecast"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_damaged_section_is_refused_by_name(string kind)
    {
        byte[] file = NetworkModels.Train(kind).File;
        string section = ModelSections.OfThisLibrary(file).Single();
        Gen.Select(Gen.Double[0, 1], Gen.Byte[1, 255]).Sample((at, change) =>
        {
            byte[] damaged = ModelSections.Rewrite(file, section, bytes =>
            {
                (int start, int length) = ModelSections.PartOf(bytes).GetOffsetAndLength(bytes.Length);
                bytes[start + (int)(at * (length - 1))] ^= change;
                return bytes;
            });
            FormatException error = Assert.Throws<FormatException>(() => ModelSections.Load(damaged));
            Assert.StartsWith("The section 'SeqConv", error.Message);
        }, iter: kind == "characters" ? 5 : 100, threads: 1);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_section_that_was_edited_on_purpose_is_refused_before_libtorch_or_works(string kind)
    {
        (byte[] file, IDataView data) = NetworkModels.Train(kind);
        string section = ModelSections.OfThisLibrary(file).Single();
        IDataView row = _context.Data.TakeRows(data, 2);
        Gen.Select(
            Gen.Select(
                Gen.OneOf(Gen.Double[0, 1], Gen.Double[0, 0.03]),
                Gen.OneOf(Gen.Byte, Gen.OneOfConst<byte>(0, 1, 255))).Array[1, 4],
            Gen.Double[0, 1.3])
            .Sample((edits, keep) =>
        {
            byte[] edited = ModelSections.Rewrite(file, section, bytes =>
            {
                byte[] content = ModelSections.ContentOf(bytes);
                foreach ((double at, byte value) in edits)
                    content[(int)(at * (content.Length - 1))] = value;
                return ModelSections.WithContent(bytes, keep < 1 ? content[..(int)(keep * content.Length)] : content);
            });
            long before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                ITransformer model = ModelSections.Load(edited);
                foreach (float[] _ in model.Transform(row).GetColumn<float[]>(
                    kind == "forecast" ? "Forecast" : "Score"))
                {
                }
            }
            catch (Exception error) when (error is FormatException { InnerException: not ExternalException }
                or InvalidOperationException or ArgumentOutOfRangeException)
            {
            }

            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 200L << 20);
        }, iter: kind == "characters" ? 20 : 300, threads: 1);
    }

    // Sizes at the edges of their ranges, which libtorch answers in its own words.
    [Theory]
    [InlineData("audio", "NumberOfLstmCells")]
    [InlineData("audio", "NumberOfDenseUnits")]
    [InlineData("audio", "NumberOfReducedFeatures")]
    [InlineData("text", "NumberOfFilters")]
    [InlineData("text", "Dimension")]
    [InlineData("characters", "NumberOfUnits")]
    [InlineData("series", "NumberOfFilters")]
    [InlineData("series", "KernelSize")]
    [InlineData("series", "Depth")]
    public void A_size_that_no_option_can_have_is_named(string kind, string option)
    {
        byte[] file = NetworkModels.Train(kind).File;
        string section = ModelSections.OfThisLibrary(file).Single();
        byte[] content = ModelSections.ContentOf(ModelSections.Read(file, section));
        bool named = false;
        for (int at = 0; at < Math.Min(2000, content.Length - sizeof(int)) && !named; at++)
        {
            byte[] edited = [.. content];
            BitConverter.TryWriteBytes(edited.AsSpan(at), 0);
            try
            {
                (ModelSections.Load(ModelSections.Rewrite(
                    file, section, bytes => ModelSections.WithContent(bytes, edited))) as IDisposable)?.Dispose();
            }
            catch (FormatException error)
            {
                named = error.Message.Contains($"damaged: {option} is 0; it must be 1 to ", StringComparison.Ordinal);
            }
        }

        Assert.True(named);
    }

    [Theory]
    [InlineData("series", "SeqConvSeriesNetwork", "module1.bottleneck", "module9.bottleneck")]
    [InlineData("text", "SeqConvTextCnn", "head.weight", "head.waight")]
    [InlineData("audio", "SeqConvCldnn", "lstm0.lstm.bias_hh_l0", "lstm9.lstm.bias_hh_l0")]
    [InlineData("characters", "SeqConvVdcnn", "level0_block0.convolution0", "level9_block0.convolution0")]
    [InlineData("forecast", "SeqConvWaveNetForecast", "stack.hidden.weight", "stack.hydden.weight")]
    public void Weights_of_another_network_are_named(string kind, string section, string name, string changed)
    {
        (byte[] file, _) = NetworkModels.Train(kind);
        byte[] edited = ModelSections.Rewrite(file, ModelSections.EntryOf(file, section), bytes =>
        {
            byte[] content = ModelSections.ContentOf(bytes);
            int at = content.AsSpan().IndexOf(Encoding.UTF8.GetBytes(name));
            Assert.True(at > 0);
            Encoding.UTF8.GetBytes(changed).CopyTo(content, at);
            return ModelSections.WithContent(bytes, content);
        });
        FormatException error = Assert.Throws<FormatException>(() => ModelSections.Load(edited));
        Assert.StartsWith($"The section '{section}' of the model file is damaged: ", error.Message);
        Assert.Contains(changed, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("inceptiontime-1.zip")]
    [InlineData("textcnn-1.zip")]
    [InlineData("audio-cldnn-1.zip")]
    [InlineData("inceptiontime-2.zip")]
    [InlineData("textcnn-2.zip")]
    [InlineData("audio-cldnn-2.zip")]
    public void Models_of_every_format_version_still_load_and_predict(string file)
    {
        string path = Path.Combine(Folders.Repository, "test", "Models", file);
        string kind = file.StartsWith("text", StringComparison.Ordinal) ? "text" : file.StartsWith("audio",
            StringComparison.Ordinal) ? "audio" : "series";
        if (Environment.GetEnvironmentVariable("SEQCONV_APPROVE") == "1" && !File.Exists(path))
            File.WriteAllBytes(path, NetworkModels.Train(kind, epochs: 60).File);
        ITransformer model = _context.Model.Load(path, out _);
        IDataView scored = model.Transform(NetworkModels.Data(kind));
        Assert.InRange(_context.MulticlassClassification.Evaluate(scored, "LabelKey").MicroAccuracy, 0.95, 1);
    }
}
