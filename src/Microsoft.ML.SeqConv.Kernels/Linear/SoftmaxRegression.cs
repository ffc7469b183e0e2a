using System.Diagnostics;

namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>
/// Multinomial logistic regression, trained a minibatch at a time by Adam from zero weights: the classifier of
/// MiniRocket (arXiv:2012.08791) for many series. The loss of a minibatch is the weighted mean of -log softmax(W x +
/// b)[class]; its gradient with respect to W[k] is the mean of (probability[k] - [k is the class]) x.
/// <para>
/// Products are summed in float32 over 512 columns or 128 rows, and logits in float64. Rows of logits and columns of
/// the gradient are independent items of work, so the number of threads changes no bit. Memory is five matrices [class,
/// feature] of float32 and one minibatch of logits.
/// </para>
/// </summary>
internal sealed unsafe partial class SoftmaxRegression : IDisposable
{
    private const int RowsPerItem = 16;
    private const int ColumnsPerRun = 512;
    private const int RowsPerRun = 128;
    private const int ColumnsPerItem = 8 * SoftmaxTile.Columns;
    private const int RowsPerEvaluation = 1024;
    private const long MaxWeights = 1L << 30;

    private readonly AlignedBuffer _buffer;
    private readonly WorkTeam _team;
    private readonly int _padded;           // classes
    private readonly int _stride;           // of a row of features
    // of a class's row of weights: its features, padding, and the bias in a strip of its own
    private readonly int _length;
    private nint[] _rows = [];
    private int[] _classes = [];
    private float[] _weights = [];
    private double[] _losses = [];
    private bool[] _isRight = [];
    private double[] _logits = [];
    private float[] _residuals = [];

    /// <summary>Starts from zero weights.</summary>
    /// <param name="numberOfFeatures">At least 1.</param>
    /// <param name="numberOfClasses">At least 2.</param>
    /// <param name="threads">Threads; 0 for all processors. The result does not depend on it.</param>
    /// <exception cref="ArgumentException">There are more than 2^30 weights.</exception>
    public SoftmaxRegression(int numberOfFeatures, int numberOfClasses, int threads = 0)
    {
        Guard.AtLeast(numberOfFeatures, 1);
        Guard.AtLeast(numberOfClasses, 2);
        if ((long)numberOfFeatures * numberOfClasses > MaxWeights)
            throw new ArgumentException($"{numberOfClasses} classes of {numberOfFeatures} features have "
                + $"{(long)numberOfFeatures * numberOfClasses} weights; at most {MaxWeights} are trained. "
                + "Use fewer features.", nameof(numberOfClasses));
        NumberOfFeatures = numberOfFeatures;
        NumberOfClasses = numberOfClasses;
        _padded = (numberOfClasses + SoftmaxTile.Classes - 1) / SoftmaxTile.Classes * SoftmaxTile.Classes;
        _stride = (numberOfFeatures + SoftmaxTile.Columns - 1) / SoftmaxTile.Columns * SoftmaxTile.Columns;
        _length = _stride + SoftmaxTile.Columns;
        _buffer = new AlignedBuffer(5 * MatrixLength / 2);
        _team = new WorkTeam(threads, null, CancellationToken.None);
    }

    /// <summary>Features.</summary>
    public int NumberOfFeatures { get; }

    /// <summary>Classes.</summary>
    public int NumberOfClasses { get; }

    /// <summary>Steps taken.</summary>
    public long Steps { get; private set; }

    private long MatrixLength => (long)_padded * _length;

    // Five matrices [padded class, length].
    private float* Weights => Matrix(0);

    private float* FirstMoments => Matrix(1);

    private float* SecondMoments => Matrix(2);

    private float* Best => Matrix(3);

    private float* Gradients => Matrix(4);

