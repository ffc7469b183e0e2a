using System.Runtime.CompilerServices;

namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>
/// Random dilated shapelets (RDST; Guillaume, Vrain and Elloumi 2022, arXiv:2109.13514): short windows of training
/// series, slid over a series. The distance of a shapelet v from the window at p is <c>sum over channels and points j
/// of |x[p + j d] - v[j]|</c>, of z-normalised windows where the shapelet is normalised. Its features are the smallest
/// distance, the position of that window and the number of windows below a threshold, in this order shapelet by
/// shapelet. Shapelets are in the order of dilation, those of windows as they are before normalised ones.
/// </summary>
/// <remarks>
/// A series may have any length of one point or more. One that is shorter than a dilated shapelet is continued by its
/// last point, which makes one window. Values must be within +-1e30; normalised windows of values beyond 1e17
/// may be flat, as the squares of differences overflow. Features of a fitted model are limited to the range that they
/// had in training, unless <see cref="DilatedShapeletsSettings.LimitToTrainingRange"/> is off. A model may be pruned:
/// it then holds the shapelets that have a feature.
/// </remarks>
public sealed class DilatedShapeletsModel : PrunableFeaturizer<DilatedShapeletsModel>
{
    /// <summary>Features of a shapelet.</summary>
    internal const int FeaturesPerShapelet = 3;

    private const float LargestMagnitude = 1e30f;

    private readonly float[] _values;
    private readonly int[] _places;         // [shapelet, feature of it]: -1 where it is not kept

    /// <summary>Puts drawn values together and checks that they fit.</summary>
    /// <param name="numberOfChannels">Channels of a series, at least 1.</param>
    /// <param name="shapeletLength">Points of a shapelet, at least 2.</param>
    /// <param name="shapelets">At least one, in their order.</param>
    /// <param name="values">[shapelet, one of its channels, point]; finite.</param>
    /// <exception cref="ArgumentException">A value is out of range or lengths contradict each other.</exception>
    internal DilatedShapeletsModel(
        int numberOfChannels, int shapeletLength, DilatedShapelet[] shapelets, float[] values)
        : this(numberOfChannels, shapeletLength, shapelets, values, range: null, shapeletsInFull: null,
            keptFeatures: null)
    {
    }

    /// <summary>Puts the values of a limited or pruned model together and checks that they fit.</summary>
    /// <param name="numberOfChannels">Channels of a series, at least 1.</param>
    /// <param name="shapeletLength">Points of a shapelet, at least 2.</param>
    /// <param name="shapelets">Those that have a kept feature, in their order.</param>
    /// <param name="values">[shapelet, one of its channels, point]; finite.</param>
    /// <param name="range">Of the features in training; <see langword="null"/>: they are not limited.</param>
    /// <param name="shapeletsInFull">
    /// Shapelets of the full model; <see langword="null"/> where none is missing.
    /// </param>
    /// <param name="keptFeatures">
    /// The features, ascending, by their numbers in the full model; <see langword="null"/>: all.
    /// </param>
    /// <exception cref="ArgumentException">A value is out of range or lengths contradict each other.</exception>
    internal DilatedShapeletsModel(int numberOfChannels, int shapeletLength, DilatedShapelet[] shapelets,
        float[] values, TrainingRange? range, int? shapeletsInFull, int[]? keptFeatures)
    {
        ArgumentNullException.ThrowIfNull(shapelets);
        ArgumentNullException.ThrowIfNull(values);
        Guard.AtLeast(numberOfChannels, 1);
        Guard.AtLeast(shapeletLength, 2);
        NumberOfChannels = numberOfChannels;
        ShapeletLength = shapeletLength;
        Shapelets = shapelets;
        _values = values;
        ShapeletsInFull = shapeletsInFull ?? shapelets.Length;
        if (shapelets.Length == 0 || ShapeletsInFull < shapelets.Length
            || ShapeletsInFull > Array.MaxLength / FeaturesPerShapelet)
            throw new ArgumentException($"There are {shapelets.Length} of {ShapeletsInFull} shapelets; at least one is "
                + $"needed, and at most {Array.MaxLength / FeaturesPerShapelet}.", nameof(shapelets));
        Selection = new FeatureSelection(keptFeatures, (long)FeaturesPerShapelet * ShapeletsInFull);
        Numbers = NumbersOf(Selection.Numbers);
        if (Numbers.Length != shapelets.Length)
            throw new ArgumentException($"There are {shapelets.Length} shapelets; the features are of "
                + $"{Numbers.Length}.", nameof(shapelets));
        if (range is not null && range.Least.Length != Selection.Count)
            throw new ArgumentException(
                $"There are ranges of {range.Least.Length} features; the model has {Selection.Count}.", nameof(range));
        Range = range;
        CheckShapelets();
        int bad = Array.FindIndex(values, value => !float.IsFinite(value));
        if (bad >= 0)
            throw new ArgumentException(FormattableString.Invariant(
                $"Value {bad} is {values[bad]}; values of shapelets must be finite."), nameof(values));
        _places = FindPlaces();
    }

