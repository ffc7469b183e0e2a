using Microsoft.ML.Runtime;
using Microsoft.ML.SeqConv.Kernels;
using static TorchSharp.torch;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// WaveNet (van den Oord et al. 2016, arXiv:1609.03499): learns recordings sample by sample, and makes new ones. It may
/// be conditioned on the speaker (global conditioning) and a series of features (local conditioning).
/// Generation runs without libtorch, at a cost for a sample that does not grow with the receptive field. May be
/// used by many threads at once.
/// </summary>
/// <remarks>
/// Samples are 256 levels in mu-law, each predicted by a softmax from those before. Deviations: one filter width
/// throughout (the first causal convolution is an embedding of the level), and sizes that a CPU can train; the
/// paper's are larger.
/// </remarks>
public sealed class WaveNetGenerator
{
    private readonly WaveNetModel _model;
    private readonly WaveNetConditions _conditions;

    internal WaveNetGenerator(WaveNetModel model, WaveNetConditions conditions, int sampleRate, TrainingHistory history)
    {
        _model = model;
        _conditions = conditions;
        SampleRate = sampleRate;
        History = history;
    }

    /// <summary>Samples a second.</summary>
    public int SampleRate { get; }

    /// <summary>The speakers it knows; empty where it was trained without.</summary>
    public IReadOnlyList<string> Speakers => _conditions.Speakers;

    /// <summary>Features of a frame; 0 where it was trained without.</summary>
    public int NumberOfFeatureChannels => _conditions.Features;

    /// <summary>Samples from one frame of features to the next.</summary>
    public int FeatureHop => _conditions.Hop;

    /// <summary>Samples that a prediction depends on.</summary>
    public int ReceptiveField => _model.Shape.ReceptiveField;

    /// <summary>The sizes of the network.</summary>
    internal WaveNetShape Shape => _model.Shape;

    /// <summary>How it was trained.</summary>
    public TrainingHistory History { get; }

    internal WaveNetModel Model => _model;

    internal WaveNetConditions Conditions => _conditions;

    /// <summary>Trains on recordings.</summary>
    /// <param name="context">Gives the seed, the device, progress and cancellation.</param>
    /// <param name="clips">
    /// Has a column of recordings, and columns of speakers and features where the options name them.
    /// </param>
    /// <param name="options">Columns, sizes and training. Default: no conditioning.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// An option is out of its range, or a column is missing or of another type.
    /// </exception>
    /// <exception cref="InvalidOperationException">
    /// There are no clips, a row breaks a rule, or the loss is no number.
    /// </exception>
    /// <exception cref="OperationCanceledException">The context was cancelled.</exception>
    public static WaveNetGenerator Train(MLContext context, IDataView clips, WaveNetOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(clips);
        return WaveNetTraining.Run(context.Transforms.Environment(), clips,
            (options ?? new WaveNetOptions()).CheckedCopy());
    }

    /// <summary>Makes a recording.</summary>
    /// <param name="duration">Its length.</param>
    /// <param name="seed">Another seed, another recording.</param>
    /// <param name="temperature">1: as learned; less: more likely samples; 0: always the likeliest.</param>
    /// <param name="speaker">One of <see cref="Speakers"/>, where there are such.</param>
    /// <param name="features">
    /// [feature, frame], row-major, where it was trained with features: a frame for each
    /// <see cref="FeatureHop"/> samples.
    /// </param>
    /// <param name="cancellation">Ends the work.</param>
    /// <exception cref="ArgumentException">
    /// The speaker is unknown or missing, features are too few or not finite, or the duration or temperature
    /// is out of its range.
    /// </exception>
    public AudioClip Generate(TimeSpan duration, int seed, double temperature = 1, string? speaker = null,
        float[]? features = null, CancellationToken cancellation = default)
    {
        double count = Math.Round(duration.TotalSeconds * SampleRate);
        if (!(count >= 1 && count <= Array.MaxLength / 4))
            throw new ArgumentOutOfRangeException(nameof(duration), duration,
                FormattableString.Invariant($"The duration is {duration.TotalSeconds} s, which is {count} samples; ")
                + FormattableString.Invariant($"at least one is needed, and at most {Array.MaxLength / 4}."));
        Guard.Require(temperature is >= 0 and < double.PositiveInfinity, temperature,
            "it must be finite and at least 0");
        var samples = new float[(int)count];
        float[] local = _conditions.CheckedFeatures(features, samples.Length);
        var stepper = new WaveNetStepper(_model, _conditions.SpeakerVector(speaker));
        var random = new SeededRandom((uint)seed);
        var logits = new float[_model.Shape.Outputs];
        var condition = new float[_conditions.Features];
        int level = MuLaw.Levels / 2;
        for (int t = 0; t < samples.Length; t++)
        {
            if (t % 256 == 0)
                cancellation.ThrowIfCancellationRequested();
            _conditions.FeaturesAt(local, t, condition);
            stepper.Step(level, condition, logits);
            level = Draw(logits, temperature, random);
            samples[t] = MuLaw.Decode((byte)level);
        }

        return new AudioClip(samples, SampleRate);
    }

