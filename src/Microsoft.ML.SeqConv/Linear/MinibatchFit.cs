using Microsoft.ML.Runtime;
using Microsoft.ML.SeqConv.Kernels;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// Trains a softmax regression chunk by chunk. The order within a chunk is drawn from the seed and the numbers of epoch
/// and chunk, so a checkpoint between two chunks needs no generator's state.
/// </summary>
internal sealed class MinibatchFit : IDisposable
{
    private readonly MinibatchChunks _chunks;
    private readonly MinibatchLogisticRegressionTrainer.Options _options;
    private readonly FitMonitor _monitor;
    private readonly SoftmaxRegression _regression;
    private readonly ValidationWatch _watch;
    private readonly MinibatchCheckpoint _checkpoint;
    private MinibatchPosition _position;

    public MinibatchFit(MinibatchChunks chunks, string[] classNames,
        MinibatchLogisticRegressionTrainer.Options options, FitMonitor monitor)
    {
        (_chunks, _options, _monitor) = (chunks, options, monitor);
        _regression = new SoftmaxRegression(chunks.NumberOfFeatures, classNames.Length, options.NumberOfThreads ?? 0);
        _watch = new ValidationWatch(options.LearningRate, options.LearningRatePatience, options.Patience);
        _checkpoint = new MinibatchCheckpoint(chunks, classNames, options);
    }

    // As published, the first epoch is always run to its end.
    private bool HasEnded => _position.Epoch > 0 && _watch.HasStalled;

    public MinibatchLogisticRegressionModelParameters Run(IHostEnvironment env)
    {
        _position = _checkpoint.Resume(_watch, _regression);
        _monitor.Begin("training", "rows", (double)_options.NumberOfEpochs * _chunks.Count, "loss", "validation loss",
            "validation accuracy", "learning rate");
        while (_position.Epoch < _options.NumberOfEpochs && !HasEnded)
        {
            foreach (MinibatchChunk chunk in _chunks.From(_position.Chunk, (double)_position.Epoch * _chunks.Count))
            {
                TrainOn(chunk);
                if (HasEnded)
                    break;
                bool isLast = _position.Chunk == _chunks.ChunksPerEpoch - 1;
                _position = isLast
                    ? _position with { Epoch = _position.Epoch + 1, Chunk = 0 }
                    : _position with { Chunk = _position.Chunk + 1 };
                if (((long)_position.Epoch * _chunks.ChunksPerEpoch + _position.Chunk) % _options.CheckpointEvery == 0)
                    _checkpoint.Write(_position, _watch, _regression);
            }
        }

        _checkpoint.Write(_position, _watch, _regression);
        SoftmaxLoss validation = ChooseWeights();
        return new MinibatchLogisticRegressionModelParameters(
            env, LinearModelOf(), _regression.Steps, _watch.LearningRate, validation);
    }

    public void Dispose() => _regression.Dispose();

    // Weights may be finite for standardized features, and not for the features as they are.
    private LinearModel LinearModelOf()
    {
        try
        {
            return _regression.ToLinearModel(_chunks.Standardization!);
        }
        catch (ArgumentException error)
        {
            throw new InvalidOperationException(
                $"The weights are too large for the features' small deviations: {error.Message} "
                + FormattableString.Invariant($"Lower LearningRate ({_options.LearningRate}), or scale the features."),
                error);
        }
    }

    private void TrainOn(MinibatchChunk chunk)
    {
        int[] order = Shuffled(chunk.Classes.Length);
        var mean = (Loss: 0.0, Weight: 0.0);
        for (int first = 0; first < order.Length && !HasEnded; first += _options.BatchSize)
        {
            ReadOnlySpan<int> minibatch = order.AsSpan(first, Math.Min(_options.BatchSize, order.Length - first));
            if (first > 0 && minibatch.Length < _options.BatchSize)
                break;
            SoftmaxLoss loss = _regression.Step(chunk.Features, minibatch, chunk.Classes,
                chunk.Weights, _watch.LearningRate);
            if (loss.Weight > 0 && !double.IsFinite(loss.Loss))
                throw Diverged();
            mean = (mean.Loss + (loss.Weight > 0 ? loss.Weight * loss.Loss : 0), mean.Weight + loss.Weight);
            _position = _position with { Minibatches = _position.Minibatches + 1 };
            if (_chunks.AreHeld)
                _monitor.Report((double)_position.Epoch * _chunks.Count
                    + (double)_position.Chunk * _options.ChunkSize + first + minibatch.Length);
            else
                _monitor.CheckAlive();      // reading reports the rows
            if (_position.Minibatches % _options.ValidateEvery != 0)
                continue;
            Validate(mean.Loss / mean.Weight);
            mean = (0, 0);
        }
    }

    private void Validate(double loss)
    {
        SoftmaxLoss validation = new(double.NaN, double.NaN, 0);
        if (_chunks.Validation is { } rows)
        {
            validation = _regression.Evaluate(rows.Features, rows.Classes, rows.Weights);
            if (!double.IsFinite(validation.Loss))
                throw Diverged();
            if (_watch.Add(validation))
                _regression.KeepAsBest();
        }

        _monitor.ReportMetrics(loss, validation.Loss, validation.Accuracy, _watch.LearningRate);
    }

    /// <summary>
    /// Leaves the best weights. Those of an end that came before the next validation are validated too.
    /// </summary>
    private SoftmaxLoss ChooseWeights()
    {
        if (_chunks.Validation is not { } rows)
            return new(double.NaN, double.NaN, 0);
        SoftmaxLoss last = _regression.Evaluate(rows.Features, rows.Classes, rows.Weights);
        if (last.Loss < _watch.BestLoss)
            return last;
        _regression.RestoreBest();
        return last with { Loss = _watch.BestLoss, Accuracy = _watch.BestAccuracy };
    }

    private int[] Shuffled(int count)
    {
        var random = new SeededRandom((ulong)(uint)_options.Seed!.Value
            ^ (ulong)((long)_position.Epoch * _chunks.ChunksPerEpoch + _position.Chunk + 1) << 32);
        int[] order = [.. Enumerable.Range(0, count)];
        for (int i = count - 1; i > 0; i--)
        {
            int j = random.NextInt32(i + 1);
            (order[i], order[j]) = (order[j], order[i]);
        }

        return order;
    }

    private InvalidOperationException Diverged() => new(FormattableString.Invariant(
        $"The loss of epoch {_position.Epoch + 1} is no finite number. Lower LearningRate ({_options.LearningRate}), ")
        + FormattableString.Invariant($"or look for features that the first {_options.ChunkSize} rows tell little of: ")
        + "they are standardized by those.");
}
