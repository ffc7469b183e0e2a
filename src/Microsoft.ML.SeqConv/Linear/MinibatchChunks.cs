using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Microsoft.ML.SeqConv.Kernels;

namespace Microsoft.ML.SeqConv;

/// <summary>Rows that are held together.</summary>
/// <param name="Features">[row, feature].</param>
/// <param name="Classes">[row].</param>
/// <param name="Weights">[row].</param>
internal sealed record MinibatchChunk(FeatureMatrix Features, int[] Classes, float[] Weights);

/// <summary>
/// The rows of a minibatch training: some that validate, held, and the others in chunks, which are read again in every
/// epoch, or held where they all fit. Standardized by the first chunk.
/// </summary>
internal sealed class MinibatchChunks : IDisposable
{
    private const int RowsPerValidationRow = 10;      // at least
    private const int RowsPerBlock = 256;

    private readonly TrainingRows _rows;
    private readonly int[] _classes;
    private readonly double[] _weights;
    private readonly int _chunkSize;
    private readonly int _threads;
    private readonly bool[] _validates;
    private readonly List<MinibatchChunk> _held = [];

    /// <summary>Reads the features that are held.</summary>
    public MinibatchChunks(TrainingRows rows, int[] classes, double[] weights,
        MinibatchLogisticRegressionTrainer.Options options, FitMonitor monitor)
    {
        (_rows, _classes, _weights) = (rows, classes, weights);
        _chunkSize = options.ChunkSize;
        _threads = options.NumberOfThreads ?? 0;
        int count = classes.Length;
        int validation = Math.Min(options.ValidationRows, count / RowsPerValidationRow);
        _validates = validation == 0
            ? new bool[count]
            : SpreadExamples.OneOfEach((double)count / validation, count, (ulong)(uint)options.Seed!.Value);
        CountToLearn = _validates.Count(validates => !validates);
        ChunksPerEpoch = (CountToLearn - 1) / _chunkSize + 1;
        if (weights.Length > 0 && !weights.Where((weight, example) => weight > 0 && !_validates[example]).Any())
            throw new InvalidOperationException("All examples to learn from have the weight 0, so there is nothing to "
                + "learn from. Give more of them a positive weight.");

        AreHeld = (long)count * rows.NumberOfFeatures * sizeof(float) <= (long)options.CacheMegabytes << 20;
        try
        {
            if (AreHeld)
                ReadAll(monitor);
            else if (validation > 0)
                ReadValidation(monitor);
            Fingerprint = Hash();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public int NumberOfFeatures => _rows.NumberOfFeatures;

    /// <summary>Rows, those that validate included.</summary>
    public int Count => _classes.Length;

    /// <summary>Rows that do not validate.</summary>
    public int CountToLearn { get; }

    public int ChunksPerEpoch { get; }

    /// <summary>Whether all features are held.</summary>
    public bool AreHeld { get; }

    /// <summary>Rows that validate; <see langword="null"/> without any of positive weight.</summary>
    public MinibatchChunk? Validation { get; private set; }

    /// <summary>A hash of labels, weights and the validation rows' features: other rows have another.</summary>
    public string Fingerprint { get; }

    /// <summary>What features are standardized by; <see langword="null"/> before the first chunk is read.</summary>
    public FeatureStandardization? Standardization { get; private set; }

    /// <summary>Takes what features were standardized by before.</summary>
    public void Standardize(FeatureStandardization standardization)
    {
        Standardization = standardization;
        foreach (MinibatchChunk chunk in Validation is null ? _held : _held.Append(Validation))
            standardization.Apply(chunk.Features, _threads);
    }

    /// <summary>The chunks of an epoch, standardized; where they are read, each is good until the next.</summary>
    /// <param name="first">The first that is wanted.</param>
    /// <param name="done">Rows done before the epoch, for progress.</param>
    public IEnumerable<MinibatchChunk> From(int first, double done)
    {
        if (AreHeld)
        {
            if (Standardization is null)
                Standardize(FeatureStandardization.Measure(_held[0].Features, _threads));
            return _held.Skip(first);
        }

        return Read(first, done);
    }

    public void Dispose()
    {
        foreach (MinibatchChunk chunk in Validation is null ? _held : _held.Append(Validation))
            chunk.Features.Dispose();
    }

    private IEnumerable<MinibatchChunk> Read(int first, double done)
    {
        int begin = ExampleToLearn((long)first * _chunkSize);
        foreach (TrainingRows.FeatureBlock block in _rows.Blocks(_chunkSize,
            example => example >= begin && !_validates[example], done))
        {
            if (Standardization is null)
                Standardize(FeatureStandardization.Measure(block.Features, _threads));
            Standardization!.Apply(block.Features, _threads);
            yield return Chunk(block.Features, block.Examples);
        }
    }

    // The number of the example that so many to learn from stand before.
    private int ExampleToLearn(long before)
    {
        int example = 0;
        for (long passed = 0; passed < before || (example < _validates.Length && _validates[example]); example++)
            passed += _validates[example] ? 0 : 1;
        return example;
    }

    private void ReadAll(FitMonitor monitor)
    {
        monitor.Begin("reading features", "rows", Count);
        var validation = new FeatureMatrix(NumberOfFeatures);
        var examples = new List<int>();
        var chunk = new FeatureMatrix(NumberOfFeatures);
        var chunkExamples = new List<int>();
        try
        {
            foreach (TrainingRows.FeatureBlock block in _rows.Blocks(RowsPerBlock, _ => true))
            {
                for (int i = 0; i < block.Examples.Count; i++)
                {
                    bool validates = _validates[block.Examples[i]];
                    block.Features[i].CopyTo((validates ? validation : chunk).AddRow());
                    (validates ? examples : chunkExamples).Add(block.Examples[i]);
                    if (chunk.RowCount == _chunkSize)
                        EndChunk();
                }
            }

            if (chunk.RowCount > 0)
                EndChunk();
            Validation = ChunkOfWeight(validation, examples);
        }
        finally
        {
            chunk.Dispose();
            if (Validation is null)
                validation.Dispose();
        }

        void EndChunk()
        {
            _held.Add(Chunk(chunk, chunkExamples));
            chunk = new FeatureMatrix(NumberOfFeatures);
            chunkExamples.Clear();
        }
    }

    private void ReadValidation(FitMonitor monitor)
    {
        monitor.Begin("reading validation rows", "rows", Count);
        var features = new FeatureMatrix(NumberOfFeatures);
        var examples = new List<int>();
        try
        {
            foreach (TrainingRows.FeatureBlock block in _rows.Blocks(RowsPerBlock, example => _validates[example]))
            {
                for (int i = 0; i < block.Examples.Count; i++)
                    block.Features[i].CopyTo(features.AddRow());
                examples.AddRange(block.Examples);
            }

            Validation = ChunkOfWeight(features, examples);
        }
        finally
        {
            if (Validation is null)
                features.Dispose();
        }
    }

    private MinibatchChunk? ChunkOfWeight(FeatureMatrix features, List<int> examples)
    {
        MinibatchChunk chunk = Chunk(features, examples);
        return Array.Exists(chunk.Weights, weight => weight > 0) ? chunk : null;
    }

    private MinibatchChunk Chunk(FeatureMatrix features, List<int> examples) => new(
        features, [.. examples.Select(example => _classes[example])],
        [.. examples.Select(example => _weights.Length == 0 ? 1f : (float)_weights[example])]);

    private string Hash()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(MemoryMarshal.AsBytes<int>(_classes));
        hash.AppendData(MemoryMarshal.AsBytes<double>(_weights));
        for (int i = 0; i < (Validation?.Features.RowCount ?? 0); i++)
            hash.AppendData(MemoryMarshal.AsBytes(Validation!.Features[i]));
        return Convert.ToHexString(hash.GetHashAndReset()[..8]);
    }
}
