using static TorchSharp.torch;

namespace Microsoft.ML.SeqConv;

/// <summary>Makes batches of sentences: shorter ones are padded with the id of padding at the end.</summary>
internal static class TokenBatches
{
    public static SequenceBatch Stack(IReadOnlyList<ReadOnlyMemory<int>> sentences, Device device)
    {
        int longest = Math.Max(1, sentences.Max(s => s.Length));
        var ids = new long[sentences.Count * longest];      // zeros are padding
        for (int row = 0; row < sentences.Count; row++)
        {
            ReadOnlySpan<int> sentence = sentences[row].Span;
            for (int t = 0; t < sentence.Length; t++)
                ids[row * longest + t] = sentence[t];
        }

        using var scope = NewDisposeScope();
        return new(tensor(ids, [sentences.Count, longest]).to(device).MoveToOuterDisposeScope(), Mask: null);
    }
}

/// <summary>Sentences, as ids of words, with labels.</summary>
internal sealed class TokenExamples(IReadOnlyList<int[]> sentences, float[] labels, float[] weights)
    : TrainingExamples(labels, weights)
{
    public override SequenceBatch Gather(ReadOnlySpan<int> rows, Device device)
    {
        var chosen = new ReadOnlyMemory<int>[rows.Length];
        for (int i = 0; i < rows.Length; i++)
            chosen[i] = sentences[rows[i]];
        return TokenBatches.Stack(chosen, device);
    }
}
