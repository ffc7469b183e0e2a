namespace Microsoft.ML.SeqConv;

/// <summary>The names by which ML.NET knows annotations of columns, and their values.</summary>
internal static class AnnotationKinds
{
    /// <summary>Vector: the values behind keys.</summary>
    public const string KeyValues = nameof(KeyValues);

    /// <summary>Vector of text: the names of the slots of a vector.</summary>
    public const string SlotNames = nameof(SlotNames);

    /// <summary>Vector: the classes in the order of scores.</summary>
    public const string TrainingLabelValues = nameof(TrainingLabelValues);

    /// <summary>Key: which columns of scores belong together.</summary>
    public const string ScoreColumnSetId = nameof(ScoreColumnSetId);

    /// <summary>Text: the task of a prediction.</summary>
    public const string ScoreColumnKind = nameof(ScoreColumnKind);

    /// <summary>Text: what a column of a prediction holds.</summary>
    public const string ScoreValueKind = nameof(ScoreValueKind);

    /// <summary>Boolean: the values need no scaling.</summary>
    public const string IsNormalized = nameof(IsNormalized);

    /// <summary>A <see cref="ScoreColumnKind"/>.</summary>
    public const string Regression = nameof(Regression);

    /// <summary>A <see cref="ScoreColumnKind"/>.</summary>
    public const string MulticlassClassification = nameof(MulticlassClassification);

    /// <summary>A <see cref="ScoreValueKind"/>.</summary>
    public const string Score = nameof(Score);

    /// <summary>A <see cref="ScoreValueKind"/>.</summary>
    public const string PredictedLabel = nameof(PredictedLabel);
}
