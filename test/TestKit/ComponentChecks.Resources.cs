using System.Runtime.CompilerServices;
using Microsoft.ML.Data;
using Xunit;

namespace Microsoft.ML.SeqConv.TestKit;

/// <summary>Cancelling and disposing.</summary>
public static partial class ComponentChecks
{
    private static void CancelledContextStops(CheckedComponent subject)
    {
        if (!subject.Rules.LearnsFromRows)
            return;
        var context = new MLContext(seed: 1);
        using var cancellation = new CancellationTokenSource();
        using IDisposable cancelling = context.CancelOn(cancellation.Token);
        using IDisposable watching = context.OnFitProgress(_ => cancellation.Cancel());
        IEstimator<ITransformer> estimator = subject.Make(context);
        Assert.Throws<OperationCanceledException>(() => estimator.Fit(subject.View(context, subject.Rows)));
    }

    private static void DisposeReleases(CheckedComponent subject)
    {
        WeakReference[] steps = FitUseAndDispose(subject);
        // ML.NET's own threads, which read ahead for a cursor, end a little after it is disposed.
        for (int i = 0; i < 100 && steps.Any(step => step.IsAlive); i++)
        {
            Thread.Sleep(i);
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        Assert.All(steps, step => Assert.True(!step.IsAlive, "The model is still held after it was disposed."));
    }

    // A method of its own, whose locals are gone when it returns.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference[] FitUseAndDispose(CheckedComponent subject)
    {
        var context = new MLContext(seed: 1);
        IDataView rows = subject.View(context, subject.Rows);
        var data = new CountingView(rows);
        ITransformer model = subject.Make(context).Fit(data);
        Assert.True(data.Open == 0, $"Fit left {data.Open} cursors open.");
        ReadOneRow(model.Transform(data));
        Assert.True(data.Opened > 0 && data.Open == 0, $"A disposed cursor left {data.Open} cursors open.");

        ITransformer[] steps = [.. Steps(model)];
        (model as IDisposable)?.Dispose();
        (model as IDisposable)?.Dispose();
        foreach (ITransformer step in steps.Where(step => step is IDisposable && IsChecked(step.GetType())))
        {
            Exception error = Assert.ThrowsAny<Exception>(() => ReadOneRow(model.Transform(rows)));
            Assert.True(
                error.GetBaseException() is ObjectDisposedException, $"{step.GetType().Name}, disposed, gives {error}");
        }

        return [.. steps.Where(step => IsChecked(step.GetType())).Select(step => new WeakReference(step))];
    }

    private static IEnumerable<ITransformer> Steps(ITransformer model)
        => model is IEnumerable<ITransformer> chain ? chain.SelectMany(Steps) : [model];

    private static bool IsChecked(Type type)
        => type.Assembly.GetName().Name!.StartsWith("Microsoft.ML.SeqConv", StringComparison.Ordinal);

    private static void ReadOneRow(IDataView output)
    {
        DataViewSchema.Column added = CheckedComponent.Added(output.Schema);
        using DataViewRowCursor cursor = output.GetRowCursor([added]);
        if (added.Type is VectorDataViewType)
            ReadOne<VBuffer<float>>(cursor, added);
        else
            ReadOne<float>(cursor, added);
    }

    private static void ReadOne<T>(DataViewRowCursor cursor, DataViewSchema.Column column)
    {
        ValueGetter<T> get = cursor.GetGetter<T>(column);
        T value = default!;
        Assert.True(cursor.MoveNext());
        get(ref value);
    }
}
