namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>
/// Prediction sets that hold the class of a new row with a stated probability, whatever the model (conformal
/// prediction: Vovk, Gammerman and Shafer 2005; Angelopoulos and Bates 2021, arXiv:2107.07511). The p-value of a class
/// is the share of calibration examples, the new row among them, whose own class has a score as high as this one or
/// higher: (1 + count) / (1 + n). The set of significance a is the classes whose p-value is above a; it holds the
/// class of a new row with probability 1 - a at least, where calibration examples and new rows are exchangeable and
/// the model has seen none of the former.
/// </summary>
public sealed class ConformalClassifier
{
    private const int MaxClasses = 1_000_000;

    private readonly ConformalSettings _settings;
    private readonly NonconformityScores _scores;
    private readonly long[][] _calibration;         // [class, or one for all][example], ascending

    private ConformalClassifier(ConformalSettings settings, int numberOfClasses, long[][] calibration)
    {
        _settings = settings;
        NumberOfClasses = numberOfClasses;
        _scores = new(settings, numberOfClasses);
        _calibration = calibration;
    }

    /// <summary>Classes, 2 or more.</summary>
    public int NumberOfClasses { get; }

    /// <summary>How it was calibrated.</summary>
    public ConformalSettings Settings => _settings;

    /// <summary>
    /// The least p-value that a class can have; a set of this significance or less holds the class whatever the row.
    /// </summary>
    /// <param name="classIndex">0 to <see cref="NumberOfClasses"/> - 1.</param>
    public double MinPValue(int classIndex)
    {
        Guard.Within(classIndex, 0, NumberOfClasses - 1);
        return 1.0 / (1 + ExamplesOf(classIndex).Length);
    }

    /// <summary>The number of examples that a class is calibrated on.</summary>
    /// <param name="classIndex">0 to <see cref="NumberOfClasses"/> - 1.</param>
    public int NumberOfExamples(int classIndex)
    {
        Guard.Within(classIndex, 0, NumberOfClasses - 1);
        return ExamplesOf(classIndex).Length;
    }

    internal NonconformityScores Scores => _scores;

    /// <summary>Calibrates.</summary>
    /// <param name="probabilities">
    /// [example, class], row-major: finite, made by a model that was fitted without the example they are for.
    /// </param>
    /// <param name="labels">[example]: class numbers from 0.</param>
    /// <param name="numberOfClasses">2 or more.</param>
    /// <param name="settings">The score and its settings.</param>
    /// <exception cref="ArgumentException">Sizes disagree, a label is no class, or a probability is not finite.
    /// </exception>
    public static ConformalClassifier Calibrate(ReadOnlySpan<float> probabilities, ReadOnlySpan<int> labels,
        int numberOfClasses, ConformalSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        Guard.Within(numberOfClasses, 2, MaxClasses);
        if (probabilities.Length != (long)labels.Length * numberOfClasses)
            throw new ArgumentException($"There are {probabilities.Length} probabilities for {labels.Length} examples "
                + $"of {numberOfClasses} classes.", nameof(probabilities));
        var scores = new NonconformityScores(settings, numberOfClasses);
        var row = new long[numberOfClasses];
        List<long>[] calibration =
            [.. Enumerable.Range(0, settings.PerClass ? numberOfClasses : 1).Select(_ => new List<long>())];
        for (int i = 0; i < labels.Length; i++)
        {
            ReadOnlySpan<float> values = probabilities.Slice(i * numberOfClasses, numberOfClasses);
            if (labels[i] < 0 || labels[i] >= numberOfClasses)
                throw new ArgumentException($"The label of example {i} is {labels[i]}; it must be 0 to "
                    + $"{numberOfClasses - 1}.", nameof(labels));
            if (!AreFinite(values))
                throw new ArgumentException($"Example {i} has a probability that is not finite.",
                    nameof(probabilities));
            scores.Compute(values, row);
            calibration[settings.PerClass ? labels[i] : 0].Add(row[labels[i]]);
        }

        return new(settings, numberOfClasses, [.. calibration.Select(of => of.Order().ToArray())]);
    }

    /// <summary>Computes the p-value of each class for one row.</summary>
    /// <param name="probabilities">[class].</param>
    /// <param name="pValues">[class], to be filled: above 0 to 1; NaN where a probability is not finite.</param>
    /// <exception cref="ArgumentException">There are not as many of each as classes.</exception>
    public void GetPValues(ReadOnlySpan<float> probabilities, Span<float> pValues)
    {
        if (probabilities.Length != NumberOfClasses || pValues.Length != NumberOfClasses)
            throw new ArgumentException($"There are {probabilities.Length} probabilities and {pValues.Length} p-values "
                + $"for {NumberOfClasses} classes.");
        if (!AreFinite(probabilities))
        {
            pValues.Fill(float.NaN);
            return;
        }

        Span<long> scores = NumberOfClasses <= 256 ? stackalloc long[NumberOfClasses] : new long[NumberOfClasses];
        _scores.Compute(probabilities, scores);
        for (int k = 0; k < scores.Length; k++)
        {
            long[] examples = ExamplesOf(k);
            pValues[k] = (1f + CountAtLeast(examples, scores[k])) / (1f + examples.Length);
        }
    }

    /// <summary>The scores that a class is calibrated on, ascending.</summary>
    internal ReadOnlySpan<long> CalibrationOf(int classIndex) => ExamplesOf(classIndex);

    // *** Binary format ***
    // int: score
    // bool: per class
    // int: seed
    // double: rank penalty
    // int: free ranks
    // int: classes
    // long[] for each class, or one for all: scores of the calibration examples, ascending
    internal void Write(BinaryWriter writer)
    {
        writer.Write((int)_settings.Score);
        writer.Write(_settings.PerClass);
        writer.Write(_settings.Seed);
        writer.Write(_settings.RankPenalty);
        writer.Write(_settings.FreeRanks);
        writer.Write(NumberOfClasses);
        foreach (long[] examples in _calibration)
            writer.WriteArray<long>(examples);
    }

    internal static ConformalClassifier Read(BinaryReader reader)
    {
        var settings = new ConformalSettings
        {
            Score = (ConformalScore)reader.ReadInt32(),
            PerClass = reader.ReadBoolean(),
            Seed = reader.ReadInt32(),
            RankPenalty = reader.ReadDouble(),
            FreeRanks = reader.ReadInt32(),
        };
        int numberOfClasses = reader.ReadInt32();
        if (numberOfClasses is < 2 or > MaxClasses)
            throw new FormatException($"It has {numberOfClasses} classes; 2 to {MaxClasses} are possible.");
        var calibration = new List<long[]>();
        for (int k = 0; k < (settings.PerClass ? numberOfClasses : 1); k++)
        {
            calibration.Add(reader.ReadArray<long>());
            if (calibration[k].Zip(calibration[k].Skip(1)).Any(pair => pair.First > pair.Second))
                throw new FormatException("The scores of calibration examples are not ascending.");
        }

        return new(settings, numberOfClasses, [.. calibration]);
    }

    private long[] ExamplesOf(int classIndex) => _calibration[_settings.PerClass ? classIndex : 0];

    private static bool AreFinite(ReadOnlySpan<float> values)
    {
        foreach (float value in values)
        {
            if (!float.IsFinite(value))
                return false;
        }

        return true;
    }

    private static int CountAtLeast(long[] ascending, long score)
    {
        int low = 0;
        int high = ascending.Length;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (ascending[middle] < score)
                low = middle + 1;
            else
                high = middle;
        }

        return ascending.Length - low;
    }
}
