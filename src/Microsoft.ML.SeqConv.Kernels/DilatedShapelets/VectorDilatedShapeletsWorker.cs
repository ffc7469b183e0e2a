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
    private readonly bool[] _hasOwnWindows;     // [shapelet]: they are not those of the one before
    private readonly bool[] _canPair;           // [shapelet]: with the next one

    public VectorDilatedShapeletsWorker(DilatedShapeletsModel model)
    {
        _model = model;
        _scalar = new ScalarDilatedShapeletsWorker(model);
        _distances = new ShapeletDistances(model.NumberOfChannels, model.ShapeletLength);
        _values = new PinnedBuffer<float>(model.Values.Length);
        model.Values.CopyTo(_values.Span);
        DilatedShapelet[] shapelets = model.Shapelets;
        _hasOwnWindows = [.. shapelets.Select((one, i) => i == 0 || !one.SharesWindowsWith(shapelets[i - 1]))];
        _canPair = [.. shapelets.Select((one, i) => i + 1 < shapelets.Length && CanPair(one, shapelets[i + 1]))];
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Transform(ReadOnlySpan<float> series, Span<float> features)
    {
        LengthOf(series, _model.NumberOfChannels);
        _distances.Load(series);
        DilatedShapelet[] shapelets = _model.Shapelets;
        for (int i = 0; i < shapelets.Length; i++)
        {
            ref readonly DilatedShapelet shapelet = ref shapelets[i];
            if (_hasOwnWindows[i])
                _distances.Begin(shapelet);
            if (_distances.IsTooShort)
            {
                _model.Place(i, _scalar.Match(series, shapelet), features);
            }
            else if (_canPair[i])
            {
                _distances.MatchTwo(shapelet, ValuesOf(shapelet), shapelets[i + 1], ValuesOf(shapelets[i + 1]),
                    out ShapeletMatch first, out ShapeletMatch second);
                _model.Place(i, first, features);
                _model.Place(++i, second, features);
            }
            else
            {
                _model.Place(i, _distances.Match(shapelet, ValuesOf(shapelet)), features);
            }
        }

        _model.Range?.Limit(features);
    }

    private static bool CanPair(DilatedShapelet first, DilatedShapelet second)
        => first.SharesWindowsWith(second) && first.Channels.Length == 1 && second.Channels.Length == 1
            && first.Channels[0] == second.Channels[0];

    private float* ValuesOf(in DilatedShapelet shapelet) => _values.Pointer + shapelet.FirstValue;
}
