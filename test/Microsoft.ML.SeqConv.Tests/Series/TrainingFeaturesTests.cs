using System.Runtime.CompilerServices;
using Microsoft.ML.Data;
using Microsoft.ML.SeqConv.TestKit;
using Xunit;

namespace Microsoft.ML.SeqConv.Tests.Series;

/// <summary>Features that a fit has computed are not computed again for the trainer after it.</summary>
public class TrainingFeaturesTests
{
    private const int Count = 12;
    private const float Mark = -7;

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
    public void The_trainer_after_DilatedShapelets_reads_no_series_again() => AreHandedOn(
        context => context.Transforms.DilatedShapelets(
            "Features", new DilatedShapeletsEstimator.Options { NumberOfShapelets = 20, Seed = 1 },
            inputColumnName: "Series"), passes: 3);

    [Fact]
    public void Rows_in_another_order_get_their_own_features()
    {
        var context = new MLContext(1);
        Row[] rows = Rows();
        IDataView data = context.Data.LoadFromEnumerable(rows, OfLength());
        HydraTransformer hydra = context.Transforms.Hydra("Features", "Series", numberOfGroups: 4, seed: 1).Fit(data);
        IDataView shuffled = context.Data.ShuffleRows(hydra.Transform(data), seed: 4, shuffleSource: true);
        float[][] series = [.. shuffled.GetColumn<float[]>("Series")];
        Assert.NotEqual(rows.Select(row => row.Values), series);
        IDataView same =
            context.Data.LoadFromEnumerable(series.Select(values => new Row(values, flag: false)), OfLength());
        Assert.Equal(hydra.Transform(same).GetColumn<float[]>("Features"), shuffled.GetColumn<float[]>("Features"));
    }

    // MiniRocket makes the view that Hydra is fitted on.
    [Fact]
    public void The_trainer_after_a_chain_of_featurizers_reads_no_series_again()
    {
        var context = new MLContext(1);
        EstimatorChain<HydraTransformer> featurizers = context.Transforms.MiniRocket("MiniRocket", "Series", 84)
            .Append(context.Transforms.Hydra("Hydra", "Series", numberOfGroups: 4, seed: 1));
        int ofFeaturizers = Reads(featurizers);
        Assert.Equal(ofFeaturizers, Reads(featurizers.Append(context.BinaryClassification.Trainers.Ridge(
            nameof(Row.Flag), "Hydra"))));

        int Reads(IEstimator<ITransformer> pipeline)
        {
            Row[] rows = Rows();
            pipeline.Fit(context.Data.LoadFromEnumerable(rows, OfLength()));
            return rows.Sum(row => row.Reads);
        }
    }

    [Fact]
    public void Features_are_handed_over_once_and_end_with_their_view()
    {
        var context = new MLContext(1);
        Row[] rows = Rows();
        IDataView data = context.Data.LoadFromEnumerable(rows, OfLength());
        HydraTransformer hydra = context.Transforms.Hydra("Features", "Series", numberOfGroups: 4, seed: 1).Fit(data);
        WeakReference features = ReadOnce(hydra, data);
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        Assert.False(features.IsAlive);
        int reads = rows.Sum(row => row.Reads);
        _ = hydra.Transform(data).GetColumn<float[]>("Features").ToArray();
        Assert.Equal(reads + Count, rows.Sum(row => row.Reads));

        [MethodImpl(MethodImplOptions.NoInlining)]
        static WeakReference ReadOnce(HydraTransformer hydra, IDataView data)
        {
            TrainingFeatures features = Keep(hydra, data, rowsPerId: 1);
            Assert.Equal(Count, CountOfKept(hydra.Transform(data)));
            return new WeakReference(features);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Rows_that_share_an_id_are_computed(bool isDistinct)
    {
        var context = new MLContext(1);
        IDataView data = context.Data.LoadFromEnumerable(Rows(), OfLength());
        HydraTransformer hydra = context.Transforms.Hydra("Features", "Series", numberOfGroups: 4, seed: 1).Fit(data);
        Assert.Equal(isDistinct, Keep(hydra, data, rowsPerId: isDistinct ? 1 : 2).AreDistinct);
        Assert.Equal(isDistinct ? Count : 0, CountOfKept(hydra.Transform(data)));
    }

    [Fact]
    public void Too_many_values_are_not_kept()
    {
        const int side = 1 << 12;
        Assert.NotNull(TrainingFeatures.For(side, side));
        Assert.Null(TrainingFeatures.For(side + 1, side));
        Assert.Null(TrainingFeatures.For(int.MaxValue, int.MaxValue));
    }

    private static Row[] Rows() => [.. SineWaves.Make(Count, 40).Select(row => new Row(row.Series, row.Flag))];

    /// <summary>Replaces what a fit kept by features that no series has.</summary>
    private static TrainingFeatures Keep(HydraTransformer hydra, IDataView data, int rowsPerId)
    {
        TrainingFeatures features = TrainingFeatures.For(Count, hydra.NumberOfFeatures)!;
        float[] marked = [.. Enumerable.Repeat(Mark, hydra.NumberOfFeatures)];
        for (int row = 0; row < Count; row++)
            features.Add(new DataViewRowId((ulong)(row / rowsPerId), 0), marked);
        _ = hydra.Transform(data);              // takes what the fit kept
        hydra.OfTraining = features;
        hydra.KeepFor(data);
        return features;
    }

    private static int CountOfKept(IDataView view)
        => view.GetColumn<float[]>("Features").Count(row => Array.TrueForAll(row, value => value == Mark));

    private static void AreHandedOn<T>(Func<MLContext, SeriesFeaturizerEstimator<T>> make, int passes = 2)
        where T : SeriesTransformer
    {
        var context = new MLContext(1);
        Row[] rows = Rows();
        IDataView data = context.Data.LoadFromEnumerable(rows, OfLength());
        T featurizer = make(context).Fit(data);
        int reads = rows.Sum(row => row.Reads);
        Assert.InRange(reads, 2 * Count, passes * Count);
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
    private sealed class Row(float[] values, bool flag)
    {
        private int _reads;

        [NoColumn]
        public float[] Values => values;

        [NoColumn]
        public int Reads => _reads;

        public bool Flag => flag;

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
