using Microsoft.ML.Data;
using Microsoft.ML.SeqConv.Kernels;
using Xunit;

namespace Microsoft.ML.SeqConv.Tests.Linear;

/// <summary>A fit whose coefficients are rounding says so; ordinary ones do not.</summary>
public sealed class RidgeConditionTests
{
    private const int NumberOfFeatures = 12;

    private readonly MLContext _context = new(seed: 1);
    private readonly List<string> _warnings = [];

    public RidgeConditionTests()
    {
        _context.Log += (_, entry) =>
        {
            if (entry.Kind == Microsoft.ML.Runtime.ChannelMessageKind.Warning)
                _warnings.Add(entry.RawMessage);
        };
    }

    [Theory]
    [InlineData("Hilbert", 1e-13, true)]
    [InlineData("Hilbert", 1, false)]
    [InlineData("Vandermonde", 1e-13, true)]
    [InlineData("repeated", 1e-30, true)]
    [InlineData("normal", 1e-30, false)]
    [InlineData("normal", 1e-3, false)]
    public void An_ill_conditioned_problem_is_named_in_the_log_and_on_the_model(string kind, double alpha, bool isIll)
    {
        IDataView data = _context.Data.LoadFromEnumerable(Rows(kind));
        var options = new RidgeRegressionTrainer.Options { LabelColumnName = "Target", Alphas = [alpha] };
        ITransformer fitted = _context.Regression.Trainers.Ridge(options).Fit(data);
        Assert.Equal(isIll, ModelOf(fitted).IsIllConditioned);
        if (isIll)
        {
            Assert.Equal(FormattableString.Invariant(
                $"Column 'Features' is too ill-conditioned for the penalty {alpha:G3}: its ")
                + "features nearly depend on each other, so that rounding decides coefficients, "
                + "and leave-one-out predictions "
                + "may be wrong. Raise Alphas, remove features, or set ScaleFeatures.", Assert.Single(_warnings));
        }
        else
        {
            Assert.Empty(_warnings);
        }

        using var file = new MemoryStream();
        _context.Model.Save(fitted, data.Schema, file);
        file.Position = 0;
        Assert.Equal(isIll, ModelOf(_context.Model.Load(file, out _)).IsIllConditioned);
    }

    [Fact]
    public void Default_penalties_on_ordinary_features_are_sound()
    {
        foreach (string kind in (string[])["normal", "repeated"])
            Assert.False(_context.Regression.Trainers.Ridge("Target")
                .Fit(_context.Data.LoadFromEnumerable(Rows(kind))).Model.IsIllConditioned);
        Assert.Empty(_warnings);
    }

    private static RidgeRegressionModelParameters ModelOf(ITransformer fitted)
        => ((ISingleFeaturePredictionTransformer<RidgeRegressionModelParameters>)fitted).Model;

    private static Row[] Rows(string kind)
    {
        var random = new SeededRandom(1);
        return [.. Enumerable.Range(0, 40).Select(i =>
        {
            var features = new float[NumberOfFeatures];
            for (int j = 0; j < NumberOfFeatures; j++)
            {
                features[j] = kind switch
                {
                    "Hilbert" => 1f / (i + j + 1),
                    "Vandermonde" => (float)Math.Pow(i / 40.0, j),
                    "repeated" => j < 6 ? (float)random.NextNormal() : features[j - 6],
                    _ => (float)random.NextNormal(),
                };
            }

            return new Row { Features = features, Target = features[0] + 0.1f * (float)random.NextNormal() };
        })];
    }

    private sealed class Row
    {
        [VectorType(NumberOfFeatures)]
        public float[] Features { get; set; } = [];

        public float Target { get; set; }
    }
}