    /// <inheritdoc/>
    public override int NumberOfChannels { get; }

    /// <summary>Points of a shapelet.</summary>
    internal int ShapeletLength { get; }

    /// <summary>The shapelets; of a pruned model those that have a feature.</summary>
    internal DilatedShapelet[] Shapelets { get; }

    /// <summary>[shapelet, one of its channels, point].</summary>
    internal ReadOnlySpan<float> Values => _values;

    /// <summary>What features are limited to; <see langword="null"/>: they are not.</summary>
    internal TrainingRange? Range { get; }

    /// <summary>The number of shapelets of the full model.</summary>
    internal int ShapeletsInFull { get; }

    /// <summary>The numbers in the full model of the shapelets that have a feature, ascending.</summary>
    internal int[] Numbers { get; }

    /// <summary>The model whose features are limited.</summary>
    internal DilatedShapeletsModel With(TrainingRange range)
        => new(NumberOfChannels, ShapeletLength, Shapelets, _values, range, ShapeletsInFull, Selection.Chosen);

    /// <summary>[one of its channels, point].</summary>
    internal ReadOnlySpan<float> ValuesOf(DilatedShapelet shapelet)
        => _values.AsSpan(shapelet.FirstValue, shapelet.Channels.Length * ShapeletLength);

    /// <summary>Windows of a series.</summary>
    /// <param name="dilation">Points from one point of the shapelet to the next.</param>
    /// <param name="length">Points of the series.</param>
    internal int NumberOfWindows(int dilation, int length)
        => (int)Math.Max(1, length - (ShapeletLength - 1) * (long)dilation);

    /// <inheritdoc/>
    public override string FeatureName(int index)
    {
        (int number, int feature) = Math.DivRem(NumberInFull(index), FeaturesPerShapelet);
        DilatedShapelet shapelet = Shapelets[Array.BinarySearch(Numbers, number)];
        string kind = (ShapeletFeature)feature switch
        {
            ShapeletFeature.Minimum => "min",
            ShapeletFeature.Position => "position",
            _ => "count",
        };
        return $"{kind} s{number} d{shapelet.Dilation}{(shapelet.IsNormalized ? " normalized" : "")}";
    }

    /// <summary>Which feature is that of a shapelet; -1 where it is not kept.</summary>
    internal int PlaceOf(int shapelet, ShapeletFeature feature)
        => _places[shapelet * FeaturesPerShapelet + (int)feature];

    /// <summary>Puts the features of a shapelet where they belong, those that are kept.</summary>
    /// <param name="shapelet">One of <see cref="Shapelets"/>.</param>
    /// <param name="match">What it found in the series.</param>
    /// <param name="features">[feature].</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Place(int shapelet, ShapeletMatch match, Span<float> features)
    {
        ReadOnlySpan<int> places = _places.AsSpan(shapelet * FeaturesPerShapelet, FeaturesPerShapelet);
        if (places[0] >= 0)
            features[places[0]] = match.Minimum;
        if (places[1] >= 0)
            features[places[1]] = match.Position;
        if (places[2] >= 0)
            features[places[2]] = match.Count;
    }

