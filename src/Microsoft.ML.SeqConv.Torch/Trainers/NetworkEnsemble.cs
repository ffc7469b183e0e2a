using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.SeqConv;

/// <summary>Trained networks of one shape, whose predictions are averaged.</summary>
internal sealed class NetworkEnsemble : IDisposable
{
    private const int MaxNetworks = 1000;

    private readonly SequenceNetwork[] _networks;
    private readonly object _scoring = new();
    private bool _disposed;

    public NetworkEnsemble(
        SequenceNetwork[] networks, IReadOnlyList<TrainingHistory> histories, Device device, TargetScale? scale)
    {
        _networks = networks;
        Histories = histories;
        Device = device;
        Scale = scale;
        foreach (SequenceNetwork network in networks)
            network.eval();
    }

    public Device Device { get; }

    public IReadOnlyList<SequenceNetwork> Networks => _networks;

    public IReadOnlyList<TrainingHistory> Histories { get; }

    /// <summary>What standardised values are scaled back by; <see langword="null"/> for classification.</summary>
    public TargetScale? Scale { get; }

    /// <summary>
    /// Scores a batch: the mean of the networks' softmax, or the mean of their values in the targets' unit. One batch
    /// at a time, on all threads of libtorch.
    /// </summary>
    /// <param name="gather">Makes the batch on a device.</param>
    /// <param name="slots">Where each row's scores go.</param>
    /// <param name="scores">By slot.</param>
    public void Score(Func<Device, SequenceBatch> gather, ReadOnlySpan<int> slots, float[][] scores)
    {
        lock (_scoring)
        {
            ThrowIfDisposed();
            using var scope = NewDisposeScope();
            using IDisposable constant = no_grad();
            SequenceBatch batch = gather(Device);
            Tensor[] outputs = [.. _networks.Select(network => network.call(batch.Input, batch.Mask))
                .Select(output => Scale is null ? output.softmax(1) : output)];
            Tensor mean = stack(outputs).mean([0]);                                             // [N, outputs]
            float[] values = mean.cpu().data<float>().ToArray();
            int width = values.Length / slots.Length;
            for (int row = 0; row < slots.Length; row++)
            {
                for (int i = 0; i < width; i++)
                {
                    float value = values[row * width + i];
                    scores[slots[row]][i] = Scale is null ? value : (float)(Scale.Mean + Scale.Deviation * value);
                }
            }
        }
    }

    /// <summary>Differentiates an output of one series by its points.</summary>
    /// <param name="gather">Makes the batch of that series on a device.</param>
    /// <param name="choose">
    /// Gets the networks' mean outputs (logits, or the value in the targets' unit) and scores, and says which output
    /// is differentiated.
    /// </param>
    public SeriesGradient Differentiate(Func<Device, SequenceBatch> gather, Func<double[], double[], int> choose)
    {
        lock (_scoring)
        {
            ThrowIfDisposed();
            using var scope = NewDisposeScope();
            using IDisposable differentiable = enable_grad();
            SequenceBatch batch = gather(Device);
            Tensor input = batch.Input.requires_grad_();
            Tensor[] outputs = [.. _networks.Select(network => network.call(input, batch.Mask))];
            Tensor mean = stack(outputs).mean([0])[0];                                          // [outputs]
            if (Scale is not null)
            {
                using var held = new HeldScalars();
                mean = mean.mul(held.Of(Scale.Deviation)).add(held.Of(Scale.Mean), held.Of(1L));
            }

            double[] values = ToDoubles(mean);
            int chosen = choose(values,
                Scale is null ? ToDoubles(stack([.. outputs.Select(output => output.softmax(1))]).mean([0])) : values);
            Tensor derivative = autograd.grad([mean[chosen]], [input])[0];
            return new SeriesGradient(values[chosen], ToDoubles(derivative));
        }
    }

    // ML.NET's prediction engine disposes the model that it was made from.
    private void ThrowIfDisposed()
    {
        if (!_disposed)
            return;
        throw new ObjectDisposedException(
            nameof(SequenceTransformer),
            "The model was disposed, and its weights are freed. A prediction engine disposes the model that it was "
            + "made from when it is disposed itself. Keep one engine for as long as "
            + "the model is used, or make engines with PredictionEngineOptions { OwnsTransformer = false }.");
    }

    private static double[] ToDoubles(Tensor tensor)
        => [.. tensor.detach().cpu().contiguous().data<float>().Select(value => (double)value)];

