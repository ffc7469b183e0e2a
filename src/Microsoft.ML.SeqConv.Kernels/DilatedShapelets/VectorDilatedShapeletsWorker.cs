using System.Runtime.CompilerServices;

namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>
/// The transform by dilated shapelets, vectorised over the windows of one series, two shapelets at once where they have
/// their channel in common.
/// </summary>
internal sealed unsafe class VectorDilatedShapeletsWorker : FeaturizerWorker
{
    private readonly DilatedShapeletsModel _model;
    private readonly ScalarDilatedShapeletsWorker _scalar;
    private readonly ShapeletDistances _distances;
    private readonly PinnedBuffer<float> _values;
    private readonly int[] _starts;             // of each group that shares windows, and where the last ends
    private readonly bool[] _canPair;           // [shapelet]: with the next one
    private readonly ShapeletMatch[] _matches;  // [shapelet]

    public VectorDilatedShapeletsWorker(DilatedShapeletsModel model)
    {
        _model = model;
        _scalar = new ScalarDilatedShapeletsWorker(model);
        _distances = new ShapeletDistances(model.NumberOfChannels, model.ShapeletLength);
        _matches = new ShapeletMatch[model.Shapelets.Length];
        _values = new PinnedBuffer<float>(model.Values.Length);
        model.Values.CopyTo(_values.Span);
        DilatedShapelet[] shapelets = model.Shapelets;
        _starts = [.. Enumerable.Range(0, shapelets.Length + 1).Where(i =>
            i == 0 || i == shapelets.Length || !shapelets[i].SharesWindowsWith(shapelets[i - 1]))];
        _canPair = [.. shapelets.Select((one, i) => i + 1 < shapelets.Length && CanPair(one, shapelets[i + 1]))];
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Transform(ReadOnlySpan<float> series, Span<float> features)
    {
        LengthOf(series, _model.NumberOfChannels);
        _distances.Load(series);
        _matches.AsSpan().Fill(ShapeletMatch.None);
        for (int group = 0; group < _starts.Length - 1; group++)
        {
            _distances.Begin(_model.Shapelets[_starts[group]]);
            if (_distances.IsTooShort)
                MatchShort(series, _starts[group], _starts[group + 1]);
            while (_distances.NextBlock())
                MatchBlock(_starts[group], _starts[group + 1]);
        }

        for (int i = 0; i < _matches.Length; i++)
            _model.Place(i, _matches[i], features);
        _model.Range?.Limit(features);
    }

    private void MatchShort(ReadOnlySpan<float> series, int from, int to)
    {
        for (int i = from; i < to; i++)
            _matches[i] = _scalar.Match(series, _model.Shapelets[i]);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void MatchBlock(int from, int to)
    {
        DilatedShapelet[] shapelets = _model.Shapelets;
        for (int i = from; i < to; i++)
        {
            ref readonly DilatedShapelet shapelet = ref shapelets[i];
            ref ShapeletMatch match = ref _matches[i];
            if (_canPair[i])
            {
                i++;
                _distances.MatchTwo(shapelet, ValuesOf(shapelet), shapelets[i], ValuesOf(shapelets[i]),
                    ref match, ref _matches[i]);
            }
            else
            {
                _distances.Match(shapelet, ValuesOf(shapelet), ref match);
            }
        }
    }

    private static bool CanPair(DilatedShapelet first, DilatedShapelet second)
        => first.SharesWindowsWith(second) && first.Channels.Length == 1 && second.Channels.Length == 1
            && first.Channels[0] == second.Channels[0];

    private float* ValuesOf(in DilatedShapelet shapelet) => _values.Pointer + shapelet.FirstValue;
}
