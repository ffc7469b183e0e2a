using System.Diagnostics;
using System.Reflection;
using Microsoft.ML.Data;
using Microsoft.ML.SeqConv.Tests.Onnx;
using Xunit;

namespace Microsoft.ML.SeqConv.TestKit;

/// <summary>The same results, however they are computed.</summary>
public static partial class ComponentChecks
{
    private const int Cursors = 4;
    private const int ParallelRows = 600;       // so that every cursor gets some

    // Views that give one cursor however many are asked for, and why.
    private static readonly Dictionary<string, string> OneCursorViews = new()
    {
        ["LookAheadView"] = "One cursor computes rows on several threads, ahead of its caller.",
        ["SelectColumnsDataTransform"] = "ML.NET's step that drops columns passes on one cursor.",
    };

    private static void SchemaIsAsPromised(CheckedComponent subject)
    {
        SchemaShape promised = subject.Estimator.GetOutputSchema(SchemaShapeOf(subject.Data));
        DataViewSchema delivered = subject.Model.GetOutputSchema(subject.Data.Schema);
        Assert.Equal(
            promised.Select(column => column.Name).Order(),
            delivered.Select(column => column.Name).Distinct().Order());
        foreach (SchemaShape.Column column in promised)
        {
            DataViewSchema.Column actual = delivered[column.Name];
            DataViewType item = actual.Type is VectorDataViewType vector ? vector.ItemType : actual.Type;
            Assert.Equal(column.ItemType.RawType, item.RawType);
            Assert.Equal(column.IsKey, item is KeyDataViewType);
            Assert.Equal(column.Kind, KindOf(actual.Type));
            foreach (SchemaShape.Column annotation in column.Annotations)
                Assert.Contains(annotation.Name, actual.Annotations.Schema.Select(a => a.Name));
        }
    }

    private static SchemaShape.Column.VectorKind KindOf(DataViewType type) => type switch
    {
        VectorDataViewType { IsKnownSize: true } => SchemaShape.Column.VectorKind.Vector,
        VectorDataViewType => SchemaShape.Column.VectorKind.VariableVector,
        _ => SchemaShape.Column.VectorKind.Scalar,
    };

    private static SchemaShape SchemaShapeOf(IDataView data)
        => (SchemaShape)typeof(SchemaShape).GetMethod("Create", BindingFlags.Static | BindingFlags.NonPublic)!
            .Invoke(null, [data.Schema])!;

    private static void SecondFitAgrees(CheckedComponent subject)
    {
        IDataView data = subject.Data;
        Assert.Equal(subject.Bits, OutputHash.Of(subject.Estimator.Fit(data).Transform(data), data.Schema));
    }

    private static void SameSeedSameBits(CheckedComponent subject) => Assert.Equal(subject.Bits, subject.FitAgain());

    private static void ConcurrentFitsAgree(CheckedComponent subject)
    {
        string[] hashes = new string[4];
        Parallel.For(0, hashes.Length, i => hashes[i] = subject.FitAgain());
        Assert.All(hashes, hash => Assert.Equal(subject.Bits, hash));
    }

    private static void OneAndSeveralThreadsAgree(CheckedComponent subject)
    {
        foreach (int threads in new[] { 1, 3 })
        {
            int options = 0;
            IDataView output = subject.FitAndTransform(estimator => options = ThreadCounts.Set(estimator, threads));
            Assert.True(
                options > 0 != (subject.Rules.NoThreads is not null),
                $"NumberOfThreads is in {options} options; the component declares '{subject.Rules.NoThreads}'.");
            if (subject.Rules.ThreadTolerance == 0)
                Assert.Equal(subject.Bits, OutputHash.Of(output, subject.Data.Schema));
            else
                AllWithin(subject.Rules.ThreadTolerance, Values(subject, [.. subject.Rows]), output);
        }
    }

    private static void AllWithin(double tolerance, float[] expected, IDataView output)
    {
        float[] actual = CheckedComponent.Values(output);
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
            Assert.Equal(expected[i], actual[i], tolerance);
    }

    private static void SavedAndLoadedAgrees(CheckedComponent subject)
    {
        IDataView data = subject.Data;
        using var file = new MemoryStream();
        subject.Context.Model.Save(subject.Model, data.Schema, file);
        file.Position = 0;
        ITransformer loaded = new MLContext().Model.Load(file, out DataViewSchema schema);
        Assert.Equal(data.Schema["Series"].Type, schema["Series"].Type);
        Assert.Equal(subject.Bits, OutputHash.Of(loaded.Transform(data), data.Schema));
    }