    /// <summary>Writes the scores of a batch of one length as ONNX nodes.</summary>
    /// <param name="graph">Gets the nodes.</param>
    /// <param name="input">What the networks take.</param>
    /// <returns>[N, scores].</returns>
    public string WriteScores(GraphWriter graph, string input)
    {
        lock (_scoring)
        {
            ThrowIfDisposed();
            string[] outputs = [.. _networks.Select((network, i) => network.Write(graph, $"Network{i}", input))
                .Select((output, i) =>
                    Scale is null ? graph.Add("Softmax", $"Network{i}/softmax", [output], ("axis", 1L)) : output)];
            string mean = graph.Add("Mean", "Network/mean", outputs);
            if (Scale is null)
                return mean;
            string scaled = graph.Add("Mul", "Network/scaled",
                [mean, graph.Constant("Network/deviation", (float)Scale.Deviation)]);
            return graph.Add("Add", "Network/value",
                [scaled, graph.Constant("Network/target mean", (float)Scale.Mean)]);
        }
    }

    // *** Binary format ***
    // bool: whether there is a scale; if so double: mean, double: standard deviation
    // int: networks; for each: how it was trained, see SavedHistory; tensors, see SavedTensors
    public void Write(BinaryWriter writer)
    {
        lock (_scoring)
        {
            ThrowIfDisposed();
            WriteNetworks(writer);
        }
    }

    private void WriteNetworks(BinaryWriter writer)
    {
        writer.Write(Scale is not null);
        if (Scale is not null)
        {
            writer.Write(Scale.Mean);
            writer.Write(Scale.Deviation);
        }

        writer.Write(_networks.Length);
        for (int i = 0; i < _networks.Length; i++)
        {
            SavedHistory.Write(writer, Histories[i]);
            SavedTensors.Write(writer, _networks[i].state_dict());
        }
    }

    /// <summary>
    /// Reads networks. Names and shapes of weights are checked on the meta device, which holds no numbers, before
    /// anything of their size is allocated.
    /// </summary>
    /// <param name="reader">Stands where <see cref="Write"/> began.</param>
    /// <param name="make">Makes a network on a device.</param>
    /// <param name="device">Where the networks go.</param>
    /// <exception cref="FormatException">The weights are not of such a network.</exception>
    public static NetworkEnsemble Read(BinaryReader reader, Func<Device?, SequenceNetwork> make, Device device)
    {
        TorchLibrary.EnsureLoaded();
        TargetScale? scale = reader.ReadBoolean() ? new TargetScale(reader.ReadDouble(), reader.ReadDouble()) : null;
        scale?.Check();
        int count = reader.ReadInt32();
        if (count is < 1 or > MaxNetworks)
            throw new FormatException($"It has {count} networks; 1 to {MaxNetworks} are possible.");
        var networks = new List<SequenceNetwork>();
        var histories = new List<TrainingHistory>();
        try
        {
            for (int i = 0; i < count; i++)
            {
                histories.Add(SavedHistory.Read(reader));
                Dictionary<string, SavedTensor> weights = SavedTensors.Read(reader);
                SavedTensors.CheckFinite(weights);
                using (SequenceNetwork shape = GlobalGenerator.Preserve(() => make(META)))
                    SavedTensors.CheckSameShapes(weights, shape.state_dict(), "the network of the model");
                SequenceNetwork network = GlobalGenerator.Preserve(() => make(null));
                networks.Add(network);
                SavedTensors.CopyTo(weights, network.state_dict(), "the network of the model");
                network.to(device);
            }

            return new NetworkEnsemble([.. networks], histories, device, scale);
        }
        catch (Exception error)
        {
            foreach (SequenceNetwork network in networks)
                network.Dispose();
            if (error is ExternalException)
                throw new FormatException($"Its sizes make no network: {error.Message.Split('\n')[0]}", error);
            throw;
        }
    }

    public void Dispose()
    {
        lock (_scoring)
        {
            if (_disposed)
                return;
            _disposed = true;
            foreach (SequenceNetwork network in _networks)
                network.Dispose();
        }
    }
}

/// <summary>Targets of regression are standardised for training.</summary>
internal sealed record TargetScale(double Mean, double Deviation)
{
    /// <exception cref="FormatException">A number is not finite, or the deviation is not positive.</exception>
    public void Check()
    {
        if (!double.IsFinite(Mean) || !(Deviation > 0 && double.IsFinite(Deviation)))
        {
            throw new FormatException(FormattableString.Invariant(
                $"Its targets have the mean {Mean} and the standard deviation {Deviation}."));
        }
    }

    /// <summary>The weighted mean and standard deviation of targets.</summary>
    public static TargetScale Of(IReadOnlyList<float> targets, IReadOnlyList<float> weights)
    {
        double mean = WeightedMean(targets, weights, target => target);
        double deviation = Math.Sqrt(WeightedMean(targets, weights, target => (target - mean) * (target - mean)));
        return new(mean, deviation > 0 ? deviation : 1);
    }

    private static double WeightedMean(
        IReadOnlyList<float> targets, IReadOnlyList<float> weights, Func<double, double> value)
    {
        double sum = 0;
        double total = 0;
        for (int i = 0; i < targets.Count; i++)
        {
            sum += weights[i] * value(targets[i]);
            total += weights[i];
        }

        return sum / total;
    }
}
