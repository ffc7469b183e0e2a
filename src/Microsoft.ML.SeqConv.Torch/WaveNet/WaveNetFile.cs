using Microsoft.ML.SeqConv.Kernels;

namespace Microsoft.ML.SeqConv;

/// <summary>Files of <see cref="WaveNetGenerator"/>.</summary>
internal static class WaveNetFile
{
    private const int MaxSpeakers = 1_000_000;

    private static readonly ChecksummedFile SavedFile = new("SWAVENET"u8.ToArray(), version: 2);

    // *** Binary format ***, in the frame of ChecksummedFile; version 2 added the checksum
    // int: sample rate
    // int: outputs, residual, gate and skip channels, layers a stack, stacks, kernel size, condition channels
    // int: speakers; string: each; float[]: their vectors; int: features, hop; float[]: filters of the
    //   transposed convolution
    // float[]: embedding; for each layer: float[]: each tap, bias, condition, residual, its bias, skip, its bias;
    //   float[]: hidden, its bias, output, its bias
    // how it was trained, see SavedHistory
    public static void Write(WaveNetGenerator generator, string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        SavedFile.Write(path, writer =>
        {
            writer.Write(generator.SampleRate);
            WaveNetShape shape = generator.Shape;
            foreach (int size in (ReadOnlySpan<int>)[shape.Outputs, shape.ResidualChannels, shape.GateChannels,
                shape.SkipChannels, shape.LayersPerStack, shape.Stacks, shape.KernelSize, shape.ConditionChannels])
                writer.Write(size);
            WaveNetConditions conditions = generator.Conditions;
            writer.Write(conditions.Speakers.Count);
            foreach (string speaker in conditions.Speakers)
                writer.Write(speaker);
            writer.WriteArray<float>(conditions.SpeakerVectors);
            writer.Write(conditions.Features);
            writer.Write(conditions.Hop);
            writer.WriteArray<float>(conditions.Filters);
            foreach (float[] weights in Arrays(generator.Model))
                writer.WriteArray<float>(weights);
            SavedHistory.Write(writer, generator.History);
        });
    }

    public static WaveNetGenerator Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (!File.Exists(path))
            throw new FileNotFoundException(
                $"There is no model file '{path}'. Write one with WaveNetGenerator.Save.", path);
        try
        {
            return SavedFile.Read(path, Read);
        }
        catch (Exception error) when (error is ArgumentException or IOException or OverflowException or FormatException)
        {
            throw new FormatException($"The model file '{path}' is damaged: {error.Message} Save the model again, "
                + "or download the file again.", error);
        }
    }

    private static WaveNetGenerator Read(BinaryReader reader)
    {
        int sampleRate = reader.ReadInt32();
        int[] sizes = [.. Enumerable.Range(0, 8).Select(_ => reader.ReadInt32())];
        var shape = new WaveNetShape
        {
            Outputs = sizes[0],
            ResidualChannels = sizes[1],
            GateChannels = sizes[2],
            SkipChannels = sizes[3],
            LayersPerStack = sizes[4],
            Stacks = sizes[5],
            KernelSize = sizes[6],
            ConditionChannels = sizes[7],
        };
        shape.Check();
        int speakers = reader.ReadInt32();
        if (shape.Outputs != MuLaw.Levels || sampleRate < 1 || speakers is < 0 or > MaxSpeakers)
            throw new FormatException(
                $"{shape.Outputs} levels, {sampleRate} samples a second and {speakers} speakers make no generator.");
        var names = new List<string>();
        while (names.Count < speakers)
            names.Add(reader.ReadText());
        var conditions = new WaveNetConditions(names, reader.ReadArray<float>(), reader.ReadInt32(),
            reader.ReadInt32(), reader.ReadArray<float>());
        bool vectors = speakers == 0
            ? conditions.SpeakerVectors.Length == 0
            : conditions.SpeakerVectors.Length % speakers == 0;
        bool filters = conditions.Filters.Length == 0
            || conditions.Filters.Length == 2L * conditions.Hop * conditions.Features;
        if (!vectors || !filters || conditions.Features < 0 || conditions.Hop < 1
            || conditions.SpeakerChannels + conditions.Features != shape.ConditionChannels)
            throw new FormatException("Its speakers and features do not fill its conditions.");

        float[] embedding = reader.ReadArray<float>();
        var layers = new WaveNetLayerWeights[shape.Layers];
        for (int i = 0; i < layers.Length; i++)
        {
            float[][] taps = [.. Enumerable.Range(0, shape.KernelSize).Select(_ => reader.ReadArray<float>())];
            layers[i] = new WaveNetLayerWeights(
                taps, reader.ReadArray<float>(), reader.ReadArray<float>(), reader.ReadArray<float>(),
                reader.ReadArray<float>(), reader.ReadArray<float>(), reader.ReadArray<float>());
        }

        var model = new WaveNetModel(shape, embedding, layers, reader.ReadArray<float>(), reader.ReadArray<float>(),
            reader.ReadArray<float>(), reader.ReadArray<float>());
        model.Check();
        foreach (float[] weights in (IEnumerable<float[]>)
            [conditions.SpeakerVectors, conditions.Filters, .. Arrays(model)])
        {
            if (Array.FindIndex(weights, value => !float.IsFinite(value)) is int at and >= 0)
            {
                throw new FormatException(FormattableString.Invariant(
                    $"Weight {at} of {weights.Length} is {weights[at]}."));
            }
        }

        return new WaveNetGenerator(model, conditions, sampleRate, SavedHistory.Read(reader));
    }

    private static IEnumerable<float[]> Arrays(WaveNetModel model) =>
    [
        model.Embedding,
        .. model.Layers.SelectMany(layer => (IEnumerable<float[]>)[.. layer.Taps, layer.Bias, layer.Condition,
            layer.Residual, layer.ResidualBias, layer.Skip, layer.SkipBias]),
        model.Hidden, model.HiddenBias, model.Output, model.OutputBias,
    ];
}
