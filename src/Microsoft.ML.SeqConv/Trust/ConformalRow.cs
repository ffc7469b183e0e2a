using Microsoft.ML.Data;
using Microsoft.ML.SeqConv.Kernels;

namespace Microsoft.ML.SeqConv;

/// <summary>The prediction sets of the rows of one cursor: a row is computed once for all columns.</summary>
internal sealed class ConformalRow
{
    private readonly DataViewRow _row;
    private readonly ValueGetter<VBuffer<float>> _getScores;
    private readonly ConformalClassifier _classifier;
    private readonly RejectionRule _rule;
    private readonly float _significance;
    private readonly float[] _probabilities;
    private readonly float[] _pValues;
    private VBuffer<float> _scores;
    private long _position = -1;
    private float _confidence;
    private float _credibility;
    private bool _isRejected;

    public ConformalRow(DataViewRow row, DataViewSchema.Column scores, ConformalClassifier classifier,
        RejectionRule rule, float significance)
    {
        _row = row;
        _getScores = row.GetGetter<VBuffer<float>>(scores);
        _classifier = classifier;
        _rule = rule;
        _significance = significance;
        _probabilities = new float[classifier.NumberOfClasses];
        _pValues = new float[classifier.NumberOfClasses];
    }

    /// <summary>The getter of an added column, by its number in <see cref="ConformalColumns.Of"/>.</summary>
    public Delegate GetterOf(int column) => column switch
    {
        0 => (ValueGetter<VBuffer<bool>>)GetSet,
        1 => (ValueGetter<VBuffer<float>>)GetPValues,
        2 => (ValueGetter<float>)((ref float value) => value = Updated()._confidence),
        3 => (ValueGetter<float>)((ref float value) => value = Updated()._credibility),
        _ => (ValueGetter<bool>)((ref bool value) => value = Updated()._isRejected),
    };

    // A p-value that is NaN says nothing: the set has the class.
    private static bool IsMember(float pValue, float significance) => !(pValue <= significance);

    private void GetSet(ref VBuffer<bool> set)
    {
        Updated();
        VBufferEditor<bool> editor = VBufferEditor.Create(ref set, _pValues.Length);
        for (int k = 0; k < _pValues.Length; k++)
            editor.Values[k] = IsMember(_pValues[k], _significance);
        set = editor.Commit();
    }

    private void GetPValues(ref VBuffer<float> pValues)
    {
        Updated();
        VBufferEditor<float> editor = VBufferEditor.Create(ref pValues, _pValues.Length);
        _pValues.CopyTo(editor.Values);
        pValues = editor.Commit();
    }

    private ConformalRow Updated()
    {
        if (_position == _row.Position)
            return this;
        _getScores(ref _scores);
        _scores.CopyTo(_probabilities);
        _classifier.GetPValues(_probabilities, _pValues);
        (float largest, float second) = (float.NegativeInfinity, float.NegativeInfinity);
        float probability = float.NegativeInfinity;
        int setSize = 0;
        for (int k = 0; k < _pValues.Length; k++)
        {
            setSize += IsMember(_pValues[k], _significance) ? 1 : 0;
            probability = Math.Max(probability, _probabilities[k]);
            second = Math.Max(second, Math.Min(largest, _pValues[k]));
            largest = Math.Max(largest, _pValues[k]);
        }

        _credibility = largest;
        _confidence = 1 - second;
        _isRejected = _rule.Rejects(setSize, largest, float.IsNaN(largest) ? float.NaN : probability);
        _position = _row.Position;
        return this;
    }
}