    internal override DilatedShapeletsModel KeepChosen(int[] chosen)
    {
        int[] kept = Selection.InFull(chosen);
        int[] indices = [.. NumbersOf(kept).Select(number => Array.BinarySearch(Numbers, number))];
        var shapelets = new DilatedShapelet[indices.Length];
        var values = new List<float>();
        for (int i = 0; i < shapelets.Length; i++)
        {
            shapelets[i] = Shapelets[indices[i]] with { FirstValue = values.Count };
            values.AddRange(ValuesOf(Shapelets[indices[i]]));
        }

        return new(NumberOfChannels, ShapeletLength, shapelets, [.. values], Range?.Of(chosen), ShapeletsInFull, kept);
    }

    /// <inheritdoc/>
    private protected override double AttributeFeatures(ReadOnlySpan<float> series, ReadOnlySpan<float> features,
        ReadOnlySpan<double> weights, Span<double> contributions)
        => DilatedShapeletsAttribution.Apply(this, series, weights, contributions);

    /// <inheritdoc/>
    /// <summary>Refuses values whose distances would not be finite.</summary>
    /// <exception cref="ArgumentException">A value is beyond 1e30, or NaN.</exception>
    internal static void CheckValues(ReadOnlySpan<float> series)
    {
        foreach (float value in series)
        {
            if (!(MathF.Abs(value) <= LargestMagnitude))
                throw new ArgumentException(FormattableString.Invariant(
                    $"A series has the value {value}; values must be within +-1e30. Scale them."), nameof(series));
        }
    }

    internal override FeaturizerWorker CreateWorker(KernelPath path) => path == KernelPath.Scalar
        ? new ScalarDilatedShapeletsWorker(this)
        : new VectorDilatedShapeletsWorker(this);

    // The shapelets that features are of, ascending.
    private static int[] NumbersOf(ReadOnlySpan<int> features)
    {
        var numbers = new List<int>();
        foreach (int feature in features)
        {
            int number = feature / FeaturesPerShapelet;
            if (numbers.Count == 0 || numbers[^1] != number)
                numbers.Add(number);
        }

        return [.. numbers];
    }

    private int[] FindPlaces()
    {
        var places = new int[FeaturesPerShapelet * Shapelets.Length];
        Array.Fill(places, -1);
        int place = 0;
        int shapelet = 0;
        foreach (int number in Selection.Numbers)
        {
            while (Numbers[shapelet] != number / FeaturesPerShapelet)
                shapelet++;
            places[shapelet * FeaturesPerShapelet + number % FeaturesPerShapelet] = place++;
        }

        return places;
    }

    private void CheckShapelets()
    {
        int values = 0;
        for (int i = 0; i < Shapelets.Length; i++)
        {
            DilatedShapelet shapelet = Shapelets[i];
            if (shapelet.Dilation < 1)
                throw Wrong($"Shapelet {i} has the dilation {shapelet.Dilation}; a dilation is at least 1.");
            if (i > 0 && shapelet.CompareTo(Shapelets[i - 1]) < 0)
                throw Wrong($"Shapelet {i} is out of order; shapelets ascend by dilation, normalised ones last.");
            if (!float.IsFinite(shapelet.Threshold))
                throw Wrong(FormattableString.Invariant(
                    $"Shapelet {i} has the threshold {shapelet.Threshold}; a threshold must be finite."));
            if (shapelet.FirstValue != values || shapelet.Channels.Length == 0)
                throw Wrong($"Shapelet {i} has {shapelet.Channels.Length} channels and begins at value "
                    + $"{shapelet.FirstValue} instead of {values}.");
            foreach (int channel in shapelet.Channels)
            {
                if (channel < 0 || channel >= NumberOfChannels)
                    throw Wrong($"Shapelet {i} reads channel {channel}; it must be 0 to {NumberOfChannels - 1}.");
            }

            values = checked(values + shapelet.Channels.Length * ShapeletLength);
        }

        if (values != _values.Length)
            throw Wrong($"There are {_values.Length} values; the shapelets have {values}.");

        static ArgumentException Wrong(string message) => new(message);
    }
}
