namespace Microsoft.ML.SeqConv.Tests.Trust;

/// <summary>What a prediction engine gives with prediction sets.</summary>
internal sealed class ConformalOutput
{
    public bool[] PredictionSet { get; set; } = [];

    public float[] PValue { get; set; } = [];

    public float Confidence { get; set; }

    public float Credibility { get; set; }

    public bool IsRejected { get; set; }
}
