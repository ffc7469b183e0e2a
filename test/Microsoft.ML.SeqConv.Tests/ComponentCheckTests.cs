using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.SeqConv.TestKit;
using Microsoft.ML.Transforms;
using Xunit;

namespace Microsoft.ML.SeqConv.Tests;

/// <summary>The checks themselves: each fails for a component that breaks what it checks.</summary>
public class ComponentCheckTests
{
    private static readonly List<WrongTransformer> Held = [];

    private static int _made;

    // The check and the component that breaks it. One check may be broken in several ways.
    private static readonly
        (string Check, string Name, Func<MLContext, IEstimator<ITransformer>> Make)[] WrongComponents =
    [
        ("SchemaIsAsPromised", "promises a column that it does not add", context => new WrongEstimator(Right(context))
        {
            Promise = shape => context.Transforms.CopyColumns("More", "Series").GetOutputSchema(shape),
        }),
        ("SecondFitAgrees", "is another with each fit", context => new WrongEstimator(Right(context))
        {
            FitInner = data => Right(context, Interlocked.Increment(ref _made)).Fit(data),
        }),
        ("SameSeedSameBits", "has another seed each time", AnotherSeed),
        ("ConcurrentFitsAgree", "has another seed each time", AnotherSeed),
        ("OneAndSeveralThreadsAgree", "depends on the number of threads", DependsOnThreads),
        ("OneAndSeveralThreadsAgree", "has no number of threads", context => new WrongEstimator(NoThreads(context))),
        ("SavedAndLoadedAgrees", "saves another model", context => SavesAnother(context)),
        ("FreshProcessAgrees", "saves another model", context => SavesAnother(context)),
        ("ParallelCursorsAgree", "gives one cursor without a reason",
            context => View(context, view => view.CursorCount = 1)),
        ("ParallelCursorsAgree", "gives all rows in every cursor",
            context => View(context, view => view.RepeatsRows = true)),
        ("OneRowAloneAgrees", "adds the number of the row", context => Values(context, (value, row) => value + row)),
        ("GraphAgrees", "has no graph and does not say so", NoThreads),
        ("GraphAgrees", "writes another model", WritesAnother),
        ("ConstantSeriesGivesFiniteOutput", "divides by zero", context => Values(context, (value, _) => value / 0f)),
        ("ShortSeriesFollowTheRule", "gives NaN for a short series", ShortSeriesGiveNaN),
        ("ShortSeriesFollowTheRule", "reads past the end", ReadsPastTheEnd),
        ("MissingValuesFollowTheRule", "returns NaN", context => new WrongEstimator(NoThreads(context))),
        ("MissingValuesFollowTheRule", "refuses without a name", RefusesWithoutAName),
        ("MissingColumnIsNamed", "does not name the column", Unnamed),
        ("WrongTypeIsNamed", "does not name the column", Unnamed),
        ("NoRowsIsAnError", "fits on nothing", NoThreads),
        ("CancelledContextStops", "does not look", NoThreads),
        ("DisposeReleases", "is held by a list", context => Disposing(context, Held.Add)),
        ("DisposeReleases", "works after it was disposed", context => Disposing(context, _ => { })),
        ("DisposeReleases", "leaves a cursor open", LeavesACursorOpen),
    ];

    public static TheoryData<string, string> Cases => [.. WrongComponents.Select(wrong => (wrong.Check, wrong.Name))];

    public static TheoryData<string> Checks => [.. ComponentChecks.Each.Keys];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Each_check_fails_for_a_component_that_breaks_it(string check, string name)
    {
        var make = WrongComponents.Single(wrong => wrong.Check == check && wrong.Name == name).Make;
        CheckedComponent Subject(Func<MLContext, IEstimator<ITransformer>> component)
            => new(component, SineWaves.Make(12, 40), [], ComponentRules.Default);
        ComponentChecks.Each[check](Subject(context => Right(context)));
        Exception? error = Record.Exception(() => ComponentChecks.Each[check](Subject(make)));
        Assert.IsAssignableFrom<Xunit.Sdk.IAssertionException>(Unwrap(error));
    }

    [Theory]
    [MemberData(nameof(Checks))]
    public void Each_check_has_a_component_that_breaks_it(string check)
        => Assert.Contains(WrongComponents, wrong => wrong.Check == check);

    [Theory]
    [InlineData("GraphAgrees")]
    [InlineData("OneAndSeveralThreadsAgree")]
    public void A_declaration_that_is_not_true_fails(string check)
    {
        var rules = new ComponentRules { NoGraph = "has no ONNX form", NoThreads = "It has none." };
        var subject = new CheckedComponent(context => Right(context), SineWaves.Make(12, 40), [], rules);
        Assert.ThrowsAny<Xunit.Sdk.XunitException>(() => ComponentChecks.Each[check](subject));
    }

    // An error that is not the check's own comes from the export, which has its own.
    private static object? Unwrap(Exception? error)
        => error is InvalidOperationException { Message: var message }
            && message.Contains("cannot be written to ONNX", StringComparison.Ordinal)
            ? new Xunit.Sdk.XunitException(message)
            : error;

    private static MiniRocketEstimator Right(MLContext context, int seed = 1)
        => context.Transforms.MiniRocket("Features", "Series", numberOfFeatures: 84, seed: seed);

    private static MiniRocketEstimator AnotherSeed(MLContext context)
        => Right(context, Interlocked.Increment(ref _made));

