using Microsoft.ML.SeqConv.TestKit;
using Xunit;

namespace Microsoft.ML.SeqConv.Tests.Linear;

/// <summary>Model files of ridge ensembles whose numbers break a rule, under a correct checksum.</summary>
public class RidgeEnsembleFileTests
{
    private const string MulticlassSection = "SeqConvRidgeEnsembleMC";
    private const string BinarySection = "SeqConvRidgeEnsembleBN";
    private const string RegressionSection = "SeqConvRidgeEnsembleRG";

    private static readonly string[] Columns = ["Good", "Poor"];

    private readonly MLContext _context = new(1);

    /// <summary>A number of the first block, what stands in its place, and what is said of it.</summary>
    public static TheoryData<string, double, string> Numbers => new()
    {
        { "weight", -0.5, "The block 'Good' has the weight -0.5; it must be 0 to 1." },
        { "weight", 1.5, "The block 'Good' has the weight 1.5; it must be 0 to 1." },
        { "weight", double.NaN, "The block 'Good' has the weight NaN; it must be 0 to 1." },
        { "weight", 0, "The weights of the ensemble sum to * they must sum to 1." },
        { "temperature", 0, "The block 'Good' has the temperature 0; it must be positive and finite." },
        { "temperature", -1, "The block 'Good' has the temperature -1; it must be positive and finite." },
        { "temperature", double.NaN, "The block 'Good' has the temperature NaN; it must be positive and finite." },
        {
            "temperature", double.PositiveInfinity,
            "The block 'Good' has the temperature Infinity; it must be positive and finite."
        },
        { "accuracy", 1.01, "The block 'Good' has the leave-one-out accuracy 1.01; it must be 0 to 1." },
        { "accuracy", double.NaN, "The block 'Good' has the leave-one-out accuracy NaN; it must be 0 to 1." },
        {
            "log loss", -0.1,
            "The block 'Good' has the leave-one-out log loss -0.1; it must be zero or more, and finite."
        },
        {
            "log loss", double.NaN,
            "The block 'Good' has the leave-one-out log loss NaN; it must be zero or more, and finite."
        },
        { "penalty", -2, "The penalty -2 was tried; a penalty must be positive and finite." },
        { "penalty", double.NaN, "The penalty NaN was tried; a penalty must be positive and finite." },
        { "error", -1, "The block 'Good' has the selection error -1; it must be zero or more." },
        { "accuracy of all", -0.1, "The ensemble has the leave-one-out accuracy -0.1; it must be 0 to 1." },
        {
            "log loss of all", double.NaN,
            "The ensemble has the leave-one-out log loss NaN; it must be zero or more, and finite."
        },
        { "temperature of all", -3, "The temperature is -3; it must be positive and finite." },
    };

    [Theory]
    [MemberData(nameof(Numbers))]
    public void A_number_out_of_its_range_is_named_with_the_rule(string what, double value, string message)
    {
        var transformer = _context.MulticlassClassification.Trainers.RidgeEnsemble(
            new RidgeEnsembleMulticlassTrainer.Options { FeatureColumnNames = Columns, Alphas = [1, 7] }).Fit(Data());
        RidgeEnsembleMulticlassModelParameters model = transformer.LastTransformer.Model;
        RidgeEnsembleBlock block = model.Blocks[0];
        double tried = block.Alphas.First(alpha => alpha != block.Alpha);
        double old = what switch
        {
            "weight" => block.Weight,
            "temperature" => block.Temperature!.Value,
            "accuracy" => block.LeaveOneOutAccuracy!.Value,
            "log loss" => block.LeaveOneOutLogLoss!.Value,
            "penalty" => tried,
            "error" => block.SelectionErrors[0],
            "accuracy of all" => model.LeaveOneOutAccuracy,
            "log loss of all" => model.LeaveOneOutLogLoss,
            _ => model.Temperature,
        };
        bool isLast = what.EndsWith("of all", StringComparison.Ordinal);
        AssertRefused(Saved(transformer), MulticlassSection,
            content => Replaced(content, BitConverter.GetBytes(old), BitConverter.GetBytes(value), isLast), message);
    }

    [Theory]
    [InlineData(0, 2, "The blocks are fused by 2; it must be 0 or 1.")]
    [InlineData(sizeof(int), 0, "The ensemble is of 0 blocks; it must be of 1 to 100000.")]
    public void A_size_out_of_its_range_is_named_with_the_rule(int at, int value, string message)
        => AssertRefused(
            Saved(_context.MulticlassClassification.Trainers.RidgeEnsemble("Label", Columns).Fit(Data())),
            MulticlassSection,
            content =>
            {
                BitConverter.TryWriteBytes(content.AsSpan(at), value);
                return content;
            }, message);

