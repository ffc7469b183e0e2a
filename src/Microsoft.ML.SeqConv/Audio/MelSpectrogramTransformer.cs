using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.SeqConv.Kernels;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// Maps a column of samples to a column of mel spectrograms or cepstral coefficients. Made by
/// <see cref="MelSpectrogramEstimator"/>.
/// </summary>
public sealed class MelSpectrogramTransformer : ColumnTransformer, ISavedComponent<MelSpectrogramTransformer>
{
    private static readonly SavedFormat Identity = new("SeqConvMelSpectrogram", "SCMELSPC", SectionPrefix.ColumnPair);

    private readonly MelSpectrogram _mel;

    internal MelSpectrogramTransformer(
        IHostEnvironment env, string outputColumnName, string inputColumnName, MelSpectrogram mel)
        : base(env, Identity, outputColumnName, inputColumnName)
        => _mel = mel;

    /// <summary>How spectrograms are computed, in samples.</summary>
    internal MelSettings Settings => _mel.Settings;

    static SavedFormat ISavedComponent<MelSpectrogramTransformer>.Identity => Identity;

    static MelSpectrogramTransformer ISavedComponent<MelSpectrogramTransformer>.Read(SavedSection section) => new(
        section.Environment, section.OutputColumnName, section.InputColumnName,
        new MelSpectrogram(SavedMelSettings.Read(section.Reader)));

    // *** Binary format ***
    // the settings, see SavedMelSettings
    private protected override void WriteModel(BinaryWriter writer) => SavedMelSettings.Write(writer, _mel.Settings);

    private protected override void CheckInput(DataViewSchema.Column column)
        => Recordings.Check(column, Settings.SampleRate);

    private protected override DataViewSchema.DetachedColumn[] OutputsOf(
        DataViewSchema schema, DataViewSchema.Column input)
    {
        int frames = input.Type is VectorDataViewType { IsKnownSize: true } known
            ? _mel.LengthOf(known.Size) / _mel.NumberOfChannels
            : 0;
        return [new(OutputColumnName,
            new VectorDataViewType(NumberDataViewType.Single, _mel.NumberOfChannels, frames))];
    }

    private protected override Func<int, Delegate> Open(DataViewRow row, DataViewSchema.Column input)
    {
        ValueGetter<VBuffer<float>> getSamples = row.GetGetter<VBuffer<float>>(input);
        var reader = new SeriesReader(input.Name, Recordings.Preparation(input), row.GetIdGetter());
        MelSpectrogram.Worker worker = _mel.CreateWorker();
        VBuffer<float> source = default;
        return _ => (ValueGetter<VBuffer<float>>)((ref VBuffer<float> spectrogram) =>
        {
            getSamples(ref source);
            ReadOnlySpan<float> samples = reader.Read(source);
            VBufferEditor<float> editor = VBufferEditor.Create(ref spectrogram, _mel.LengthOf(samples.Length));
            worker.Transform(samples, editor.Values);
            spectrogram = editor.Commit();
        });
    }

    private protected override bool CanWriteGraph(DataViewSchema.Column input, bool wholePipeline) => true;

    private protected override void WriteGraph(
        GraphWriter graph, DataViewSchema.Column input, DataViewSchema.DetachedColumn[] outputs)
    {
        SeriesPreparation preparation = Recordings.Preparation(input) with
        {
            MinimumLength = Settings.MinGraphLength,
            SampleRate = Settings.SampleRate,
        };
        (string series, int? length) = SeriesInput.Write(graph, input, preparation, SeriesInput.UnknownFeatures);
        string mel = MelGraph.Write(graph, _mel, series, length);
        string output = graph.AddColumn(outputs[0].Type, OutputColumnName);
        graph.AddTo(output, "Identity", $"{OutputColumnName}/output", [mel]);
    }
}
