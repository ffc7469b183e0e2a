using System.Numerics;

namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>What both paths share: the representations, the places of features, and their scores.</summary>
internal abstract class IntervalQuantilesWorker(IntervalQuantilesModel model) : FeaturizerWorker
{
    // Lengths whose intervals are kept for later series.
    private const int MaxPlans = 64;

    private readonly Dictionary<int, IntervalPlan> _plans = [];
    private float[] _all = [];              // [feature of the full model], where the model is pruned
    private float[] _difference = [];
    private float[] _representation = [];
    private double[] _signal = [];
    private double[] _power = [];
    private Complex[] _fourier = [];

    /// <inheritdoc/>
    public sealed override void Transform(ReadOnlySpan<float> series, Span<float> features)
    {
        TakeQuantiles(series, features);
        if (model.Scores is not null)
            Score(model.Scores, features, first: 0);
    }

    /// <inheritdoc/>
    private protected sealed override void TransformAll(
        ReadOnlySpan<ReadOnlyMemory<float>> series, ReadOnlySpan<Memory<float>> features)
    {
        for (int i = 0; i < series.Length; i++)
            TakeQuantiles(series[i].Span, features[i].Span);
        if (model.Scores is null)
            return;

        // Block by block, so that the knots of a block stay in a cache while all rows are compared with them.
        for (int first = 0; first < model.NumberOfFeatures; first += NormalScores.BlockSize)
        {
            int count = Math.Min(NormalScores.BlockSize, model.NumberOfFeatures - first);
            foreach (Memory<float> row in features)
                Score(model.Scores, row.Span.Slice(first, count), first);
        }
    }

    /// <summary>Writes the quantiles of one representation of one channel.</summary>
    /// <param name="values">[time], no negative zero.</param>
    /// <param name="plan">The intervals.</param>
    /// <param name="channel">The channel.</param>
    /// <param name="all">[feature of the full model].</param>
    private protected abstract void Write(
        ReadOnlySpan<float> values, PlannedRepresentation plan, int channel, Span<float> all);

    /// <summary>Replaces features by their scores.</summary>
    /// <param name="scores">The scores.</param>
    /// <param name="features">Some features, one after another.</param>
    /// <param name="first">The number of the first.</param>
    private protected abstract void Score(NormalScores scores, Span<float> features, int first);

    private void TakeQuantiles(ReadOnlySpan<float> series, Span<float> features)
    {
        int channels = model.NumberOfChannels;
        int length = LengthOf(series, channels);
        IntervalPlan plan = PlanOf(length);
        Grow(plan);
        if (model.IsPruned && _all.Length == 0)
            _all = new float[model.FullCount];
        Span<float> all = model.IsPruned ? _all : features;
        for (int channel = 0; channel < channels; channel++)
            Write(series.Slice(channel * length, length), plan, channel, all);
        if (!model.IsPruned)
            return;
        ReadOnlySpan<int> kept = model.KeptFeatures;
        for (int i = 0; i < kept.Length; i++)
            features[i] = all[kept[i]];
    }

    private void Write(ReadOnlySpan<float> channelValues, IntervalPlan plan, int channel, Span<float> all)
    {
        Span<float> difference = _difference.AsSpan(0, FirstDifference.LengthOf(channelValues.Length));
        FirstDifference.Compute(channelValues, channels: 1, difference);
        for (int i = 0; i < plan.Representations.Length; i++)
        {
            PlannedRepresentation intervals = plan.Representations[i];
            if (!intervals.NeededChannels[channel])
                continue;
            Span<float> values = _representation.AsSpan(0, intervals.Points);
            switch ((SeriesRepresentation)i)
            {
                case SeriesRepresentation.Series:
                    channelValues.CopyTo(values);
                    break;
                case SeriesRepresentation.Difference:
                    SeriesRepresentations.Smooth(difference, values);
                    break;
                case SeriesRepresentation.SecondDifference:
                    FirstDifference.Compute(difference, channels: 1, values);
                    break;
                default:
                    Spectrum(channelValues, plan.Fourier!, values);
                    break;
            }

            // -0 becomes 0: an order of equal values would else be seen in the bits.
            foreach (ref float value in values)
                value += 0f;
            Write(values, intervals, channel, all);
        }
    }

    private void Spectrum(ReadOnlySpan<float> values, FourierTransform fourier, Span<float> magnitudes)
    {
        Span<double> signal = _signal.AsSpan(0, values.Length);
        double sum = 0;
        for (int t = 0; t < values.Length; t++)
        {
            signal[t] = values[t];
            sum += Math.Abs(signal[t]);
        }

        Span<double> power = _power.AsSpan(0, magnitudes.Length);
        fourier.PowerSpectrum(signal, power, _fourier);
        SeriesRepresentations.Magnitudes(power, sum, magnitudes);
    }

    private IntervalPlan PlanOf(int length)
    {
        if (length == model.Length)
            return model.PlanOf(length);
        if (_plans.TryGetValue(length, out IntervalPlan? plan))
            return plan;
        if (_plans.Count == MaxPlans)
            _plans.Clear();
        return _plans[length] = model.PlanOf(length);
    }

    private void Grow(IntervalPlan plan)
    {
        if (_representation.Length < plan.Length)
        {
            _difference = new float[plan.Length];
            _representation = new float[plan.Length];
            _signal = new double[plan.Length];
            _power = new double[plan.Length / 2 + 1];
        }

        if (plan.Fourier is not null && _fourier.Length < plan.Fourier.ScratchLength)
            _fourier = new Complex[plan.Fourier.ScratchLength];
    }
}