    private static void FreshProcessAgrees(CheckedComponent subject)
    {
        string folder = Directory.CreateTempSubdirectory("seqconv").FullName;
        try
        {
            string modelFile = Path.Combine(folder, "model.zip");
            string dataFile = Path.Combine(folder, "data.idv");
            subject.Context.Model.Save(subject.Model, subject.Data.Schema, modelFile);
            using (FileStream stream = File.Create(dataFile))
                subject.Context.Data.SaveAsBinary(subject.Data, stream);
            Assert.Equal(subject.Bits, RunFreshProcess(modelFile, dataFile));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string RunFreshProcess(string modelFile, string dataFile)
    {
        // A model made with several threads.
        (int exitCode, string output, string errors) =
            FreshProgram.Run([("DOTNET_PROCESSOR_COUNT", "1")], modelFile, dataFile);
        Assert.True(exitCode == 0, errors);
        return output;
    }

    private static void ParallelCursorsAgree(CheckedComponent subject)
    {
        IDataView data = subject.View(
            subject.Context, Enumerable.Range(0, ParallelRows).Select(i => subject.Rows[i % subject.Rows.Count]));
        IDataView output = subject.Model.Transform(data);
        DataViewSchema.Column[] added = OutputHash.Added(output, data.Schema);
        Dictionary<ulong, string> expected = OutputHash.OfRows(output.GetRowCursor(added), added);
        DataViewRowCursor[] cursors = output.GetRowCursorSet(added, Cursors);
        Assert.True(
            cursors.Length == Cursors || (cursors.Length == 1 && OneCursorViews.ContainsKey(output.GetType().Name)),
            $"{output.GetType().Name} gives {cursors.Length} cursors instead of {Cursors}, and declares no reason.");

        // All are open before the first is read on, so that none takes all rows.
        var parts = new Dictionary<ulong, string>[cursors.Length];
        using var begun = new Barrier(cursors.Length);
        Thread[] threads = [.. cursors.Select((cursor, i) => new Thread(
            () => parts[i] = OutputHash.OfRows(cursor, added, () => begun.SignalAndWait())))];
        foreach (Thread thread in threads)
            thread.Start();
        foreach (Thread thread in threads)
            thread.Join();
        Assert.All(parts, part => Assert.NotEmpty(part));
        Assert.Equal(expected.Count, parts.Sum(part => part.Count));
        foreach ((ulong id, string bits) in parts.SelectMany(part => part))
            Assert.Equal(expected[id], bits);
    }

    private static void OneRowAloneAgrees(CheckedComponent subject)
    {
        SeriesRow[] rows = [.. subject.Rows.Take(5)];
        float[] all = Values(subject, rows);
        float[] alone = [.. rows.SelectMany(row => Values(subject, row))];
        Assert.Equal(all.Length, alone.Length);
        for (int i = 0; i < all.Length; i++)
        {
            Assert.True(
                all[i].Equals(alone[i]) || Math.Abs(all[i] - alone[i]) <= subject.Rules.Tolerance,
                $"Value {i} is {all[i]} in a batch and {alone[i]} alone.");
        }
    }

    private static void GraphAgrees(CheckedComponent subject)
    {
        string output = CheckedComponent.Added(subject.Model.Transform(subject.Data).Schema).Name;
        var options = new OnnxExportOptions { OutputColumnNames = [output] };
        if (subject.Rules.NoGraph is { } reason)
        {
            var error = Assert.Throws<InvalidOperationException>(
                () => OnnxRun.Of(subject.Context, subject.Model, subject.Data, options).Dispose());
            Assert.Contains(reason, error.Message, StringComparison.Ordinal);
            return;
        }

        int length = subject.Rows[0].Series.Length;
        if (subject.Rules.GraphNeedsLength is { } need)
        {
            var error = Assert.Throws<InvalidOperationException>(
                () => OnnxRun.Of(subject.Context, subject.Model, subject.Data, options).Dispose());
            Assert.Contains(need, error.Message, StringComparison.Ordinal);
            options.SeriesLength = length / subject.Channels;
        }

        using OnnxRun run = OnnxRun.Of(subject.Context, subject.Model, subject.Data, options);
        foreach (SeriesRow row in subject.Rows.Take(5))
        {
            if (subject.Rules.GraphNeedsLength is not null && row.Series.Length != length)
                continue;
            float[] actual = subject.Rules.Tokens is { } tokens
                ? run.Get<long, float>(output, subject.Rules.TokenColumn, [tokens(run.Metadata, row.Text)])
                : run.Get<float>(
                    output, "Series", [row.Series], subject.Shape(row.Series.Length / subject.Channels));
            float[] expected = Values(subject, row);
            Assert.Equal(expected.Length, actual.Length);
            for (int i = 0; i < expected.Length; i++)
            {
                double tolerance = subject.Rules.GraphTolerance * Math.Max(1, Math.Abs(expected[i]));
                Assert.True(
                    Math.Abs(expected[i] - actual[i]) <= tolerance,
                    $"Value {i} is {expected[i]}, {actual[i]} in ONNX.");
            }
        }
    }

    private static float[] Values(CheckedComponent subject, params SeriesRow[] rows)
        => CheckedComponent.Values(subject.Model, subject.View(subject.Context, rows));
}