    /// <summary>
    /// How well it predicts a recording: the mean of -log2 of the probability of each sample's level.
    /// 8 is no knowledge.
    /// </summary>
    /// <param name="clip">At <see cref="SampleRate"/>.</param>
    /// <param name="speaker">As for <see cref="Generate"/>.</param>
    /// <param name="features">As for <see cref="Generate"/>.</param>
    /// <exception cref="ArgumentException">
    /// The clip has another sample rate or no samples, or as for <see cref="Generate"/>.
    /// </exception>
    public double BitsPerSample(AudioClip clip, string? speaker = null, float[]? features = null)
    {
        ArgumentNullException.ThrowIfNull(clip);
        if (clip.SampleRate != SampleRate || clip.Samples.Length == 0)
            throw new ArgumentException($"The clip has {clip.Samples.Length} samples at {clip.SampleRate} samples a "
                + $"second; at least one is needed, at {SampleRate}. Resample it.", nameof(clip));
        double bits = 0;
        Follow(clip.Samples, speaker, features, (level, logits) => bits -= LogProbability(logits, level) / Math.Log(2));
        return bits / clip.Samples.Length;
    }

    /// <summary>
    /// Writes the model to a file: through a temporary file, so that an error leaves an older file as it was.
    /// </summary>
    /// <param name="path">The file, replaced when it exists.</param>
    public void Save(string path) => WaveNetFile.Write(this, path);

    /// <summary>Reads a model from a file.</summary>
    /// <param name="path">A file that <see cref="Save"/> wrote.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="FormatException">The file is damaged or no such model.</exception>
    public static WaveNetGenerator Load(string path) => WaveNetFile.Read(path);

    /// <summary>
    /// Writes one step of generation as an ONNX graph: <c>level</c> [N, 1] Int64 in, <c>logits</c> [N, 256] out, and a
    /// <c>state</c> for each layer in and out, all zeros at first. Conditioned models also take <c>speaker</c> [N, 1]
    /// Int64, the number in <see cref="Speakers"/>, and <c>features</c> [N, features], at the rate of samples:
    /// <see cref="UpsampleFeatures"/> makes them, and the metadata has hop and filters for other programs.
    /// </summary>
    /// <param name="path">The file, replaced when it exists.</param>
    public void SaveStepAsOnnx(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        WaveNetStepGraph.Save(this, path);
    }

    /// <summary>
    /// Brings features to the rate of samples, as the network was trained with: what a step in ONNX Runtime takes.
    /// </summary>
    /// <param name="features">[feature, frame], row-major.</param>
    /// <param name="samples">At least 1.</param>
    /// <returns>[sample, feature], row-major.</returns>
    /// <exception cref="ArgumentException">As for <see cref="Generate"/>.</exception>
    internal float[] UpsampleFeatures(float[] features, int samples)
    {
        Guard.AtLeast(samples, 1);
        float[] local = _conditions.CheckedFeatures(features, samples);
        var result = new float[checked(samples * NumberOfFeatureChannels)];
        for (int t = 0; t < samples; t++)
            _conditions.FeaturesAt(local, t, result.AsSpan(t * NumberOfFeatureChannels, NumberOfFeatureChannels));
        return result;
    }

    /// <summary>Runs over given samples.</summary>
    internal void Follow(ReadOnlySpan<float> samples, string? speaker, float[]? features, Action<int, float[]> visit)
    {
        float[] local = _conditions.CheckedFeatures(features, samples.Length);
        var stepper = new WaveNetStepper(_model, _conditions.SpeakerVector(speaker));
        var logits = new float[_model.Shape.Outputs];
        var condition = new float[_conditions.Features];
        int before = MuLaw.Levels / 2;
        for (int t = 0; t < samples.Length; t++)
        {
            _conditions.FeaturesAt(local, t, condition);
            stepper.Step(before, condition, logits);
            before = MuLaw.Encode(samples[t]);
            visit(before, logits);
        }
    }

    private static double LogProbability(float[] logits, int level)
    {
        double most = logits.Max();
        return logits[level] - most - Math.Log(logits.Sum(value => Math.Exp(value - most)));
    }

    private static int Draw(float[] logits, double temperature, SeededRandom random)
    {
        float most = logits.Max();
        if (temperature == 0)
            return Array.IndexOf(logits, most);
        Span<double> weights = stackalloc double[MuLaw.Levels];
        double sum = 0;
        for (int level = 0; level < weights.Length; level++)
            sum += weights[level] = Math.Exp((logits[level] - most) / temperature);
        double left = random.NextDouble() * sum;
        for (int level = 0; level < weights.Length; level++)
        {
            left -= weights[level];
            if (left < 0)
                return level;
        }

        return weights.Length - 1;
    }
}