    /// <summary>Takes one step of Adam. A minibatch without weight changes nothing.</summary>
    /// <param name="features">Rows, standardized.</param>
    /// <param name="minibatch">The rows of it that make the minibatch.</param>
    /// <param name="classes">[row of <paramref name="features"/>]: class numbers from 0.</param>
    /// <param name="weights">[row of <paramref name="features"/>], zero or more; empty for all alike.</param>
    /// <param name="learningRate">Positive.</param>
    /// <returns>The minibatch before the step.</returns>
    public SoftmaxLoss Step(FeatureMatrix features, ReadOnlySpan<int> minibatch, ReadOnlySpan<int> classes,
        ReadOnlySpan<float> weights, double learningRate)
    {
        SoftmaxLoss loss = Gather(features, minibatch, classes, weights);
        if (loss.Weight == 0)
            return loss;
        loss = Score(minibatch.Length, loss.Weight);
        Steps++;
        Learn(minibatch.Length, new AdamStep(learningRate, Steps));
        GC.KeepAlive(features);
        return loss;
    }

    /// <summary>Measures all rows at the weights as they are.</summary>
    /// <param name="features">Rows, standardized.</param>
    /// <param name="classes">[row]: class numbers from 0.</param>
    /// <param name="weights">[row], zero or more; empty for all alike.</param>
    public SoftmaxLoss Evaluate(FeatureMatrix features, ReadOnlySpan<int> classes, ReadOnlySpan<float> weights)
    {
        ArgumentNullException.ThrowIfNull(features);
        double loss = 0;
        double right = 0;
        double total = 0;
        int[] rows = [.. Enumerable.Range(0, Math.Min(features.RowCount, RowsPerEvaluation))];
        for (int first = 0; first < features.RowCount; first += rows.Length)
        {
            int count = Math.Min(rows.Length, features.RowCount - first);
            for (int i = 0; i < count; i++)
                rows[i] = first + i;
            SoftmaxLoss part = Gather(features, rows.AsSpan(0, count), classes, weights);
            if (part.Weight == 0)
                continue;
            part = Score(count, part.Weight);
            total += part.Weight;
            loss += part.Weight * part.Loss;
            right += part.Weight * part.Accuracy;
        }

        GC.KeepAlive(features);
        return new(loss / total, right / total, total);
    }

    /// <summary>Remembers the weights as the best so far.</summary>
    public void KeepAsBest()
        => Buffer.MemoryCopy(Weights, Best, MatrixLength * sizeof(float), MatrixLength * sizeof(float));

    /// <summary>Makes the weights those that were remembered.</summary>
    public void RestoreBest()
        => Buffer.MemoryCopy(Best, Weights, MatrixLength * sizeof(float), MatrixLength * sizeof(float));

    /// <summary>
    /// The weights as a linear model of features before standardization: its decision values are the logits.
    /// </summary>
    /// <exception cref="ArgumentException">A weight is not finite.</exception>
    /// <param name="standardization">What features were standardized by; it is folded into the coefficients.</param>
    public LinearModel ToLinearModel(FeatureStandardization standardization)
    {
        ArgumentNullException.ThrowIfNull(standardization);
        var coefficients = new float[NumberOfClasses * NumberOfFeatures];
        var intercepts = new double[NumberOfClasses];
        ReadOnlySpan<double> means = standardization.Means;
        ReadOnlySpan<double> deviations = standardization.Deviations;
        for (int k = 0; k < NumberOfClasses; k++)
        {
            float* weights = Weights + (long)k * _length;
            double intercept = weights[_stride];
            for (int j = 0; j < NumberOfFeatures; j++)
            {
                float coefficient = (float)(weights[j] / deviations[j]);
                coefficients[k * NumberOfFeatures + j] = coefficient;
                intercept -= coefficient * means[j];
            }

            intercepts[k] = intercept;
        }

        GC.KeepAlive(this);
        return new LinearModel(NumberOfClasses, NumberOfFeatures, coefficients, intercepts);
    }

    /// <inheritdoc/>
    public void Dispose() => _buffer.Dispose();

