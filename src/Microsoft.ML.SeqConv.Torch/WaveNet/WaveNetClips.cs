using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.SeqConv.Kernels;

namespace Microsoft.ML.SeqConv;

/// <summary>A clip to learn from.</summary>
/// <param name="Levels">Samples in mu-law.</param>
/// <param name="Speaker">Its speaker's number.</param>
/// <param name="Features">[feature, frame], row-major.</param>
/// <param name="Weight">Of each of its samples.</param>
internal sealed record WaveNetClip(byte[] Levels, int Speaker, float[] Features, float Weight = 1);

/// <summary>The clips of a data view.</summary>
/// <param name="Clips">In order.</param>
/// <param name="Speakers">Names by number.</param>
/// <param name="FeatureChannels">Features of a frame.</param>
/// <param name="SampleRate">Samples a second.</param>
internal sealed record WaveNetClips(
    IReadOnlyList<WaveNetClip> Clips, IReadOnlyList<string> Speakers, int FeatureChannels, int SampleRate)
{
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type.</exception>
    /// <exception cref="InvalidOperationException">A row breaks a rule.</exception>
    public static WaveNetClips Read(IDataView data, WaveNetOptions options, FitMonitor monitor, IChannel channel)
    {
        DataViewSchema.Column audio = data.Schema.Find(options.AudioColumnName, "WaveNet reads the clips from it");
        int sampleRate = new MelOptions { SampleRate = options.SampleRate }.RateOf(audio);
        Recordings.Check(audio, sampleRate);
        DataViewSchema.Column? speaker = options.SpeakerColumnName is string name
            ? data.Schema.Find(name, "WaveNet reads the speakers from it")
            : null;
        if (speaker is { } text && text.Type is not TextDataViewType)
            throw SchemaColumns.Refused(text.Name, $"is {text.Type}; a speaker must be a Text.");
        DataViewSchema.Column? features = options.FeatureColumnName is string other
            ? data.Schema.Find(other, "WaveNet reads the features from it")
            : null;
        int channels = features is { } vector ? SeriesShape.Of(vector.Name, vector.Type, null).Channels : 0;

        SchemaColumns.ShapeOf(data).CheckWeight(options.ExampleWeightColumnName, "WaveNet");
        DataViewSchema.Column? weights = ExampleWeights.Find(data.Schema, options.ExampleWeightColumnName);

        monitor.Begin("reading clips", "clips", data.GetRowCount());
        using DataViewRowCursor cursor = data.GetRowCursor(
            [audio, .. new[] { speaker, features, weights }.OfType<DataViewSchema.Column>()]);
        var reader = new SeriesReader(audio.Name, Recordings.Preparation(audio), cursor.GetIdGetter());
        ValueGetter<VBuffer<float>> getAudio = cursor.GetGetter<VBuffer<float>>(audio);
        ValueGetter<ReadOnlyMemory<char>>? getSpeaker =
            speaker is { } s ? cursor.GetGetter<ReadOnlyMemory<char>>(s) : null;
        ValueGetter<VBuffer<float>>? getFeatures = features is { } f ? cursor.GetGetter<VBuffer<float>>(f) : null;
        var rowWeights = new ExampleWeights(cursor, weights);
        var clips = new List<WaveNetClip>();
        var speakers = new Dictionary<string, int>();
        VBuffer<float> values = default;
        ReadOnlyMemory<char> speakerName = default;
        while (cursor.MoveNext())
        {
            monitor.Report(cursor.Position);
            if (!rowWeights.Read())
                continue;
            getAudio(ref values);
            ReadOnlySpan<float> samples = reader.Read(values);
            var levels = new byte[samples.Length];
            MuLaw.Encode(samples, levels);
            getSpeaker?.Invoke(ref speakerName);
            int number = getSpeaker is null ? 0 : speakers.TryAdd(speakerName.ToString(),
                speakers.Count) ? speakers.Count - 1 : speakers[speakerName.ToString()];
            getFeatures?.Invoke(ref values);
            float[] frames = getFeatures is null ? [] : [.. values.DenseValues()];
            if (getFeatures is not null)
                CheckFeatures(options, frames, channels, levels.Length, cursor.Position);
            clips.Add(new WaveNetClip(levels, number, frames, rowWeights.Current));
        }

        rowWeights.Warn(channel, audio);
        if (clips.Count == 0)
        {
            throw new InvalidOperationException(
                $"Column '{audio.Name}' has no rows{rowWeights.Condition}; WaveNet needs at least one clip. "
                + "Check the data view or its filters.");
        }

        return new(clips, [.. speakers.OrderBy(pair => pair.Value).Select(pair => pair.Key)], channels, sampleRate);
    }

    /// <exception cref="InvalidOperationException">Frames are too few, or a value is not finite.</exception>
    private static void CheckFeatures(WaveNetOptions options, float[] frames, int channels, int samples, long row)
    {
        int needed = (samples + options.FeatureHop - 1) / options.FeatureHop;
        if (frames.Length % channels != 0 || frames.Length / channels < needed)
        {
            throw new InvalidOperationException($"Column '{options.FeatureColumnName}' has {frames.Length / channels} "
                + $"frames in row {row}; {samples} samples at FeatureHop {options.FeatureHop} need {needed}. "
                + "Set FeatureHop to the samples from frame to frame.");
        }

        if (frames.Any(value => !float.IsFinite(value)))
        {
            throw new InvalidOperationException(
                $"Column '{options.FeatureColumnName}' has a value that is not finite in row {row}. "
                + "Correct or remove the row.");
        }
    }
}
