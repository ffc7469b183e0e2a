using System.Runtime.CompilerServices;

namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>
/// The transform by dilated shapelets, vectorised over the windows of one series, which shapelets of one dilation have
/// in common.
/// </summary>
internal sealed unsafe class VectorDilatedShapeletsWorker : FeaturizerWorker
{
    private readonly DilatedShapeletsModel _model;
    private readonly ScalarDilatedShapeletsWorker _scalar;
    private readonly ShapeletWindows _windows;
    private readonly PinnedBuffer<float> _values;
    private readonly PinnedBuffer<nint> _rows;       // [channel of a shapelet]

    public VectorDilatedShapeletsWorker(DilatedShapeletsModel model)
    {
        _model = model;
        _scalar = new ScalarDilatedShapeletsWorker(model);
        _windows = new ShapeletWindows(model.NumberOfChannels, model.ShapeletLength);
        _values = new PinnedBuffer<float>(model.Values.Length);
        model.Values.CopyTo(_values.Span);
        _rows = new PinnedBuffer<nint>(model.Shapelets.Max(shapelet => shapelet.Channels.Length));
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Transform(ReadOnlySpan<float> series, Span<float> features)
    {
        LengthOf(series, _model.NumberOfChannels);
        _windows.Load(series);
        float** rows = (float**)_rows.Pointer;
        DilatedShapelet[] shapelets = _model.Shapelets;
        for (int i = 0; i < shapelets.Length; i++)
        {
            DilatedShapelet shapelet = shapelets[i];
            if (i == 0 || !shapelet.SharesWindowsWith(shapelets[i - 1]))
                _windows.Begin(shapelet.Dilation, shapelet.IsNormalized);
            if (_windows.Count == 0)
            {
                _model.Place(i, _scalar.Match(series, shapelet), features);
                continue;
            }

            _windows.FindRows(shapelet.Channels, rows);
            ShapeletMatch match = ShapeletLoops.Slide(rows, shapelet.Channels.Length, _windows.Step,
                _values.Pointer + shapelet.FirstValue, _model.ShapeletLength, _windows.Count, shapelet.Threshold);
            _model.Place(i, match, features);
        }
    }
}