    /// <summary>The gradient of a minibatch's loss: [class, feature], then the biases' [class].</summary>
    internal (float[] Weights, float[] Biases) Gradient(
        FeatureMatrix features, ReadOnlySpan<int> minibatch, ReadOnlySpan<int> classes, ReadOnlySpan<float> weights)
    {
        SoftmaxLoss loss = Gather(features, minibatch, classes, weights);
        Score(minibatch.Length, loss.Weight);
        Learn(minibatch.Length, null);
        var gradient = new float[NumberOfClasses * NumberOfFeatures];
        var biases = new float[NumberOfClasses];
        for (int k = 0; k < NumberOfClasses; k++)
        {
            new ReadOnlySpan<float>(Gradients + (long)k * _length, NumberOfFeatures)
                .CopyTo(gradient.AsSpan(k * NumberOfFeatures));
            biases[k] = Gradients[(long)k * _length + _stride];
        }

        return (gradient, biases);
    }

    private float* Matrix(int index) => (float*)_buffer.Pointer + index * MatrixLength;

    /// <summary>Notes where the rows are, and their classes and weights.</summary>
    private SoftmaxLoss Gather(
        FeatureMatrix features, ReadOnlySpan<int> minibatch, ReadOnlySpan<int> classes, ReadOnlySpan<float> weights)
    {
        ArgumentNullException.ThrowIfNull(features);
        if (features.ColumnCount != NumberOfFeatures)
            throw new ArgumentException(
                $"There are {features.ColumnCount} features; {NumberOfFeatures} are trained.", nameof(features));
        if (classes.Length != features.RowCount || (!weights.IsEmpty && weights.Length != features.RowCount))
            throw new ArgumentException($"There are {features.RowCount} rows, {classes.Length} classes and "
                + $"{weights.Length} weights; each row has one of each.", nameof(classes));
        if ((long)minibatch.Length * _padded > Array.MaxLength)
            throw new ArgumentException(
                $"A minibatch of {minibatch.Length} rows has {(long)minibatch.Length * _padded} logits; "
                + $"at most {Array.MaxLength} are computed. Use smaller minibatches.", nameof(minibatch));
        Grow(minibatch.Length);
        double total = 0;
        for (int i = 0; i < minibatch.Length; i++)
        {
            int row = minibatch[i];
            if ((uint)classes[row] >= (uint)NumberOfClasses)
                throw new ArgumentException($"Row {row} has the class {classes[row]}; "
                    + $"classes are 0 to {NumberOfClasses - 1}.", nameof(classes));
            _rows[i] = (nint)features.RowPointer(row);
            _classes[i] = classes[row];
            _weights[i] = weights.IsEmpty ? 1 : weights[row];
            total += _weights[i];
        }

        return new(double.NaN, double.NaN, total);
    }

    private void Grow(int count)
    {
        if (_rows.Length >= count)
            return;
        _rows = new nint[count];
        _classes = new int[count];
        _weights = new float[count];
        _losses = new double[count];
        _isRight = new bool[count];
        _logits = new double[(long)count * _padded];
        _residuals = new float[(long)count * _padded];
    }

    /// <summary>Logits, losses and residuals of the rows that were gathered.</summary>
    private SoftmaxLoss Score(int count, double total)
    {
        double work = (double)count * _padded * _stride / 2;
        _team.Run((count + RowsPerItem - 1) / RowsPerItem, work, item =>
        {
            int first = item * RowsPerItem;
            int rows = Math.Min(RowsPerItem, count - first);
            ComputeLogits(first, rows);
            for (int i = first; i < first + rows; i++)
                ComputeResiduals(i, total);
        });

        double loss = 0;
        double right = 0;
        for (int i = 0; i < count; i++)
        {
            loss += _weights[i] * _losses[i];
            right += _isRight[i] ? _weights[i] : 0;
        }

        return new(loss / total, right / total, total);
    }

    private void ComputeLogits(int first, int rows)
    {
        double* spare = stackalloc double[SoftmaxTile.Classes];
        fixed (double* logits = &_logits[(long)first * _padded])
        {
            for (int i = 0; i < rows; i++)
            {
                for (int k = 0; k < _padded; k++)
                    logits[i * _padded + k] = Weights[(long)k * _length + _stride];
            }

            for (int column = 0; column < _stride; column += ColumnsPerRun)
            {
                int columns = Math.Min(ColumnsPerRun, _stride - column);
                for (int i = 0; i < rows; i += 2)
                {
                    bool isPair = i + 1 < rows;
                    float* x0 = (float*)_rows[first + i] + column;
                    float* x1 = isPair ? (float*)_rows[first + i + 1] + column : x0;
                    double* z0 = logits + i * _padded;
                    for (int k = 0; k < _padded; k += SoftmaxTile.Classes)
                        SoftmaxTile.AddProducts(x0, x1, Weights + (long)k * _length + column, _length, columns, z0 + k,
                            isPair ? z0 + _padded + k : spare);
                }
            }
        }
    }

