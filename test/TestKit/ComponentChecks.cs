using System.Diagnostics;
using System.Reflection;
using Microsoft.ML.Data;
using Xunit;

namespace Microsoft.ML.SeqConv.TestKit;

/// <summary>What every component must do, checked in one line. A component is an estimator, alone or with what it needs before it.</summary>
public static class ComponentChecks
{
    /// <summary>Runs every check.</summary>
    /// <param name="component">Makes the component in a context; called several times, it must make the same component.</param>
    /// <param name="rows">Rows to fit on; at least ten.</param>
    /// <param name="dimensions">Dimensions of the series column; none for ragged.</param>
    public static void All(Func<MLContext, IEstimator<ITransformer>> component, IReadOnlyList<SeriesRow> rows, params int[] dimensions)
        => AllWithin(tolerance: 0, component, rows, dimensions);

    /// <summary>Runs every check.</summary>
    /// <param name="tolerance">How much a value of one row alone may differ from that in a batch: a library that sums in another order for another batch differs in last bits.</param>
    /// <param name="component">Makes the component in a context; called several times, it must make the same component.</param>
    /// <param name="rows">Rows to fit on; at least ten.</param>
    /// <param name="dimensions">Dimensions of the series column; none for ragged.</param>
    public static void AllWithin(double tolerance, Func<MLContext, IEstimator<ITransformer>> component, IReadOnlyList<SeriesRow> rows, params int[] dimensions)
    {
        OfMapping(tolerance, component, rows, dimensions);
        NoRowsIsAnError(new MLContext(seed: 1), component, dimensions);
        CancelledContextStops(component, rows, dimensions);
    }

    /// <summary>Runs the checks of a component that learns nothing from rows.</summary>
    /// <param name="tolerance">How much a value of one row alone may differ from that in a batch.</param>
    /// <param name="component">Makes the component in a context; called several times, it must make the same component.</param>
    /// <param name="rows">Rows; at least ten.</param>
    /// <param name="dimensions">Dimensions of the series column; none for ragged.</param>
    public static void OfMapping(double tolerance, Func<MLContext, IEstimator<ITransformer>> component, IReadOnlyList<SeriesRow> rows, params int[] dimensions)
    {
        var context = new MLContext(seed: 1);
        IDataView data = SineWaves.View(context, rows, dimensions);
        IEstimator<ITransformer> estimator = component(context);
        ITransformer model = estimator.Fit(data);
        string bits = OutputHash.Of(model.Transform(data), data.Schema);

        SchemaIsAsPromised(estimator, model, data);
        SecondFitAgrees(estimator, data, bits);
        SameSeedSameBits(component, rows, dimensions, bits);
        ConcurrentFitsAgree(component, rows, dimensions, bits);
        SavedAndLoadedAgrees(context, model, data, bits);
        FreshProcessAgrees(context, model, data, bits);
        ParallelCursorsAgree(model, data);
        OneRowAloneAgrees(tolerance, context, model, rows, dimensions);
        ConstantSeriesGivesFiniteOutput(context, model, rows, dimensions);
        MissingColumnIsNamed(context, estimator);
        WrongTypeIsNamed(context, estimator);
    }

    private static void SchemaIsAsPromised(IEstimator<ITransformer> estimator, ITransformer model, IDataView data)
    {
        SchemaShape promised = estimator.GetOutputSchema(SchemaShapeOf(data));
        DataViewSchema delivered = model.GetOutputSchema(data.Schema);
        Assert.Equal(promised.Select(column => column.Name).Order(), delivered.Select(column => column.Name).Distinct().Order());
        foreach (SchemaShape.Column column in promised)
        {
            DataViewSchema.Column actual = delivered[column.Name];
            DataViewType item = actual.Type is VectorDataViewType vector ? vector.ItemType : actual.Type;
            Assert.Equal(column.ItemType.RawType, item.RawType);
            Assert.Equal(column.IsKey, item is KeyDataViewType);
            SchemaShape.Column.VectorKind kind = actual.Type is VectorDataViewType shape
                ? shape.IsKnownSize ? SchemaShape.Column.VectorKind.Vector : SchemaShape.Column.VectorKind.VariableVector
                : SchemaShape.Column.VectorKind.Scalar;
            Assert.Equal(column.Kind, kind);
            foreach (SchemaShape.Column annotation in column.Annotations)
                Assert.Contains(annotation.Name, actual.Annotations.Schema.Select(a => a.Name));
        }
    }

