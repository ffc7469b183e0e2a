using Microsoft.ML.Data;
using Microsoft.ML.SeqConv.TestKit;
using Xunit;

namespace Microsoft.ML.SeqConv.Tests.Series;

/// <summary>Features that a fit has computed are not computed again for the trainer after it.</summary>
public class TrainingFeaturesTests
{
    private const int Count = 12;

    [Fact]
    public void The_trainer_after_Hydra_reads_no_series_again() => AreHandedOn(
        context => context.Transforms.Hydra("Features", "Series", numberOfGroups: 4, seed: 1));

    /// <summary>Ranks among all training rows, and among fewer knots than there are rows.</summary>
    [Theory]
    [InlineData(64)]
    [InlineData(5)]
    public void The_trainer_after_IntervalQuantiles_reads_no_series_again(int maxKnots) => AreHandedOn(
        context => context.Transforms.IntervalQuantiles(
            "Features", new IntervalQuantilesEstimator.Options { MaxKnots = maxKnots }, "Series"));

    [Fact]
    public void Rows_in_another_order_get_their_own_features()
    {
        var context = new MLContext(1);
        Row[] rows = [.. SineWaves.Make(Count, 40).Select(row => new Row(row.Series))];
        IDataView data = context.Data.LoadFromEnumerable(rows, OfLength());
        HydraTransformer hydra = context.Transforms.Hydra("Features", "Series", numberOfGroups: 4, seed: 1).Fit(data);
        IDataView shuffled = context.Data.ShuffleRows(hydra.Transform(data), seed: 4, shuffleSource: true);
        float[][] series = [.. shuffled.GetColumn<float[]>("Series")];
        Assert.NotEqual(rows.Select(row => row.Values), series);
        IDataView same = context.Data.LoadFromEnumerable(series.Select(values => new Row(values)), OfLength());
        Assert.Equal(hydra.Transform(same).GetColumn<float[]>("Features"), shuffled.GetColumn<float[]>("Features"));
    }

    private static void AreHandedOn<T>(Func<MLContext, SeriesFeaturizerEstimator<T>> make)
        where T : SeriesTransformer
    {
        var context = new MLContext(1);
        Row[] rows = [.. SineWaves.Make(Count, 40).Select(row => new Row(row.Series))];
        IDataView data = context.Data.LoadFromEnumerable(rows, OfLength());
        T featurizer = make(context).Fit(data);
        int reads = rows.Sum(row => row.Reads);
        Assert.Equal(2 * Count, reads);
        float[][] known = [.. featurizer.Transform(data).GetColumn<float[]>("Features")];
        Assert.Equal(reads, rows.Sum(row => row.Reads));

        // Any other view is computed, to the same bits.
        IDataView others = context.Data.LoadFromEnumerable(rows, OfLength());
        float[][] computed = [.. featurizer.Transform(others).GetColumn<float[]>("Features")];
        Assert.Equal(reads + Count, rows.Sum(row => row.Reads));
        Assert.Equal(computed, known);
    }

    private static SchemaDefinition OfLength()
    {
        SchemaDefinition schema = SchemaDefinition.Create(typeof(Row), SchemaDefinition.Direction.Read);
        schema[nameof(Row.Series)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, 40);
        return schema;
    }

    /// <summary>Counts how often its series is read.</summary>
    private sealed class Row(float[] values)
    {
        private int _reads;

        [NoColumn]
        public float[] Values => values;

        [NoColumn]
        public int Reads => _reads;

        public float[] Series
        {
            get
            {
                Interlocked.Increment(ref _reads);
                return values;
            }
        }
    }
}
