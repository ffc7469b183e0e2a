namespace Microsoft.ML.SeqConv;

/// <summary>What the chunks before the samples of a WAV file say.</summary>
/// <param name="Format">How samples are written.</param>
/// <param name="Frames">Samples a channel, at least 1.</param>
/// <param name="Note">What is unusual about the size of the data; <see langword="null"/> where nothing is.</param>
internal sealed record WaveHeader(WaveFormat Format, int Frames, string? Note);
