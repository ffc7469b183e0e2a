using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.SeqConv.Kernels;

namespace Microsoft.ML.SeqConv;

/// <summary>Maps a column of paths to a column of samples. Made by <see cref="LoadAudioEstimator"/>.</summary>
public sealed class LoadAudioTransformer : ColumnTransformer, ISavedComponent<LoadAudioTransformer>
{
    private static readonly SavedFormat Identity = new("SeqConvLoadAudio", "SCLDAUDI", SectionPrefix.ColumnPair);

    private readonly string? _folder;

    internal LoadAudioTransformer(
        IHostEnvironment env, string outputColumnName, string inputColumnName, string? folder, int sampleRate)
        : base(env, Identity, outputColumnName, inputColumnName)
    {
        Guard.Within(sampleRate, 1, MelSettings.MaxSampleRate);
        _folder = string.IsNullOrEmpty(folder) ? null : folder;
        SampleRate = sampleRate;
    }

    /// <summary>Samples a second; files of another rate are resampled.</summary>
    public int SampleRate { get; }

    static SavedFormat ISavedComponent<LoadAudioTransformer>.Identity => Identity;

    static LoadAudioTransformer ISavedComponent<LoadAudioTransformer>.Read(SavedSection section) => new(
        section.Environment, section.OutputColumnName, section.InputColumnName, section.Reader.ReadText(),
        section.Reader.ReadInt32());

    // *** Binary format ***
    // string: the folder, empty for none; int: sample rate
    private protected override void WriteModel(BinaryWriter writer)
    {
        writer.Write(_folder ?? "");
        writer.Write(SampleRate);
    }

    private protected override void CheckInput(DataViewSchema.Column column)
    {
        if (column.Type is not TextDataViewType)
            throw SchemaColumns.Refused(column.Name, $"is {column.Type}; LoadAudio needs Text: "
                + "the path of a WAV file.");
    }

    private protected override DataViewSchema.DetachedColumn[] OutputsOf(
        DataViewSchema schema, DataViewSchema.Column input) =>
    [
        new(OutputColumnName, new VectorDataViewType(NumberDataViewType.Single), SampleRateAnnotation.Make(SampleRate)),
    ];

    private protected override Func<int, Delegate> Open(DataViewRow row, DataViewSchema.Column input)
    {
        ValueGetter<ReadOnlyMemory<char>> getPath = row.GetGetter<ReadOnlyMemory<char>>(input);
        ValueGetter<DataViewRowId> getId = row.GetIdGetter();
        var clips = new ClipReader(SampleRate, message => Environment.Warn(nameof(LoadAudioTransformer), message));
        ReadOnlyMemory<char> path = default;
        DataViewRowId id = default;
        return _ => (ValueGetter<VBuffer<float>>)((ref VBuffer<float> samples) =>
        {
            getPath(ref path);
            if (path.Span.IsWhiteSpace())
            {
                getId(ref id);
                throw new InvalidOperationException($"Column '{input.Name}' names no file in row {id.Low}; "
                    + "LoadAudio needs the path of a WAV file. Correct or remove the row.");
            }

            clips.Read(_folder is null ? path.ToString() : Path.Combine(_folder, path.ToString()), ref samples);
        });
    }
}
