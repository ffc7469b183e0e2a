using Microsoft.ML.Data;

namespace Microsoft.ML.SeqConv.Benchmarks;

/// <summary>A public data set of series with classes, its two parts pooled.</summary>
internal sealed class LabelledSet
{
    private readonly Case[] _cases;
    private readonly int _training;             // cases of the set's own training part, which come first
    private readonly VectorDataViewType _type;

    private LabelledSet(string name, Case[] cases, int training, VectorDataViewType type)
    {
        Name = name;
        _cases = cases;
        _training = training;
        _type = type;
    }

    public string Name { get; }

    /// <summary>
    /// What the series are: <c>univariate</c>; <c>multivariate</c>; <c>ragged</c>, of different lengths.
    /// </summary>
    public string Group => _type.Dimensions.Contains(0) ? "ragged"
        : _type.Dimensions.Length > 1 && _type.Dimensions[0] > 1 ? "multivariate" : "univariate";

    /// <summary>The sets with classes in a folder, read one after the other.</summary>
    /// <param name="root">The folder.</param>
    /// <param name="names">Those that are wanted; empty: all.</param>
    /// <exception cref="ArgumentException">A name is of no set.</exception>
    public static IEnumerable<LabelledSet> All(string root, string[] names)
    {
        (string Name, string Train, string Test)[] files =
        [
            .. Directory.EnumerateFiles(root, "*_TRAIN.*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
                .Select(train => (Path.GetFileName(train)[..^"_TRAIN.ts".Length].TrimEnd('_'), train,
                    train.Replace("_TRAIN.", "_TEST.", StringComparison.Ordinal)))
                .Where(set => File.Exists(set.Item3)),
        ];
        StudyArguments.CheckNames("set", names, [.. files.Select(set => set.Name)]);
        return files.Where(set => names.Length == 0 || names.Contains(set.Name))
            .Select(set => Read(set.Name, set.Train, set.Test)).OfType<LabelledSet>();
    }

    /// <summary>The set's own split, or a resample of it.</summary>
    /// <param name="context">Makes the views.</param>
    /// <param name="resample">0: the own split; else the seed of a resample.</param>
    public (IDataView Train, IDataView Test) Split(MLContext context, int resample)
    {
        Case[] cases = [.. _cases];
        bool[] trains = [.. cases.Select((_, i) => i < _training)];
        if (resample > 0)
        {
            new Random(resample).Shuffle(cases);
            Dictionary<string, int> left = _cases.Take(_training).CountBy(one => one.Label).ToDictionary();
            for (int i = 0; i < cases.Length; i++)
            {
                int wanted = left.GetValueOrDefault(cases[i].Label);
                trains[i] = wanted > 0;
                left[cases[i].Label] = wanted - 1;
            }
        }

        // Classes have the same numbers in every split.
        IDataView pooled = View(context, _cases);
        ITransformer keys = context.Transforms.Conversion.MapValueToKey("Label",
            keyOrdinality: Transforms.ValueToKeyMappingEstimator.KeyOrdinality.ByValue).Fit(pooled);
        return (keys.Transform(View(context, cases.Where((_, i) => trains[i]))),
            keys.Transform(View(context, cases.Where((_, i) => !trains[i]))));
    }

    private static LabelledSet? Read(string name, string trainFile, string testFile)
    {
        var context = new MLContext(1);
        IDataView train = context.Data.LoadFromSeriesFile(trainFile);
        IDataView test = context.Data.LoadFromSeriesFile(testFile);
        if (train.Schema["Label"].Type is not TextDataViewType)
            return null;
        var ofTrain = (VectorDataViewType)train.Schema["Series"].Type;
        var ofTest = (VectorDataViewType)test.Schema["Series"].Type;
        return new(name, [.. Cases(train), .. Cases(test)], Cases(train).Count(),
            ofTrain.Equals(ofTest) ? ofTrain : new VectorDataViewType(
                NumberDataViewType.Single, ofTrain.Dimensions.SetItem(ofTrain.Dimensions.Length - 1, 0)));
    }

    private static IEnumerable<Case> Cases(IDataView view)
        => view.GetColumn<VBuffer<float>>("Series").Zip(view.GetColumn<string>("Label"))
            .Select(row => new Case { Series = [.. row.First.DenseValues()], Label = row.Second });

    private IDataView View(MLContext context, IEnumerable<Case> cases)
    {
        SchemaDefinition schema = SchemaDefinition.Create(typeof(Case));
        schema[nameof(Case.Series)].ColumnType = _type;
        return context.Data.LoadFromEnumerable(cases.ToArray(), schema);
    }

    private sealed class Case
    {
        public float[] Series { get; set; } = [];

        public string Label { get; set; } = "";
    }
}
