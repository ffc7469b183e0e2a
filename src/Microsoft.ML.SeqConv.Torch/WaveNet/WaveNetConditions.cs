namespace Microsoft.ML.SeqConv;

/// <summary>What a generator is conditioned on beside samples.</summary>
/// <param name="Speakers">Names by number.</param>
/// <param name="SpeakerVectors">[speaker, channel].</param>
/// <param name="Features">Features of a frame.</param>
/// <param name="Hop">Samples from frame to frame.</param>
/// <param name="Filters">Of the transposed convolution, [feature, 2 * hop]; empty for repetition.</param>
internal sealed record WaveNetConditions(
    IReadOnlyList<string> Speakers, float[] SpeakerVectors, int Features, int Hop, float[] Filters)
{
    public int SpeakerChannels => Speakers.Count == 0 ? 0 : SpeakerVectors.Length / Speakers.Count;

    /// <exception cref="ArgumentException">The speaker is unknown, or given or left out against the model.</exception>
    public ReadOnlySpan<float> SpeakerVector(string? speaker)
    {
        if (Speakers.Count == 0 && speaker is not null)
            throw new ArgumentException($"The speaker is '{speaker}', but the model was trained without speakers. "
                + "Leave it out, or train with SpeakerColumnName.", nameof(speaker));
        if (Speakers.Count == 0)
            return [];
        int number = speaker is null
            ? -1
            : Enumerable.Range(0, Speakers.Count).FirstOrDefault(i => Speakers[i] == speaker, -1);
        if (number < 0)
        {
            throw new ArgumentException(
                $"The speaker is {(speaker is null ? "not given" : $"'{speaker}', which the model does not know")}; "
                + $"it knows {string.Join(", ", Speakers.Take(20))}"
                + $"{(Speakers.Count > 20 ? $" and {Speakers.Count - 20} more" : "")}. Name one of them.",
                nameof(speaker));
        }

        return SpeakerVectors.AsSpan(number * SpeakerChannels, SpeakerChannels);
    }

    /// <exception cref="ArgumentException">
    /// They are too few, not finite, or given or left out against the model.
    /// </exception>
    public float[] CheckedFeatures(float[]? features, int samples)
    {
        if (Features == 0)
            return features is null ? [] : throw new ArgumentException("Features are given, but the model was trained "
                + "without. Leave them out, or train with FeatureColumnName.", nameof(features));
        int needed = (samples + Hop - 1) / Hop;
        if (features is null || features.Length % Features != 0 || features.Length / Features < needed)
        {
            throw new ArgumentException(
                FormattableString.Invariant($"There are {(features?.Length ?? 0) / (double)Features} frames of ")
                + FormattableString.Invariant(
                    $"{Features} features; {samples} samples need {needed}, one for each {Hop}. ")
                + "Give [feature, frame], row-major, or a shorter duration.", nameof(features));
        }

        int broken = Array.FindIndex(features, value => !float.IsFinite(value));
        return broken < 0 ? features : throw new ArgumentException(FormattableString.Invariant(
            $"Value {broken} of the features is {features[broken]}; all must be finite."), nameof(features));
    }

    /// <summary>The features at the time of a sample.</summary>
    /// <param name="features">[feature, frame].</param>
    /// <param name="t">The sample.</param>
    /// <param name="result">Gets [feature].</param>
    public void FeaturesAt(float[] features, int t, Span<float> result)
    {
        int frames = result.IsEmpty ? 0 : features.Length / Features;
        int frame = t / Hop;
        int within = t % Hop;
        for (int i = 0; i < result.Length; i++)
        {
            float here = features[i * frames + frame];
            float before = frame == 0 ? 0 : features[i * frames + frame - 1];
            result[i] = Filters.Length == 0
                ? here
                : here * Filters[i * 2 * Hop + within] + before * Filters[i * 2 * Hop + Hop + within];
        }
    }
}
