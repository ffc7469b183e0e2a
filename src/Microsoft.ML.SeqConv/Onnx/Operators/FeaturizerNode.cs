using System.Buffers;
using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using Microsoft.ML.SeqConv.Kernels;

namespace Microsoft.ML.SeqConv;

/// <summary>A node of a <see cref="FeaturizerOperator"/> in a session, run by many threads at once.</summary>
/// <param name="api">ONNX Runtime.</param>
/// <param name="featurizer">What the node computes.</param>
internal sealed unsafe class FeaturizerNode(OrtApi api, SeriesFeaturizer featurizer)
{
    private const int BatchSize = SeriesFeaturizer.BatchSize;

    private readonly ConcurrentBag<Worker> _workers = [];

    public OrtApi Api => api;

    private SeriesFeaturizer Featurizer => featurizer;

    /// <summary>Computes the features of the series in the node's input.</summary>
    /// <exception cref="ArgumentException">They are not [N, C, T] with the featurizer's channels.</exception>
    public void Compute(void* context)
    {
        void* input = api.Input(context, 0);
        long[] shape = api.ShapeOf(input);
        if (shape.Length != 3 || shape[1] != featurizer.NumberOfChannels || shape[2] < 1)
        {
            throw new ArgumentException($"The series have the shape [{string.Join(", ", shape)}]; the featurizer "
                + $"takes [N, {featurizer.NumberOfChannels}, T] with at least one point.");
        }

        int count = checked((int)shape[0]);
        void* output = api.Output(context, 0, [count, featurizer.NumberOfFeatures]);
        int values = checked((int)(shape[1] * shape[2]));
        var work = new Work(this, api.NumbersOf(input), api.NumbersOf(output), count, values);
        int parts = (count + BatchSize - 1) / BatchSize;
        if (parts <= 1)
        {
            work.Run(0);
            return;
        }

        GCHandle handle = GCHandle.Alloc(work);
        try
        {
            api.ParallelFor(context, &RunPart, parts, (void*)GCHandle.ToIntPtr(handle));
        }
        finally
        {
            handle.Free();
        }

        if (work.Error is not null)
            throw new InvalidOperationException(work.Error.Message, work.Error);
    }

    [UnmanagedCallersOnly]
    private static void RunPart(void* state, nuint part)
    {
        var work = (Work)GCHandle.FromIntPtr((nint)state).Target!;
        try
        {
            work.Run((int)part);
        }
        catch (Exception error)
        {
            work.Error = error;
        }
    }

    /// <summary>The series and features of one call.</summary>
    private sealed class Work(FeaturizerNode node, float* series, float* features, int count, int values)
    {
        /// <summary>The last error of a part.</summary>
        public Exception? Error { get; set; }

        /// <summary>Computes some of the series.</summary>
        public void Run(int part)
        {
            int first = part * BatchSize;
            int seriesCount = Math.Min(BatchSize, count - first);
            if (seriesCount <= 0)
                return;
            if (!node._workers.TryTake(out Worker? worker))
                worker = new Worker(node.Featurizer);
            worker.Transform(series + (nint)first * values, values, features, first, seriesCount);
            node._workers.Add(worker);
        }
    }

    /// <summary>The state of one thread.</summary>
    private sealed class Worker(SeriesFeaturizer featurizer)
    {
        private readonly FeaturizerWorker _worker = featurizer.CreateWorker();
        private readonly ReadOnlyMemory<float>[] _series = new ReadOnlyMemory<float>[BatchSize];
        private readonly Memory<float>[] _features = new Memory<float>[BatchSize];

        public void Transform(float* series, int values, float* features, int first, int count)
        {
            int size = featurizer.NumberOfFeatures;
            for (int i = 0; i < count; i++)
            {
                _series[i] = new NativeNumbers(series + (nint)i * values, values).Memory;
                _features[i] = new NativeNumbers(features + (nint)(first + i) * size, size).Memory;
            }

            _worker.Transform(_series.AsSpan(0, count), _features.AsSpan(0, count));
        }
    }

    /// <summary>Numbers of ONNX Runtime, as .NET sees memory.</summary>
    private sealed class NativeNumbers(float* start, int length) : MemoryManager<float>
    {
        public override Span<float> GetSpan() => new(start, length);

        public override MemoryHandle Pin(int elementIndex = 0) => new(start + elementIndex);

        public override void Unpin()
        {
        }

        protected override void Dispose(bool disposing)
        {
        }
    }
}