    private static void SecondFitAgrees(IEstimator<ITransformer> estimator, IDataView data, string bits)
        => Assert.Equal(bits, OutputHash.Of(estimator.Fit(data).Transform(data), data.Schema));

    private static void SameSeedSameBits(Func<MLContext, IEstimator<ITransformer>> component, IReadOnlyList<SeriesRow> rows, int[] dimensions, string bits)
    {
        var context = new MLContext(seed: 1);
        IDataView data = SineWaves.View(context, rows, dimensions);
        Assert.Equal(bits, OutputHash.Of(component(context).Fit(data).Transform(data), data.Schema));
    }

    private static void ConcurrentFitsAgree(Func<MLContext, IEstimator<ITransformer>> component, IReadOnlyList<SeriesRow> rows, int[] dimensions, string bits)
    {
        string[] hashes = new string[4];
        Parallel.For(0, hashes.Length, i =>
        {
            var context = new MLContext(seed: 1);
            IDataView data = SineWaves.View(context, rows, dimensions);
            hashes[i] = OutputHash.Of(component(context).Fit(data).Transform(data), data.Schema);
        });
        Assert.All(hashes, hash => Assert.Equal(bits, hash));
    }

    private static void SavedAndLoadedAgrees(MLContext context, ITransformer model, IDataView data, string bits)
    {
        using var file = new MemoryStream();
        context.Model.Save(model, data.Schema, file);
        file.Position = 0;
        ITransformer loaded = new MLContext().Model.Load(file, out DataViewSchema schema);
        Assert.Equal(data.Schema["Series"].Type, schema["Series"].Type);
        Assert.Equal(bits, OutputHash.Of(loaded.Transform(data), data.Schema));
    }

    private static void FreshProcessAgrees(MLContext context, ITransformer model, IDataView data, string bits)
    {
        string folder = Directory.CreateTempSubdirectory("seqconv").FullName;
        try
        {
            string modelFile = Path.Combine(folder, "model.zip");
            string dataFile = Path.Combine(folder, "data.idv");
            context.Model.Save(model, data.Schema, modelFile);
            using (FileStream stream = File.Create(dataFile))
                context.Data.SaveAsBinary(data, stream);
            Assert.Equal(bits, RunFreshProcess(modelFile, dataFile));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string RunFreshProcess(string modelFile, string dataFile)
    {
        string program = Path.Combine(AppContext.BaseDirectory, "FreshProcess.dll");
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };

        // The dependencies are those of the tests, so that the process finds the assembly that the model names, which it does not refer to.
        string dependencies = Path.ChangeExtension(Assembly.GetEntryAssembly()!.Location, ".deps.json");
        foreach (string argument in new[] { "exec", "--depsfile", dependencies, program, modelFile, dataFile })
            start.ArgumentList.Add(argument);
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd().Trim();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, errors.Result);
        return output;
    }

    private static void ParallelCursorsAgree(ITransformer model, IDataView data)
    {
        IDataView output = model.Transform(data);
        DataViewSchema.Column[] added = [.. output.Schema.Where(column => !column.IsHidden && data.Schema.GetColumnOrNull(column.Name) is null && column.Type is VectorDataViewType)];
        foreach (DataViewSchema.Column column in added)
        {
            Dictionary<ulong, float[]> expected = Rows(output.GetRowCursor([column]), column);
            var actual = new Dictionary<ulong, float[]>();
            Parallel.ForEach(output.GetRowCursorSet([column], 4), cursor =>
            {
                Dictionary<ulong, float[]> part = Rows(cursor, column);
                lock (actual)
                {
                    foreach ((ulong id, float[] values) in part)
                        actual.Add(id, values);
                }
            });
            Assert.Equal(expected.Count, actual.Count);
            foreach ((ulong id, float[] values) in expected)
                Assert.Equal(values, actual[id]);
        }
    }

    private static Dictionary<ulong, float[]> Rows(DataViewRowCursor cursor, DataViewSchema.Column column)
    {
        using (cursor)
        {
            var rows = new Dictionary<ulong, float[]>();
            ValueGetter<VBuffer<float>> get = cursor.GetGetter<VBuffer<float>>(cursor.Schema[column.Name]);
            ValueGetter<DataViewRowId> getId = cursor.GetIdGetter();
            VBuffer<float> values = default;
            DataViewRowId id = default;
            while (cursor.MoveNext())
            {
                get(ref values);
                getId(ref id);
                rows.Add(id.Low, [.. values.DenseValues()]);
            }

            return rows;
        }
    }

