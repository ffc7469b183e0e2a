namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>
/// The Gram matrix of prepared features: cuts them into the strips that <see cref="GramAccumulator"/> reads,
/// a block at a time.
/// </summary>
internal static unsafe class GramStrips
{
    private const int FeaturesPerBlock = 16 * GramAccumulator.Depth;
    private const int ExamplesPerBlock = 4 * GramAccumulator.Depth;
    private const int Width = GramAccumulator.StripWidth;

    /// <summary>K = X X^T, [example, example].</summary>
    internal static void ByExample(GramAccumulator gram, RidgeProblem problem, int size, WorkTeam team)
    {
        using var block = new AlignedBuffer((long)size * FeaturesPerBlock / 2);
        float* strips = (float*)block.Pointer;
        for (int first = 0; first < problem.Columns; first += FeaturesPerBlock)
        {
            int start = first;
            int depth = Math.Min(FeaturesPerBlock, problem.Columns - first);
            team.Run(size / Width, (double)size * depth, strip =>
            {
                float* target = strips + (long)strip * depth * Width;
                // Sixteen columns at a time: a cache line of each row, and little enough of the strip to stay in cache.
                for (int k0 = 0; k0 < depth; k0 += 16)
                {
                    int end = Math.Min(k0 + 16, depth);
                    for (int r = 0; r < Width; r++)
                    {
                        int example = strip * Width + r;
                        float* row = example < problem.Examples ? (float*)problem.Rows[example] + start : null;
                        for (int k = k0; row != null && k < end; k++)
                            target[k * Width + r] = row[k];
                        for (int k = k0; row == null && k < end; k++)
                            target[k * Width + r] = 0;
                    }
                }
            });
            gram.Add(strips, depth);
        }
    }

    /// <summary>K = X^T X, [feature, feature].</summary>
    internal static void ByFeature(GramAccumulator gram, RidgeProblem problem, int size, WorkTeam team)
    {
        using var block = new AlignedBuffer((long)size * ExamplesPerBlock / 2);
        float* strips = (float*)block.Pointer;
        for (int first = 0; first < problem.Examples; first += ExamplesPerBlock)
        {
            int start = first;
            int depth = Math.Min(ExamplesPerBlock, problem.Examples - first);
            team.Run(size / Width, (double)size * depth, strip =>
            {
                float* target = strips + (long)strip * depth * Width;
                int width = Math.Clamp(problem.Columns - strip * Width, 0, Width);
                for (int k = 0; k < depth; k++)
                {
                    var destination = new Span<float>(target + (long)k * Width, Width);
                    new ReadOnlySpan<float>((float*)problem.Rows[start + k] + strip * Width, width).CopyTo(destination);
                    destination[width..].Clear();       // a longer block may have left values there
                }
            });
            gram.Add(strips, depth);
        }
    }
}
