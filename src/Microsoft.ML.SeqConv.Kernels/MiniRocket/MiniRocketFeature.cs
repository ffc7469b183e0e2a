namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>What a feature of MiniRocket counts: the outputs of a kernel at a dilation that exceed a bias.</summary>
/// <param name="DilationIndex">Index into <see cref="MiniRocketModel.Dilations"/>.</param>
/// <param name="Kernel">0 to 83.</param>
/// <param name="Bias">Which bias of this kernel and dilation, from 0, as in the full model.</param>
internal readonly record struct MiniRocketFeature(int DilationIndex, int Kernel, int Bias);

/// <summary>A kernel at a dilation, and its features.</summary>
/// <param name="DilationIndex">Index into <see cref="MiniRocketModel.Dilations"/>.</param>
/// <param name="Kernel">0 to 83.</param>
/// <param name="First">Its first feature in the model.</param>
/// <param name="Biases">Its biases, and so features, in the model; at least 1.</param>
internal readonly record struct MiniRocketCombination(int DilationIndex, int Kernel, int First, int Biases)
{
    /// <summary>The combinations that kept features are of.</summary>
    /// <param name="featuresPerDilation">Biases of a kernel at each dilation in the full model.</param>
    /// <param name="kept">Numbers of features in the full model, ascending.</param>
    public static MiniRocketCombination[] Of(int[] featuresPerDilation, FeatureSelection kept)
    {
        var combinations = new List<MiniRocketCombination>();
        int dilation = 0;
        int before = 0;         // features of the dilations before
        for (int first = 0, next; first < kept.Count; first = next)
        {
            for (; kept.NumberAt(first) - before >= featuresPerDilation[dilation] * MiniRocketKernel.Count; dilation++)
                before += featuresPerDilation[dilation] * MiniRocketKernel.Count;
            int kernel = (kept.NumberAt(first) - before) / featuresPerDilation[dilation];
            int end = before + (kernel + 1) * featuresPerDilation[dilation];
            next = first + 1;
            while (next < kept.Count && kept.NumberAt(next) < end)
                next++;
            combinations.Add(new(dilation, kernel, first, next - first));
        }

        return [.. combinations];
    }
}
