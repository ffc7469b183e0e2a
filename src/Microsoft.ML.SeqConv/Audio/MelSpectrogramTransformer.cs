using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.SeqConv.Kernels;

namespace Microsoft.ML.SeqConv;

/// <summary>Maps a column of samples to a column of mel spectrograms or cepstral coefficients. Made by <see cref="MelSpectrogramEstimator"/>.</summary>
public sealed class MelSpectrogramTransformer : ColumnTransformer, ISavedColumnTransformer<MelSpectrogramTransformer>
{
    private static readonly SavedFormat Identity = new("SeqConvMelSpectrogram", "SCMELSPC");

    private readonly MelSpectrogram _mel;

    internal MelSpectrogramTransformer(IHostEnvironment env, string outputColumnName, string inputColumnName, MelSpectrogram mel)
        : base(env, outputColumnName, inputColumnName)
        => _mel = mel;

    /// <summary>How spectrograms are computed, in samples.</summary>
    public MelSettings Settings => _mel.Settings;

    static SavedFormat ISavedColumnTransformer<MelSpectrogramTransformer>.Identity => Identity;

    private protected override SavedFormat Format => Identity;

    private protected override SeriesPreparation GraphPreparation(DataViewSchema.Column input)
        => Recordings.Preparation(input) with
        {
            MinimumLength = Settings.MinGraphLength,
            SampleRate = Settings.SampleRate,
        };

    static MelSpectrogramTransformer ISavedColumnTransformer<MelSpectrogramTransformer>.Read(IHostEnvironment env, string outputColumnName, string inputColumnName, BinaryReader reader)
        => new(env, outputColumnName, inputColumnName, new MelSpectrogram(SavedMelSettings.Read(reader)));

    // *** Binary format ***
    // the settings, see SavedMelSettings
    private protected override void WriteModel(BinaryWriter writer) => SavedMelSettings.Write(writer, _mel.Settings);

    private protected override void CheckInput(DataViewSchema.Column column) => Recordings.Check(column, Settings.SampleRate);

    private protected override DataViewSchema.DetachedColumn OutputOf(DataViewSchema.Column input)
    {
        int frames = input.Type is VectorDataViewType { IsKnownSize: true } known ? _mel.LengthOf(known.Size) / _mel.Channels : 0;
        return new DataViewSchema.DetachedColumn(OutputColumnName, new VectorDataViewType(NumberDataViewType.Single, _mel.Channels, frames));
    }

    private protected override Delegate MakeGetter(DataViewRow row, DataViewSchema.Column input)
    {
        ValueGetter<VBuffer<float>> getSamples = row.GetGetter<VBuffer<float>>(input);
        var reader = new SeriesReader(input.Name, Recordings.Preparation(input), row.GetIdGetter());
        MelSpectrogram.Worker worker = _mel.CreateWorker();
        VBuffer<float> source = default;
        return (ValueGetter<VBuffer<float>>)((ref VBuffer<float> spectrogram) =>
        {
            getSamples(ref source);
            ReadOnlySpan<float> samples = reader.Read(source);
            VBufferEditor<float> editor = VBufferEditor.Create(ref spectrogram, _mel.LengthOf(samples.Length));
            worker.Transform(samples, editor.Values);
            spectrogram = editor.Commit();
        });
    }

    private protected override string WriteGraph(GraphWriter graph, string series, int? length) => MelGraph.Write(graph, _mel, series, length);
}
