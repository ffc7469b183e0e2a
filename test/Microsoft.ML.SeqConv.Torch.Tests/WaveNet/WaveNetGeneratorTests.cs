using Microsoft.ML.Data;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using Microsoft.ML.SeqConv.Kernels;
using Xunit;

namespace Microsoft.ML.SeqConv.Torch.Tests.WaveNet;

public sealed class WaveNetGeneratorTests : IDisposable
{
    private const int Rate = 8000;

    private readonly MLContext _context = new(1);
    private readonly string _folder = Directory.CreateTempSubdirectory("seqconv").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_tone_is_learned_generated_saved_and_loaded()
    {
        WaveNetGenerator generator = WaveNetGenerator.Train(_context, Clips(24, speakers: false), Small(8));
        AudioClip tone = Clip(300, 400);
        Assert.True(generator.BitsPerSample(tone) < 6,
            $"{generator.BitsPerSample(tone)} bits a sample; no knowledge is 8.");
        AudioClip first = generator.Generate(TimeSpan.FromSeconds(0.05), seed: 1, temperature: 0.5);
        Assert.Equal((400, Rate), (first.Samples.Length, first.SampleRate));
        Assert.Equal(first.Samples, generator.Generate(TimeSpan.FromSeconds(0.05), seed: 1, temperature: 0.5).Samples);
        Assert.NotEqual(first.Samples,
            generator.Generate(TimeSpan.FromSeconds(0.05), seed: 2, temperature: 0.5).Samples);
        Assert.Equal(generator.Generate(TimeSpan.FromSeconds(0.05), 1, temperature: 0).Samples,
            generator.Generate(TimeSpan.FromSeconds(0.05), 2, temperature: 0).Samples);

        string file = Path.Combine(_folder, "tone.wavenet");
        generator.Save(file);
        WaveNetGenerator loaded = WaveNetGenerator.Load(file);
        Assert.Equal(first.Samples, loaded.Generate(TimeSpan.FromSeconds(0.05), seed: 1, temperature: 0.5).Samples);
        Assert.Equal(generator.History.Epochs, loaded.History.Epochs);
        var clips = new float[8][];
        Parallel.For(0, clips.Length,
            i => clips[i] = loaded.Generate(TimeSpan.FromSeconds(0.05), seed: 1, temperature: 0.5).Samples);
        Assert.All(clips, samples => Assert.Equal(first.Samples, samples));
    }

    [Fact]
    public void Speakers_are_distinguished()
    {
        WaveNetOptions options = Small(15);
        options.SpeakerColumnName = "Speaker";
        WaveNetGenerator generator = WaveNetGenerator.Train(_context, Clips(8, speakers: true), options);
        Assert.Equal(["low", "high"], generator.Speakers);
        Assert.True(generator.BitsPerSample(Clip(300, 400), "low") < generator.BitsPerSample(Clip(300, 400), "high"));
        Assert.True(generator.BitsPerSample(Clip(900, 400), "high") < generator.BitsPerSample(Clip(900, 400), "low"));

        Refused("The speaker is 'ann', which the model does not know; it knows low, high. Name one of them.",
            () => generator.Generate(TimeSpan.FromSeconds(1), 1, speaker: "ann"));
        Refused("The speaker is not given; it knows low, high. Name one of them.",
            () => generator.Generate(TimeSpan.FromSeconds(1), 1));
        Refused("Features are given, but the model was trained without.",
            () => generator.Generate(TimeSpan.FromSeconds(1), 1, speaker: "low", features: [1]));
        Refused("temperature is NaN; it must be finite and at least 0.",
            () => generator.Generate(TimeSpan.FromSeconds(1), 1, double.NaN, "low"));
        Refused("The duration is 0 s, which is 0 samples; at least one is needed",
            () => generator.Generate(TimeSpan.Zero, 1, speaker: "low"));
        Refused("The clip has 3 samples at 16000 samples a second; at least one is needed, at 8000. Resample it.",
            () => generator.BitsPerSample(new AudioClip([1, 2, 3], 16000), "low"));
    }