    // residual[k] = weight / total (probability[k] - [k is the class]); zero for the classes of the padding.
    private void ComputeResiduals(int row, double total)
    {
        Span<double> logits = _logits.AsSpan(row * _padded, NumberOfClasses);
        Span<float> residuals = _residuals.AsSpan(row * _padded, _padded);
        int label = _classes[row];
        double largest = double.NegativeInfinity;
        int predicted = 0;
        for (int k = 0; k < logits.Length; k++)
        {
            if (logits[k] > largest)
                (largest, predicted) = (logits[k], k);
        }

        double sum = 0;
        double ofLabel = logits[label];
        foreach (ref double logit in logits)
        {
            logit = Math.Exp(logit - largest);
            sum += logit;
        }

        double factor = _weights[row] / total;
        for (int k = 0; k < logits.Length; k++)
            residuals[k] = (float)(factor * (logits[k] / sum - (k == label ? 1 : 0)));
        residuals[logits.Length..].Clear();
        _losses[row] = largest - ofLabel + Math.Log(sum);
        _isRight[row] = predicted == label;
    }

    /// <summary>The gradient of the rows that were scored, and the step along it.</summary>
    private void Learn(int count, AdamStep? step)
    {
        int items = (_length + ColumnsPerItem - 1) / ColumnsPerItem;
        _team.Run(items, (double)count * _padded * _stride / 2, item =>
        {
            int column = item * ColumnsPerItem;
            int columns = Math.Min(ColumnsPerItem, _length - column);
            for (int k = 0; k < _padded; k++)
                new Span<float>(Gradients + (long)k * _length + column, columns).Clear();
            float* strips = stackalloc float[RowsPerRun * ColumnsPerItem];
            fixed (float* residuals = _residuals)
            {
                for (int row = 0; row < count; row += RowsPerRun)
                {
                    int rows = Math.Min(RowsPerRun, count - row);
                    Pack(strips, row, rows, column, columns);
                    for (int strip = 0; strip < columns; strip += SoftmaxTile.Columns)
                    {
                        for (int k = 0; k < _padded; k += SoftmaxTile.Classes)
                        {
                            SoftmaxTile.AddGradient(
                                Gradients + (long)k * _length + column + strip, _length,
                                residuals + (long)row * _padded + k, _padded, strips + strip * RowsPerRun, rows);
                        }
                    }
                }
            }

            for (int k = 0; step is { } adam && k < _padded; k++)
            {
                long at = (long)k * _length + column;
                adam.Apply(Weights + at, FirstMoments + at, SecondMoments + at, Gradients + at, columns);
            }
        });
    }

    /// <summary>
    /// Copies columns of rows into strips [row, 16], <see cref="RowsPerRun"/> rows apart. The last strip is the bias's,
    /// whose feature is one.
    /// </summary>
    private void Pack(float* strips, int row, int rows, int column, int columns)
    {
        Debug.Assert(rows >= 0 && rows <= RowsPerRun && columns % SoftmaxTile.Columns == 0,
            "The strips have fewer rows, or the columns are not whole strips.");
        int features = Math.Min(columns, _stride - column);
        for (int i = 0; i < rows; i++)
        {
            float* source = (float*)_rows[row + i] + column;
            float* target = strips + i * SoftmaxTile.Columns;
            for (int strip = 0; strip < features;
                strip += SoftmaxTile.Columns, target += RowsPerRun * SoftmaxTile.Columns)
                new ReadOnlySpan<float>(source + strip, SoftmaxTile.Columns)
                    .CopyTo(new Span<float>(target, SoftmaxTile.Columns));
            if (features == columns)
                continue;
            new Span<float>(target, SoftmaxTile.Columns).Clear();
            target[0] = 1;
        }
    }
}