    [Fact]
    public void The_joint_model_counts_among_the_weights()
    {
        const double share = 0.4;
        ITransformer model = _context.MulticlassClassification.Trainers.RidgeEnsemble(
            new RidgeEnsembleMulticlassTrainer.Options { FeatureColumnNames = Columns, JointWeight = share })
            .Fit(Data());
        AssertRefused(Saved(model), MulticlassSection, content => Replaced(content, BitConverter.GetBytes(share),
            BitConverter.GetBytes(0.3), isLast: true), "The weights of the ensemble sum to 0.* they must sum to 1.");
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(-1.0)]
    [InlineData(double.NaN)]
    public void The_scale_of_averaged_probabilities_is_positive(double scale)
        => AssertRefused(Saved(Averaging()), BinarySection,
            content =>
            {
                // double: scale, int: offsets, one of them; double: accuracy, double: log loss
                BitConverter.TryWriteBytes(content.AsSpan(content.Length - 36), scale);
                return content;
            }, FormattableString.Invariant($"scale is {scale}; it must be positive and finite."));

    [Fact]
    public void A_regression_is_one_linear_model_of_blocks_without_temperature()
    {
        byte[] binary = Content(Saved(Averaging()), BinarySection);
        byte[] regression =
            Saved(_context.Regression.Trainers.RidgeEnsemble("Target", Columns).Fit(Data()));

        // double: error, bool: whether there are residuals, int: residuals, double: each
        const int residuals = sizeof(bool) + sizeof(int) + 60 * sizeof(double);
        AssertRefused(regression, RegressionSection, _ => [.. binary[..^sizeof(double)], 0],
            "The blocks of a regression are fused by Probabilities; they must be fused by Linear.");

        var linear = _context.BinaryClassification.Trainers.RidgeEnsemble("Flag", Columns).Fit(Data());
        binary = Content(Saved(linear), BinarySection);
        AssertRefused(regression, RegressionSection, _ => [.. binary[..^sizeof(double)], 0],
            "The block 'Good' of a regression has a temperature; it must have none.");
        byte[] number = Content(regression, RegressionSection);
        AssertRefused(Saved(linear), BinarySection, _ => [.. number[..^residuals], .. BitConverter.GetBytes(0.5)],
            "The block 'Good' of a classifier has no temperature; it must have one.");
        AssertRefused(regression, RegressionSection,
            content => [.. content[..^(residuals + sizeof(double))], .. BitConverter.GetBytes(-0.25), 0],
            "The ensemble has the leave-one-out error -0.25; it must be zero or more, and finite.");
        AssertRefused(regression, RegressionSection,
            content => [.. content[..^sizeof(double)], .. BitConverter.GetBytes(double.NaN)],
            "A leave-one-out residual is not finite.");
    }

    private static byte[] Content(byte[] file, string section)
        => ModelSections.ContentOf(ModelSections.Read(file, ModelSections.EntryOf(file, section)));

    private static void AssertRefused(byte[] file, string section, Func<byte[], byte[]> edit, string message)
    {
        byte[] edited = ModelSections.Rewrite(file, ModelSections.EntryOf(file, section),
            bytes => ModelSections.WithContent(bytes, edit(ModelSections.ContentOf(bytes))));
        string pattern = string.Join(".*", message.Split('*').Select(System.Text.RegularExpressions.Regex.Escape));
        Assert.Matches($"^The section '{section}' of the model file is damaged: {pattern} Save the model again, "
            + "or download the file again\\.$",
            Assert.Throws<FormatException>(() => ModelSections.Load(edited)).Message);
    }

    private static byte[] Replaced(byte[] content, byte[] old, byte[] replacement, bool isLast)
    {
        int at = isLast ? content.AsSpan().LastIndexOf(old) : content.AsSpan().IndexOf(old);
        Assert.True(at >= 0);
        replacement.CopyTo(content, at);
        return content;
    }

    private ITransformer Averaging() => _context.BinaryClassification.Trainers.RidgeEnsemble(
        new RidgeEnsembleBinaryTrainer.Options
        {
            LabelColumnName = "Flag",
            FeatureColumnNames = Columns,
            Fusion = EnsembleFusion.Probabilities,
        }).Fit(Data());

    private IDataView Data() => BlockRow.View(_context, BlockRow.Make(60));

    private byte[] Saved(ITransformer model)
    {
        using var file = new MemoryStream();
        _context.Model.Save(model, Data().Schema, file);
        return file.ToArray();
    }
}