    [Fact]
    public void Features_steer_and_are_checked()
    {
        WaveNetOptions options = Small(2);
        options.FeatureColumnName = "Pitch";
        options.FeatureHop = 40;
        WaveNetGenerator generator = WaveNetGenerator.Train(_context, Clips(4, speakers: false), options);
        Assert.Equal((1, 40), (generator.NumberOfFeatureChannels, generator.FeatureHop));
        Assert.Equal(80, generator.Generate(TimeSpan.FromSeconds(0.01), 1, features: [0.5f, 0.5f]).Samples.Length);
        Refused("There are 1 frames of 1 features; 80 samples need 2, one for each 40.",
            () => generator.Generate(TimeSpan.FromSeconds(0.01), 1, features: [0.5f]));
        Refused("Value 1 of the features is NaN; all must be finite.",
            () => generator.Generate(TimeSpan.FromSeconds(0.01), 1, features: [0.5f, float.NaN]));
        options.FeatureHop = 10;
        Assert.StartsWith("Column 'Pitch' has 10 frames in row 0; 400 samples at FeatureHop 10 need 40.",
            Assert.Throws<InvalidOperationException>(() => WaveNetGenerator.Train(_context, Clips(4, speakers: false),
                options)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(3, 2)]
    public void A_step_in_ONNX_Runtime_follows_the_stepper(int speakers, int features)
    {
        const int length = 60, hop = 20;
        WaveNetAudioSettings settings = WaveNetNetworkTests.Settings(3, 3, 2, speakers, features, hop,
            FeatureUpsampling.TransposedConvolution, 8);
        TorchLibrary.EnsureLoaded();
        using WaveNetAudioNetwork network = WaveNetNetworkTests.Make(settings);
        WaveNetGenerator generator = WaveNetNetworkTests.Generator(network, settings);
        string file = Path.Combine(_folder, "step.onnx");
        generator.SaveStepAsOnnx(file);
        float[] samples = Clip(500, length).Samples;
        float[] frames = [.. Enumerable.Range(0, features * length / hop).Select(i => i / 7f)];
        var expected = new List<float[]>();
        var levels = new List<int>();
        generator.Follow(samples, speakers == 0 ? null : "s2", features == 0 ? null : frames, (level, logits) =>
        {
            levels.Add(level);
            expected.Add([.. logits]);
        });

        using var session = new InferenceSession(file);
        Dictionary<string, DenseTensor<float>> states = session.InputMetadata.Where(
            input => input.Key.StartsWith("state", StringComparison.Ordinal))
            .ToDictionary(input => input.Key,
                input => new DenseTensor<float>(new[] { 1, input.Value.Dimensions[1], input.Value.Dimensions[2] }));
        Assert.Equal(6, states.Count);
        float[] local = features == 0 ? [] : generator.UpsampleFeatures(frames, length);
        for (int t = 0; t < length; t++)
        {
            List<NamedOnnxValue> inputs =
                [.. states.Select(state => NamedOnnxValue.CreateFromTensor(state.Key, state.Value)),
                    Whole("level", t == 0 ? 128 : levels[t - 1])];
            if (speakers > 0)
                inputs.Add(Whole("speaker", 2));
            if (features > 0)
            {
                inputs.Add(NamedOnnxValue.CreateFromTensor("features",
                    new DenseTensor<float>(local.AsMemory(t * features, features), [1, features])));
            }

            using IDisposableReadOnlyCollection<DisposableNamedOnnxValue> outputs = session.Run(inputs);
            float[] logits = [.. outputs.First(output => output.Name == "logits").AsTensor<float>()];
            for (int i = 0; i < logits.Length; i++)
                Assert.Equal(expected[t][i], logits[i], 1e-4);
            foreach (string name in states.Keys)
                states[name] = outputs.First(output => output.Name == "next_" + name).AsTensor<float>().ToDenseTensor();
        }
    }

    [Fact]
    public void Bad_files_and_bad_training_data_are_refused()
    {
        WaveNetGenerator generator = WaveNetGenerator.Train(_context, Clips(3, speakers: false), Small(1));
        string file = Path.Combine(_folder, "a.wavenet");
        generator.Save(file);
        byte[] good = File.ReadAllBytes(file);
        var random = new Random(1);
        for (int i = 0; i < 300; i++)
        {
            byte[] bytes = i % 2 == 0 ? good[..random.Next(good.Length)] : [.. good];
            if (i % 2 == 1)
                bytes[random.Next(80)] ^= (byte)(1 + random.Next(255));
            File.WriteAllBytes(file, bytes);
            try
            {
                WaveNetGenerator.Load(file);
            }
            catch (FormatException error)
            {
                Assert.StartsWith($"The model file '{file}' is damaged: ", error.Message, StringComparison.Ordinal);
            }
        }

        Assert.Throws<FileNotFoundException>(() => WaveNetGenerator.Load(Path.Combine(_folder, "none")));
        Assert.StartsWith("Column 'Audio' has no rows; WaveNet needs at least one clip.",
            Assert.Throws<InvalidOperationException>(() => WaveNetGenerator.Train(_context, Clips(0, speakers: false),
                Small(1))).Message, StringComparison.Ordinal);
        Assert.StartsWith("LayersPerStack is 40; it must be 1 to 20.",
            Assert.Throws<ArgumentOutOfRangeException>(() => WaveNetGenerator.Train(_context, Clips(1, speakers: false),
                new WaveNetOptions { LayersPerStack = 40 })).Message, StringComparison.Ordinal);
        var one = _context.Data.LoadFromEnumerable([new ClipRow { Audio = [0.5f], Speaker = "x", Pitch = [1] }]);
        // shorter than any receptive field
        Assert.Single(WaveNetGenerator.Train(_context, one, Small(1)).History.Epochs);
    }

    [Fact]
    public void Training_can_be_cancelled()
    {
        using var cancellation = new CancellationTokenSource();
        using IDisposable cancelling = _context.CancelOn(cancellation.Token);
        using IDisposable watching = _context.OnFitProgress(_ => cancellation.Cancel());
        Assert.Throws<OperationCanceledException>(
            () => WaveNetGenerator.Train(_context, Clips(4, speakers: false), Small(1000)));
    }

    private static NamedOnnxValue Whole(string name, long value)
        => NamedOnnxValue.CreateFromTensor(name, new DenseTensor<long>(new[] { value }, [1, 1]));

    private static void Refused(string message, Func<object> act)
        => Assert.StartsWith(message, Assert.ThrowsAny<ArgumentException>(act).Message, StringComparison.Ordinal);

    private IDataView Clips(int count, bool speakers)
        => _context.Data.LoadFromEnumerable(Enumerable.Range(0, count).Select(i => new ClipRow
        {
            Audio = Clip(speakers && i % 2 == 1 ? 900 : 300, 400, phase: i).Samples,
            Speaker = i % 2 == 1 ? "high" : "low",
            Pitch = [.. Enumerable.Repeat(0.3f, 10)],
        }).ToList());

    // A little noise, without which levels could be learned by heart.
    private static AudioClip Clip(double hertz, int samples, double phase = 0.4)
    {
        var random = new Random((int)(100 * phase));
        return new(
            [.. Enumerable.Range(0, samples).Select(n => (float)(0.5 * Math.Sin(2 * Math.PI * hertz * n / Rate + phase)
                + 0.05 * (random.NextDouble() - 0.5)))], Rate);
    }

    private static WaveNetOptions Small(int epochs) => new()
    {
        SampleRate = Rate,
        LayersPerStack = 4,
        NumberOfStacks = 2,
        NumberOfChannels = 12,
        NumberOfSkipChannels = 24,
        NumberOfEpochs = epochs,
        BatchSize = 2,
        SegmentLength = 150,
        LearningRate = 5e-3,
        ValidationFraction = 0,
        Seed = 1,
    };

    private sealed class ClipRow
    {
        [VectorType]
        public float[] Audio { get; set; } = [];

        public string Speaker { get; set; } = "";

        [VectorType]
        public float[] Pitch { get; set; } = [];
    }
}
