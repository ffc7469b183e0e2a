namespace Microsoft.ML.SeqConv;

/// <summary>A network over series whose outputs can be differentiated by the points of a series.</summary>
internal interface ISeriesGradient
{
    /// <summary>What is done to a series before the network sees it.</summary>
    SeriesPreparation Preparation { get; }

    /// <summary>
    /// The outputs of one series: for classes those before softmax, for regression the value. Of an ensemble the mean.
    /// </summary>
    /// <param name="series">[channel, time], row-major, prepared.</param>
    /// <param name="choose">
    /// Gets the outputs and the scores of the classes (the mean softmax), and says which output is differentiated.
    /// </param>
    SeriesGradient Differentiate(ReadOnlyMemory<float> series, Func<double[], double[], int> choose);
}

/// <summary>An output of a network and its derivative.</summary>
/// <param name="Output">Its value.</param>
/// <param name="Derivative">[channel, time]: by each point of the prepared series.</param>
internal sealed record SeriesGradient(double Output, double[] Derivative);
