using Microsoft.ML.Runtime;
using Microsoft.ML.SeqConv.Kernels;

namespace Microsoft.ML.SeqConv;

/// <summary>Convolution with given kernels: the building block of every model of this library, by itself.</summary>
/// <remarks>
/// <para>
/// | Characteristic | |
/// |---|---|
/// | Does this estimator need to look at the data to train its parameters? | No; it reads the data once, to check it |
/// | Input column data type | Vector of Single, of known size [time] or [channel, time], or of unknown size
/// (ragged, with a pooling) |
/// | Output column data type | Vector of Single of known size, with slot names such as <c>conv k1 t4</c>
/// or <c>max k1</c> |
/// </para>
/// <para>
/// The vectors of tokens are a series whose channels are the vectors' dimensions; where they lie token after token,
/// <see cref="SeriesOptions.Layout"/> is <see cref="SeriesLayout.TimeChannel"/>. A series shorter than a window follows
/// <see cref="SeriesOptions.ShortSeries"/>: with zeros at its end it has one position.
/// </para>
/// </remarks>
public sealed class ConvolutionEstimator : SeriesFeaturizerEstimator<ConvolutionTransformer>
{
    private readonly ConvolutionOptions _options;

    internal ConvolutionEstimator(
        IHostEnvironment env, string outputColumnName, string? inputColumnName, ConvolutionOptions options)
        : base(env, "Convolution1D", outputColumnName, inputColumnName, options)
    {
        _options = (ConvolutionOptions)options.Copy();
        _options.Kernels = [.. options.Kernels.Select(kernel => (float[,])kernel.Clone())];
        _options.Biases = (float[]?)options.Biases?.Clone();
    }

    private protected override int MinimumLength
        => _options.Padding == ConvolutionPadding.Zero ? 1 : (_options.Window - 1) * _options.Dilation + 1;

    private protected override ConvolutionTransformer Fit(
        IHostEnvironment env, SeriesTransformerState state, SeriesSource source)
    {
        if (source.Shape.Channels != _options.Channels)
        {
            SeriesLayout other = SeriesAxes.Other(_options.Layout);
            throw SchemaColumns.Refused(state.InputColumnName,
                $"has {source.Shape.Channels} channels; the kernels have {_options.Channels}. "
                + "Give kernels of [window, channel] for its channels; "
                + "where the column has lost its shape, set NumberOfChannels; "
                + $"where it is {SeriesAxes.Text(other)}, set Layout to {other}.", "input");
        }

        if (_options.Pooling == ConvolutionPooling.None && source.Shape.Length is null)
        {
            throw SchemaColumns.Refused(state.InputColumnName,
                "has series of any length; without pooling every series must have one. "
                + "Choose a Pooling, or a column of known size.", "input");
        }

        return new ConvolutionTransformer(env, state, _options.Model(source.Shape.Length ?? 0));
    }
}