    private static void OneRowAloneAgrees(double tolerance, MLContext context, ITransformer model, IReadOnlyList<SeriesRow> rows, int[] dimensions)
    {
        float[] all = Numbers(Values(model, SineWaves.View(context, rows.Take(5), dimensions)));
        float[] alone = [.. rows.Take(5).SelectMany(row => Numbers(Values(model, SineWaves.View(context, [row], dimensions))))];
        Assert.Equal(all.Length, alone.Length);
        for (int i = 0; i < all.Length; i++)
            Assert.True(all[i].Equals(alone[i]) || Math.Abs(all[i] - alone[i]) <= tolerance, $"Value {i} is {all[i]} in a batch and {alone[i]} alone.");
    }

    private static float[] Numbers(string values)
        => [.. values.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(bits => BitConverter.Int32BitsToSingle(Convert.ToInt32(bits, 16)))];

    private static string Values(ITransformer model, IDataView data)
    {
        IDataView output = model.Transform(data);
        DataViewSchema.Column added = output.Schema.Last(column => !column.IsHidden && column.Type is VectorDataViewType or NumberDataViewType);
        return added.Type is VectorDataViewType
            ? string.Concat(output.GetColumn<float[]>(added.Name).SelectMany(values => values.Select(value => $"{BitConverter.SingleToInt32Bits(value):X8} ")))
            : string.Concat(output.GetColumn<float>(added.Name).Select(value => $"{BitConverter.SingleToInt32Bits(value):X8} "));
    }

    private static void ConstantSeriesGivesFiniteOutput(MLContext context, ITransformer model, IReadOnlyList<SeriesRow> rows, int[] dimensions)
    {
        SeriesRow constant = new() { Series = [.. Enumerable.Repeat(3f, rows[0].Series.Length)], Label = rows[0].Label };
        foreach (float value in Numbers(Values(model, SineWaves.View(context, [constant], dimensions))))
            Assert.True(float.IsFinite(value), $"A constant series gives {value}.");
    }

    private static void MissingColumnIsNamed(MLContext context, IEstimator<ITransformer> estimator)
    {
        IDataView data = context.Data.LoadFromEnumerable([new { Other = 1f }]);
        ArgumentException error = Assert.ThrowsAny<ArgumentException>(() => estimator.Fit(data));
        Assert.Matches("'(Series|Features|Label|Text)'", error.Message);
    }

    private static void WrongTypeIsNamed(MLContext context, IEstimator<ITransformer> estimator)
    {
        IDataView data = context.Data.LoadFromEnumerable([new { Series = "text", Features = "text", Text = 1f, Label = 1.0, LabelKey = 1.0, Flag = "x", Target = "y", Weight = 1f }]);
        ArgumentException error = Assert.ThrowsAny<ArgumentException>(() => estimator.Fit(data));
        Assert.Matches("'(Series|Features|Label|LabelKey|Flag|Target|Text)'", error.Message);
    }

    private static void NoRowsIsAnError(MLContext context, Func<MLContext, IEstimator<ITransformer>> component, int[] dimensions)
    {
        IDataView empty = SineWaves.View(context, [], dimensions);
        InvalidOperationException error = Assert.Throws<InvalidOperationException>(() => component(context).Fit(empty));
        Assert.Contains("rows", error.Message, StringComparison.Ordinal);
    }

    private static void CancelledContextStops(Func<MLContext, IEstimator<ITransformer>> component, IReadOnlyList<SeriesRow> rows, int[] dimensions)
    {
        var context = new MLContext(seed: 1);
        using var cancellation = new CancellationTokenSource();
        using IDisposable cancelling = context.CancelOn(cancellation.Token);
        using IDisposable watching = context.OnFitProgress(_ => cancellation.Cancel());
        IEstimator<ITransformer> estimator = component(context);
        Assert.Throws<OperationCanceledException>(() => estimator.Fit(SineWaves.View(context, rows, dimensions)));
    }

    private static SchemaShape SchemaShapeOf(IDataView data)
        => (SchemaShape)typeof(SchemaShape).GetMethod("Create", BindingFlags.Static | BindingFlags.NonPublic)!.Invoke(null, [data.Schema])!;
}
