using Microsoft.ML.SeqConv.Kernels;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// What the loss of validation rows decides, as in the published code: the learning rate is halved on a plateau
/// (PyTorch's <c>ReduceLROnPlateau</c>, whose improvements are relative), training ends when the best loss has stood
/// for long, and the best weights are kept.
/// </summary>
internal sealed class ValidationWatch
{
    private const double LeastImprovement = 1e-4;
    private const double LeastRate = 1e-8;

    private readonly int _ratePatience;
    private readonly int _patience;
    private double _plateau = double.PositiveInfinity;
    private int _sincePlateau;
    private int _stalled;

    public ValidationWatch(double learningRate, int ratePatience, int patience)
    {
        LearningRate = learningRate;
        _ratePatience = ratePatience;
        _patience = patience;
    }

    public double LearningRate { get; private set; }

    /// <summary>Infinite before the first validation.</summary>
    public double BestLoss { get; private set; } = double.PositiveInfinity;

    public double BestAccuracy { get; private set; } = double.NaN;

    /// <summary>Whether the best loss has stood for as many validations as are allowed. Once so, always so.</summary>
    public bool HasStalled { get; private set; }

    /// <summary>Takes a validation in.</summary>
    /// <returns>Whether it is the best so far.</returns>
    public bool Add(SoftmaxLoss validation)
    {
        if (validation.Loss < _plateau * (1 - LeastImprovement))
            (_plateau, _sincePlateau) = (validation.Loss, 0);
        else
            _sincePlateau++;
        if (_sincePlateau > _ratePatience)
        {
            double halved = Math.Max(LearningRate / 2, Math.Min(LearningRate, LeastRate));
            LearningRate = LearningRate - halved > LeastRate ? halved : LearningRate;
            _sincePlateau = 0;
        }

        if (validation.Loss < BestLoss)
        {
            (BestLoss, BestAccuracy) = (validation.Loss, validation.Accuracy);
            _stalled = HasStalled ? _stalled : 0;
            return true;
        }

        _stalled++;
        HasStalled |= _patience > 0 && _stalled >= _patience;
        return false;
    }

    // *** Binary format ***
    // double: learning rate, best loss, best accuracy, loss of the plateau
    // int: validations since the plateau, validations since the best
    // bool: has stalled
    public void Write(BinaryWriter writer)
    {
        foreach (double value in (ReadOnlySpan<double>)[LearningRate, BestLoss, BestAccuracy, _plateau])
            writer.Write(value);
        writer.Write(_sincePlateau);
        writer.Write(_stalled);
        writer.Write(HasStalled);
    }

    /// <exception cref="FormatException">A number breaks a rule.</exception>
    public void Read(BinaryReader reader)
    {
        (LearningRate, BestLoss, BestAccuracy, _plateau) = (reader.ReadDouble(), reader.ReadDouble(),
            reader.ReadDouble(), reader.ReadDouble());
        (_sincePlateau, _stalled, HasStalled) = (reader.ReadInt32(), reader.ReadInt32(), reader.ReadBoolean());
        if (!(LearningRate > 0 && double.IsFinite(LearningRate)) || double.IsNaN(BestLoss) || double.IsNaN(_plateau)
            || _sincePlateau < 0 || _stalled < 0)
            throw new FormatException(FormattableString.Invariant(
                $"It has the learning rate {LearningRate} and the losses {BestLoss} and {_plateau}."));
    }
}