    private static CustomMappingEstimator<Source, Result> NoThreads(MLContext context)
        => context.Transforms.CustomMapping<Source, Result>(
            (source, result) => result.Features = [source.Series.Sum()], contractName: null);

    private static WrongEstimator Values(MLContext context, Func<float, int, float> change)
        => Mapping(context, (series, row) => change(series.Sum(), row));

    private static WrongEstimator Mapping(MLContext context, Func<float[], int, float> value)
        => new(Right(context))
        {
            FitInner = data =>
            {
                int row = 0;
                return context.Transforms.CustomMapping<Source, Result>(
                    (source, result) => result.Features = [value(source.Series, row++)], contractName: null).Fit(data);
            },
        };

    private static WrongEstimator ShortSeriesGiveNaN(MLContext context)
        => Mapping(context, (series, _) => series.Length < 9 ? float.NaN : 1);

    private static WrongEstimator ReadsPastTheEnd(MLContext context) => Mapping(context, (series, _) => series[8]);

    private static WrongEstimator RefusesWithoutAName(MLContext context) => Mapping(
        context, (series, _) => series.Any(float.IsNaN) ? throw new InvalidOperationException("NaN is bad.") : 1);

    private static WrongEstimator DependsOnThreads(MLContext context)
    {
        var options = new ThreadOptions();
        return new WrongEstimator(Right(context))
        {
            Options = options,
            FitInner = data => Right(context, options.NumberOfThreads ?? 1).Fit(data),
        };
    }

    private static WrongEstimator SavesAnother(MLContext context) => new(Right(context))
    {
        FitInner = data => new WrongTransformer(Right(context).Fit(data)) { Saved = Right(context, 2).Fit(data) },
    };

    // Only the values come from the first model: the export asks for the transform once more.
    private static WrongEstimator WritesAnother(MLContext context) => new(Right(context))
    {
        FitInner = data =>
        {
            ITransformer[] models = [Right(context).Fit(data), Right(context, 2).Fit(data)];
            int calls = 0;
            return new WrongTransformer(models[0]) { Change = (_, input) => models[calls++ % 2].Transform(input) };
        },
    };

    private static WrongEstimator View(MLContext context, Action<WrongView> change) => new(Right(context))
    {
        FitInner = data => new WrongTransformer(Right(context).Fit(data))
        {
            Change = (output, _) =>
            {
                var view = new WrongView(output);
                change(view);
                return view;
            },
        },
    };

    private static WrongEstimator Unnamed(MLContext context) => new(Right(context))
    {
        FitInner = _ => throw new ArgumentException("There is something wrong with a column."),
    };

    private static WrongEstimator Disposing(MLContext context, Action<WrongTransformer> made) => new(Right(context))
    {
        FitInner = data =>
        {
            var model = new DisposableTransformer(Right(context).Fit(data));
            made(model);
            return model;
        },
    };

    private static WrongEstimator LeavesACursorOpen(MLContext context) => new(Right(context))
    {
        FitInner = data =>
        {
            data.GetRowCursor(data.Schema).MoveNext();
            return Right(context).Fit(data);
        },
    };

    private sealed class Source
    {
        public float[] Series { get; set; } = [];
    }

    private sealed class Result
    {
        [VectorType(1)]
        public float[] Features { get; set; } = [];
    }

    private sealed class ThreadOptions
    {
        public int? NumberOfThreads { get; set; }
    }

    /// <summary>An estimator that is right but in what is set.</summary>
    private sealed class WrongEstimator(IEstimator<ITransformer> inner) : IEstimator<ITransformer>
    {
        public Func<SchemaShape, SchemaShape> Promise { get; init; } = inner.GetOutputSchema;

        public Func<IDataView, ITransformer> FitInner { get; init; } = inner.Fit;

        public ThreadOptions? Options { get; init; }

        public ITransformer Fit(IDataView input) => FitInner(input);

        public SchemaShape GetOutputSchema(SchemaShape inputSchema) => Promise(inputSchema);
    }

    /// <summary>A transformer that is right but in what is set.</summary>
    private class WrongTransformer(ITransformer inner) : ITransformer
    {
        public Func<IDataView, IDataView, IDataView> Change { get; init; } = (output, _) => output;

        public ITransformer? Saved { get; init; }

        public bool IsRowToRowMapper => false;

        public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => inner.GetOutputSchema(inputSchema);

        public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema) => inner.GetRowToRowMapper(inputSchema);

        public IDataView Transform(IDataView input) => Change(inner.Transform(input), input);

        void ICanSaveModel.Save(ModelSaveContext ctx) => (Saved ?? inner).Save(ctx);
    }

    private sealed class DisposableTransformer(ITransformer inner) : WrongTransformer(inner), IDisposable
    {
        public void Dispose()
        {
        }
    }

    /// <summary>A view whose sets of cursors are wrong.</summary>
    private sealed class WrongView(IDataView source) : IDataView
    {
        public int? CursorCount { get; set; }

        public bool RepeatsRows { get; set; }

        public bool CanShuffle => source.CanShuffle;

        public DataViewSchema Schema => source.Schema;

        public long? GetRowCount() => source.GetRowCount();

        public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
            => source.GetRowCursor(columnsNeeded, rand);

        public DataViewRowCursor[] GetRowCursorSet(
            IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null)
            => RepeatsRows
                ? [.. Enumerable.Range(0, n).Select(_ => source.GetRowCursor(columnsNeeded, rand))]
                : source.GetRowCursorSet(columnsNeeded, CursorCount ?? n, rand);
    }
}
